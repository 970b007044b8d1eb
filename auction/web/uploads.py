"""Takes large uploads: which routes may, how much, and how the server stays awake for others meanwhile."""

from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from flask import Request, request

from ..base.runtime import Slices
from .access import TAKES_FILES

LARGEST_FORM_MB = 64
LARGEST_FORM = LARGEST_FORM_MB * 1024 * 1024
"""Of files: several of 20 MB at once."""
HELD_BYTES = 512 * 1024
"""A file up to this size waits in memory, a larger one on the disk."""


class FileRequest(Request):
    """A request whose files go to the disk while it is read, with a turn for everybody else in between."""

    def _get_file_stream(self, *_about: Any, **_more: Any) -> IO[bytes]:
        return cast("IO[bytes]", _Awake(max_size=HELD_BYTES))


class _Awake(SpooledTemporaryFile[bytes]):
    def __init__(self, max_size: int) -> None:
        super().__init__(max_size=max_size, mode="rb+")
        self._slices = Slices()

    def write(self, s: Any) -> int:
        self._slices.breathe()
        return super().write(s)


def allow_files() -> None:
    """Let a request be larger where files are taken. By now the caller is known, and may come here."""
    if request.endpoint in TAKES_FILES:
        request.max_content_length = LARGEST_FORM
