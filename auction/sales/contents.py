"""A sale with its lots and their patents, read once. The law's findings and the lots' gaps follow from that value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from models.rows import LotRow, PatentRow, SaleRow

from ..patents.anew import Changes
from ..patents.facts import Offered, before_the_sale, facts_of, remarks
from ..patents.law import Finding, Gate, LegalStep, LotFacts
from . import deposits
from .checks import Missing, missing_for
from .rows import by_lot, lot_rows, patent_rows, sale_row


@dataclass(frozen=True)
class Contents:
    """A sale with its lots in their order, and the patents of each lot; `now_ms` is when they were read,
    `changes` are those after publishing."""

    sale: SaleRow
    lots: Sequence[LotRow]
    patents: Mapping[str, Sequence[PatentRow]]
    now_ms: int
    changes: Changes = ()

    @cached_property
    def facts(self) -> list[LotFacts]:
        """The facts of each lot that the law judges."""
        return [facts_of(lot, self.patents.get(lot.lot, ())) for lot in self.lots]

    def law(self, step: LegalStep = LegalStep.OPEN_LOT) -> Gate:
        """The law's findings for a step of the sale with all its lots, as of its planned day."""
        return before_the_sale(step, Offered(self.sale, self.facts, self.changes), self.now_ms)

    @cached_property
    def remarks(self) -> list[Finding]:
        """Facts of the patents that stop nothing, but that a buyer should know."""
        return remarks(self.sale, self.facts, self.now_ms)

    @cached_property
    def missing(self) -> dict[str, list[Missing]]:
        """The reasons why lots cannot be opened, by lot; a lot that can is left out."""
        lacking = {lot.lot: missing_for(lot) for lot in self.lots}
        return {lot: missing for lot, missing in lacking.items() if missing}

    @property
    def deposit_due_minor(self) -> int | None:
        """The deposit that the sale asks of every bidder; None: none, or it is not known yet."""
        return deposits.due_minor(self.sale.deposit, [lot.start_minor for lot in self.lots])


def read(connection: Connection, sale: SaleRow, now_ms: int, changes: Changes = ()) -> Contents:
    """A sale's contents as of now; each table is read once."""
    return Contents(sale, lot_rows(connection, sale.id), by_lot(patent_rows(connection, sale.id)), now_ms, changes)


def read_locked(connection: Connection, sale: str, now_ms: int) -> Contents:
    """The same, and no other transaction changes the sale before this one ends. Raises Rejected."""
    return read(connection, sale_row(connection, sale, lock=True), now_ms)
