"""The way into the process: who may begin a handshake, what comes out where something breaks, and closing time."""

import re
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from ..base.config import Config
from ..web.errors import broken, shape, wsgi_answer
from ..web.security import Wsgi, origins
from ..words.i18n import negotiate
from .guard import LARGEST_PACKET, Guard, wait_until

SOCKETS = "/socket.io/"


class UnderWay:
    """Counts what is under way (`with`), so that one can wait until it is done."""

    def __init__(self) -> None:
        self.count = 0
        self._turn = threading.Lock()

    def __enter__(self) -> None:
        with self._turn:
            self.count += 1

    def __exit__(self, *_: object) -> None:
        with self._turn:
            self.count -= 1

    def wait(self, within_s: float) -> None:
        """Wait until nothing is, but no longer than that."""
        wait_until(lambda: not self.count, within_s)


class Door:
    """A WSGI application around another; `guard` knows the sockets that are open."""

    def __init__(self, wsgi: Wsgi, config: Config, guard: Guard) -> None:
        self._wsgi = wsgi
        self._origins = frozenset(origins(config))
        self._most = config.sockets_per_address
        self._guard = guard
        self._closed = False
        self._pages = UnderWay()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        is_socket = f"{environ.get('PATH_INFO', '')}/".startswith(SOCKETS)
        locale = negotiate(environ.get("HTTP_ACCEPT_LANGUAGE", ""), None)
        code = self._refusal(environ) if is_socket else None
        if code is not None:
            return wsgi_answer(shape(locale, code, {"field": "handshake"}), start_response)
        try:
            if is_socket:
                return self._wsgi(environ, start_response)
            with self._pages:
                return self._wsgi(environ, start_response)
        except ConnectionError:  # the client is gone, or its connection is a websocket's now
            raise
        except Exception as error:
            return wsgi_answer(broken(locale, error, environ.get("PATH_INFO", "")), start_response)

    def close(self) -> None:
        """Begin no socket any more."""
        self._closed = True

    def wait_until_left(self, within_s: float) -> None:
        """Wait until the pages that are being made are done."""
        self._pages.wait(within_s)

    def _refusal(self, environ: dict[str, Any]) -> str | None:
        """Why a request of the sockets' transport is not let in; None where it is."""
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and origin not in self._origins:
            return "FOREIGN_ORIGIN"
        if environ["REQUEST_METHOD"] == "POST" and not _is_size(environ.get("CONTENT_LENGTH", "")):
            return "TOO_LARGE"
        asked = parse_qs(environ.get("QUERY_STRING", ""))
        if asked.get("transport") == ["websocket"] and not _is_upgrade(environ):
            return "MALFORMED"
        if "sid" in asked:
            return None if self._guard.is_open(asked["sid"][0], environ) else "MALFORMED"
        if self._closed:
            return "UNAVAILABLE"
        return "RATE_LIMITED" if self._guard.count(environ.get("REMOTE_ADDR", "")) >= self._most else None


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= LARGEST_PACKET


def _is_upgrade(environ: dict[str, Any]) -> bool:
    """Whether a request becomes a websocket as RFC 6455 says; the libraries stumble over what almost does."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and environ.get("HTTP_UPGRADE", "").lower() == "websocket"
        and "upgrade" in [each.strip() for each in environ.get("HTTP_CONNECTION", "").lower().split(",")]
        and environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13"
        and re.fullmatch(r"[A-Za-z0-9+/]{22}==", environ.get("HTTP_SEC_WEBSOCKET_KEY", "")) is not None
    )
