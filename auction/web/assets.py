"""Serves static files out of memory, at addresses that name their content. A browser asks for each only once.

The server reads them at its start. Each page has one script for each language, joined from its modules, with the
sentences that it shows.
"""

import mimetypes
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import brotli

from ..base import runtime
from ..words.i18n import LOCALES, translate
from .packed import gzip_packer, readable
from .scripts import joined, worded
from .security import Wsgi

STATIC_PREFIX = "/static/"
FOR_EVER = "public, max-age=31536000, immutable"
PACKED = ("text/", "application/json", "image/svg+xml")
_MARKED = re.compile(r"(.+)\.([0-9a-f]{16})(\.\w+)")
mimetypes.add_type("text/javascript", ".js")


@dataclass(slots=True)
class File:
    """The content served under a name. `mark` is the part of its address that the content decides."""

    mark: str
    kind: str
    raw: bytes
    gzip: bytes | None
    """None where it would be no smaller."""
    brotli: bytes | None = None
    """Made at the first request that reads it: it takes up to half a second of a core."""
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def tag(self) -> str:
        """Its entity tag."""
        return f'"{self.mark}"'

    def smallest(self, codings: frozenset[str]) -> tuple[str, bytes]:
        """It in the best coding of those; none for as it is."""
        if self.gzip is None:
            return "", self.raw
        if "br" in codings:
            with self.turn:
                self.brotli = self.brotli or runtime.offload(brotli.compress, self.raw)
            return "br", self.brotli
        return ("gzip", self.gzip) if "gzip" in codings else ("", self.raw)


class Files:
    """The served files of a folder and its modules, by name: `css/base.css`, `js/pages/lot.zh.js`."""

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, File] = {}
        modules = folder / "js"
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_relative_to(modules):
                self._add(path.relative_to(folder).as_posix(), path.read_bytes())
        for page in sorted((modules / "pages").glob("*.js")):
            script = joined(page, folder.resolve(), self.address)
            for locale in LOCALES:
                self._add(f"js/pages/{page.stem}.{locale}.js", worded(script, partial(translate, locale)).encode())

    def address(self, name: str) -> str:
        """The address of a file with today's content. Raises KeyError."""
        stem, dot, ending = name.rpartition(".")
        return f"{STATIC_PREFIX}{stem}.{self._files[name].mark}{dot}{ending}"

    def at(self, address: str) -> tuple[File, bool] | None:
        """The file at an address, and whether its content is what the address says."""
        name = address.removeprefix(STATIC_PREFIX)
        marked = _MARKED.fullmatch(name)
        file = self._files.get(f"{marked[1]}{marked[3]}" if marked else name)
        return None if file is None else (file, marked is not None and marked[2] == file.mark)

    def _add(self, name: str, raw: bytes) -> None:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        packed = _gzip(raw) if kind.startswith(PACKED) else raw
        full_kind = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
        self._files[name] = File(
            sha256(raw).hexdigest()[:16], full_kind, raw, packed if len(packed) < len(raw) else None
        )


@cache
def files(folder: Path) -> Files:
    """The files of a folder as they are at the first call. Raises OSError, ValueError."""
    return Files(folder)


class Assets:
    """A WSGI application around another, which answers for what is no file of ours.

    An old address gets the file as it is now, and no cache keeps that answer. So a page of one release finds its files
    at a process of another.
    """

    def __init__(self, wsgi: Wsgi, known: Files) -> None:
        self._wsgi = wsgi
        self._files = known

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        found = self._files.at(path) if path.startswith(STATIC_PREFIX) and method in ("GET", "HEAD") else None
        if found is None:
            return self._wsgi(environ, start)
        file, is_current = found
        headers = [("ETag", file.tag), ("Cache-Control", FOR_EVER if is_current else "no-cache")]
        if file.gzip is not None:
            headers.append(("Vary", "Accept-Encoding"))
        if file.tag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start("304 Not Modified", headers)
            return []
        coding, body = file.smallest(readable(environ))
        if coding:
            headers.append(("Content-Encoding", coding))
        start("200 OK", [("Content-Type", file.kind), *headers, ("Content-Length", str(len(body)))])
        return [] if method == "HEAD" else [body]


def _gzip(raw: bytes) -> bytes:
    packer = gzip_packer(9)
    return bytes(packer.compress(raw) + packer.flush())
