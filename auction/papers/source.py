"""One sale as reports see it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from models.rows import LotRow, PatentRow, SaleRow

from ..audit.rows import Difference
from ..base.zones import zone_of
from ..cases.steps import Case
from ..money.ledger import Ledger
from ..rules.sale import Sale
from ..sales.applicants import Applicant
from ..trail.trail import TrailEntry
from ..words.amounts import major
from .trail_lines import TrailNames

ReportRow = tuple[Any, ...]
"""One line of a report; the first one names the columns."""


@dataclass(frozen=True, slots=True)
class Source:
    """One sale as reports see it: its rows, where its lots stand, and for the bids what the journal holds.

    `steps` are bodies of events, `refusals` rows; both may be read while they are asked for, once. If the state is an
    outline (`audit/outline.py`), `whole` are the lots whose bids are in it. On all others each bid stands.
    """

    sale: SaleRow
    state: Sale
    lots: Sequence[LotRow]
    patents: Mapping[str, Sequence[PatentRow]]
    bidders: Sequence[Applicant] = ()
    organizations: Mapping[str, str] = field(default_factory=dict)
    steps: Iterable[bytes] = ()
    refusals: Iterable[Mapping[str, Any]] = ()
    whole: frozenset[str] | None = None
    now_ms: int = 0
    differs: Sequence[Difference] = ()
    ledger: Ledger = field(default_factory=Ledger)
    due_minor: int | None = None
    cases: Sequence[Case] = ()
    trail: Sequence[TrailEntry] = ()
    trail_names: TrailNames = field(default_factory=TrailNames)

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.sale)

    def numbers(self, lot: str) -> str:
        """The numbers of a lot's patents, in their one form where they could be read."""
        return "; ".join(each.number or each.as_written for each in self.patents.get(lot, ()))

    def major(self, minor: int | None) -> Decimal | None:
        """An amount in the major unit, exact, with the decimals of the sale's currency."""
        return major(minor, self.sale.currency)

    def moment(self, at_ms: int | None) -> datetime | None:
        """A time in the sale's own zone."""
        return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, self.zone)
