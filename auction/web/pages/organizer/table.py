"""The table of a sale's lots: searched, filtered, sorted, with columns to choose, a page at a time."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from models.rows import LotRow, PatentRow

from ....patents.facts import by_lot
from ....rules.formats import FORMATS
from ....rules.lot import Lot, Status
from ....sales.contents import Contents
from ....sales.lacking import Lacking, LackKind, lacking
from ..public.finding import folded

LINES_SHOWN = 50
"""Lots on one page of the table."""
LONGEST_SEARCH = 100
TABLE_COLUMNS = ("format", "start", "reserve", "increment", "estimate", "consignor", "field", "patents", "status")
SHOWN_FIRST = ("start", "reserve", "increment", "status")
LACKING, READY = "lacking", "ready"
STATES = (LACKING, READY, *Status)
SORTS: Mapping[str, Callable[[LotRow], Any]] = {
    "order": lambda lot: lot.position,
    "number": lambda lot: natural(lot.lot),
    "title": lambda lot: folded(lot.title_zh or lot.title_en),
    "start": lambda lot: lot.start_minor or -1,
    "consignor": lambda lot: folded(lot.consignor),
}


@dataclass(frozen=True, slots=True)
class LotQuery:
    """The question that a table answers, as its address says it. `sort` with a hyphen before it goes down."""

    q: str = ""
    lack: str = ""
    format: str = ""
    state: str = ""
    sort: str = "order"
    columns: tuple[str, ...] = SHOWN_FIRST
    page: int = 1

    @classmethod
    def read(cls, given: "MultiDict[str, str]") -> "LotQuery":
        """The question in an address; what it does not understand is left out."""
        page, sort = given.get("page", ""), given.get("sort", "")
        chosen = tuple(name for name in TABLE_COLUMNS if name in given.getlist("columns"))
        return cls(
            q=given.get("q", "")[:LONGEST_SEARCH].strip(),
            lack=given.get("lack", "")[:40],
            format=_one_of(given.get("format", ""), FORMATS),
            state=_one_of(given.get("state", ""), STATES),
            sort=sort if sort.removeprefix("-") in SORTS else "order",
            columns=chosen or SHOWN_FIRST,
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )

    def address(self, endpoint: str, **values: Any) -> str:
        """The address of a page that asks the same, but for what is named. It begins on the first page."""
        said = {name: getattr(self, name) for name in _PLAIN} | {"page": 1} | values
        return url_for(endpoint, **{name: value for name, value in said.items() if value != _PLAIN.get(name)})

    def sorted_by(self, name: str) -> str:
        """The order of a column; asked again, the other way round."""
        return f"-{name}" if self.sort == name else name

    @property
    def narrows(self) -> bool:
        """Whether some lots are left out."""
        return bool(self.q or self.lack or self.format or self.state)


_PLAIN: Mapping[str, object] = {
    "q": "",
    "lack": "",
    "format": "",
    "state": "",
    "sort": "order",
    "columns": SHOWN_FIRST,
    "page": 1,
}


@dataclass(frozen=True, slots=True)
class TableLine:
    """A lot in the table: how it stands, what it lacks as codes, and the number of remarks on it."""

    lot: LotRow
    state: Lot | None
    patents: Sequence[PatentRow]
    missing: Sequence[str] = ()
    remarks: int = 0

    @property
    def status(self) -> Status:
        """The status of the lot; one of a draft waits."""
        return Status.PENDING if self.state is None else self.state.status

    @property
    def unreadable(self) -> bool:
        """Whether the number of a patent cannot be read."""
        return any(each.number is None for each in self.patents)


@dataclass
class LotTable:
    """The lots of a sale, with what they lack."""

    contents: Contents
    states: Mapping[str, Lot]
    query: LotQuery = field(default_factory=LotQuery)

    @cached_property
    def lacking(self) -> Lacking:
        """The missing things of the sale and its lots."""
        return lacking(self.contents)

    @cached_property
    def _missing(self) -> dict[str, list[str]]:
        return _codes(self.lacking.missing)

    @cached_property
    def _others(self) -> dict[str, list[str]]:
        return _codes([*self.lacking.asked, *self.lacking.remarks])

    @cached_property
    def found(self) -> list[LotRow]:
        """The lots that the question asks for, in its order."""
        words = folded(self.query.q).split()
        fitting = [lot for lot in self.contents.lots if self._fits(lot, words)]
        key = SORTS[self.query.sort.removeprefix("-")]
        return sorted(fitting, key=key, reverse=self.query.sort.startswith("-"))

    @property
    def pages(self) -> int:
        """The number of pages that the found lots fill, at least one."""
        return max(1, -(-len(self.found) // LINES_SHOWN))

    @property
    def page(self) -> int:
        """The page that is shown, from 1."""
        return min(max(1, self.query.page), self.pages)

    @property
    def lines(self) -> list[TableLine]:
        """The lots of the page that is shown."""
        first = (self.page - 1) * LINES_SHOWN
        remarks = by_lot(self.contents.remarks)
        return [
            TableLine(
                lot,
                self.states.get(lot.lot),
                self.contents.patents.get(lot.lot, ()),
                self._missing.get(lot.lot, ()),
                len(remarks.get(lot.lot, ())),
            )
            for lot in self.found[first : first + LINES_SHOWN]
        ]

    def _fits(self, lot: LotRow, words: Sequence[str]) -> bool:
        asked, missing = self.query, self._missing.get(lot.lot, [])
        return (
            asked.format in ("", lot.format)
            and (not asked.lack or asked.lack in (*missing, *self._others.get(lot.lot, ())))
            and self._is_in(lot.lot, asked.state, is_lacking=bool(missing))
            and (not words or self._has(lot, words))
        )

    def _is_in(self, lot: str, state: str, *, is_lacking: bool) -> bool:
        if state in (LACKING, READY):
            return is_lacking is (state == LACKING)
        status = self.states[lot].status if lot in self.states else Status.PENDING
        return state in ("", status)

    def _has(self, lot: LotRow, words: Sequence[str]) -> bool:
        numbers = (
            text
            for each in self.contents.patents.get(lot.lot, ())
            for text in (each.as_written, each.number or "", each.title, each.inventors, each.owner, each.ipc)
        )
        names = (each["name"] for each in lot.consignors)
        texts = (lot.lot, lot.title_zh, lot.title_en, lot.consignor, lot.field, *numbers, *names)
        text = folded(" ".join(texts))
        return all(word in text for word in words)


def natural(lot: str) -> list[tuple[int, str]]:
    """A key that puts lot 2 before lot 10, and A-3 before A-12."""
    return [(int(part), "") if part.isdigit() else (-1, part.lower()) for part in re.findall(r"\d+|\D+", lot)]


def _codes(kinds: Iterable[LackKind]) -> dict[str, list[str]]:
    """The codes of what each lot lacks."""
    codes: dict[str, list[str]] = {}
    for kind in kinds:
        for lot in kind.lots:
            codes.setdefault(lot, []).append(kind.code)
    return codes


def _one_of(said: str, words: Iterable[str]) -> str:
    return said if said in words else ""
