"""Reads the rows of a stranger's CSV or XLSX file, or says why there are none.

The bytes of a file say which kind it is, never its name. The caller's `score` counts the known headings of a row. It
decides the sheet, the delimiter and a doubtful encoding. The reader does not guess if a wrong guess could turn text
into other text unnoticed. Limits and codes: docs/catalogue.md.
"""

import re
from itertools import islice

from .csv_rows import MAX_FILE, MAX_PREAMBLE, Score, Unreadable, decode, delimiter_of, rows_of
from .workbook import MAX_ROWS, Sheet, read_workbook


def read_sheet(data: bytes, score: Score, wanted: str = "") -> Sheet:
    """The rows of a file of any kind; of a workbook those of the wanted sheet. Raises Unreadable."""
    if len(data) > MAX_FILE:
        raise Unreadable("FILE_TOO_LARGE", size=len(data), most=MAX_FILE)
    _refuse_other_kinds(data)
    if data.startswith(b"PK"):
        return read_workbook(data, score, wanted)
    text = decode(data, score)
    if wanted:
        raise Unreadable("NO_SUCH_SHEET", sheet=wanted[:100], sheets="–")
    rows = tuple(islice(rows_of(text, delimiter_of(text, score)), MAX_PREAMBLE + MAX_ROWS + 1))
    return Sheet(rows, is_cut=not text.endswith(("\n", "\r")))


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
