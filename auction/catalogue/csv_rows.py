"""Text of a stranger's CSV file to rows: its encoding, its delimiter, its lines as an editor counts them.

`sheets` says what kind a file is and makes a table of the rows. This file has the parts of a row that both need.
"""

import codecs
import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from .misread import FREQUENT, line_in_utf8

MAX_FILE = 10 * 2**20
MAX_COLUMNS = 256
MAX_DELIMITERS = 2**16  # in a row of a CSV: a sheet has 16,384 columns, and texts hold some too
MAX_PREAMBLE = 30  # the heading is among this many rows that are not empty


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A problem of a file: its place and its sentence. Line 0 is the file itself; `column` is as the file writes it.

    `emptied`: the cell was left empty for it, and the lot is read without it.
    """

    line: int
    column: str
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    emptied: bool = False


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row that is not empty. `line` is where it begins, as an editor counts, or the row's number in the sheet.

    `merged` are the columns whose cell is one with the cell above.
    """

    line: int
    cells: tuple[str, ...]
    merged: frozenset[int] = frozenset()


Score = Callable[[Sequence[str]], int]


class Unreadable(Exception):
    """Ends the reading of a file wherever it is noticed; `read_table` turns it into its problem."""

    def __init__(self, code: str, line: int = 0, **params: str | int) -> None:
        super().__init__(code)
        self.problem = FileProblem(line, "", code, params)


_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DELIMITERS = (",", ";", "\t")
_HEAD = 64 * 2**10
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def decode(data: bytes, score: Score) -> str:
    """Text out of bytes. A BOM decides. Without one it is UTF-16 if a heading is known, else UTF-8 if that is valid.
    Else it is GB18030 if it reads like Chinese, because Big5 and many others decode as GB18030 without an error."""
    bom = next((encoding for mark, encoding in _BOMS.items() if data.startswith(mark)), "")
    text = _decoded(data, bom or "utf-8")
    if not bom and b"\0" in data[:_HEAD]:
        guesses = filter(None, (_decoded(data, "utf-16-le"), _decoded(data, "utf-16-be")))
        text = next((guess for guess in guesses if any(_known_headings(guess, score))), text)
    if not bom and text is None:
        guess = _decoded(data, "gb18030")
        if guess and (line := line_in_utf8(data)):
            raise Unreadable("ENCODING_MIXED", line)
        text = guess if guess and _is_chinese(guess, score) else None
    if text is None:
        good = _decoded(data, bom or "utf-8", until_bad=True) or ""
        raise Unreadable("ENCODING", _line_at_end(good))
    if "\0" in text:
        raise Unreadable("NUL_CHARACTER", _line_at_end(text[: text.index("\0")]))
    return text


def _decoded(data: bytes, encoding: str, *, until_bad: bool = False) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        return data[: error.start].decode(encoding, "ignore") if until_bad else None


def _line_at_end(text: str) -> int:
    return 1 + len(re.findall(r"\r\n|\n|\r", text))


def _is_chinese(text: str, score: Score) -> bool:
    others = [char for char in text if not char.isascii()]
    odd = sum(unicodedata.category(char) in ("Co", "Cn", "Cc") for char in others)
    frequent = sum(char in FREQUENT for char in others)
    by_heading = any(not heading.isascii() for heading in _known_headings(text, score))
    return odd * 1000 <= len(others) and (by_heading or 4 <= frequent >= len(others) / 4)


def _known_headings(text: str, score: Score) -> Iterator[str]:
    for delimiter in _DELIMITERS:
        yield from (cell for cells in _head(text, delimiter) for cell in cells if score([cell]))


def delimiter_of(text: str, score: Score) -> str:
    """The one that makes the most known headings out of some row."""
    return max(_DELIMITERS, key=lambda delimiter: max(map(score, _head(text, delimiter)), default=0))


def _head(text: str, delimiter: str) -> list[list[str]]:
    """The first rows as they look with a delimiter that may be the wrong one, so leniently."""
    rows = csv.reader(_Lines(text[:_HEAD], delimiter), delimiter=delimiter)
    return list(islice(filter(any, rows), MAX_PREAMBLE))


class _Lines:
    """The lines of a text, one after the other, without a copy of the whole. StringIO takes four bytes a character.

    It ends the reading where a row can have more cells than a sheet has columns: an empty one costs memory too.
    """

    def __init__(self, text: str, delimiter: str) -> None:
        self._lines = _LINE.finditer(text)
        self._delimiter = delimiter
        self.number = self.delimiters = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.number += 1
            self.delimiters += line[0].count(self._delimiter)
            if self.delimiters > MAX_DELIMITERS:
                raise Unreadable("TOO_MANY_CELLS", self.number, count=self.delimiters, most=MAX_COLUMNS)
            yield line[0]


def rows_of(text: str, delimiter: str) -> Iterator[FileRow]:
    """The rows that are not empty. Raises Unreadable."""
    lines = _Lines(text, delimiter)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.delimiters = 0
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise Unreadable("BROKEN_QUOTES", line) from error
        if cells is None:
            return
        if any(map(str.strip, cells)):
            if any(map(str.strip, cells[MAX_COLUMNS:])):
                raise Unreadable("TOO_MANY_CELLS", line, count=len(cells), most=MAX_COLUMNS)
            yield FileRow(line, tuple(map(_undefused, cells[:MAX_COLUMNS])))


def _undefused(cell: str) -> str:
    """A cell as it was before an export kept it from being a formula by an apostrophe."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA and len(cell) > 1 else cell
