"""The sum that a buyer owes, as the sale's terms and the journal say it. The ledger of money can supply it here.

A deposit that has arrived is set off against the lots of its paddle, the first won first (法释〔2016〕18号, 23).
"""

from dataclasses import dataclass

from ..rules.lot import Lot, Status
from ..rules.money import all_in_minor
from ..sales.deposits import due_minor
from .dossier import Dossier


@dataclass(frozen=True, slots=True)
class Payment:
    """The price of a lot for its buyer, in the minor unit: all in, and the part that the deposit covers."""

    total_minor: int
    set_off_minor: int

    @property
    def balance_minor(self) -> int:
        return self.total_minor - self.set_off_minor


def payment_of(of: Dossier, state: Lot) -> Payment:
    """The sum to pay for a sold lot."""
    left_minor = deposit_minor(of, state.leader or "")
    for each in bought(of, state.leader or ""):
        total_minor = all_in_minor(each.hammer_minor or 0, of.state.buyer_commission)
        if each.id == state.id:
            return Payment(total_minor, min(left_minor, total_minor))
        left_minor -= min(left_minor, total_minor)
    return Payment(all_in_minor(state.hammer_minor or 0, of.state.buyer_commission), 0)


def bought(of: Dossier, paddle: str) -> list[Lot]:
    """The lots of a paddle that no priority right can take any more, the first won first."""
    mine = [lot for lot in of.state.lots.values() if lot.status is Status.SOLD and lot.leader == paddle]
    mine = [lot for lot in mine if not of.in_term(lot)]
    return sorted(mine, key=lambda lot: max(lot.ended_at_ms or 0, lot.match_until_ms or 0))


def deposit_minor(of: Dossier, paddle: str) -> int:
    """The deposit of a paddle that has arrived, in the minor unit; 0: none."""
    if of.bidder(paddle).get("deposit_ms") is None:
        return 0
    starts = [lot.terms.start_minor for lot in of.state.lots.values()]
    return due_minor(of.sale.deposit, starts) or 0
