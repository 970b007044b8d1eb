"""A file of lots becomes drafts of lots, all of them or none.

Columns, rules and codes are described in docs/catalogue.md; tests/catalogue/test_reading.py holds that page true.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import count
from typing import Any

from ..base.texts import clean
from ..patents import numbers as patent_numbers
from ..people.parties import DITTO, parties_of
from ..rules.ladder import NAMED
from ..words.amounts import BadAmount, names, read_price
from . import facts as fact_columns
from . import terms
from .columns import COLUMNS, find_column, is_passed_over, known_headings
from .csv_rows import FileProblem, FileRow
from .sheets import UNSAVED, read_table

MAX_SHOWN = 500  # errors, and as many warnings; a last one says how many more there are
_LONGEST_NUMBER = 40


def _short(text: str) -> str:
    """A text for a message: cleaned, in one line, not longer than a line has room for."""
    return " ".join(clean(text)[0].split())[:_LONGEST_NUMBER]


_nothing_said = partial(field, default_factory=dict)


@dataclass(frozen=True, slots=True)
class LotDraft:
    """A lot as a row of the file gives it: texts empty, amounts and dates None where the row has none."""

    line: int = field(compare=False)
    lot: str
    title_zh: str
    title_en: str
    patents: tuple[tuple[str, str | None], ...]  # each as written, and canonical where it could be read
    abstract_zh: str
    abstract_en: str
    field: str
    consignor: str
    start_minor: int | None
    reserve_minor: int | None
    increment_minor: int | None
    ladder: str | None
    format: str
    own: Mapping[str, Any]
    estimate_low_minor: int | None
    estimate_high_minor: int | None
    defects: str
    transfer_type: str
    filing_date: date | None
    publication_date: date | None
    kind: str
    facts: Mapping[str, Any] = _nothing_said()  # of the lot, as far as the row says any
    patent_facts: Mapping[str, Any] = _nothing_said()  # of each of its patents


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The content of a file. Any error leaves no lots, so that nothing is ever imported by halves."""

    filename: str
    lots: tuple[LotDraft, ...]
    errors: tuple[FileProblem, ...]
    warnings: tuple[FileProblem, ...]


def read_catalogue(data: bytes, filename: str, currency: str) -> Catalogue:
    """Read a CSV or XLSX file into lots of a sale in this currency. Pure; never raises, whatever the bytes; the name
    decides nothing."""
    table = read_table(data, known_headings)
    if isinstance(table, FileProblem):
        return Catalogue(filename, (), (table,), ())
    report = _Report(currency, list(table.errors), list(table.warnings))
    columns = _columns(table.heading, report)
    if not table.rows:
        report.errors.append(FileProblem(table.heading.line, "", "NO_LOTS_BELOW"))
    lots = _numbered([_draft(_Cells(row, table.heading, columns, report)) for row in table.rows])
    return Catalogue(filename, () if report.errors else lots, _shown(report.errors), _shown(report.warnings))


@dataclass(slots=True)
class _Report:
    """The problems so far, and the lines where lot numbers and patents were met first."""

    currency: str
    errors: list[FileProblem]
    warnings: list[FileProblem]
    consignor: str = ""
    lots: dict[str, int] = field(default_factory=dict)
    patents: dict[str, int] = field(default_factory=dict)


def _shown(problems: list[FileProblem]) -> tuple[FileProblem, ...]:
    ordered = sorted(problems, key=lambda problem: problem.line)
    more = len(ordered) - MAX_SHOWN
    return (*ordered[:MAX_SHOWN], *([FileProblem(0, "", "MORE_PROBLEMS", {"count": more})] if more > 0 else []))


def _columns(heading: FileRow, report: _Report) -> dict[str, list[int]]:
    """The place of each column. Several headings of one column fill in for each other, the better name first."""
    ranked: dict[str, dict[int, int]] = {}
    line, shown = heading.line, [_short(text) for text in heading.cells]
    for at, text in enumerate(heading.cells):
        name, rank, unit = find_column(text)
        if not name and shown[at] and not is_passed_over(text):
            report.warnings.append(FileProblem(line, shown[at], "UNKNOWN_COLUMN"))
        elif unit and not names(unit, report.currency):
            params = {"unit": unit[:20], "currency": report.currency}
            report.errors.append(FileProblem(line, shown[at], "UNIT", params))
        elif name and rank in ranked.setdefault(name, {}):
            report.errors.append(FileProblem(line, shown[at], "DUPLICATE_COLUMN"))
        elif name:
            ranked[name][rank] = at
    columns = {name: [at for _, at in sorted(places.items())] for name, places in ranked.items()}
    for first, *others in columns.values():
        params = {"first": shown[first]}
        report.warnings.extend(FileProblem(line, shown[other], "SECOND_COLUMN", params) for other in others)
    for wanted in (("title", "title_zh", "title_en"), ("patents",)):
        if not columns.keys() & set(wanted):
            report.errors.append(FileProblem(line, wanted[0], "MISSING_COLUMN", {"wanted": ", ".join(wanted)}))
    return columns


def _draft(cells: "_Cells") -> LotDraft:
    title_zh, title_en = cells.by_language("title")
    abstract_zh, abstract_en = cells.by_language("abstract")
    start, reserve = cells.amount("start"), cells.amount("reserve")
    low, high = cells.amount("estimate_low"), cells.amount("estimate_high")
    cells.check_currency()
    step, ladder = cells.increment()
    facts, patent_facts = fact_columns.read_facts(cells)
    form, own = terms.read_terms(cells, terms.Prices(start, reserve))
    if start and reserve and reserve < start:
        cells.error("reserve", "RESERVE_BELOW_START")
    if low and high and low > high:
        cells.error("estimate_low", "ESTIMATE_REVERSED")
    return LotDraft(
        line=cells.row.line, lot=cells.lot(), patents=cells.patents(),
        title_zh=title_zh, title_en=title_en, abstract_zh=abstract_zh, abstract_en=abstract_en,
        start_minor=start, reserve_minor=reserve, increment_minor=step, ladder=ladder, format=form, own=own,
        estimate_low_minor=low, estimate_high_minor=high,
        filing_date=cells.day("filing_date"), publication_date=cells.day("publication_date"),
        field=cells.text("field"), consignor=cells.consignor(), defects=cells.text("defects"),
        transfer_type=cells.text("transfer_type"), kind=cells.text("kind"), facts=facts, patent_facts=patent_facts,
    )  # fmt: skip


def _numbered(drafts: list[LotDraft]) -> tuple[LotDraft, ...]:
    """Lots without a number get the lowest free ones, in the order of the file."""
    taken = {draft.lot for draft in drafts}
    free = (str(number) for number in count(1) if str(number) not in taken)
    return tuple(draft if draft.lot else replace(draft, lot=next(free)) for draft in drafts)


_CELL_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|#+)", re.I)
_SEVERAL_LINES = frozenset({"abstract", "abstract_zh", "abstract_en", "defects", "patents"})
_DATE = re.compile(r"(\d{4})(?:([-/.])(\d\d?)\2(\d\d?)|年(\d\d?)月(\d\d?)日?|(\d\d)(\d\d))(?:[T ][0:]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of one row by the names of their columns. Their problems go into the report."""

    row: FileRow
    heading: FileRow
    columns: Mapping[str, Sequence[int]]
    report: _Report

    def _place(self, name: str) -> int | None:
        """The first filled one of the columns that share a name, else the first."""
        places = self.columns.get(name, ())
        return next((at for at in places if clean(self.row.cells[at])[0]), next(iter(places), None))

    def _heading(self, name: str) -> str:
        at = self._place(name)
        return name if at is None else _short(self.heading.cells[at])

    def error(self, name: str, code: str, **params: str | int) -> None:
        self.report.errors.append(FileProblem(self.row.line, self._heading(name), code, params))

    def warn(self, name: str, code: str, **params: str | int) -> None:
        self.report.warnings.append(FileProblem(self.row.line, self._heading(name), code, params))

    def text(self, name: str) -> str:
        at = self._place(name)
        if at is None:
            return ""
        text, invisible = clean(self.row.cells[at])
        if invisible:
            self.warn(name, "INVISIBLE_REMOVED")
        if damaged := re.search("[\ufffd\ud800-\udfff\ufffe\uffff]|锟斤拷", text):
            self.error(name, "DAMAGED_TEXT", char=f"U+{ord(damaged[0][0]):04X}")
        elif text == UNSAVED:
            self.error(name, "FORMULA_UNSAVED")
        elif _CELL_ERROR.fullmatch(text):
            self.error(name, "CELL_ERROR", text=text[:20])
        elif len(text) > (longest := COLUMNS[name][0]):
            self.error(name, "TOO_LONG", count=len(text), most=longest)
        else:
            return text if name in _SEVERAL_LINES else " ".join(text.split())
        return ""

    def filled(self, name: str) -> bool:
        """Whether anything stands in the column."""
        at = self._place(name)
        return at is not None and clean(self.row.cells[at])[0] != ""

    def by_language(self, name: str) -> tuple[str, str]:
        """Chinese and English, each from its own column, or from the common one by the script it is written in."""
        names = (f"{name}_zh", f"{name}_en")
        texts = [self.text(one) for one in names]
        if common := self.text(name):
            at = 0 if re.search("[\u3400-\u9fff\U00020000-\U0003ffff]", common) else 1
            if texts[at] not in ("", common):
                self.warn(name, "TEXT_IGNORED", first=self._heading(names[at]))
            texts[at] = texts[at] or common
        if name == "title" and not any(texts):
            self._missing(name, *names)
        return texts[0], texts[1]

    def _missing(self, *names: str) -> None:
        """Not said of a cell that was refused, nor in every line if there is no such column at all."""
        places = [at for name in names for at in self.columns.get(name, ())]
        if places and not any(clean(self.row.cells[at])[0].strip(" ;；、\n") for at in places):
            self.error(next(name for name in names if name in self.columns), "MISSING_VALUE")

    def lot(self) -> str:
        text = self.text("lot")
        match = re.fullmatch(r"0*([1-9][0-9]{0,5})\s*([A-Z]?)", unicodedata.normalize("NFKC", text).upper())
        number = match[1] + match[2] if match else ""
        if text and not number:
            self.error("lot", "NOT_A_LOT_NUMBER", text=text)
        elif number in self.report.lots:
            self.error("lot", "DUPLICATE_LOT", lot=number, line=self.report.lots[number])
        elif number:
            self.report.lots[number] = self.row.line
        return number

    def patents(self) -> tuple[tuple[str, str | None], ...]:
        numbers = [" ".join(part.split()) for part in re.split(r"[;；、\n]", self.text("patents"))]
        found = tuple((number, self._canonical(number)) for number in numbers if number)
        if not found:
            self._missing("patents")
        return found

    def _canonical(self, number: str) -> str | None:
        if len(number) > _LONGEST_NUMBER:
            self.error("patents", "TOO_LONG", count=len(number), most=_LONGEST_NUMBER)
            return None
        parsed = patent_numbers.parse(number)
        for code in parsed.warnings if parsed else ("PATENT_UNREADABLE",):
            if code != patent_numbers.NumberWarning.KIND_MISSING:  # usual in lists, and of no harm
                self.warn("patents", str(code), number=number)
        canonical = parsed.canonical if parsed else None
        line = self.report.patents.setdefault(canonical or number, self.row.line)
        if line != self.row.line:
            self.warn("patents", "PATENT_REPEATED", number=number, line=line)
        return canonical

    def amount(self, name: str, bad: str = "BAD_AMOUNT", **params: str) -> int | None:
        try:
            return read_price(self.text(name), self.report.currency)
        except BadAmount as error:
            self.error(name, bad if error.code == "BAD_AMOUNT" else error.code, **error.params, **params)
            return None

    def increment(self) -> tuple[int | None, str | None]:
        at = self._place("increment")
        name = "" if at is None else _short(unicodedata.normalize("NFKC", self.row.cells[at])).upper()
        if name in NAMED:
            return None, name
        return self.amount("increment", "BAD_INCREMENT", ladders=", ".join(NAMED)), None

    def consignor(self) -> str:
        """The consignors of the lot, as written; 同上 means those of the lot above."""
        text = self.text("consignor")
        if text.casefold() in DITTO:
            if not self.report.consignor:
                self.error("consignor", "NOTHING_ABOVE", text=text)
            text = self.report.consignor
        if not all(party.sure for party in parties_of(text)):
            self.warn("consignor", "CONSIGNORS_UNCLEAR", text=text[:100])
        self.report.consignor = text
        return text

    def check_currency(self) -> None:
        """Report a row in another currency: its prices must not pass as the sale's."""
        text = self.text("currency")
        if text and not names(text, self.report.currency):
            self.error("currency", "UNIT", unit=text, currency=self.report.currency)

    def day(self, name: str) -> date | None:
        text = self.text(name)
        if match := _DATE.fullmatch(re.sub(r"\s*([-/.年月])\s*", r"\1", unicodedata.normalize("NFKC", text))):
            year, month, day = (int(part) for part in match.group(1, 3, 4, 5, 6, 7, 8) if part)
            with suppress(ValueError):
                return date(year, month, day)
        if text:
            self.error(name, "BAD_DATE", text=text)
        return None
