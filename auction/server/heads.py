"""Reads and judges the head of every request before a library sees it, the same in the three runtimes.

If two readers understand a request differently, a stranger can hide a second one in it (RFC 9112, 11.2).
So a head that breaks the grammar is refused: it is answered once, and the connection closed.
"""

import io
import json
import re
import socket
import time
from http import HTTPStatus
from typing import Any

from ..web.errors import shape

HEAD_WITHIN_S = 10.0
"""How long a whole head may take, from its first byte."""
LONGEST_HEAD = 65_536
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_REQUEST_LINE = re.compile(_TOKEN + rb" [^\x00-\x20\x7f]+ HTTP/1\.([01])")
_FIELD = re.compile(rb"(" + _TOKEN + rb"):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
_LENGTH = re.compile(rb"[0-9]{1,12}")
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_END = b"\r\n\r\n"


class HeadRefused(Exception):
    """A head that is not taken."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status

    @property
    def answer(self) -> bytes:
        """The whole answer."""
        code = "TOO_LARGE" if self.status is HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE else "MALFORMED"
        error = {**shape("en", code, {"field": "request"}), "status": self.status.value}
        body = json.dumps(error, ensure_ascii=False).encode()
        head = (
            f"HTTP/1.1 {self.status.value} {self.status.phrase}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\nCache-Control: no-store\r\n"
            "X-Content-Type-Options: nosniff\r\n\r\n"
        )
        return head.encode() + body


def judge(head: bytes) -> None:
    """Raise Refused unless a head is one (RFC 9112, 2 to 6)."""
    first, *lines = head.removesuffix(_END).split(b"\r\n")
    line = _REQUEST_LINE.fullmatch(first)
    if line is None or _BARE.search(head):
        raise HeadRefused(HTTPStatus.BAD_REQUEST)
    values: dict[bytes, list[bytes]] = {}
    for each in lines:
        field = _FIELD.fullmatch(each)
        if field is None:
            raise HeadRefused(HTTPStatus.BAD_REQUEST)
        values.setdefault(field[1].lower(), []).append(field[2].rstrip(b" \t"))
    hosts, lengths = values.get(b"host", []), values.get(b"content-length", [])
    if len(hosts) > 1 or (line[1] == b"1" and not hosts) or len(lengths) > 1:
        raise HeadRefused(HTTPStatus.BAD_REQUEST)
    if lengths and not _LENGTH.fullmatch(lengths[0]):
        raise HeadRefused(HTTPStatus.BAD_REQUEST)
    if b"transfer-encoding" in values:  # no client of ours sends chunks, and no two readers agree about all of them
        raise HeadRefused(HTTPStatus.BAD_REQUEST if lengths else HTTPStatus.LENGTH_REQUIRED)


class Quiet:
    """The connections that are waited for: nothing has come on them, or half a head. The longest quiet stands first."""

    def __init__(self) -> None:
        self._waiting: dict[int, Any] = {}

    def add(self, connection: Any) -> None:
        """Nothing is being done for a connection."""
        self._waiting[id(connection)] = connection

    def remove(self, connection: Any) -> None:
        """Something is being done for a connection, or it is over."""
        self._waiting.pop(id(connection), None)

    def close_some(self, count: int) -> int:
        """Close the longest quiet; how many these are."""
        closed = 0
        for key in list(self._waiting.copy())[:count]:
            connection = self._waiting.pop(key, None)
            if connection is not None:
                closed += _shut(connection)
        return closed


def _shut(connection: Any) -> bool:
    """End a connection whose reader waits for it; its reader closes it."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return False
    return True


class Heads:
    """Stands in the place of a connection's file: first the lines of a good head, then the bytes behind it."""

    def __init__(self, file: Any, connection: Any, quiet: Quiet) -> None:
        self._file = file
        self._connection = connection
        self._quiet = quiet
        self._head = io.BytesIO()
        self._over = False
        self._ahead = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def readline(self, size: int = -1) -> bytes:
        """A line of the head, or of what follows it."""
        return self._head.readline(size) or (b"" if self._over else bytes(self._file.readline(size)))

    def ahead(self) -> bytes:
        """Take what has been read behind the head already, for who goes on with the connection itself."""
        size, self._ahead = self._ahead, 0
        return bytes(self._file.read(size)) if size else b""

    def begin(self) -> None:
        """Wait for a request, and read its head: an empty one where the client has gone. Raises Refused."""
        patience_s = self._connection.gettimeout()
        self._quiet.add(self._connection)
        try:
            head = self._read()
        finally:
            self._quiet.remove(self._connection)
            self._connection.settimeout(patience_s)
        if head:
            judge(head)
        self._head, self._over = io.BytesIO(head), not head

    def _read(self) -> bytes:
        head, until_s = b"", 0.0
        while _END not in head:
            try:
                came = self._file.peek(1)
            except TimeoutError as error:
                if not head:
                    return b""
                raise HeadRefused(HTTPStatus.REQUEST_TIMEOUT) from error
            except OSError:  # the client is gone, or we have closed what was quiet
                return b""
            if not came:
                if not head:
                    return b""
                raise HeadRefused(HTTPStatus.BAD_REQUEST)
            until_s = until_s or time.monotonic() + HEAD_WITHIN_S
            end = (head + came).find(_END)
            taken = len(came) if end < 0 else end + len(_END) - len(head)
            head += self._file.read(taken)
            self._ahead = len(came) - taken
            head = head.removeprefix(b"\r\n") if head.startswith(b"\r\n") and len(head) > 2 else head
            self._look(head, until_s)
        return head

    def _look(self, head: bytes, until_s: float) -> None:
        """The verdict on half a head."""
        if _BARE.search(head.removesuffix(b"\r")):
            raise HeadRefused(HTTPStatus.BAD_REQUEST)
        if len(head) > LONGEST_HEAD:
            raise HeadRefused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        left_s = until_s - time.monotonic()
        if left_s <= 0 and _END not in head:
            raise HeadRefused(HTTPStatus.REQUEST_TIMEOUT)
        self._connection.settimeout(max(left_s, 0.01))
