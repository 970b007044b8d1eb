"""The day until which papers and personal data of a sale are kept.

It is 5 years after the end of the consignment contracts (拍卖法 54). A court's sale has 10 (法释〔2016〕18号 29).
Without that day nothing of the sale is erased.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from models.privacy import sale_keeping

from ..base.clock import Clock
from ..database.store import Store

KEPT_YEARS, KEPT_YEARS_FOR_COURT = 5, 10
_CHINA = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long the papers of a sale are kept. `erased_ms`: when its personal data went."""

    contracts_end_on: date | None = None
    for_court: bool = False
    erased_ms: int | None = None

    @property
    def years(self) -> int:
        """For so many years after the last contract."""
        return KEPT_YEARS_FOR_COURT if self.for_court else KEPT_YEARS

    @property
    def kept_until(self) -> date | None:
        """The last day on which they are kept; None while the end of the contracts is not known."""
        return None if self.contracts_end_on is None else years_later(self.contracts_end_on, self.years)

    def is_over(self, today: date) -> bool:
        """Whether the law asks for them no more."""
        return self.kept_until is not None and today > self.kept_until


def years_later(day: date, years: int) -> date:
    """The same day some years later; of 29 February the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def today_of(clock: Clock) -> date:
    """The day in China now: the law's days are counted there."""
    return (datetime.fromtimestamp(clock.now_ms() / 1000, UTC) + _CHINA).date()


class SaleKeeping:
    """Keeps the organizer's word on the end of a sale's contracts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, sale: str) -> Keeping:
        """How long the papers of a sale are kept."""
        with self._store.read() as connection:
            return keepings(connection).get(sale, Keeping())

    def set(self, sale: str, contracts_end_on: date | None, *, for_court: bool) -> None:
        """Say when the last consignment contract of a sale ends, and whether a court sells."""
        said = {"contracts_end_on": contracts_end_on, "for_court": for_court}
        with self._store.write() as connection:
            if not connection.execute(update(sale_keeping).where(sale_keeping.c.sale == sale), said).rowcount:
                connection.execute(insert(sale_keeping), {"sale": sale, **said})


def keepings(connection: Connection) -> Mapping[str, Keeping]:
    """How long papers are kept, by sale; a sale without its day is missing."""
    rows = connection.execute(select(sale_keeping))
    return {row.sale: Keeping(row.contracts_end_on, row.for_court, row.erased_ms) for row in rows}
