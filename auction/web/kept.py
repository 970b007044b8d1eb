"""Keeps pages that are the same for all visitors without a session. Each is made at most once a second, and compressed.

A WSGI application around Flask's. A page is made from a request of our own. That has an address and a language,
and nothing else. So the page can hold no session, no token and nothing that a stranger sent.
"""

import io
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import run_wsgi_app

from ..base import metrics
from ..base.runtime import Slices
from ..parts import Parts
from .access import API_PREFIX, KEPT, SAME_FOR_ALL
from .auth import bearer_of
from .errors import shape, wsgi_answer
from .locale import asked_locale
from .packed import gzip_packer, readable

KEPT_FOR_S = 1.0
STALE_S = 5.0
MOST_KEPT_BYTES = 64 * 2**20
PIECE = 32_768
"""As much as is compressed, or unpacked, in about a millisecond."""
UNLIMITED = "/socket.io/"
COSTS = {
    "catalogue.record": 20,
    "catalogue.results": 5,
    "catalogue.events": 2,
    "statistics.sale": 5,
    "statistics.file": 5,
}
COSTS |= {"api_sales.read_record": 20, "api_sales.list_results": 5, "api_sales.read_statistics": 5}
COSTS |= {"catalogue.events": 2}
"""As many pages as these count for: they are as long as the sale."""
VARY = ("Vary", "Accept-Encoding, Accept-Language, Cookie")
ASK_FIRST = ("Cache-Control", "no-cache")
"""A browser may keep it, but asks each time whether it still holds."""

Start = Callable[..., Any]
Key = tuple[str, str]
"""An address and a language."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A page, compressed; `size` is what it is unpacked."""

    endpoint: str
    made_s: float
    body: bytes
    size: int
    headers: tuple[tuple[str, str], ...]

    @property
    def tag(self) -> str:
        """Its entity tag: the checksum and the size of what was packed. Weak, because each coding has other bytes."""
        return f'W/"{self.body[-8:].hex()}"'


class Pages:
    """Serves what is kept, makes what is not, and counts how many pages an address asks for."""

    def __init__(self, app: Flask, parts: Parts) -> None:
        self._app = app
        self._accounts = parts.accounts
        self._tokens = parts.tokens
        self._limits = parts.limits
        self._routes = app.url_map.bind("")
        self._kept: dict[Key, Kept] = {}
        self._bytes = 0
        self._making: dict[Key, threading.Lock] = {}

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(UNLIMITED):
            return self._app(environ, start)
        key = path, asked_locale(environ)
        is_somebody = self._is_program(environ) if path.startswith(API_PREFIX) else self._is_somebody(environ)
        endpoint = self._endpoint(key) if environ["REQUEST_METHOD"] in ("GET", "HEAD") else None
        if not is_somebody and not self._is_within_limits(environ, endpoint):
            metrics.pages.labels("refused").inc()
            return wsgi_answer(shape(key[1], "RATE_LIMITED", {}), start)
        if endpoint in (SAME_FOR_ALL if is_somebody else KEPT) and not environ.get("QUERY_STRING"):
            kept = self._page(key, str(endpoint))
            if kept is not None:
                return _answer(kept, environ, start)
        if not is_somebody:
            metrics.pages.labels("own").inc()
        return self._app(environ, start)

    def _is_within_limits(self, environ: dict[str, Any], endpoint: str | None) -> bool:
        who = environ.get("REMOTE_ADDR", ""), _kind(endpoint)
        return self._limits.allows(self._limits.page, *who, times=COSTS.get(endpoint or "", 1))

    def _is_somebody(self, environ: dict[str, Any]) -> bool:
        """Whether a session that holds has sent this request."""
        if f"{self._app.config['SESSION_COOKIE_NAME']}=" not in environ.get("HTTP_COOKIE", ""):
            return False
        request = self._app.request_class(environ, populate_request=False)
        session = self._app.session_interface.open_session(self._app, request)
        return session is not None and self._accounts.identify(session.get("token")) is not None

    def _is_program(self, environ: dict[str, Any]) -> bool:
        """Whether a program with a token that holds has sent this request; it has a share of its own."""
        token = bearer_of(environ)
        return token is not None and self._tokens.identify(token) is not None

    def _endpoint(self, key: Key) -> str | None:
        kept = self._kept.get(key)
        if kept is not None:
            return kept.endpoint
        try:
            return str(self._routes.match(key[0], "GET")[0])
        except HTTPException:
            return None

    def _page(self, key: Key, endpoint: str) -> Kept | None:
        """The page at an address; None where there is none. While one caller makes it anew the others get it as it was,
        or wait where it was never made, or long ago."""
        kept = self._kept_for(key, KEPT_FOR_S)
        if kept is None:
            turn = self._making.setdefault(key, threading.Lock())
            before = self._kept_for(key, STALE_S)
            if not turn.acquire(blocking=before is None):
                kept = before
            else:
                try:
                    kept = self._kept_for(key, KEPT_FOR_S) or self._make(key, endpoint)
                finally:
                    self._making.pop(key, None)
                    turn.release()
                return kept
        metrics.pages.labels("kept").inc()
        return kept

    def _kept_for(self, key: Key, within_s: float) -> Kept | None:
        kept = self._kept.get(key)
        return kept if kept is not None and time.monotonic() - kept.made_s < within_s else None

    def _make(self, key: Key, endpoint: str) -> Kept | None:
        metrics.pages.labels("made").inc()
        began_s = time.monotonic()
        chunks, status, headers = run_wsgi_app(self._app, _request(*key), buffered=True)
        if not status.startswith("200"):
            return None
        body = b"".join(chunks)
        own = tuple((name, headers[name]) for name in ("Content-Type", "Content-Disposition") if name in headers)
        packed = _same_or_packed(body, self._kept.get(key))
        kept = Kept(endpoint, began_s, packed, len(body), (*own, VARY, ASK_FIRST))
        self._keep(key, kept)
        return kept

    def _keep(self, key: Key, kept: Kept) -> None:
        before = self._kept.pop(key, None)
        self._bytes += len(kept.body) - (len(before.body) if before else 0)
        self._kept[key] = kept  # the youngest stands last
        while self._bytes > MOST_KEPT_BYTES and (oldest := next(iter(self._kept.copy()), None)) is not None:
            gone = self._kept.pop(oldest, None)
            self._bytes -= len(gone.body) if gone else 0


def _kind(endpoint: str | None) -> str:
    """The rate that a page counts to. `/healthz` has one of its own, so that a flood of pages does not keep it out.

    So have pictures: a page of a catalogue has dozens of them.
    """
    return {"health.healthz": "health", "documents.picture": "picture"}.get(endpoint or "", "page")


def _request(path: str, locale: str) -> dict[str, Any]:
    """A request of our own for a page."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT": "text/html",
        "HTTP_ACCEPT_LANGUAGE": locale,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _same_or_packed(body: bytes, before: Kept | None) -> bytes:
    """The page as gzip; as it was where it has not changed."""
    check = zlib.crc32(body)
    if before is not None and before.size == len(body) and _check_in(before.body) == check:
        return before.body
    packer, slices = gzip_packer(5), Slices()
    packed = []
    for at in range(0, len(body), PIECE):
        packed.append(packer.compress(body[at : at + PIECE]))
        slices.breathe()
    return b"".join((*packed, packer.flush()))


def _check_in(packed: bytes) -> int:
    """The checksum of what was packed (RFC 1952, 2.3.1)."""
    return int.from_bytes(packed[-8:-4], "little")


def _answer(kept: Kept, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    tag = ("ETag", kept.tag)
    if kept.tag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start("304 Not Modified", [tag, VARY, ASK_FIRST])
        return []
    packed = "gzip" in readable(environ)
    length = ("Content-Length", str(len(kept.body) if packed else kept.size))
    encoding = [("Content-Encoding", "gzip")] if packed else []
    start(f"{HTTPStatus.OK.value} OK", [*kept.headers, tag, *encoding, length])
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return [kept.body] if packed else _unpacked(kept.body)


def _unpacked(body: bytes) -> Iterator[bytes]:
    unpacker, slices = zlib.decompressobj(16 + zlib.MAX_WBITS), Slices()
    rest = body
    while rest:
        yield unpacker.decompress(rest, PIECE)
        rest = unpacker.unconsumed_tail
        slices.breathe()
