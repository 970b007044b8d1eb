"""Serves static files out of memory. A screen asks for thirty of them, and one through Flask costs as much as a bid."""

import mimetypes
import threading
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from .security import Wsgi

PREFIX = "/static/"
LOOK_EVERY_S = 1.0
PACKED = ("text/", "application/javascript", "application/json", "image/svg+xml")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/javascript", ".mjs")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it was at a moment; `packed` where gzip makes it smaller."""

    looked_s: float
    changed_ns: int
    raw: bytes
    packed: bytes | None
    tag: str
    kind: str


class Assets:
    """A WSGI application around another, which answers for what is no file of `folder`."""

    def __init__(self, wsgi: Wsgi, folder: Path) -> None:
        self._wsgi = wsgi
        self._turn = threading.Lock()
        # By address: only what was there at the start, so that no address leads out of the folder.
        self._files = {
            PREFIX + path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
        }
        self._assets: dict[str, Asset] = {}

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        name, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if name not in self._files or method not in ("GET", "HEAD"):
            return self._wsgi(environ, start)
        try:
            asset = self._asset(name)
        except OSError:  # it has gone since the start
            return self._wsgi(environ, start)
        headers = [("ETag", asset.tag), ("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding")]
        if asset.tag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start("304 Not Modified", headers)
            return []
        packed = asset.packed if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") else None
        body = asset.raw if packed is None else packed
        encoding = [] if packed is None else [("Content-Encoding", "gzip")]
        length = ("Content-Length", str(len(body)))
        start("200 OK", [("Content-Type", asset.kind), *headers, *encoding, length])
        return [] if method == "HEAD" else [body]

    def _asset(self, name: str) -> Asset:
        """The file; read again where it has changed, which is looked at once a second. Raises OSError."""
        asset = self._assets.get(name)
        if asset is None or time.monotonic() - asset.looked_s >= LOOK_EVERY_S:
            with self._turn:
                changed_ns = self._files[name].stat().st_mtime_ns
                is_same = asset is not None and asset.changed_ns == changed_ns
                asset = _looked_at(asset) if asset is not None and is_same else _read(self._files[name], changed_ns)
                self._assets[name] = asset
        return asset


def _looked_at(asset: Asset) -> Asset:
    return Asset(time.monotonic(), asset.changed_ns, asset.raw, asset.packed, asset.tag, asset.kind)


def _read(path: Path, changed_ns: int) -> Asset:
    raw = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    packed = packer.compress(raw) + packer.flush() if kind.startswith(PACKED) else raw
    full_kind = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    is_smaller = len(packed) < len(raw)
    tag = f'"{sha256(raw).hexdigest()[:24]}"'
    return Asset(time.monotonic(), changed_ns, raw, packed if is_smaller else None, tag, full_kind)
