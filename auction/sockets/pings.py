"""Is everybody still there? One thread pings all clients in turn, and cuts those that have not answered the last ping.

A timer for each client costs more than all frames of a calm sale. Here the next client to be pinged stands at the front
of one queue.
"""

import time
from collections import deque
from collections.abc import Callable
from weakref import ref

from ..base.loop import Loop
from . import packets
from .clients import Clients, LiveClient
from .packets import Message

BEAT_S = 0.25
LATE_S = 0.5
"""If this thread is later than this, unread pongs may be here. So it cuts no client in that turn."""
PING_MESSAGE = Message(packets.PING)


class Pulse:
    """Pings for the clients of one process: every `every_s`, which is also how long an answer may take."""

    def __init__(self, clients: Clients, every_s: float) -> None:
        self.every_s = every_s
        self.also: list[Callable[[float], None]] = [clients.finish]
        """Called by this thread in every beat too, with a time in seconds that never goes back."""
        self._next: deque[tuple[float, ref[LiveClient]]] = (
            deque()
        )  # a client that has gone is forgotten before its turn
        self._asleep_s = time.monotonic()
        self._loop = Loop("pulse", self._turn, BEAT_S, first_after_s=BEAT_S)

    def watch(self, client: LiveClient) -> None:
        """Ping this client from now on, until it is closed."""
        self._next.append((time.monotonic() + self.every_s, ref(client)))

    def start(self) -> None:
        """Begin to ping."""
        self._loop.start()

    def stop(self) -> None:
        """Ping no more."""
        self._loop.stop(0)

    def _turn(self) -> None:
        now_s = time.monotonic()
        try:
            self.beat(now_s, spare=now_s - self._asleep_s > BEAT_S + LATE_S)
        finally:
            self._asleep_s = time.monotonic()

    def beat(self, now_s: float, *, spare: bool) -> None:
        """Ping every client whose turn has come; cut those that have not answered, unless all are spared."""
        for look in self.also:
            look(now_s)
        while self._next and self._next[0][0] <= now_s:
            _, asked = self._next.popleft()
            client = asked()
            if client is None or client.closed:
                continue
            if not client.answered and not spare:
                client.way.cut("silent")
                continue
            client.answered = False
            client.write(PING_MESSAGE)
            self._next.append((now_s + self.every_s, asked))
