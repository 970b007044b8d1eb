"""The sums of a buyer, of a deposit and of a consignor, as the ledger of the sale has them.

An arrived deposit is set off against its paddle's lots, the first won first (法释〔2016〕18号, 23). The
confirmation and the contracts say the sums of the hammer. Later payments do not change them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ..money.books import Written
from ..money.ledger import Account, Deposit, Kind
from ..rules.lot import Lot, Status
from ..rules.money import all_in_minor
from ..sales.deposits import due_minor
from .dossier import Dossier


@dataclass(frozen=True, slots=True)
class Payment:
    """The all-in price of a lot for its buyer: the part that the deposit covers, and the part paid."""

    total_minor: int
    set_off_minor: int
    paid_minor: int = 0

    @property
    def balance_minor(self) -> int:
        return self.total_minor - self.set_off_minor - self.paid_minor


def payment_of(of: Dossier, state: Lot) -> Payment:
    """The sum to pay for a sold lot as agreed at the hammer: later payments are left out."""
    left_minor = deposit_minor(of, state.leader or "")
    for each in _won(of, state.leader or ""):
        total_minor = _all_in_minor(of, each)
        if each.id == state.id:
            return Payment(total_minor, min(left_minor, total_minor))
        left_minor -= min(left_minor, total_minor)
    return Payment(_all_in_minor(of, state), 0)


def standing_payments(of: Dossier, paddle: str) -> list[tuple[Lot, Payment]]:
    """Each lot of a buyer with what he has paid for it by now. A deposit that is kept still is counted as set off."""
    party, left_minor = str(of.bidder(paddle).get("id", "")), deposit_of(of, paddle).frozen_minor
    found = []
    for each in bought(of, paddle):
        paid = _moved(of.entries, party, each.id)
        total_minor = _all_in_minor(of, each)
        applied_minor = paid.get(Kind.DEPOSIT_APPLIED, 0)
        paid_minor = sum(paid.values()) - applied_minor
        more_minor = min(left_minor, max(0, total_minor - applied_minor - paid_minor))
        left_minor -= more_minor
        found.append((each, Payment(total_minor, applied_minor + more_minor, paid_minor)))
    return found


def _moved(entries: Iterable[Written], party: str, lot: str) -> dict[Kind, int]:
    """The sums credited to a buyer for a lot since its last sale to him, by kind of entry."""
    kinds, found = [Kind.DAY_CLOSED], dict[Kind, int]()
    for written in entries:
        entry = written.entry
        kinds.append(entry.kind if entry.reverses is None else kinds[entry.reverses])
        if entry.purchase is not None and entry.purchase.lot == lot:
            found = {}
            continue
        for line in entry.lines:
            place = line.place
            if (place.account, place.party, place.lot) == (Account.BUYER, party, lot):
                found[kinds[-1]] = found.get(kinds[-1], 0) - line.amount_minor
    return found


def bought(of: Dossier, paddle: str) -> list[Lot]:
    """The lots that a paddle bought for good, the first won first: without those of a default."""
    return [lot for lot in _won(of, paddle) if lot.id not in of.ledger.defaulted]


def _won(of: Dossier, paddle: str) -> list[Lot]:
    """The lots of a paddle that no priority right can take any more, the first won first."""
    mine = [lot for lot in of.state.lots.values() if lot.status is Status.SOLD and lot.leader == paddle]
    mine = [lot for lot in mine if not of.in_term(lot)]
    return sorted(mine, key=lambda lot: max(lot.ended_at_ms or 0, lot.match_until_ms or 0))


def _all_in_minor(of: Dossier, state: Lot) -> int:
    return all_in_minor(state.hammer_minor or 0, of.state.buyer_commission)


# --- deposits --------------------------------------------------------------------------------------------------------


def deposit_of(of: Dossier, paddle: str) -> Deposit:
    """The deposit of a paddle in the ledger. One that arrived before there was a ledger is kept as it was asked."""
    row = of.bidder(paddle)
    known = of.ledger.deposits.get(row.get("id", ""))
    if known is not None:
        return known
    return Deposit(_asked_minor(of) if row.get("deposit_ms") is not None else 0)


def deposit_minor(of: Dossier, paddle: str) -> int:
    """The deposit of a paddle that has arrived, in the minor unit; 0: none."""
    return deposit_of(of, paddle).paid_minor


def deposit_arrived_ms(of: Dossier, paddle: str) -> int | None:
    """When the deposit of a paddle arrived, the last part of it."""
    row = of.bidder(paddle)
    arrived = [each.at_ms for each in of.entries if _is_arrival(each, row.get("id", ""))]
    return arrived[-1] if arrived else row.get("deposit_ms")


def _is_arrival(written: Written, party: str) -> bool:
    entry = written.entry
    return entry.kind is Kind.DEPOSIT_ARRIVED and any(line.place.party == party for line in entry.lines)


def _asked_minor(of: Dossier) -> int:
    starts = [lot.terms.start_minor for lot in of.state.lots.values()]
    return due_minor(of.sale.deposit, starts) or 0


# --- consignors ------------------------------------------------------------------------------------------------------


def costs_charged_minor(of: Dossier, lot: str) -> int:
    """The costs that the consignors of a lot were charged with."""
    return -of.ledger.balance(Account.COSTS, lot=lot)


def consignors_paid_minor(of: Dossier, lot: str) -> int:
    """The sum that the consignors of a lot were paid."""
    sold = of.ledger.sold.get(lot)
    if sold is None:
        return 0
    due_minor = -of.ledger.balance(Account.CONSIGNOR, lot=lot)
    return sold.net_minor - costs_charged_minor(of, lot) - due_minor


def consignors_paid_ms(of: Dossier, lot: str) -> int | None:
    """When the consignors of a lot were paid last; None: not yet."""
    paid = [
        each.at_ms
        for each in of.entries
        if each.entry.kind is Kind.CONSIGNOR_PAID and any(line.place.lot == lot for line in each.entry.lines)
    ]
    return paid[-1] if paid and consignors_paid_minor(of, lot) else None
