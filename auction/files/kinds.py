"""The kinds of files, told by their first bytes and never by a name. Names that do no harm."""

import re
import unicodedata
from enum import StrEnum

from ..base.texts import UNKEEPABLE, clean

LONGEST_FILE_NAME = 100
"""Characters of a cleaned name without its ending."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
"""Names that Windows keeps for devices."""
_UNSAFE = re.compile(r'[<>:"|?*%\x00-\x1f\x7f]')
_ENDING = re.compile(r"\.(pdf|png|jpe?g)$", re.IGNORECASE)
SIGNATURE_BYTES = 8
"""So many bytes of a file tell its kind."""


class FileKind(StrEnum):
    """A kind of file. Its value is the ending of its name."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpg"

    @property
    def content_type(self) -> str:
        """The type that a browser is told."""
        return _CONTENT_TYPES[self]

    @property
    def is_picture(self) -> bool:
        """Whether a page can show it."""
        return self is not FileKind.PDF


_CONTENT_TYPES = {FileKind.PDF: "application/pdf", FileKind.PNG: "image/png", FileKind.JPEG: "image/jpeg"}
_SIGNATURES = {FileKind.PDF: b"%PDF-", FileKind.PNG: b"\x89PNG\r\n\x1a\n", FileKind.JPEG: b"\xff\xd8\xff"}
ANY_KIND = frozenset(FileKind)
PICTURES = frozenset(each for each in FileKind if each.is_picture)


def kind_of(begin: bytes) -> FileKind | None:
    """The kind of a file by its first bytes. None: it is none that is taken."""
    return next((kind for kind, signature in _SIGNATURES.items() if begin.startswith(signature)), None)


def clean_name(name: str, kind: FileKind | None = None) -> str:
    """A name to show and to save a file by. It has no path, no signs that hide text, and the ending of its kind.

    Without a kind the name is only to be shown, and keeps its ending.
    """
    last = re.split(r"[/\\]", UNKEEPABLE.sub("", name))[-1]
    text, _hidden = clean(last)
    text = _UNSAFE.sub("_", unicodedata.normalize("NFC", text).replace("\n", " "))
    while kind is not None and _ENDING.search(text):
        text = _ENDING.sub("", text)
    text = text.strip(" .")
    if kind is None:
        return text[:LONGEST_FILE_NAME] or "?"
    text = text[:LONGEST_FILE_NAME].strip(" .") or "file"
    return f"{'_' if _RESERVED.match(text) else ''}{text}.{kind}"
