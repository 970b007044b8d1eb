"""An XLSX file of a stranger to rows of text: its sheets, hidden and merged cells, within limits of cost.

A cell's text is what a person sees: 5% and not 0.05, 2010-06 and not the first of June. Limits and codes:
docs/catalogue.md.
"""

import io
import re
import warnings
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from typing import Any

from ..base.runtime import lazily
from .csv_rows import MAX_COLUMNS, MAX_PREAMBLE, FileRow, Score, Unreadable
from .unpacking import MAX_ENTRIES, ZipParts, inspect

openpyxl = lazily("openpyxl")  # a fifth of a second that only who reads a workbook has to wait
worksheets = lazily("openpyxl.worksheet._reader")

MAX_ROWS = 5_000
MAX_ROW_COST = 8 * 2**20
MAX_MERGED = 200_000  # cells that merges fill
MAX_SHEETS = 50

UNSAVED = "#UNSAVED!"  # what stands for a formula whose result the file does not hold


@dataclass(frozen=True, slots=True)
class Merge:
    """A range of merged cells: lines and columns from 0, both ends within it."""

    first_line: int
    last_line: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a sheet that are not empty, what is hidden in it, and its merges. `names` are the visible sheets."""

    rows: tuple[FileRow, ...]
    name: str = ""
    names: tuple[str, ...] = ()
    hidden_lines: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merges: tuple[Merge, ...] = ()
    is_ragged: bool = False
    """A sheet does not store the empty cells at the end of a row, so there they are no fault."""
    is_cut: bool = False
    """A text that does not end with a line's end may have been cut off."""


def read_workbook(data: bytes, score: Score, wanted: str = "") -> Sheet:
    """The wanted sheet, else the first visible one whose rows have headings. Raises Unreadable."""
    if openpyxl.LXML or not openpyxl.DEFUSEDXML:
        raise ImportError("openpyxl must parse with defusedxml: OPENPYXL_DEFUSEDXML is set to something else than True")
    if data.count(b"PK\x01\x02") > 2 * MAX_ENTRIES:  # ZipFile makes an object of each; some may be there by chance
        raise Unreadable("XLSX_TOO_LARGE", what=f"> {MAX_ENTRIES} parts")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's remarks on styles and extensions are of no use here
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                inspect(archive)
            return _chosen_sheet(data, score, wanted)
        except Unreadable:
            raise
        except Exception as error:  # openpyxl, expat and zlib fail in many ways on bytes that are no workbook
            raise Unreadable("XLSX_BROKEN") from error


def _chosen_sheet(data: bytes, score: Score, wanted: str) -> Sheet:
    """The steps of openpyxl's own reader that cells need, without those that only cost memory: properties, themes,
    charts, links. Its read-only sheet also trusts the extent that the file claims, and fills gaps row by row."""
    reader = openpyxl.reader.excel.ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    with reader.archive as archive:
        reader.archive = ZipParts(archive)
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        openpyxl.styles.stylesheet.apply_stylesheet(reader.archive, reader.wb)
        links = [(sheet, rel) for sheet, rel in reader.parser.find_sheets() if rel.Type.endswith("/worksheet")]
        paths = {sheet.name: rel.target for sheet, rel in links}
        names = tuple(sheet.name for sheet, _ in links if sheet.state == "visible")
        if not names:
            raise Unreadable("XLSX_BROKEN")
        if wanted and wanted not in paths:
            raise Unreadable("NO_SUCH_SHEET", sheet=wanted[:100], sheets=", ".join(names)[:200])
        name = wanted or _with_headings(reader, {each: paths[each] for each in names[:MAX_SHEETS]}, score)
        return replace(SheetReader(reader, paths[name]).sheet(), name=name, names=names)


def _with_headings(reader: Any, paths: Mapping[str, str], score: Score) -> str:
    """The sheet whose first rows know most headings, the first of equals."""
    if len(paths) == 1:
        return next(iter(paths))
    tops = {name: islice(SheetReader(reader, path).rows(), MAX_PREAMBLE) for name, path in paths.items()}
    scores = {name: max((score(row.cells) for row in rows), default=0) for name, rows in tops.items()}
    return max(scores, key=lambda name: scores[name])


class SheetReader:
    """Reads one sheet: its rows one by one, and after the last one what is hidden and merged."""

    def __init__(self, reader: Any, path: str) -> None:
        book = reader.wb
        self._stream = reader.archive.open(path)
        self._stream.most_row_cost = MAX_ROW_COST
        self._looks = _looks(book)
        days = set(book._date_formats) | {style for style, look in self._looks.items() if look in _DAYS}
        more = {"date_formats": days, "timedelta_formats": book._timedelta_formats, "epoch": book.epoch}
        self._parser = worksheets.WorkSheetParser(self._stream, reader.shared_strings, data_only=True, **more)
        self._parser.parse_cell = partial(_parse_cell, self._parser.parse_cell)
        self._hidden: set[int] = set()

    def sheet(self) -> Sheet:
        """All of the sheet, as far as a catalogue may have it."""
        rows = list(islice(self.rows(), MAX_PREAMBLE + MAX_ROWS + 1))
        merges = tuple(self._merges()) if len(rows) <= MAX_PREAMBLE + MAX_ROWS else ()
        columns = frozenset(self._hidden_columns())
        return Sheet(_filled(rows, merges), "", (), frozenset(self._hidden), columns, merges, is_ragged=True)

    def rows(self) -> Iterator[FileRow]:
        """The rows that are not empty. Raises Unreadable."""
        parser, stream = self._parser, self._stream
        for at, (number, cells) in enumerate(parser.parse()):
            if at >= 10 * MAX_ROWS:
                raise Unreadable("TOO_MANY_ROWS", number, most=MAX_ROWS)
            if parser.row_dimensions.pop(str(number), {}).get("hidden") in _TRUE:
                self._hidden.add(number)
            parser.row_dimensions.clear()  # heights: kept for every row, and never read
            stream.row_cost = 0
            texts = {cell["column"]: self._text(cell) for cell in cells if cell["value"] is not None}
            if max(texts, default=0) > MAX_COLUMNS:
                raise Unreadable("TOO_MANY_CELLS", number, count=max(texts), most=MAX_COLUMNS)
            if any(map(str.strip, texts.values())):
                yield FileRow(number, tuple(texts.get(column, "") for column in range(1, max(texts) + 1)))

    def _text(self, cell: Mapping[str, Any]) -> str:
        return cell_text(cell["value"], self._looks.get(cell["style_id"], ""))

    def _hidden_columns(self) -> Iterator[int]:
        for each in self._parser.column_dimensions.values():
            if each.get("hidden") in _TRUE:
                yield from range(int(each["min"]) - 1, min(int(each["max"]), MAX_COLUMNS))

    def _merges(self) -> Iterator[Merge]:
        found = self._parser.merged_cells
        for each in () if found is None else found.mergeCell:
            first, top, last, bottom = each.bounds
            if first <= MAX_COLUMNS:
                yield Merge(top, bottom, first - 1, last - 1)


_TRUE = frozenset({"1", "true"})


def _filled(rows: list[FileRow], merges: tuple[Merge, ...]) -> tuple[FileRow, ...]:
    """The rows with the text of a merged cell in each row that it reaches, in its first column."""
    lines, filled = [row.line for row in rows], 0
    for each in merges:
        at, end = bisect_left(lines, each.first_line), bisect_right(lines, each.last_line)
        if end - at < 2 or each.first_line == each.last_line or lines[at] != each.first_line:
            continue
        filled += end - at
        if filled > MAX_MERGED:
            raise Unreadable("XLSX_TOO_LARGE", what=f"> {MAX_MERGED} merged cells")
        text = rows[at].cells[each.first] if each.first < len(rows[at].cells) else ""
        for place in range(at + 1, end) if text else ():
            rows[place] = _with_cell(rows[place], each.first, text)
    return tuple(rows)


def _with_cell(row: FileRow, column: int, text: str) -> FileRow:
    cells = [*row.cells, *[""] * (column + 1 - len(row.cells))]
    cells[column] = text
    return FileRow(row.line, tuple(cells), row.merged | {column})


# --- a cell as a person sees it --------------------------------------------------------------------------------------

_PERCENT, _DAY, _MONTH, _NO_YEAR = "percent", "day", "month", "day without year"
_DAYS = frozenset({_DAY, _MONTH, _NO_YEAR})
_EAST_ASIAN = {
    **dict.fromkeys((30, 31), _DAY),
    **dict.fromkeys((27, 36, 50, 52, 57), _MONTH),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), _NO_YEAR),
}
"""The Chinese look of formats that East Asian spreadsheets have by number alone (ECMA-376 part 1, 18.8.30).

openpyxl takes their cells for numbers."""
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')


def _looks(book: Any) -> dict[int, str]:
    """The look that a style gives a number, by the style's place. Most have none."""
    formats = openpyxl.styles.numbers.BUILTIN_FORMATS
    found = {}
    for place, style in enumerate(book._cell_styles):
        number = style.numFmtId
        own = number - 164
        code = book._number_formats[own] if 0 <= own < len(book._number_formats) else formats.get(number, "")
        if look := _EAST_ASIAN.get(number) or _look(code):
            found[place] = look
    return found


def _look(code: str) -> str:
    plain = _LITERAL.sub("", code).lower().split(";")[0]
    if "%" in plain:
        return _PERCENT
    if "general" in plain or "通用" in plain or not set(plain) & set("ymde") or set(plain) & set("0#?"):
        return ""
    has_year, has_day = bool(set("ye") & set(plain)), "d" in plain
    return (
        (_DAY if has_year and has_day else _MONTH if has_year else _NO_YEAR if has_day else "") if "m" in plain else ""
    )


def _parse_cell(parse: Callable[[Any], dict[str, Any]], element: Any) -> dict[str, Any]:
    """With `data_only` a formula without a saved result would look like an empty cell."""
    cell = parse(element)
    if cell["value"] is None and element.get("t") != "str" and element.find(worksheets.FORMULA_TAG) is not None:
        cell["value"] = UNSAVED
    return cell


def cell_text(value: object, look: str = "") -> str:
    """A value as a person would type it. A number has 15 digits, as the spreadsheet shows it: 0.1 + 0.2 is 0.3.

    A date that the sheet shows without its day or its year is no day: its writer typed a month.
    """
    if isinstance(value, str):
        return value.replace("_x000D_", "")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float) and look == _PERCENT:
        return f"{value * 100:.13g}%"
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, datetime | date) and look in (_MONTH, _NO_YEAR):
        return f"{value:%Y-%m}" if look == _MONTH else f"{value:%m-%d}"
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)
