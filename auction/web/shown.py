"""Keeps the public texts of a sale: its rows of the last second, and each lot's part of a page.

A catalogue of 932 lots takes a fifth of a second to make. So a lot's part is made anew only when the lot has changed.
Long work gives the others a turn in between.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, select

from models.catalog import lots, patents
from models.rows import LotRow, PatentRow, typed

from ..base.runtime import Slices
from ..database.store import Store
from ..rules.formats import ask_minor
from ..rules.lot import BEGUN, Lot
from ..sales.documents import LotDocument, documents_of_sale
from ..sales.rows import by_lot

ShownT = TypeVar("ShownT")
PAGES_EVERY_S = 1.0
MOST_PAGES = 4_000
ROWS_AT_ONCE = 20
"""As many rows as are read within a few milliseconds."""


@dataclass(frozen=True, slots=True)
class PartStanding:
    """All that a lot's part is made of; while every one of them is the same the part is too."""

    row: LotRow
    patents: tuple[PatentRow, ...]
    documents: tuple[LotDocument, ...]
    """Those of the data room too; a page shows how many they are, and no more."""
    state: Lot | None
    ask_minor: int | None
    right_is_open: bool
    """Whether a priority right may still take it."""

    def is_still(self, other: "PartStanding") -> bool:
        """Whether nothing has changed; rows and states that have not are the very same objects."""
        return (
            self.row is other.row
            and self.patents is other.patents
            and self.documents is other.documents
            and self.state is other.state
            and self.ask_minor == other.ask_minor
            and self.right_is_open == other.right_is_open
        )


@dataclass(slots=True)
class Shown:
    """One sale."""

    looked_s: float = float("-inf")
    turn: threading.Lock = field(default_factory=threading.Lock)
    rows: dict[str, LotRow] = field(default_factory=dict)
    """By lot, in the order in which they are sold."""
    patents: dict[str, tuple[PatentRow, ...]] = field(default_factory=dict)
    documents: dict[str, tuple[LotDocument, ...]] = field(default_factory=dict)
    made: dict[tuple[str, ...], dict[str, tuple[PartStanding, Any]]] = field(default_factory=dict)

    def standing(self, lot: str, state: Lot | None, now_ms: int) -> PartStanding:
        """How a lot stands at a moment."""
        ask = ask_minor(state, now_ms) if state is not None and state.status in BEGUN else None
        right_is_open = state is not None and (state.match_until_ms or 0) > now_ms
        documents = self.documents.get(lot, ())
        return PartStanding(self.rows[lot], self.patents.get(lot, ()), documents, state, ask, right_is_open)

    def parts(
        self,
        kind: tuple[str, ...],
        states: Mapping[str, Lot],
        now_ms: int,
        make: Callable[[PartStanding], Any],
    ) -> list[tuple[PartStanding, Any]]:
        """Every lot's part of a kind, such as a card in a language. It is made again only if the lot has changed."""
        with self.turn:
            standings = (self.standing(lot, states.get(lot), now_ms) for lot in self.rows)
            self.made[kind] = parts = self._parts(kind, standings, make)
            return list(parts.values())

    def parts_of(
        self, kind: tuple[str, ...], some: Iterable[PartStanding], make: Callable[[PartStanding], Any]
    ) -> list[Any]:
        """The parts of some lots alone, such as those of one page. Those of the others stay known."""
        with self.turn:
            parts = self._parts(kind, some, make)
            self.made[kind] = {**self.made.get(kind, {}), **parts}
            return [part for _, part in parts.values()]

    def _parts(
        self, kind: tuple[str, ...], some: Iterable[PartStanding], make: Callable[[PartStanding], Any]
    ) -> dict[str, tuple[PartStanding, Any]]:
        before, slices = self.made.get(kind, {}), Slices()
        parts: dict[str, tuple[PartStanding, Any]] = {}
        for standing in some:
            slices.breathe()
            lot = standing.row.lot
            known = before.get(lot)
            is_known = known is not None and known[0].is_still(standing)
            parts[lot] = known if known is not None and is_known else (standing, make(standing))
        return parts


class Shelf:
    """The sales that have been asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._shown: dict[str, Shown] = {}
        self._pages: dict[tuple[str, ...], tuple[tuple[PartStanding, Any], str]] = {}

    def of(self, sale: str, within_s: float = PAGES_EVERY_S) -> Shown:
        """A sale's rows, read again if that was not within so many seconds. An unchanged row stays the same object."""
        shown = self._shown.setdefault(sale, Shown())
        with shown.turn:
            if time.monotonic() - shown.looked_s >= within_s:
                read = self.read(sale)
                shown.rows = {lot: _same(shown.rows.get(lot), row) for lot, row in read.rows.items()}
                shown.patents = {lot: _same(shown.patents.get(lot), rows) for lot, rows in read.patents.items()}
                shown.documents = {lot: _same(shown.documents.get(lot), each) for lot, each in read.documents.items()}
                shown.looked_s = time.monotonic()
        return shown

    def read(self, sale: str) -> Shown:
        """A sale's rows as they are now; nothing of them is kept."""
        of_lots = select(lots).where(lots.c.sale == sale).order_by(lots.c.position)
        of_patents = select(patents).where(patents.c.sale == sale).order_by(patents.c.lot, patents.c.position)
        with self._store.read() as connection:
            rows = {row.lot: row for row in _in_slices(connection, LotRow, of_lots)}
            numbers = by_lot(_in_slices(connection, PatentRow, of_patents))
            documents = documents_of_sale(connection, sale)
        return Shown(rows=rows, patents={lot: tuple(each) for lot, each in numbers.items()}, documents=documents)

    def page(self, key: tuple[str, ...], made_of: tuple[PartStanding, Any], make: Callable[[], str]) -> str:
        """A lot's page: as it was while all that it is made of is the same. Of the oldest we forget the pages."""
        known = self._pages.get(key)
        if known is not None and known[0][0].is_still(made_of[0]) and known[0][1] == made_of[1]:
            return known[1]
        page = make()
        self._pages[key] = (made_of, page)
        while len(self._pages) > MOST_PAGES:
            self._pages.pop(next(iter(self._pages.copy())), None)
        return page


def _in_slices(connection: Connection, kind: type[ShownT], query: Select[Any]) -> Iterator[ShownT]:
    time.sleep(0)  # the first row costs as much as sorting them all
    slices = Slices()
    for some in connection.execute(query).mappings().partitions(ROWS_AT_ONCE):
        yield from (typed(kind, row) for row in some)
        slices.breathe()


def _same(before: Any, now: Any) -> Any:
    return before if before == now else now
