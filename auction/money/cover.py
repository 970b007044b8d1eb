"""Deposits and paddles: a paddle may bid once its deposit is covered, and is held when it no longer is.

The ledger says what has arrived; a hold in the journal says who may bid. The first leads to the second.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from models.rows import RegistrationStatus

from ..base.clock import new_id
from ..base.rejected import Rejected
from ..sales.bidders import OPEN_TO_BIDDERS, Registration
from ..sales.holding import Holding
from ..sales.sales import Sales
from .acts import DepositArrived, Reversed
from .books import Books, Press
from .ledger import Kind, Ledger


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A paddle whose hold could not follow its deposit, and the code that says why."""

    paddle: str
    code: str


class Cover:
    """Lets the holds of paddles follow the deposits."""

    def __init__(self, books: Books, sales: Sales, registration: Registration, holding: Holding) -> None:
        self._books = books
        self._sales = sales
        self._registration = registration
        self._holding = holding

    def due_minor(self, sale: str) -> int | None:
        """The deposit of every bidder of a sale, in the minor unit; None if none is asked or known."""
        row = self._sales.by_id(sale)
        return None if row is None else self._sales.deposit_due_minor(row)

    def settle(self, sale: str, party: str, actor: str, *, arrived: bool) -> None:
        """Enter what is missing of a bidder's deposit, or take back what is said to have arrived. Raises Rejected."""
        due_minor, ledger = self.due_minor(sale), self._books.follow(sale)
        if due_minor is None:
            raise Rejected("DEPOSIT_NOT_KNOWN")
        missing_minor = due_minor - _covered_minor(ledger, party)
        if arrived and missing_minor > 0:
            self._books.act(sale, Press(actor, new_id()), DepositArrived(party, missing_minor))
        if not arrived and party not in ledger.deposits:
            self._holding.deposit(party, actor, arrived=False)  # it was said before the sale had a ledger
        for n in () if arrived else _arrivals(ledger, party):
            self._books.act(sale, Press(actor, new_id()), Reversed(n))

    def follow(self, sale: str, ledger: Ledger, actor: str) -> list[Uncovered]:
        """Release whose deposit is covered, hold whose is not; those for whom the rules refused it.

        A sale that is over holds no paddle any more.
        """
        row, due_minor = self._sales.by_id(sale), self.due_minor(sale)
        if row is None or row.status not in OPEN_TO_BIDDERS or due_minor is None:
            return []
        return list(self._follow(sale, ledger, due_minor, actor))

    def _follow(self, sale: str, ledger: Ledger, due_minor: int, actor: str) -> Iterator[Uncovered]:
        for row in self._registration.of_sale(sale):
            is_covered, was_covered = _covered_minor(ledger, row.id) >= due_minor, row.deposit_ms is not None
            if row.status is RegistrationStatus.TURNED_DOWN or is_covered == was_covered:
                continue
            if was_covered and row.id not in ledger.deposits:
                continue  # the deposit arrived before the sale had a ledger: an upgrade holds no paddle
            try:
                answer = self._holding.deposit(row.id, actor, arrived=is_covered)
            except Rejected as error:
                yield Uncovered(row.paddle or "", error.code)
            else:
                if answer is not None and answer.code is not None:
                    yield Uncovered(row.paddle or "", answer.code)


def _arrivals(ledger: Ledger, party: str) -> list[int]:
    """The entries by which a bidder's deposit arrived and which stand."""
    return [
        n
        for n, entry in enumerate(ledger.entries, 1)
        if entry.kind is Kind.DEPOSIT_ARRIVED and n not in ledger.reversed and entry.lines[1].place.party == party
    ]


def _covered_minor(ledger: Ledger, party: str) -> int:
    """The part of a deposit that counts for its bidder: frozen, or set off against his debts."""
    deposit = ledger.deposit(party)
    return deposit.frozen_minor + deposit.applied_minor
