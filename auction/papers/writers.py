"""One writer for each form of file; every report can be written in every form.

A cell is a text, a number, a time with its zone, true or false, or nothing. Texts come from strangers. None may become
a formula, a link, or a character that the form of file cannot hold (`texts`).
"""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from .source import Source
from .tables import ReportTable, table
from .texts import harmless, plain
from .workbooks import write_xlsx

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
"""The characters that may divide the cells of a CSV file, by their names in addresses and commands."""


def write_csv(report: ReportTable, out: BinaryIO) -> None:
    """RFC 4180, UTF-8 with a byte order mark, so that a spreadsheet reads it; texts are quoted, formulas defused.

    A reader's times are local, to the second. A program's are ISO 8601 with their offset, to the millisecond.
    """
    text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=report.separator, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(report.headings)
    told = _csv_cells(report)
    as_it_is = told[int]
    writer.writerows([told.get(type(cell), as_it_is)(cell) for cell in row] for row in report.rows)
    text.detach()


def _csv_cells(report: ReportTable) -> dict[type, Callable[[Any], Any]]:
    """How a cell of each type is written."""
    return {
        int: lambda cell: cell,
        str: harmless,
        bool: (lambda cell: "yes" if cell else "no") if report.codes else report.yes_or_no,
        Decimal: _shortest,
        date: date.isoformat,
        datetime: _offset_time if report.codes else _local_time,
    }


def _offset_time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _local_time(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ", "seconds")


def _shortest(amount: Decimal) -> Decimal:
    """1250000 rather than 1250000.00; never 1.25E+6."""
    return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount


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
        return plain(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return int(cell) if cell == cell.to_integral_value() else float(cell)
    return cell


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


def to_bytes(of: Source, report: str, form: str, language: str, separator: str = ",") -> bytes:
    """A report as a whole file. It takes its time where the sale was long: `runtime.offload` it from a page."""
    out = io.BytesIO()
    FILE_FORMS[form].write(table(of, report, language, separator), out)
    return out.getvalue()
