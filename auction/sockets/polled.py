"""One client that polls. It has the methods of a `Line`, over a socket of the library that answers its requests.

python-engineio holds its requests and answers them. We decide what is said in them, and to whom.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from engineio.packet import NOOP, Packet

from ..base import metrics
from ..base.runtime import native_lock
from .line import MOST_WAITING, MOST_WAITING_BYTES, Line
from .packets import Message

log = structlog.get_logger()


class Polled:
    """A polling client. `socket` is the library's (`engineio.Socket`)."""

    def __init__(self, socket: Any, name: str) -> None:
        self.name = name
        """The client's name in the log."""
        self._socket = socket
        self._turn = native_lock()
        self._waiting_bytes = 0
        self._line: Line | None = None
        self._asked = 0
        self.upgrades = False
        """Whether the client tries a websocket just now."""
        socket.last_ping = None  # so the library neither pings nor counts: sockets/pings.py does

    @property
    def closed(self) -> bool:
        """Whether nothing more can be sent."""
        return bool(self._socket.closed) if self._line is None else self._line.closed

    @property
    def is_told(self) -> bool:
        """Whether the client has fetched everything."""
        return bool(self._socket.closed or self._socket.queue.empty())

    def write(self, message: Message) -> None:
        """Send a message with the answer to the next request, or over the websocket that this client has by now."""
        with self._turn:
            if self._line is not None:
                self._line.write(message)
                return
            queue = self._socket.queue
            if queue.empty():
                self._waiting_bytes = 0
            self._waiting_bytes += len(message.text)
            slow = queue.qsize() >= MOST_WAITING or self._waiting_bytes > MOST_WAITING_BYTES
            if not slow and not self._socket.closed:
                queue.put(Packet(int(message.text[0]), message.text[1:]))
        if slow:
            self.cut("slow")

    def close(self, _code: int) -> None:
        """End the session. A request that waits is answered."""
        if not self._socket.closed:
            self._socket.close(wait=False)

    def finish(self) -> None:
        """Nothing is left to be done: its requests end by themselves."""

    def cut(self, reason: str) -> None:
        """End the session; what was not fetched is lost."""
        if not self._socket.closed:
            self._socket.close(wait=False, abort=True)
            metrics.cut.labels(reason).inc()
            log.info("socket cut", reason=reason, socket=self.name)

    def leave(self) -> None:
        """The client has said that it goes: answer its request that waits, and end the session."""
        if not self._socket.closed:
            self._socket.queue.put(Packet(NOOP))
            self._socket.close(wait=False, abort=True)

    @contextmanager
    def asking(self) -> Iterator[bool]:
        """While a request waits for news; whether it is the only one. A client that sends two has lost count."""
        with self._turn:
            first, self._asked = not self._asked, self._asked + 1
        try:
            yield first
        finally:
            with self._turn:
                self._asked -= 1

    # --- the way to a websocket ---

    @contextmanager
    def upgrading(self, line: Line, within_s: float) -> Iterator[None]:
        """While the client tries a websocket, one at a time and for no longer than this."""
        self.upgrades = True
        line.be_patient(within_s)
        try:
            yield
        finally:
            line.be_patient(None)
            self.upgrades = self._socket.upgrading = False

    def hold(self) -> None:
        """Keep what is sent from here on for the websocket, and answer a request that waits."""
        self._socket.upgrading = True
        self._socket.queue.put(Packet(NOOP))

    def hand_over(self, line: Line) -> None:
        """Send everything that waits, and will be sent, over the websocket instead."""
        with self._turn:
            queue, self._line = self._socket.queue, line
            while not queue.empty():
                packet = queue.get()
                if packet is not None and packet.packet_type != NOOP:
                    line.write(Message(packet.encode()))
            queue.put(Packet(NOOP))  # for a request that waits although the client was told to ask no more
