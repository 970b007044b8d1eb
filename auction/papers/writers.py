"""One writer for each form of file; every report can be written in every form.

A cell is a text, a number, a time with its zone, true or false, or nothing. Texts come from strangers: none may become
a formula, a link, or a character that the form of file cannot hold.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from ..base import runtime
from .reports import ReportTable, table
from .source import Source

xlsxwriter: Any = runtime.lazily("xlsxwriter")

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula; a full-width sign too, on a Chinese machine."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
MISSING = "\ufffd"


def _plain(text: str) -> str:
    """One form of every letter, and nothing that UTF-8 cannot hold."""
    return unicodedata.normalize("NFC", _SURROGATE.sub(MISSING, text))


# --- CSV ------------------------------------------------------------------------------------------------------------


def write_csv(report: ReportTable, out: BinaryIO) -> None:
    """RFC 4180, UTF-8 with a byte order mark, so that a spreadsheet reads it; texts are quoted, formulas defused."""
    text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(report.headings)
    for row in report.rows:
        writer.writerow([_csv_cell(cell) for cell in row])
    text.detach()


def _csv_cell(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Decimal):
        return _shortest(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if not isinstance(cell, str):
        return cell
    text = _plain(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def _shortest(amount: Decimal) -> Decimal:
    """1250000 rather than 1250000.00; never 1.25E+6."""
    return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount


# --- JSON -----------------------------------------------------------------------------------------------------------


def write_json(report: ReportTable, out: BinaryIO) -> None:
    """A list of objects under the columns' names, one a line; amounts are numbers, times say their offset."""
    begin = b"[\n"
    for row in report.rows:
        cells = {name: _json_cell(cell) for name, cell in zip(report.names, row, strict=True)}
        out.write(begin + json.dumps(cells, ensure_ascii=False).encode())
        begin = b",\n"
    out.write(b"\n]\n" if begin != b"[\n" else b"[]\n")


def _json_cell(cell: Any) -> Any:
    if isinstance(cell, str):
        return _plain(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return int(cell) if cell == cell.to_integral_value() else float(cell)
    return cell


# --- XLSX -----------------------------------------------------------------------------------------------------------

_WIDTHS = {"title_zh": 44, "title_en": 44, "abstract_zh": 60, "abstract_en": 60, "defects": 40, "consignor": 24}
_WIDTHS |= {"name": 24, "buyer": 24, "email": 28, "organization": 28, "holds": 24, "at": 24, "ended_at": 24}
_TIMES = ("at", "ended_at")
_LONGEST_CELL = 32_767
_LARGEST_NUMBER = 2**53
_OPTIONS = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
_OPTIONS["constant_memory"] = True


def write_xlsx(report: ReportTable, out: BinaryIO) -> None:
    """One sheet with its headings frozen; numbers and times are real ones, everything else is text."""
    book = xlsxwriter.Workbook(out, _OPTIONS)
    sheet = book.add_worksheet(report.report)
    cells = _Cells(sheet, {"head": book.add_format({"bold": True, "text_wrap": True, "valign": "top"})})
    for decimals in range(4):
        shown = "#,##0." + "0" * decimals
        cells.styles[f"money{decimals}"] = book.add_format({"num_format": shown.rstrip(".")})
    cells.styles["time"] = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    cells.styles["date"] = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(report.names):
        sheet.set_column(column, column, _WIDTHS.get(name, 16))
        heading = report.headings[column]
        cells.text(0, column, f"{heading} ({report.zone})" if name in _TIMES else heading, "head")
    for number, row in enumerate(report.rows, 1):
        for column, cell in enumerate(row):
            cells.write(number, column, cell)
    book.close()


@dataclass(frozen=True, slots=True)
class _Cells:
    """Writes a cell as what it is, never as what it looks like."""

    sheet: Any
    styles: dict[str, Any]

    def write(self, row: int, column: int, cell: Any) -> None:
        if isinstance(cell, bool):
            self.sheet.write_boolean(row, column, cell)
        elif isinstance(cell, int | Decimal) and abs(Decimal(cell)) <= _LARGEST_NUMBER:
            self.sheet.write_number(row, column, cell, self._money(cell) if isinstance(cell, Decimal) else None)
        elif isinstance(cell, datetime):
            self.sheet.write_datetime(row, column, cell.replace(tzinfo=None), self.styles["time"])
        elif isinstance(cell, date):
            self.sheet.write_datetime(row, column, cell, self.styles["date"])
        elif cell not in (None, ""):
            self.text(row, column, str(cell))

    def _money(self, amount: Decimal) -> Any:
        """The style with as many decimals as the sale's currency has."""
        return self.styles[f"money{-int(amount.as_tuple().exponent)}"]

    def text(self, row: int, column: int, text: str, style: str | None = None) -> None:
        """A text; what XML cannot hold becomes a mark that something was there."""
        lines = _plain(text).replace("\r\n", "\n").replace("\r", "\n")
        good = _NOT_XML.sub(MISSING, lines)[:_LONGEST_CELL]
        self.sheet.write_string(row, column, good, self.styles[style] if style else None)


# --- all ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileForm:
    """A form of file: how it is announced, and how it is written."""

    content_type: str
    write: Callable[[ReportTable, BinaryIO], None]


FILE_FORMS = {
    "csv": FileForm("text/csv; charset=utf-8", write_csv),
    "xlsx": FileForm("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "json": FileForm("application/json", write_json),
}
"""Every form of file by the end of its name."""


def to_bytes(of: Source, report: str, form: str, locale: str) -> bytes:
    """A report as a whole file. It takes its time where the sale was long: `runtime.offload` it from a page."""
    out = io.BytesIO()
    FILE_FORMS[form].write(table(of, report, locale), out)
    return out.getvalue()
