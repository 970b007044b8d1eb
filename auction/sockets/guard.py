"""The stock Socket.IO library with its open ends closed; with `outgoing.py` the one file that knows its inside.

Left alone it holds for good a socket that never says CONNECT, or whose first packet cannot be read; it gathers a
message's fragments, and binary attachments, without an end; it runs the handlers of `connect` and `disconnect` for
whoever sends an event of that name; it writes a traceback for every packet that it cannot read; and a client that is
told to go may stay. `Guard` is put between the two libraries (engine.io below, Socket.IO above) by their own hooks.
"""

import json
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any

import structlog
from engineio.exceptions import EngineIOError, SocketIsClosedError
from engineio.packet import PONG
from engineio.packet import Packet as EnginePacket
from socketio.manager import Manager
from socketio.packet import CONNECT, DISCONNECT, EVENT, Packet

from ..base import metrics
from ..base.runtime import Slices
from .incoming import Incoming, read_ahead
from .outgoing import BoundedSocket, Wire, framed
from .pings import Pulse

log = structlog.get_logger()

LARGEST_PACKET = 16_384
"""Bytes of a packet on the wire, and of all fragments of a message together."""
FRAGMENTS = 64
FAREWELL_S = 0.5
MOST_DIGITS = 20
RESERVED = ("connect", "disconnect", "*")
BID = re.compile(r'42(\d{1,15})\["(?:bid|maximum)",')
"""A bid on the wire, with the number under which its answer is expected."""


class StrictJson:
    """JSON as the libraries are given it: a number that no number of ours can be stays a text."""

    dumps = staticmethod(json.dumps)

    @staticmethod
    def loads(text: str | bytes) -> Any:
        """What a text says. Raises ValueError."""
        return json.loads(text, parse_int=_whole, parse_constant=str)


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= MOST_DIGITS else digits


class Malformed(ValueError):
    """A packet that no client of ours sends."""


class StrictPacket(Packet):  # type: ignore[misc]
    """A Socket.IO packet of the few kinds that our clients send: no binary, no answers, no reserved names."""

    def decode(self, encoded_packet: str | bytes) -> int:
        """Read a packet. Raises ValueError, or whatever the library stumbles over."""
        if not isinstance(encoded_packet, str) or encoded_packet[:1] not in ("0", "1", "2"):
            raise Malformed("kind")
        attachments = super().decode(encoded_packet)
        if attachments or self.packet_type not in (CONNECT, DISCONNECT, EVENT):
            raise Malformed("attachments")
        if self.packet_type == EVENT and not _is_event(self.data):
            raise Malformed("event")
        return 0


def _is_event(data: Any) -> bool:
    return isinstance(data, list) and bool(data) and isinstance(data[0], str) and data[0] not in RESERVED


class RoomlessManager(Manager):  # type: ignore[misc]
    """The library's clients, who are in no rooms but everybody's and their own: rooms are `Fanout`'s.

    The stock one looks through the rooms of all clients for each that leaves: for three thousand at once, seconds.
    """

    def basic_disconnect(self, sid: str, namespace: str, **_options: Any) -> None:
        """Forget a client."""
        for room in (None, sid):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)


class GuardedSocket(BoundedSocket):
    """An engine.io socket that ends at once, and is forgotten, where the stock one raises or goes on."""

    has_closed = False
    last_ping = property(lambda _self: None, lambda _self, _value: None)
    """So the library neither pings nor counts: sockets/pings.py does."""

    def receive(self, packet: EnginePacket) -> None:
        """Take a packet, unless the socket is over or sends without end."""
        if not self.closed and not self.server.guard.may_send(self.sid, 1):
            self.server.guard.refuse(self)
        self.answered = True  # whoever says anything is there
        if packet.packet_type != PONG and not self.closed:
            super().receive(packet)
        if self.closed:
            raise SocketIsClosedError

    def take_pong(self) -> bool:
        """Take the answer to a ping; one that nobody asked for counts as any other packet."""
        waited_for, self.answered = not self.answered, True
        return waited_for

    def turn_away(self, messages: list[str]) -> list[str]:
        """Answer the bids that would have to wait behind another of this socket, where too many wait already."""
        refusal = self.server.guard.refusal_to_queue(self.sid)
        if refusal is None or self.closed:
            return messages
        numbers = [bid[1] if (bid := BID.match(message)) else None for message in messages]
        answers = [framed(f"43{number}[{refusal}]") for number in numbers if number is not None]
        if not answers or not self.server.guard.may_send(self.sid, len(answers)):
            return messages  # whoever receives more than a socket's share will see to that
        metrics.bids.labels("RATE_LIMITED").inc(len(answers))
        self.write(Wire(b"".join(answers)))
        return [message for message, number in zip(messages, numbers, strict=True) if number is None]

    def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Take what a polling client sends. Raises EngineIOError, the one thing that the library answers well."""
        try:
            super().handle_post_request(environ)
        except Exception as error:
            self.end("unreadable")
            raise EngineIOError from error

    def _upgrade_websocket(self, environ: dict[str, Any], start_response: Any) -> Any:
        try:
            return super()._upgrade_websocket(environ, start_response)
        except ConnectionError:  # how the threading runtime is told that the socket is not its any more
            raise
        except Exception as error:
            self.end(f"no upgrade: {error!r:.100}")
            return self.server._bad_request()

    def _websocket_handler(self, ws: Any) -> Any:
        incoming = tame(ws, self)
        try:
            return super()._websocket_handler(ws)
        except Exception as error:
            self.end(f"unreadable: {error!r:.100}")
            wait_until(lambda: self.is_told, FAREWELL_S)
            return []
        finally:
            if incoming is not None:
                incoming.stop()
            if self.websocket is ws:  # a second one of the same client may be in its place by now
                self.websocket = None
            untame(ws)
            if self.closed:
                self.server.sockets.pop(self.sid, None)

    @property
    def is_told(self) -> bool:
        """Whether everything that was to be sent has been; who polls has fetched it before the end, or never will."""
        return self.has_closed or not self.upgraded

    def end(self, reason: str) -> None:
        """Send what waits, then close; whatever comes in meanwhile is not read any more."""
        if not self.closed:
            log.info("socket ended", reason=reason, socket=self.sid)
            self.close(wait=False, reason=self.server.reason.SERVER_DISCONNECT)


def tame(ws: Any, socket: GuardedSocket) -> Incoming | None:
    """Let a message's fragments together be no longer than a packet may be, and a close end the reading too.

    What reads from then on, where that is ours.
    """
    stock_close = ws.close
    simple = getattr(ws, "ws", None)  # what gevent and plain threads use; eventlet has its own

    def close(*args: Any, **options: Any) -> None:
        socket.hold()
        stock_close(*args, **options)
        if simple is not None:
            simple.event.set()
        socket.has_closed = True

    ws.close = close
    if simple is None:
        _tame_eventlet(ws)
        return read_ahead(ws, socket, LARGEST_PACKET)
    _tame_simple(simple)
    return None


def untame(ws: Any) -> None:
    """Let a websocket that is over hold neither itself nor its connection: nobody looks for such circles for hours."""
    for name in ("send", "close", "wait", "_recv_frame", "_apply_mask", "iterator"):
        vars(ws).pop(name, None)


def _tame_simple(simple: Any) -> None:
    simple.max_message_size = LARGEST_PACKET
    stock = simple._handle_events

    def handle_events() -> bool:
        goes_on: bool = stock()
        if not goes_on:  # the library tells its reader before this is true, so that it may wait on
            simple.connected = False
            simple.event.set()
        return goes_on

    simple._handle_events = handle_events


def _tame_eventlet(ws: Any) -> None:
    stock = ws._recv_frame

    def read(message: Any = None) -> Any:
        if message and (len(message.data) > FRAGMENTS or sum(map(len, message.data)) > LARGEST_PACKET):
            raise Malformed("fragments")
        return stock(message=message)

    ws._recv_frame = read


def wait_until(done: Callable[[], bool], within_s: float) -> None:
    """Wait until something is so, but no longer than that."""
    give_up_s = time.monotonic() + within_s
    while not done() and time.monotonic() < give_up_s:
        time.sleep(0.01)


@dataclass(slots=True)
class Line:
    """One engine.io socket, from its handshake on.

    `token`: the secret of its session. `joined`: it has shown what it came for.
    """

    address: str
    token: str | None
    since_s: float = field(default_factory=time.monotonic)
    joined: bool = False


class Guard:
    """Every open socket of a server, from before its client has said a word."""

    def __init__(self, server: Any, pulse: Pulse, may_send: Callable[[str, int], bool]) -> None:
        self.may_send = may_send
        self.refuses_to_queue: Callable[[str], str | None] = lambda _sid: None
        """What a client's bid is told, as JSON, that would have to wait behind its last one; None where it may."""
        self.token_of: Callable[[dict[str, Any]], str | None] = lambda _environ: None
        """The secret of the session that a request came with."""
        self._pulse = pulse
        self._server = server
        self._engine = server.eio
        self._engine.guard = self
        self._lines: dict[str, Line] = {}
        self._by_address: Counter[str] = Counter()
        self._stock = dict(self._engine.handlers)
        metrics.sockets.set_function(lambda: len(self._engine.sockets))
        self._engine.on("connect", self._on_connect)
        self._engine.on("message", self._on_message)
        self._engine.on("disconnect", self._on_disconnect)

    def count(self, address: str) -> int:
        """How many sockets an address has open."""
        return self._by_address[address]

    def is_open(self, engine_sid: str, environ: dict[str, Any]) -> bool:
        """Whether there is such a socket that is not being closed, and the request comes with the session that opened
        it: the id stands in addresses, and so in logs of proxies."""
        socket, line = self._engine.sockets.get(engine_sid), self._lines.get(engine_sid)
        if socket is None or line is None or socket.closed:
            return False
        return line.token is None or compare_digest(line.token.encode(), (self.token_of(environ) or "").encode())

    def refusal_to_queue(self, engine_sid: str) -> str | None:
        """What a socket's bid is told that would have to wait behind its last one; None where it may."""
        sid = self._server.manager.sid_from_eio_sid(engine_sid, "/")
        return None if sid is None else self.refuses_to_queue(sid)

    def joined(self, sid: str) -> None:
        """A client has shown what it came for; `sid` as its handlers know it."""
        line = self._lines.get(self._engine_sid(sid) or "")
        if line is not None:
            line.joined = True

    def dismiss_idle(self, longer_than_s: float) -> None:
        """Close the sockets that have been open for so long and have joined nothing."""
        before_s = time.monotonic() - longer_than_s
        late = [each for each, line in list(self._lines.items()) if not line.joined and line.since_s < before_s]
        self._dismiss([self._engine.sockets.get(each) for each in late], "idle")

    def refuse(self, socket: GuardedSocket) -> None:
        """Close a socket that sends without end."""
        self._dismiss([socket], "flood")

    def dismiss(self, sids: Iterable[str], reason: str) -> None:
        """Say good-bye to clients and close their sockets; by the ids that their handlers know."""
        self._dismiss([self._engine.sockets.get(self._engine_sid(sid)) for sid in sids], reason)

    def dismiss_all(self, reason: str, within_s: float) -> None:
        """Say good-bye to everybody, and wait until they have it."""
        everybody = [socket for socket in list(self._engine.sockets.values()) if not socket.closed]
        self._dismiss(everybody, reason)
        wait_until(lambda: all(socket.is_told for socket in everybody), within_s)

    def _dismiss(self, sockets: Iterable[GuardedSocket | None], reason: str) -> None:
        """Say good-bye and close, with a turn for the others in between: thousands may have to go at once."""
        leaving = [socket for socket in sockets if socket is not None and not socket.closed]
        slices = Slices()
        for socket in leaving:
            sid = self._server.manager.sid_from_eio_sid(socket.sid, "/")
            if sid is not None:
                self._server.emit("bye", {"reason": reason}, to=sid)
                self._server.disconnect(sid)
            slices.breathe()
        # A polling client has to come and fetch it.
        wait_until(lambda: all(s.upgraded or s.closed or s.queue.empty() for s in leaving), FAREWELL_S)
        for socket in leaving:
            socket.end(reason)
            slices.breathe()

    def _end(self, engine_sid: str | None, reason: str) -> None:
        socket = self._engine.sockets.get(engine_sid)
        if socket is not None:
            socket.end(reason)

    def _engine_sid(self, sid: str) -> str | None:
        return self._server.manager.eio_sid_from_sid(sid, "/")  # type: ignore[no-any-return]

    def _on_connect(self, engine_sid: str, environ: dict[str, Any]) -> Any:
        # The library has no say in which class its sockets are of.
        socket = self._engine.sockets[engine_sid]
        socket.__class__ = GuardedSocket
        self._pulse.watch(socket)
        line = self._lines[engine_sid] = Line(environ.get("REMOTE_ADDR", ""), self.token_of(environ))
        self._by_address[line.address] += 1
        return self._stock["connect"](engine_sid, environ)

    def _on_message(self, engine_sid: str, data: Any) -> None:
        try:
            self._stock["message"](engine_sid, data)
        except Exception as error:  # our handlers answer for themselves: what is left is what a stranger sent
            self._end(engine_sid, f"unreadable: {error!r:.100}")

    def _on_disconnect(self, engine_sid: str, reason: str) -> None:
        line = self._lines.pop(engine_sid, None)
        if line is not None:
            self._by_address[line.address] -= 1
            if not self._by_address[line.address]:
                del self._by_address[line.address]
        self._stock["disconnect"](engine_sid, reason)


class ToOurLog(logging.Handler):
    """Takes what the libraries log into the structured log, where a stranger's line breaks are escaped."""

    def emit(self, record: logging.LogRecord) -> None:
        log.log(record.levelno, "library", said=record.getMessage(), exc_info=record.exc_info)


def library_logger(name: str) -> logging.Logger:
    """A logger to give to a library."""
    logger = logging.getLogger(name)
    logger.handlers, logger.propagate = [ToOurLog()], False
    logger.setLevel(logging.WARNING)
    return logger
