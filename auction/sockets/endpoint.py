"""The end of the requests of `/socket.io/`. A websocket is ours from its handshake on.

If a polling client waits for news, python-engineio holds its request. We read what it posts ourselves.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import structlog

from ..web.errors import broken
from ..web.locale import asked_locale
from ..web.security import Wsgi
from . import frames, packets
from .clients import Clients, LiveClient
from .frames import Violation
from .handover import HANDOVER
from .line import Line
from .packets import Malformed, Message
from .pings import Pulse
from .polled import Polled

log = structlog.get_logger()

SWITCHING = (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\r\n"
)
UPGRADE_WITHIN_S = 9.0
"""How long a client that polls may take from its websocket's handshake to its last probe."""


class Endpoint:
    """The transports of one process. `library` is python-engineio's server; `wsgi` leads to it."""

    def __init__(self, wsgi: Wsgi, library: Any, clients: Clients, pulse: Pulse) -> None:
        self._wsgi = wsgi
        self._library = library
        self._clients = clients
        self._pulse = pulse
        self.token_of: Callable[[dict[str, Any]], str | None] = lambda _environ: None
        """The secret of the session that a request came with."""
        library.on("connect", self._on_poller)
        library.on("disconnect", self._on_poller_gone)

    def find(self, sid: str, environ: dict[str, Any], transport: str) -> LiveClient | None:
        """The client of a request with this id; None if it may not use this transport now."""
        client = self._clients.find(sid, self.token_of(environ))
        if client is None or not isinstance(client.way, Polled):
            return None
        return None if transport == "websocket" and client.way.upgrades else client

    # --- websockets ---

    def websocket(self, environ: dict[str, Any], client: LiveClient | None) -> Iterable[bytes]:
        """Serve a websocket to its end: that of a new client, or of one that has polled until now."""
        handover = environ[HANDOVER]
        client = client or self._new(environ)
        line = Line(handover.connection, handover.ahead(), client.public_id)
        try:
            handover.connection.sendall(SWITCHING.format(frames.accept_key(environ["HTTP_SEC_WEBSOCKET_KEY"])).encode())
            if isinstance(client.way, Polled):
                self._upgrade(client, client.way, line)
            else:
                self._begin(client, line)
        except OSError:  # the client is gone
            pass
        finally:
            line.release()
        let_go: Callable[[], Iterable[bytes]] = handover.let_go
        return let_go()

    def _new(self, environ: dict[str, Any], sid: str | None = None, way: Any = None) -> LiveClient:
        token, locale = self.token_of(environ), asked_locale(environ)
        return LiveClient(sid or secrets.token_urlsafe(15), environ.get("REMOTE_ADDR", ""), token, locale, way)

    def _begin(self, client: LiveClient, line: Line) -> None:
        client.way = line
        self._clients.add(client)
        self._pulse.watch(client)
        client.write(packets.opened(client.sid, self._pulse.every_s, self._pulse.every_s))
        self._read(client, line, line.messages())

    def _upgrade(self, client: LiveClient, polled: Polled, line: Line) -> None:
        """Let a client that polls go on over its websocket: it asks, is answered, and says so."""
        messages = line.messages()
        with polled.upgrading(line, UPGRADE_WITHIN_S):
            try:
                if not _says(messages, packets.PROBE):
                    return
                polled.hold()
                line.write(Message(packets.PROBED))
                if not _says(messages, packets.UPGRADE):
                    return
            except (Malformed, Violation) as error:
                self._clients.end(client, f"no upgrade: {error}")
                line.close(frames.BAD_PROTOCOL)
                return
            polled.hand_over(line)
            client.way = line
            self._library.sockets.pop(client.sid, None)
        self._read(client, line, messages)

    def _read(self, client: LiveClient, line: Line, messages: Iterator[str]) -> None:
        try:
            for text in messages:
                self._clients.take(client, text)
        except Malformed as error:
            self._clients.end(client, f"unreadable: {error!r:.100}", frames.BAD_PROTOCOL)
        except Violation as error:
            self._clients.end(client, f"unreadable: {error!r:.100}", error.code)
        except Exception as error:  # a handler answers for itself: this is a defect of ours
            broken("en", error, "a packet")
            self._clients.end(client, "broken")
        self._clients.forget(client)
        if line.closed:
            line.drain()

    # --- polling ---

    def polling(
        self, environ: dict[str, Any], start_response: Callable[..., Any], client: LiveClient | None
    ) -> Iterable[bytes]:
        """Serve a polling request: of a new client, one that waits for news, or one that says something."""
        if client is None or not isinstance(client.way, Polled):
            return self._wsgi(environ, start_response)
        if environ["REQUEST_METHOD"] == "POST":
            return self._posted(environ, start_response, client)
        client.answered = True
        with client.way.asking() as is_only_one:
            if not is_only_one:
                self._clients.end(client, "two requests wait at once")
                return _said(start_response, "400 Bad Request", b"")
            return self._wsgi(environ, start_response)

    def _posted(
        self, environ: dict[str, Any], start_response: Callable[..., Any], client: LiveClient
    ) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        try:
            for text in packets.payload(body):
                self._clients.take(client, text)
        except Malformed as error:
            self._clients.end(client, f"unreadable: {error!r:.100}")
            return _said(start_response, "400 Bad Request", b"")
        return _said(start_response, "200 OK", b"ok")

    def _on_poller(self, sid: str, environ: dict[str, Any]) -> None:
        socket = self._library.sockets[sid]
        client = self._new(environ, sid)
        client.way = Polled(socket, client.public_id)
        opening = socket.queue.get()
        opening.data |= packets.terms(self._pulse.every_s, self._pulse.every_s)  # the library says whole seconds
        socket.queue.put(opening)
        self._clients.add(client)
        self._pulse.watch(client)

    def _on_poller_gone(self, sid: str, _reason: str) -> None:
        client = self._clients.get(sid)
        if client is not None and isinstance(client.way, Polled):
            self._clients.forget(client)
        self._library.sockets.pop(sid, None)


def _says(messages: Iterator[str], wanted: str) -> bool:
    """Whether the next message is the wanted one. False if the client gives its websocket up, and polls on.

    Raises Malformed for another message.
    """
    text = next(messages, None)
    if text is not None and text != wanted:
        raise Malformed(f"not {wanted}")
    return text is not None


def _said(start_response: Callable[..., Any], status: str, body: bytes) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "text/plain; charset=UTF-8"), ("Content-Length", str(len(body)))])
    return [body]
