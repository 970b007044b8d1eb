"""Makes an answer of an uploaded file: a document to save, a picture to show. Neither can run anything here."""

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response, request

from ..files.kinds import FileKind

SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""The policy of an answer that strangers' bytes are in. With `nosniff` it is what its type says, and nothing more."""
FOR_A_YEAR = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"
NEVER_KEPT = "private, no-store"


def file_answer(
    pieces: Iterator[bytes], kind: FileKind, name: str, *, size: int | None = None, tag: str = ""
) -> Response:
    """A document as an attachment, in pieces. `tag` is its hash, if a browser may keep it and ask each time."""
    answer = _answer(pieces, kind, size, tag, ASK_EACH_TIME if tag else NEVER_KEPT)
    answer.headers["Content-Disposition"] = f"attachment; {_saved_as(name)}"
    return answer


def picture_answer(pieces: Iterator[bytes], kind: FileKind, size: int, tag: str) -> Response:
    """A picture for a page of ours. Its address names its content."""
    assert kind.is_picture, "only pictures are shown"
    answer = _answer(pieces, kind, size, tag, FOR_A_YEAR)
    answer.headers["Content-Disposition"] = "inline"
    return answer


def _answer(pieces: Iterator[bytes], kind: FileKind, size: int | None, tag: str, cache: str) -> Response:
    headers = {"Content-Security-Policy": SANDBOX, "Cache-Control": cache}
    if size is not None:
        headers["Content-Length"] = str(size)
    answer = Response(pieces, content_type=kind.content_type, headers=headers)
    if tag:
        answer.set_etag(tag)
        answer.make_conditional(request)
    return answer


def _saved_as(name: str) -> str:
    """The name in a header, for readers of RFC 6266 and for those of older times. A cleaned name has no quotes."""
    plain = "".join(each if each.isascii() else "_" for each in name)
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
