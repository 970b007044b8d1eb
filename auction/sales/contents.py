"""A sale with its lots and their patents, read once. The law's findings and the lots' gaps follow from that value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from models.rows import LotRow, PatentRow, SaleRow

from ..patents.anew import Changes
from ..patents.facts import Offered, before_the_sale, facts_of, remarks
from ..patents.findings import Finding
from ..patents.law import Gate, LegalStep, LotFacts
from ..rules.lot import Status
from ..rules.sale import Sale
from . import deposits
from .checks import Missing, missing_for
from .rows import by_lot, lot_rows, lots_of_sales, patent_rows, patents_of_sales, sale_row


@dataclass(frozen=True)
class Contents:
    """A sale with its lots in their order, and the patents of each lot; `now_ms` is when they were read.

    `changes` are those after publishing. Lots that have `opened` cannot be changed, so nothing is missing of them.
    """

    sale: SaleRow
    lots: Sequence[LotRow]
    patents: Mapping[str, Sequence[PatentRow]]
    now_ms: int
    changes: Changes = ()
    opened: frozenset[str] = frozenset()

    @cached_property
    def waiting(self) -> list[LotRow]:
        """The lots that have not opened."""
        return [lot for lot in self.lots if lot.lot not in self.opened]

    @cached_property
    def facts(self) -> list[LotFacts]:
        """The facts that the law judges, of each lot that has not opened."""
        return [facts_of(lot, self.patents.get(lot.lot, ())) for lot in self.waiting]

    def law(self, step: LegalStep = LegalStep.OPEN_LOT) -> Gate:
        """The law's findings for a step of the sale with its lots, as of its planned day."""
        offered = Offered(self.sale, self.facts, self.changes, begun=bool(self.opened))
        return before_the_sale(step, offered, self.now_ms)

    @cached_property
    def remarks(self) -> list[Finding]:
        """Facts of the patents that stop nothing, but that a buyer should know."""
        return remarks(self.sale, self.facts, self.now_ms)

    @cached_property
    def missing(self) -> dict[str, list[Missing]]:
        """The reasons why lots cannot be opened, by lot; a lot that can is left out."""
        lacking = {lot.lot: missing_for(lot) for lot in self.waiting}
        return {lot: missing for lot, missing in lacking.items() if missing}

    @property
    def deposit_due_minor(self) -> int | None:
        """The deposit that the sale asks of every bidder; None: none, or it is not known yet."""
        return deposits.due_minor(self.sale.deposit, [lot.start_minor for lot in self.lots])


def read(connection: Connection, sale: SaleRow, now_ms: int, state: Sale | None = None) -> Contents:
    """A sale's contents as of now; each table is read once. `state` is that of its journal."""
    rows, numbers = lot_rows(connection, sale.id), by_lot(patent_rows(connection, sale.id))
    return of_rows(sale, rows, numbers, now_ms, state)


def read_all(
    connection: Connection, sales: Sequence[SaleRow], now_ms: int, states: Mapping[str, Sale]
) -> list[Contents]:
    """The contents of several sales; each table is read once for all of them."""
    rows = lots_of_sales(connection, [sale.id for sale in sales])
    numbers = patents_of_sales(connection, [sale.id for sale in sales])
    return [
        of_rows(sale, rows.get(sale.id, []), by_lot(numbers.get(sale.id, [])), now_ms, states.get(sale.id))
        for sale in sales
    ]


def of_rows(
    sale: SaleRow, rows: Sequence[LotRow], numbers: Mapping[str, Sequence[PatentRow]], now_ms: int, state: Sale | None
) -> Contents:
    """The contents of a sale whose rows have been read."""
    if state is None:
        return Contents(sale, rows, numbers, now_ms)
    opened = frozenset(lot.id for lot in state.lots.values() if lot.status is not Status.PENDING)
    return Contents(sale, rows, numbers, now_ms, state.changes, opened)


def read_locked(connection: Connection, sale: str, now_ms: int) -> Contents:
    """The same, and no other transaction changes the sale before this one ends. Raises Rejected."""
    return read(connection, sale_row(connection, sale, lock=True), now_ms)
