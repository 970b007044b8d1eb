"""An XLSX file of a stranger is an archive: what unpacking it may cost, and what is refused in it.

Limits and codes: docs/catalogue.md.
"""

import zipfile
from typing import IO, Self

from defusedxml.ElementTree import fromstring

from .csv_rows import Unreadable

MAX_UNPACKED = 100 * 2**20
MAX_RATIO = 100
MAX_ENTRIES = 500
MAX_TREE = 2 * 2**20  # of a part that becomes a tree of many times its size: styles, workbook, relationships
MAX_TREE_TAGS = 40_000
MAX_SHEET_COST = 100 * 2**20  # what parsing costs, see ZipStream
MAX_STRINGS_COST = 64 * 2**20  # of the table of shared strings
_SMALL = 64 * 2**10  # below this size a part may be packed as well as it likes
_STRICT = b"http://purl.oclc.org/ooxml/"
_ZIP_KINDS = {"content.xml": "ODS (OpenDocument)", "word/": "DOCX", "ppt/": "PPTX", "xl/workbook.bin": "XLSB"}


def inspect(archive: zipfile.ZipFile) -> None:
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
    _inspect_parts(names, ZipParts(archive))


def _inspect_parts(names: list[str], parts: "ZipParts") -> None:
    """Refuse what refers outside, and the strict kind of workbook, whose every name differs."""
    for name in names:
        if name.endswith(".rels"):
            _refuse_external(name, parts.read(name))
    if "xl/workbook.xml" in names and _STRICT in parts.read("xl/workbook.xml"):
        raise Unreadable("XLSX_STRICT")


def _refuse_external(name: str, xml: bytes) -> None:
    """Links in cells are external too, but nothing ever follows them."""
    for link in fromstring(xml):
        if link.get("TargetMode", "").lower() == "external" and not link.get("Type", "").endswith("/hyperlink"):
            raise Unreadable("XLSX_EXTERNAL", part=name[:100])


class ZipParts:
    """The parts of a workbook as openpyxl asks for them, each within its limit: trees small, streams cut off."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.filename = ""

    def read(self, name: str) -> bytes:
        xml = self.archive.read(name) if self.archive.getinfo(name).file_size <= MAX_TREE else None
        if xml is None or xml.count(b"<") > MAX_TREE_TAGS:
            raise Unreadable("XLSX_TOO_LARGE", what=name[:100])
        return xml

    def open(self, name: str) -> "ZipStream":
        return ZipStream(self.archive.open(name))


class ZipStream:
    """A part that is parsed while it is read, up to a cost. The cost is its bytes, and about the size of its tags and
    attributes in memory. The reader that takes rows from it sets `row_cost` to 0 after each."""

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
