"""One frame to many sockets: the sending side of the socket library, as `web/guard.py` is its receiving side.

The library puts a packet into a queue for each client and lets a greenlet take it out, pack and send it. Here a frame
is packed once and written straight to every socket that has nothing waiting. One that is busy gets it through the
library's queue, which is bounded here; a reader too slow for that is cut, and comes back through `since`.

Written against python-engineio 4.15 and eventlet 0.41; with `direct=False` every frame takes the library's own way.
"""

import struct
import threading
import time
from typing import Any

import engineio.socket
import structlog
from engineio.packet import MESSAGE, Packet

from . import metrics

log = structlog.get_logger()

MOST_WAITING = 256
MOST_WAITING_BYTES = 1_000_000
BREATHE_EVERY = 200
"""After so many sockets the others get a turn: an answer to a bid must not wait for a whole hall."""


class BoundedSocket(engineio.socket.Socket):  # type: ignore[misc]
    """The library's socket, with its websocket in reach and an end to what may wait for it."""

    websocket: Any = None
    _waiting_bytes = 0

    def _websocket_handler(self, ws: Any) -> Any:
        self.websocket = ws
        return super()._websocket_handler(ws)

    def poll(self) -> Any:
        packets = super().poll()
        if self.queue.empty():
            self._waiting_bytes = 0
        return packets

    def send(self, pkt: Packet) -> None:
        """Let a packet wait for its turn; whoever has too much waiting is cut."""
        self._waiting_bytes += len(pkt.data or "")
        if self.queue.qsize() >= MOST_WAITING or self._waiting_bytes > MOST_WAITING_BYTES:
            self.cut("slow")
        elif not self.closed:
            super().send(pkt)

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

    def write(self, frame: "Frame") -> None:
        """Send a frame at once where nothing waits before it; else let it wait."""
        websocket = self.websocket
        busy = websocket is None or not self.upgraded or self.upgrading or self.closed
        if busy or not self.queue.empty() or websocket._sendlock.locked():
            self.send(frame.packet)
            return
        try:
            sent = websocket.socket.fd.send(frame.wire)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # gone; its reader will notice
        if sent < len(frame.wire):
            self._finish(frame.wire[sent:])

    def _finish(self, rest: bytes) -> None:
        """The kernel took a part: hold the line until the rest is out, so that nothing gets in between."""
        websocket = self.websocket
        websocket._sendlock.acquire()

        def flush() -> None:
            try:
                websocket.socket.sendall(rest)
            except OSError:
                self.cut("stalled")
            finally:
                websocket._sendlock.release()

        threading.Thread(target=flush, daemon=True).start()


class Frame:
    """A message packed once: for the library's queue, and as the bytes of an unmasked websocket text frame."""

    __slots__ = ("packet", "wire")

    def __init__(self, name: str, text: str) -> None:
        said = f'2["{name}",{text}]'
        self.packet = Packet(MESSAGE, data=said)
        payload = b"4" + said.encode()
        self.wire = _header(len(payload)) + payload


def _header(length: int) -> bytes:
    if length < 126:
        return struct.pack("!BB", 0x81, length)
    return struct.pack("!BBH", 0x81, 126, length) if length < 65_536 else struct.pack("!BBQ", 0x81, 127, length)


class Fanout:
    """Rooms of sockets, and how a message reaches one."""

    def __init__(self, *, direct: bool) -> None:
        self._direct = direct
        self._rooms: dict[str, dict[str, BoundedSocket]] = {}
        self.server: Any = None
        """The Socket.IO server whose clients are in the rooms."""

    def enter(self, sid: str, room: str) -> None:
        """Put a client into a room."""
        socket = self.server.eio.sockets.get(self.server.manager.eio_sid_from_sid(sid, "/"))
        if socket is not None:
            self._rooms.setdefault(room, {})[sid] = socket

    def leave(self, sid: str, room: str) -> None:
        """Take a client out of a room."""
        members = self._rooms.get(room)
        if members is not None:
            members.pop(sid, None)
            if not members:
                del self._rooms[room]

    def send(self, room: str, name: str, text: str) -> None:
        """Send a message, as JSON text, to everybody in a room, in the order of calls."""
        members = list(self._rooms.get(room, {}).values())
        if not members:
            return
        frame = Frame(name, text)
        for count, socket in enumerate(members, 1):
            if socket.closed:
                continue
            if self._direct:
                socket.write(frame)
            else:
                socket.send(frame.packet)
            if count % BREATHE_EVERY == 0:
                time.sleep(0)
