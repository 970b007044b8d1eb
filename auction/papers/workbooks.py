"""Writes a report as a workbook: typed cells, headings that stay, filters, widths, sums.

A second sheet says what the report is, and its figures.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from ..base import runtime
from ..words.i18n import mark as _
from ..words.i18n import translate
from .tables import TOTAL, ReportTable
from .texts import for_xml

xlsxwriter: Any = runtime.lazily("xlsxwriter")
xl_range: Any = runtime.lazily("xlsxwriter.utility")

_WIDTHS = {"title_zh": 44, "title_en": 44, "abstract_zh": 60, "abstract_en": 60, "defects": 40, "consignor": 28}
_WIDTHS |= {"name": 24, "buyer": 24, "email": 28, "organization": 28, "buyer_organization": 28, "holds_words": 24}
_WIDTHS |= {"at": 20, "ended_at": 20, "right_until": 20, "patents": 12, "patent_numbers": 28, "outcome_words": 26}
_LEAST_WIDTH, _MOST_HEADING = 10, 22
_LONGEST_CELL = 32_767
_LONGEST_NAME = 31
_LARGEST_NUMBER = 2**53
_ADDS_VISIBLE_ROWS = 109
"""The first argument of SUBTOTAL for a sum that leaves out what a filter hides."""
_OPTIONS = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
_OPTIONS["constant_memory"] = True
_A4 = 9
_SUMMARY = _("Summary")


def write_xlsx(report: ReportTable, out: BinaryIO) -> None:
    """The report's sheet first, then one about the whole. Numbers and times are real ones, all else is text."""
    book = xlsxwriter.Workbook(out, _OPTIONS)
    styles = _styles(book)
    sheet = book.add_worksheet(report.title[:_LONGEST_NAME])
    count = _write_rows(_Cells(sheet, styles, report), report)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, count, len(report.names) - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    if report.summary:
        about = book.add_worksheet(translate(report.locale, _SUMMARY))
        _write_summary(_Cells(about, styles, report), report, count)
    book.close()


def _styles(book: Any) -> dict[str, Any]:
    styles = {"head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})}
    for decimals in range(4):
        shown = ("#,##0." + "0" * decimals).rstrip(".")
        styles[f"money{decimals}"] = book.add_format({"num_format": shown})
        styles[f"total{decimals}"] = book.add_format({"num_format": shown, "bold": True, "top": 1})
    styles["total"] = book.add_format({"bold": True, "top": 1})
    styles["time"] = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    styles["date"] = book.add_format({"num_format": "yyyy-mm-dd"})
    return styles


def _write_rows(cells: "_Cells", report: ReportTable) -> int:
    """Headings, rows, and under them the sums; how many rows there are."""
    for column, (name, heading) in enumerate(zip(report.names, report.headings, strict=True)):
        cells.sheet.set_column(column, column, _WIDTHS.get(name) or _width(heading))
        cells.text(0, column, heading, "head")
    summed = () if report.codes else tuple(at for at, name in enumerate(report.names) if name in report.summed)
    sums = dict.fromkeys(summed, Decimal(0))
    count = 0
    for count, row in enumerate(report.rows, 1):
        for column, cell in enumerate(row):
            if cell is not None:
                cells.write(count, column, cell)
        for column in summed:
            sums[column] += row[column] or 0
    if count and sums:
        _write_sums(cells, report, sums, count)
    return count


def _write_sums(cells: "_Cells", report: ReportTable, sums: dict[int, Decimal], count: int) -> None:
    """A row of sums that follow the filter."""
    for column in range(len(report.names)):
        cells.sheet.write_blank(count + 1, column, None, cells.styles["total"])
    cells.text(count + 1, 0, translate(report.locale, TOTAL), "total")
    for column, total in sums.items():
        those = xl_range.xl_range(1, column, count, column)
        style = cells.styles[f"total{_decimals(total)}"]
        cells.sheet.write_formula(count + 1, column, f"=SUBTOTAL({_ADDS_VISIBLE_ROWS},{those})", style, total)


def _write_summary(cells: "_Cells", report: ReportTable, count: int) -> None:
    cells.sheet.set_column(0, 0, 34)
    cells.sheet.set_column(1, 1, 40)
    told = [*report.summary, (translate(report.locale, _("Rows")), count)]
    for row, (words, cell) in enumerate(told):
        cells.text(row, 0, words, "head")
        if cell is not None:
            cells.write(row, 1, cell)


def _width(heading: str) -> int:
    """As wide as the heading in two lines; a Chinese character takes twice the room."""
    room = sum(1 if each.isascii() else 2 for each in heading)
    return max(_LEAST_WIDTH, min(_MOST_HEADING, room * 2 // 3 + 3))


def _decimals(amount: Decimal) -> int:
    return max(0, min(3, -int(amount.as_tuple().exponent)))


@dataclass(frozen=True, slots=True)
class _Cells:
    """Writes a cell as what it is, never as what it looks like."""

    sheet: Any
    styles: dict[str, Any]
    report: ReportTable
    _as: dict[type, Callable[[int, int, Any], None]] = field(init=False)

    def __post_init__(self) -> None:
        kinds = {str: self.text, bool: self._truth, int: self._number, Decimal: self._number}
        object.__setattr__(self, "_as", kinds | {datetime: self._moment, date: self._day})

    def write(self, row: int, column: int, cell: Any) -> None:
        """A cell that holds something."""
        self._as.get(type(cell), self._other)(row, column, cell)

    def text(self, row: int, column: int, text: str, style: str = "") -> None:
        """A text; an empty one is no cell."""
        if text:
            self.sheet.write_string(row, column, for_xml(text)[:_LONGEST_CELL], self.styles.get(style))

    def _truth(self, row: int, column: int, is_so: bool) -> None:
        if self.report.codes:
            self.sheet.write_boolean(row, column, is_so)
        else:
            self.text(row, column, self.report.yes_or_no(is_so))

    def _number(self, row: int, column: int, number: int | Decimal) -> None:
        """A number, with as many decimals as the sale's currency has; one that a cell cannot hold exactly is text."""
        if not -_LARGEST_NUMBER <= number <= _LARGEST_NUMBER:
            self.text(row, column, str(number))
        elif isinstance(number, Decimal):
            self.sheet.write_number(row, column, number, self.styles[f"money{_decimals(number)}"])
        else:
            self.sheet.write_number(row, column, number)

    def _moment(self, row: int, column: int, moment: datetime) -> None:
        self.sheet.write_datetime(row, column, moment.replace(tzinfo=None), self.styles["time"])

    def _day(self, row: int, column: int, day: date) -> None:
        self.sheet.write_datetime(row, column, day, self.styles["date"])

    def _other(self, row: int, column: int, cell: Any) -> None:
        self.text(row, column, str(cell))
