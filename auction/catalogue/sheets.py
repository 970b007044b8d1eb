"""Reads a table from a CSV or XLSX file of a stranger: rows of text with their line numbers, or one clear problem.

The bytes of a file say which kind it is, never its name. The caller's `score` counts the known headings of a row. It
decides the heading row, the delimiter and a doubtful encoding. The reader does not guess if a wrong guess could turn
text into other text unnoticed. Limits and codes: docs/catalogue.md.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from typing import IO, Any, Self

from defusedxml.ElementTree import fromstring

from ..base.runtime import lazily
from .csv_rows import (
    MAX_COLUMNS,
    MAX_FILE,
    MAX_PREAMBLE,
    FileProblem,
    FileRow,
    Score,
    Unreadable,
    decode,
    delimiter_of,
    rows_of,
)

openpyxl = lazily("openpyxl")  # a fifth of a second that only who reads a workbook has to wait
worksheets = lazily("openpyxl.worksheet._reader")

MAX_ROWS = 5_000
MAX_UNPACKED = 100 * 2**20
MAX_RATIO = 100
MAX_ENTRIES = 500
MAX_TREE = 2 * 2**20  # of a part that becomes a tree of many times its size: styles, workbook, relationships
MAX_TREE_TAGS = 40_000
MAX_SHEET_COST = 100 * 2**20  # what parsing costs, see _Stream
MAX_STRINGS_COST = 64 * 2**20  # of the table of shared strings
MAX_ROW_COST = 8 * 2**20
_SMALL = 64 * 2**10  # below this size a part may be packed as well as it likes

UNSAVED = "#UNSAVED!"  # what stands for a formula whose result the file does not hold


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The heading, and the rows below it with exactly as many cells each."""

    heading: FileRow
    rows: tuple[FileRow, ...]
    errors: tuple[FileProblem, ...]
    warnings: tuple[FileProblem, ...]


def read_table(data: bytes, score: Score) -> SheetTable | FileProblem:
    """Read the table of a file of any kind; a problem says why there is none. Never raises, whatever the bytes are."""
    try:
        if len(data) > MAX_FILE:
            raise Unreadable("FILE_TOO_LARGE", size=len(data), most=MAX_FILE)
        _refuse_other_kinds(data)
        if data.startswith(b"PK"):
            return _table(*_xlsx(data), score, ragged=True)
        text = decode(data, score)
        return _table(rows_of(text, delimiter_of(text, score)), [], score, ragged=False)
    except Unreadable as unreadable:
        return unreadable.problem


# --- what kind of file -----------------------------------------------------------------------------------------------

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS = {
    rb"\x09(\x08[\x08\x10]\x00|\x04\x06\x00|\x02\x06\x00)": "XLS (Excel 2 to 95)",
    rb"%PDF": "PDF",
    rb"\{\\rtf": "RTF",
    rb"\x1f\x8b": "gzip",
    rb"7z\xbc\xaf|Rar!\x1a": "7z or RAR",
    rb"\x89PNG|\xff\xd8\xff|GIF8": "picture",
    rb"(\xef\xbb\xbf)?\s*(?i:<(\?xml|!doctype|html|table|meta|head))": "HTML or XML",
}
_ZIP_KINDS = {"content.xml": "ODS (OpenDocument)", "word/": "DOCX", "ppt/": "PPTX", "xl/workbook.bin": "XLSB"}


def _refuse_other_kinds(data: bytes) -> None:
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise Unreadable("FILE_EMPTY")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable("PROTECTED")
        raise Unreadable("WRONG_KIND", kind="XLS (Excel 97-2003)")
    for magic, kind in _KINDS.items():
        if re.match(magic, data):
            raise Unreadable("WRONG_KIND", kind=kind)


# --- rows to a table -------------------------------------------------------------------------------------------------


def _table(rows: Iterable[FileRow], remarks: list[FileProblem], score: Score, *, ragged: bool) -> SheetTable:
    """`ragged`: a sheet does not store the empty cells at the end of a row, so there they are no fault."""
    rest = iter(rows)
    top = list(islice(rest, MAX_PREAMBLE))
    at = _heading_at([row.cells for row in top], score)
    if at is None:
        raise Unreadable("NO_HEADINGS" if top else "FILE_EMPTY")
    below = top[at + 1 :] + list(islice(rest, MAX_ROWS + 1))
    if len(below) > MAX_ROWS:
        raise Unreadable("TOO_MANY_ROWS", below[MAX_ROWS].line, most=MAX_ROWS)
    heading = FileRow(top[at].line, _without_empty_end(top[at].cells))
    width = len(heading.cells)
    errors = [FileProblem(top[0].line, "", "ROWS_ABOVE", {"line": heading.line})] if at else []
    for row in below:
        count = len(_without_empty_end(row.cells))
        if count > width:
            errors.append(FileProblem(row.line, "", "TOO_MANY_CELLS", {"count": count, "most": width}))
        elif len(row.cells) < width and not ragged:
            remarks.append(FileProblem(row.line, "", "TOO_FEW_CELLS", {"count": len(row.cells), "most": width}))
    squared = tuple(FileRow(row.line, (row.cells + ("",) * width)[:width]) for row in below)
    return SheetTable(heading, squared, tuple(errors), tuple(remarks))


def _heading_at(rows: Sequence[Sequence[str]], score: Score) -> int | None:
    """Which row is the heading: the one with most known headings, the first of equals."""
    scores = [score(cells) for cells in rows]
    best = max(scores, default=0)
    return scores.index(best) if best else None


def _without_empty_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    return cells[: max((at for at, cell in enumerate(cells, 1) if cell.strip()), default=0)]


# --- XLSX ------------------------------------------------------------------------------------------------------------


def _xlsx(data: bytes) -> tuple[list[FileRow], list[FileProblem]]:
    """The rows of the first visible sheet, as many as a catalogue may have, and a warning if there are more sheets."""
    if not openpyxl.DEFUSEDXML:
        raise ImportError("openpyxl must parse with defusedxml: OPENPYXL_DEFUSEDXML is set to something else than True")
    if data.count(b"PK\x01\x02") > 2 * MAX_ENTRIES:  # ZipFile makes an object of each; some may be there by chance
        raise Unreadable("XLSX_TOO_LARGE", what=f"> {MAX_ENTRIES} parts")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's remarks on styles and extensions are of no use to anybody here
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                _inspect(archive)
            return _first_sheet(data)
        except Unreadable:
            raise
        except Exception as error:  # whatever openpyxl, expat and zlib come upon in bytes that are no workbook
            raise Unreadable("XLSX_BROKEN") from error


def _inspect(archive: zipfile.ZipFile) -> None:
    """Refuse by the directory first, then unpack every part once, keeping nothing, to see that the directory told the
    truth; openpyxl comes after that."""
    entries, names = archive.infolist(), archive.namelist()
    if len(entries) > MAX_ENTRIES:
        raise Unreadable("XLSX_TOO_LARGE", what=f"> {MAX_ENTRIES} parts")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unreadable("XLSX_TOO_LARGE", what=f"> {MAX_UNPACKED} bytes")
    if any(entry.file_size > max(_SMALL, MAX_RATIO * entry.compress_size) for entry in entries):
        raise Unreadable("XLSX_TOO_LARGE", what=f"> {MAX_RATIO} : 1")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("PROTECTED")
    kinds = [kind for start, kind in _ZIP_KINDS.items() if any(name.startswith(start) for name in names)]
    if kinds or "[Content_Types].xml" not in names:
        raise Unreadable("WRONG_KIND", kind="".join(kinds[:1]) or "ZIP")
    if len(set(names)) != len(names):
        raise Unreadable("XLSX_BROKEN")
    unpacked = 0
    for entry in entries:
        with archive.open(entry) as part:
            while chunk := part.read(_SMALL):
                unpacked += len(chunk)
                if unpacked > MAX_UNPACKED:
                    raise Unreadable("XLSX_TOO_LARGE", what=f"> {MAX_UNPACKED} bytes")
    for name in names:
        if name.endswith(".rels"):
            _refuse_external(name, _Parts(archive).read(name))


def _refuse_external(name: str, xml: bytes) -> None:
    """Links in cells are external too, but nothing ever follows them."""
    for link in fromstring(xml):
        if link.get("TargetMode", "").lower() == "external" and not link.get("Type", "").endswith("/hyperlink"):
            raise Unreadable("XLSX_EXTERNAL", part=name[:100])


class _Parts:
    """The parts of a workbook as openpyxl asks for them, each within its limit: trees small, streams cut off."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.filename = ""

    def read(self, name: str) -> bytes:
        xml = self.archive.read(name) if self.archive.getinfo(name).file_size <= MAX_TREE else None
        if xml is None or xml.count(b"<") > MAX_TREE_TAGS:
            raise Unreadable("XLSX_TOO_LARGE", what=name[:100])
        return xml

    def open(self, name: str) -> "_Stream":
        return _Stream(self.archive.open(name))


class _Stream:
    """A part that is parsed while it is read, up to a cost: its bytes, and about what a tag and an attribute take in
    memory. Whoever takes rows from it sets `row_cost` to 0 after each."""

    def __init__(self, part: IO[bytes]) -> None:
        self.part = part
        self.cost = self.row_cost = 0
        self.most_row_cost = MAX_STRINGS_COST

    def read(self, size: int) -> bytes:
        chunk = self.part.read(size)
        cost = len(chunk) + 100 * chunk.count(b"<") + 50 * chunk.count(b"=")
        self.cost += cost
        self.row_cost += cost
        if self.cost > MAX_SHEET_COST or self.row_cost > self.most_row_cost:
            raise Unreadable("XLSX_TOO_LARGE", what="XML")
        return chunk

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.part.close()


def _first_sheet(data: bytes) -> tuple[list[FileRow], list[FileProblem]]:
    """The steps of openpyxl's own reader that cells need, without those that only cost memory: properties, themes,
    charts, links. Its read-only sheet also trusts the extent that the file claims, and fills gaps row by row."""
    reader = openpyxl.reader.excel.ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    with reader.archive as archive:
        reader.archive = _Parts(archive)
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        openpyxl.styles.stylesheet.apply_stylesheet(reader.archive, reader.wb)
        links = [(sheet, rel) for sheet, rel in reader.parser.find_sheets() if rel.Type.endswith("/worksheet")]
        sheets = [(sheet.name, rel.target) for sheet, rel in links if sheet.state == "visible"]
        if not sheets:
            raise Unreadable("XLSX_BROKEN")
        others = ", ".join(name for name, _ in sheets[1:])[:200]
        remarks = [FileProblem(0, "", "SHEETS_IGNORED", {"sheets": others})] if others else []
        return list(islice(_sheet_rows(reader, sheets[0][1]), MAX_PREAMBLE + MAX_ROWS + 1)), remarks


def _sheet_rows(reader: Any, path: str) -> Iterator[FileRow]:
    stream = reader.archive.open(path)
    stream.most_row_cost = MAX_ROW_COST
    formats = {"date_formats": reader.wb._date_formats, "timedelta_formats": reader.wb._timedelta_formats}
    parser = worksheets.WorkSheetParser(stream, reader.shared_strings, data_only=True, epoch=reader.wb.epoch, **formats)
    parser.parse_cell = partial(_parse_cell, parser.parse_cell)
    for at, (number, cells) in enumerate(parser.parse()):
        if at >= 10 * MAX_ROWS:
            raise Unreadable("TOO_MANY_ROWS", number, most=MAX_ROWS)
        parser.row_dimensions.clear()  # heights: kept for every row, and never read
        stream.row_cost = 0
        texts = {cell["column"]: _cell_text(cell["value"]) for cell in cells if cell["value"] is not None}
        if max(texts, default=0) > MAX_COLUMNS:
            raise Unreadable("TOO_MANY_CELLS", number, count=max(texts), most=MAX_COLUMNS)
        if any(map(str.strip, texts.values())):
            yield FileRow(number, tuple(texts.get(column, "") for column in range(1, max(texts) + 1)))


def _parse_cell(parse: Callable[[Any], dict[str, Any]], element: Any) -> dict[str, Any]:
    """With `data_only` a formula without a saved result would look like an empty cell."""
    cell = parse(element)
    if cell["value"] is None and element.get("t") != "str" and element.find(worksheets.FORMULA_TAG) is not None:
        cell["value"] = UNSAVED
    return cell


def _cell_text(value: object) -> str:
    """A value as a person would type it. A number has 15 digits, as the spreadsheet shows it: 0.1 + 0.2 is 0.3."""
    if isinstance(value, str):
        return value.replace("_x000D_", "")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)
