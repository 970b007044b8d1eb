"""One frame to many sockets: the sending side of the socket library, as `sockets/guard.py` is its receiving side.

The library puts a packet into a queue for each client and lets a greenlet take it out, pack and send it. Here a frame
is packed once and written straight to every socket that has nothing waiting. One that is busy gets it through the
library's queue, which is bounded here; a reader too slow for that is cut, and comes back through `since`.

Written against python-engineio 4.15 and eventlet 0.41.
"""

import struct
import threading
import time
from collections.abc import Callable
from typing import Any

import engineio.socket
import structlog
from engineio.packet import MESSAGE, Packet

from ..base import metrics

log = structlog.get_logger()

MOST_WAITING = 256
MOST_WAITING_BYTES = 1_000_000
WEBSOCKET_PONG = 0xA
BREATHE_EVERY = 200
"""After so many sockets the others get a turn: an answer to a bid must not wait for a whole hall."""


class BoundedSocket(engineio.socket.Socket):  # type: ignore[misc]
    """The library's socket, with its websocket in reach and an end to what may wait for it."""

    websocket: Any = None
    answered = True
    """Whether the last ping has been answered (sockets/pings.py)."""
    _out: Callable[[bytes], int] | None = None
    """The kernel's own send, while nothing waits and nobody else sends; None otherwise."""
    _waiting_bytes = 0

    def _websocket_handler(self, ws: Any) -> Any:
        self.websocket = ws
        if self.server.direct:
            self._order(ws)
        return super()._websocket_handler(ws)

    def _order(self, ws: Any) -> None:
        """Let nobody but the writer of the queue write to the websocket while it writes."""
        stock = ws.send

        def send(message: Any, **how: Any) -> None:
            if isinstance(message, Wire):
                ws._send(message)
            elif how.get("control_code") == WEBSOCKET_PONG:
                self._enqueue(Wire(ws._pack_message(message, **how)))
            else:
                stock(message, **how)

        ws.send = send

    def poll(self) -> Any:
        """The packets that wait, for the writer that sends them; it waits until there are some."""
        packets = self._taken() if self.upgraded else super().poll()
        if self.queue.empty():
            self._waiting_bytes = 0
        return packets

    def _taken(self) -> list[Packet]:
        """As the library takes them, but without an end to the waiting: pings do not come through the queue."""
        packets: list[Packet] = []
        if self.server.direct and self.queue.empty() and not self.closing:
            self._out = self.websocket.socket.fd.send
        while not packets or not self.queue.empty():
            packet = self.queue.get()
            self.queue.task_done()
            if packet is None:
                if packets:
                    self.queue.put(None)
                break
            packets.append(packet)
        return packets

    def send(self, pkt: Packet) -> None:
        """Send a packet of this socket's own: at once where it can be, else when its turn comes."""
        if self._out is None:
            self._enqueue(pkt)
        else:
            self.write(Frame(pkt))

    def write(self, frame: "Frame | Wire") -> None:
        """Send a frame at once where nothing waits before it; else let it wait."""
        out, wire = self._out, frame.wire
        if out is None:
            self._enqueue(frame.packet)
            return
        try:
            sent = out(wire)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # gone; its reader will notice
        if sent < len(wire):
            self._enqueue(Wire(wire[sent:]))

    def hold(self) -> None:
        """From here on nothing is sent past the queue, until its writer finds it empty."""
        self._out = None

    def close(self, *args: Any, **options: Any) -> None:
        """Close the connection."""
        super().close(*args, **options)
        self.hold()

    def _enqueue(self, packet: "Packet | Wire") -> None:
        """Let a packet wait for its turn; whoever has too much waiting is cut."""
        self.hold()
        self._waiting_bytes += len(packet.data or "")
        if self.queue.qsize() >= MOST_WAITING or self._waiting_bytes > MOST_WAITING_BYTES:
            self.cut("slow")
        elif not self.closed:
            self.queue.put(packet)

    def cut(self, reason: str) -> None:
        """End the connection now: nothing more is sent, what waited is freed."""
        if self.closed:
            return
        metrics.cut.labels(reason).inc()
        log.info("socket cut", reason=reason, sid=self.sid)
        self.close(wait=False, abort=True, reason=reason)
        raw = getattr(getattr(self.websocket, "socket", None), "fd", None)
        if raw is not None:
            raw.shutdown(2)


class Wire(bytes):
    """What is framed already, one frame, several, or the rest of one; it may wait in the queue among packets."""

    @property
    def wire(self) -> "Wire":
        """As a frame tells its bytes."""
        return self

    @property
    def packet(self) -> "Wire":
        """As a frame tells what waits for it."""
        return self

    @property
    def data(self) -> bytes:
        """As a packet tells what it holds."""
        return self

    def encode(self) -> "Wire":
        """As a packet is asked for what is to be sent."""
        return self


class Frame:
    """A packet packed once: for the library's queue, and as the bytes of an unmasked websocket text frame."""

    __slots__ = ("packet", "wire")

    def __init__(self, packet: Packet) -> None:
        self.packet = packet
        self.wire = framed(packet.encode())

    @classmethod
    def of(cls, name: str, text: str) -> "Frame":
        """A message with its content, which is JSON text."""
        return cls(Packet(MESSAGE, data=f'2["{name}",{text}]'))


def framed(text: str) -> bytes:
    """A text as an unmasked websocket frame (RFC 6455, 5.2)."""
    payload = text.encode()
    length = len(payload)
    if length < 126:
        return struct.pack("!BB", 0x81, length) + payload
    if length < 65_536:
        return struct.pack("!BBH", 0x81, 126, length) + payload
    return struct.pack("!BBQ", 0x81, 127, length) + payload


class Fanout:
    """Rooms of sockets, and how a message reaches one."""

    def __init__(self) -> None:
        self._rooms: dict[str, dict[str, BoundedSocket]] = {}
        self._door = threading.Lock()  # else one may enter a room that another, leaving last, takes away
        self.server: Any = None
        """The Socket.IO server whose clients are in the rooms."""

    def attach(self, server: Any, *, direct: bool) -> None:
        """Serve the clients of this Socket.IO server. Not `direct`: every packet takes the library's own way."""
        self.server = server
        server.eio.direct = direct

    def enter(self, sid: str, room: str) -> None:
        """Put a client into a room."""
        socket = self.server.eio.sockets.get(self.server.manager.eio_sid_from_sid(sid, "/"))
        if socket is not None:
            with self._door:
                self._rooms.setdefault(room, {})[sid] = socket

    def leave(self, sid: str, room: str) -> None:
        """Take a client out of a room."""
        with self._door:
            members = self._rooms.get(room, {})
            members.pop(sid, None)
            if not members:
                self._rooms.pop(room, None)

    def send(self, room: str, name: str, text: str) -> None:
        """Send a message, as JSON text, to everybody in a room, in the order of calls."""
        members = list(self._rooms.get(room, {}).values())
        if not members:
            return
        frame = Frame.of(name, text)
        for count, socket in enumerate(members, 1):
            if not socket.closed:
                socket.write(frame)
            if count % BREATHE_EVERY == 0:
                time.sleep(0)
