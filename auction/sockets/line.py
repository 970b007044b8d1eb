"""One client's websocket: whole texts in, frames out, the same in every runtime.

The thread of its request reads it, all the time. If nothing waits, a frame goes straight to the kernel. The rest waits
in a bounded queue. A thread empties the queue, and lives as long as something waits. A client too slow for its queue is
cut, and comes back with `since`.
"""

import socket as sockets
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import structlog

from ..base import metrics
from ..base.runtime import KernelSocket, Slices, await_data, native_lock, spawn
from . import frames
from .packets import LARGEST_PACKET, NOOP, Message

log = structlog.get_logger()

MOST_WAITING = 256
MOST_WAITING_BYTES = 1_000_000
READ_BYTES = 16_384
MOST_DRAINED_BYTES = 262_144
UNREAD_LOOK_S = 0.05
"""Between looks whether the time for the farewell of a client that is no longer read is over."""
MANY_BYTES = 400
"""If more comes at once, it is several messages, and their answers go out together."""
WITHOUT_WAITING = sockets.MSG_DONTWAIT | sockets.MSG_NOSIGNAL


class Line:
    """A websocket after its handshake. `connection` is the runtime's socket, `ahead` what was read of it already."""

    __slots__ = (
        *("_ahead", "_closing", "_connection", "_direct", "_flushes", "_held", "_kernel", "_over", "_send", "_turn"),
        *("_descriptor", "_patience_s", "_waiting", "_waiting_bytes", "is_told", "name"),
    )

    def __init__(self, connection: Any, ahead: bytes, name: str) -> None:
        self.name = name
        """The client's name in the log."""
        self._connection = connection
        self._ahead = ahead
        self._descriptor: int = connection.fileno()
        self._kernel: Any = KernelSocket(fileno=self._descriptor)
        self._send: Any = self._kernel.send
        self._direct: Any = self._send
        """The same while nothing stands in the way of a frame, else None. A delivery looks at no more."""
        self._turn = native_lock()
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._closing = self._over = False
        self._held = False
        """While several messages that came together are answered."""
        self._flushes = False
        """Whether a thread sends what waits."""
        self.is_told = False
        """Whether everything that was to be sent is, the close frame too; or never will be."""
        self.be_patient(None)

    @property
    def closed(self) -> bool:
        """Whether nothing more can be sent."""
        return self._closing or self._over

    def be_patient(self, for_s: float | None) -> None:
        """Read no longer than this for a client that says nothing; None: the pings find out who is gone."""
        self._patience_s = for_s
        self._connection.settimeout(for_s)

    def messages(self) -> Iterator[str]:
        """The texts that the client sends, until either side closes. Raises frames.Violation."""
        reader = frames.FrameReader(LARGEST_PACKET)
        for data in self._received():
            slices, is_first = Slices(), True
            if len(data) > MANY_BYTES:
                self._hold()
            try:
                for opcode, payload in reader.feed(data):
                    if not is_first:
                        slices.breathe()  # a client that sends much at once does not keep the others waiting
                    is_first = False
                    if opcode == frames.TEXT:
                        yield frames.text_of(payload)
                    elif opcode == frames.CLOSE:
                        self.close(frames.NORMAL)
                        self.abort()  # the client has closed its side, and reads nothing more
                        return
                    else:
                        if opcode == frames.PING:
                            self._put(frames.frame(payload, frames.PONG))
                        yield NOOP  # says nothing, but counts as a packet
            finally:
                if self._held:
                    with self._turn:
                        self._let_go()

    def _received(self) -> Iterator[bytes]:
        if self._ahead:
            yield self._ahead
        while not self.closed and (data := self._receive()):
            yield data

    def _receive(self) -> bytes:
        """The next bytes; nothing at the end."""
        try:
            await_data(self._descriptor, self._patience_s)
            return bytes(self._connection.recv(READ_BYTES))
        except OSError:
            return b""

    def drain(self) -> None:
        """Read on and hear nothing, until the client closes its side or `finish` ends it.

        A kernel that is closed on may lose our farewell. Who sends very much is not read to the end, but has his time.
        """
        left = MOST_DRAINED_BYTES
        while not self._over and left > 0 and (data := self._receive()):
            left -= len(data)
        while not self._over and left <= 0:
            time.sleep(UNREAD_LOOK_S)

    def write(self, message: Message) -> None:
        """Send a message: at once if nothing waits before it, else in its turn."""
        self._put(message.wire)

    def _put(self, wire: bytes) -> None:
        with self._turn:
            direct = self._direct
            if direct is not None:
                try:
                    sent = direct(wire, WITHOUT_WAITING)
                except BlockingIOError:
                    sent = 0
                except OSError:  # the client is gone; the reader notices
                    return
                if sent == len(wire):
                    return
                wire = wire[sent:]
            elif self._closing or self._over:
                return
            self._wait(wire)
            slow = len(self._waiting) > MOST_WAITING or self._waiting_bytes > MOST_WAITING_BYTES
        if slow:
            self.cut("slow")

    def _hold(self) -> None:
        """Let what is said wait, because several messages that came together are answered together."""
        with self._turn:
            self._held, self._direct = True, None

    def _at_once(self, wire: bytes) -> bytes:
        """Give the kernel what it takes without waiting. The rest."""
        try:
            return wire[self._send(wire, WITHOUT_WAITING) :]
        except BlockingIOError:
            return wire
        except OSError:  # the client is gone; the reader notices
            return b""

    def _wait(self, wire: bytes) -> None:
        self._direct = None
        self._waiting.append(wire)
        self._waiting_bytes += len(wire)
        if not self._held and not self._flushes:
            self._flushes = True
            spawn(self._flush)

    def _let_go(self) -> None:
        """Send together what was held, unless a flush is under way: then it goes on with it."""
        self._held = False
        if self._flushes:
            return
        rest = self._at_once(b"".join(self._waiting)) if self._waiting else b""
        self._waiting.clear()
        self._waiting_bytes = 0
        if rest:
            self._wait(rest)
        elif not self._closing and not self._over:
            self._direct = self._send

    def _flush(self) -> None:
        """Send what waits, in its order, until nothing does."""
        while (head := self._head()) is not None:
            try:
                sent = self._connection.send(head)
            except OSError:  # the client is gone
                self.abort()
                return
            with self._turn:
                if self._waiting:
                    self._waiting_bytes -= sent
                    if sent == len(head):
                        self._waiting.popleft()
                    else:
                        self._waiting[0] = head[sent:]

    def _head(self) -> bytes | None:
        with self._turn:
            if self._waiting:
                return self._waiting[0]
            self._flushes = False
            if self._closing:
                self._say_end()
            elif not self._held and not self._over:
                self._direct = self._send
            return None

    def close(self, code: int) -> None:
        """Send what waits, a close frame and the end; what comes in meanwhile is not heard. `finish` has to follow."""
        with self._turn:
            if self._closing or self._over:
                return
            self._let_go()
            self._closing, self._direct = True, None
            wire = frames.close_frame(code)
            if not self._waiting:
                wire = self._at_once(wire)
            if wire:
                self._wait(wire)
            else:
                self._say_end()

    def finish(self) -> None:
        """End the connection of a client that has had time to take the farewell, and to close its side."""
        if self.is_told:
            self.abort()
        else:
            self.cut("deaf")

    def abort(self) -> bool:
        """End the connection now: nothing more is sent, and what waited is freed. Whether it was not over before."""
        with self._turn:
            was_open, self._over, self._direct = not self._over, True, None
            self.is_told = True
            self._waiting.clear()
            self._shut(sockets.SHUT_RDWR)
        return was_open

    def cut(self, reason: str) -> None:
        """The same, for a named reason."""
        if self.abort():
            metrics.cut.labels(reason).inc()
            log.info("socket cut", reason=reason, socket=self.name)

    def _say_end(self) -> None:
        self.is_told = True
        self._shut(sockets.SHUT_WR)

    def _shut(self, how: int) -> None:
        if self._kernel is not None:
            with suppress(OSError):  # the client was quicker
                self._kernel.shutdown(how)

    def leave(self) -> None:
        """The client has said that it goes."""
        self.close(frames.NORMAL)

    def release(self) -> None:
        """Give the socket back, before the runtime closes its descriptor; nothing touches it from here on."""
        self.abort()
        with self._turn:
            self._kernel.detach()
            self._kernel = self._send = self._direct = None
