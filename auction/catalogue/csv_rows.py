"""Text of a stranger's CSV file to rows: its encoding, its delimiter, its lines as an editor counts them.

`tables` says what kind a file is and makes a table of the rows. This file has the parts of a row that both need.
"""

import codecs
import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

MAX_FILE = 10 * 2**20
MAX_COLUMNS = 256
MAX_DELIMITERS = 2**16  # in a row of a CSV: a sheet has 16,384 columns, and texts hold some too
MAX_PREAMBLE = 30  # the heading is among this many rows that are not empty


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A problem of a file: its place (line 0: the file itself; column as the file writes it) and its sentence."""

    line: int
    column: str
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row that is not empty, and the line it begins on: as an editor counts them, or the row number of the sheet."""

    line: int
    cells: tuple[str, ...]


Score = Callable[[Sequence[str]], int]


class Unreadable(Exception):
    """Ends the reading of a file wherever it is noticed; `read_table` turns it into its problem."""

    def __init__(self, code: str, line: int = 0, **params: str | int) -> None:
        super().__init__(code)
        self.problem = FileProblem(line, "", code, params)


_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DELIMITERS = (",", ";", "\t")
_HEAD = 64 * 2**10
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
# Frequent in any Chinese text, and in titles of patents. They make up more than half of true text, and at most 8 in 100
# characters of text that merely can be decoded as GB18030 (Big5, Shift-JIS, EUC-KR, Windows-1252 …).
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要时来用生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行"
    "学法所民得经进部度家电力里如水化高自理起小物现实加量都两体制机当使点从业本把性好应开合因由其些然前外天政日社"
    "义事平形相全表间样与关各重新线内数正心反明原利比或但质气第向道变条只没结解问意建月公无系者最代已通并提题程展"
    "果料象员位入常文总品式活设及管特件长求基资边流路级少图山统接知较将组见计根论运专处装置测备研究院限技术材膜金属权"
)


def decode(data: bytes, score: Score) -> str:
    """Text out of bytes: a BOM decides; without one UTF-16 if a heading is known, else UTF-8 if it is valid, else
    GB18030 if it reads like Chinese: Big5 and many others decode as GB18030 without an error."""
    bom = next((encoding for mark, encoding in _BOMS.items() if data.startswith(mark)), "")
    text = _decoded(data, bom or "utf-8")
    if not bom and b"\0" in data[:_HEAD]:
        guesses = filter(None, (_decoded(data, "utf-16-le"), _decoded(data, "utf-16-be")))
        text = next((guess for guess in guesses if any(_known_headings(guess, score))), text)
    if not bom and text is None:
        guess = _decoded(data, "gb18030")
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
    frequent = sum(char in _FREQUENT for char in others)
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
    """The lines of a text, one after the other and without a copy of the whole: StringIO takes four bytes a character.

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
            yield FileRow(line, tuple(cells[:MAX_COLUMNS]))
