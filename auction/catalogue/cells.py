"""The cells of one row by the names of their columns: texts, amounts, days, numbers of lots. Problems go into a report.

A lot cannot be without some cells, and some bear on bidding: there a fault is an error. Any other cell with a fault
is left empty with a warning.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ..base.texts import clean
from ..people.parties import DITTO, parties_of
from ..words.amounts import BadAmount, in_unit, names, read_price, says_none
from . import facts
from .choices import DayOrder
from .columns import AMOUNTS, COLUMNS
from .csv_rows import FileProblem, FileRow
from .days import read_day
from .misread import as_meant
from .tables import short
from .workbook import UNSAVED

OPTIONAL = frozenset(
    {
        *("abstract", "abstract_zh", "abstract_en", "field", "estimate_low", "estimate_high", "transfer_type"),
        *("filing_date", "publication_date", "kind"),
        *facts.LOT_TICKS,
        *facts.OF_PATENTS,
    }
)
"""The columns that a lot can be without: a cell that cannot be read is left empty."""

_CELL_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|#+)", re.I)
_SEVERAL_LINES = frozenset({"abstract", "abstract_zh", "abstract_en", "defects", "patents", "kind", *facts.OF_PATENTS})
_SEVERAL_LINES |= {"filing_date", "publication_date"}
_PERCENT = re.compile(r"\d[\d.,]*\s*%")


@dataclass(slots=True)
class CellReport:
    """The problems so far, the lines where lot numbers and patents were met first, and the consignor above."""

    currency: str
    day_order: DayOrder | None = None
    units: Mapping[int, str] = field(default_factory=dict)
    """The unit of a column of amounts, by its place: 万. Its amounts are multiplied by it."""
    errors: list[FileProblem] = field(default_factory=list)
    warnings: list[FileProblem] = field(default_factory=list)
    consignor: str = ""
    asks_day_order: bool = False
    tries_left: int = 200_000
    """How often a piece of a cell may still be tried as a patent number. A file of spaces must not take minutes."""
    lots: dict[str, int] = field(default_factory=dict)
    patents: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one row by the names of their columns."""

    row: FileRow
    heading: FileRow
    columns: Mapping[str, Sequence[int]]
    report: CellReport

    def place(self, name: str) -> int | None:
        """The first filled one of the columns that share a name, else the first."""
        places = self.columns.get(name, ())
        if len(places) == 1:
            return places[0]
        return next((at for at in places if clean(self.row.cells[at])[0]), next(iter(places), None))

    def heading_of(self, name: str) -> str:
        """The heading of a column as the file writes it."""
        at = self.place(name)
        return name if at is None else short(self.heading.cells[at])

    def error(self, name: str, code: str, **params: str | int) -> None:
        """Say that a cell is wrong. In an optional column it is a warning, and the cell is left empty."""
        problem = FileProblem(self.row.line, self.heading_of(name), code, params, emptied=name in OPTIONAL)
        (self.report.warnings if name in OPTIONAL else self.report.errors).append(problem)

    def warn(self, name: str, code: str, **params: str | int) -> None:
        """Something odd about a cell that was read."""
        self.report.warnings.append(FileProblem(self.row.line, self.heading_of(name), code, params))

    def filled(self, name: str) -> bool:
        """Whether anything stands in the column."""
        at = self.place(name)
        return at is not None and clean(self.row.cells[at])[0] != ""

    def text(self, name: str) -> str:
        """The text of a cell; empty where it is damaged or too long, which is said."""
        at = self.place(name)
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
        elif meant := as_meant(self.row.cells[at]):
            self.error(name, "MISREAD_TEXT", text=short(text), meant=short(meant))
        else:
            return text if name in _SEVERAL_LINES else " ".join(text.split())
        return ""

    def by_language(self, name: str) -> tuple[str, str]:
        """Chinese and English, each from its own column, or from the common one by the script it is written in."""
        names = (f"{name}_zh", f"{name}_en")
        texts = [self.text(one) for one in names]
        if common := self.text(name):
            at = 0 if re.search("[\u3400-\u9fff\U00020000-\U0003ffff]", common) else 1
            if texts[at] not in ("", common):
                self.warn(name, "TEXT_IGNORED", first=self.heading_of(names[at]))
            texts[at] = texts[at] or common
        if name == "title" and not any(texts):
            self.missing(name, *names)
        return texts[0], texts[1]

    def missing(self, *names: str) -> None:
        """Not said of a cell that was refused, nor in every line if there is no such column at all."""
        places = [at for name in names for at in self.columns.get(name, ())]
        if places and not any(clean(self.row.cells[at])[0].strip(" ;；、\n") for at in places):
            self.error(next(name for name in names if name in self.columns), "MISSING_VALUE")

    # --- amounts ---

    def amount(self, name: str, bad: str = "BAD_AMOUNT", **params: str) -> int | None:
        """An amount in the minor unit; None where there is none, or a word such as 面议 says so."""
        return self.amount_in(name, self.text(name), bad, **params)

    def amount_in(self, name: str, text: str, bad: str = "BAD_AMOUNT", **params: str) -> int | None:
        """The same of a column's text that has been read already."""
        if says_none(text):
            if name == "start":
                self.warn(name, "NO_AMOUNT", text=text)
            return None
        if _PERCENT.search(unicodedata.normalize("NFKC", text)):
            self.error(name, "PERCENT_HERE", text=short(text))
            return None
        try:
            return read_price(in_unit(text, self._unit(name)), self.report.currency)
        except BadAmount as error:
            told = {**error.params, "text": short(text)} if "text" in error.params else error.params
            self.error(name, bad if error.code == "BAD_AMOUNT" else error.code, **told, **params)
            return None

    def _unit(self, name: str) -> str:
        at = self.place(name)
        return "" if at is None or name not in AMOUNTS else self.report.units.get(at, "")

    def is_percent(self, name: str) -> bool:
        """Whether the column's heading says that its cells are percentages."""
        return self._unit(name) == "%"

    def check_currency(self) -> None:
        """CellReport a row in another currency: its prices must not pass as the sale's."""
        text = self.text("currency")
        if text and not names(text, self.report.currency):
            self.error("currency", "UNIT", unit=text, currency=self.report.currency)

    # --- other values ---

    def day(self, name: str, text: str) -> date | None:
        """The day that a text of a column names."""
        found = read_day(text, self.report.day_order) if text else None
        if text and found is None:
            self.error(name, "BAD_DATE", text=short(text))
        elif found is not None and found.either:
            self.report.asks_day_order = True
            if found.day is None:
                self.error(name, "DAY_ORDER", text=short(text))
        elif found is not None and found.from_number:
            self.warn(name, "DAY_FROM_NUMBER", text=short(text), day=str(found.day))
        return found.day if found else None

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

    def lot(self) -> str:
        """The lot's number in its usual form: 001 is 1, 第4号 is 4, A-03 stays. Empty where there is none."""
        text = self.text("lot")
        number = lot_number(text)
        if text and not number:
            self.error("lot", "NOT_A_LOT_NUMBER", text=short(text))
        elif number in self.report.lots:
            self.error("lot", "DUPLICATE_LOT", lot=number, line=self.report.lots[number])
        elif number:
            self.report.lots[number] = self.row.line
        return number


_AROUND = re.compile(r"^(?:第|标的|拍品|lot|no\.?|№|#)+\s*|\s*(?:号|件|项)$", re.I)


def lot_number(text: str) -> str:
    """A lot's number in its usual form, or nothing. At most 16 letters, digits and hyphens, with a digit among them."""
    plain = "".join(_AROUND.sub("", unicodedata.normalize("NFKC", text).strip()).split())
    plain = re.sub(r"^(\d+)\.0+$", r"\1", re.sub("[‐‑–—_]", "-", plain))
    if match := re.fullmatch(r"0*([1-9][0-9]{0,5})([A-Za-z]?)", plain):
        return match[1] + match[2].upper()
    is_number = re.fullmatch(r"(?=.{1,16}$)(?=.*[1-9])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*", plain, re.ASCII)
    return plain if is_number and not plain.isdigit() else ""
