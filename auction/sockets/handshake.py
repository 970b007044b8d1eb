"""The way into the process: who may begin a handshake, what comes out where something breaks, and closing time."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from ..base.config import Config
from ..base.runtime import native_lock
from ..web.errors import broken, shape, wsgi_answer
from ..web.security import Wsgi, origins
from ..words.i18n import negotiate
from .clients import Clients, wait_until
from .endpoint import Endpoint
from .packets import LARGEST_PACKET

SOCKETS = "/socket.io/"
TRANSPORTS = ("polling", "websocket")


class UnderWay:
    """Counts what is under way (`with`), so that one can wait until it is done."""

    def __init__(self) -> None:
        self.count = 0
        self._turn = native_lock()

    def begin(self) -> None:
        """One more is."""
        with self._turn:
            self.count += 1

    def end(self) -> None:
        """One is done."""
        with self._turn:
            self.count -= 1

    def __enter__(self) -> None:
        self.begin()

    def __exit__(self, *_: object) -> None:
        self.end()

    def wait(self, within_s: float) -> None:
        """Wait until nothing is, but no longer than that."""
        wait_until(lambda: not self.count, within_s)


class Door:
    """A WSGI application around another; requests of the sockets' path go to `endpoint`, if they are let in."""

    def __init__(self, wsgi: Wsgi, config: Config, clients: Clients, endpoint: Endpoint) -> None:
        self._wsgi = wsgi
        self._origins = frozenset(origins(config))
        self._most = config.sockets_per_address
        self._clients = clients
        self._endpoint = endpoint
        self._closed = False
        self._pages = UnderWay()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        is_socket = f"{environ.get('PATH_INFO', '')}/".startswith(SOCKETS)
        try:
            if is_socket:
                return self._socket(environ, start_response)
            with self._pages:
                return self._wsgi(environ, start_response)
        except ConnectionError:  # the client is gone, or its connection is a websocket's now
            raise
        except Exception as error:
            locale = negotiate(environ.get("HTTP_ACCEPT_LANGUAGE", ""), None)
            return wsgi_answer(broken(locale, error, environ.get("PATH_INFO", "")), start_response)

    def close(self) -> None:
        """Begin no socket any more."""
        self._closed = True

    def wait_until_left(self, within_s: float) -> None:
        """Wait until the pages that are being made are done."""
        self._pages.wait(within_s)

    def _socket(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = parse_qs(environ.get("QUERY_STRING", ""))
        transport = asked.get("transport", [""])[0]
        code, client = self._refusal(environ, transport), None
        if code is None and "sid" in asked:
            client = self._endpoint.find(asked["sid"][0], environ, transport)
            code = "MALFORMED" if client is None else None
        elif code is None:
            code = self._refusal_of_new(environ, asked)
        if code is not None:
            locale = negotiate(environ.get("HTTP_ACCEPT_LANGUAGE", ""), None)
            return wsgi_answer(shape(locale, code, {"field": "handshake"}), start_response)
        if transport == "websocket":
            return self._endpoint.websocket(environ, client)
        return self._endpoint.polling(environ, start_response, client)

    def _refusal(self, environ: dict[str, Any], transport: str) -> str | None:
        """Why a request is not let in, no matter who sends it; None if it is."""
        origin, method = environ.get("HTTP_ORIGIN"), environ["REQUEST_METHOD"]
        if origin is not None and origin not in self._origins:
            return "FOREIGN_ORIGIN"
        if transport not in TRANSPORTS or method not in ("GET", "POST"):
            return "MALFORMED"
        if method == "POST" and not _is_size(environ.get("CONTENT_LENGTH", "")):
            return "TOO_LARGE"
        return "MALFORMED" if transport == "websocket" and not _is_upgrade(environ) else None

    def _refusal_of_new(self, environ: dict[str, Any], asked: dict[str, list[str]]) -> str | None:
        """Why no session is begun for a request; None if one is."""
        if asked.get("EIO") != ["4"] or environ["REQUEST_METHOD"] != "GET":
            return "MALFORMED"
        if self._closed:
            return "UNAVAILABLE"
        full = self._clients.count(environ.get("REMOTE_ADDR", "")) >= self._most
        return "RATE_LIMITED" if full else None


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
