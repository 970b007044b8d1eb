"""Is everybody still there? One thread asks all sockets in turn, and cuts who has not answered when it asks again.

The library keeps a greenlet, a timer and a look at the wall clock for each socket, which costs more than all frames of
a calm sale. Here the next to be asked stands at the front of one queue.
"""

import threading
import time
from collections import deque
from weakref import ref

import structlog
from engineio.packet import PING, Packet

from .outgoing import BoundedSocket, Frame

log = structlog.get_logger()

BEAT_S = 0.25
LATE_S = 0.5
"""By so much this thread may be late: beyond that the answers may be here and still to be read, so nobody is cut."""
PING_FRAME = Frame(Packet(PING))


class Pulse:
    """Pings for the sockets of one server: every `every_s`, which is also how long an answer may take."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._next: deque[tuple[float, ref[BoundedSocket]]] = deque()  # whoever has gone is forgotten before his turn
        self._stop = threading.Event()

    def watch(self, socket: BoundedSocket) -> None:
        """Ask this socket from now on, until it is closed."""
        socket.answered = True
        self._next.append((time.monotonic() + self._every_s, ref(socket)))

    def start(self) -> None:
        """Begin to ask."""
        threading.Thread(target=self._run, name="pulse", daemon=True).start()

    def stop(self) -> None:
        """Ask no more."""
        self._stop.set()

    def _run(self) -> None:
        asleep_s = time.monotonic()
        while not self._stop.wait(BEAT_S):
            now_s = time.monotonic()
            try:
                self.beat(now_s, spare=now_s - asleep_s > BEAT_S + LATE_S)
            except Exception:  # without it nobody would notice who is gone
                log.exception("asking who is there failed")
            asleep_s = time.monotonic()

    def beat(self, now_s: float, *, spare: bool) -> None:
        """Ask whose turn has come; cut who was asked before and has not answered, unless all are spared."""
        while self._next and self._next[0][0] <= now_s:
            _, asked = self._next.popleft()
            socket = asked()
            if socket is None or socket.closed:
                continue
            if not socket.answered and not spare:
                socket.cut("silent")
                continue
            socket.answered = False
            socket.write(PING_FRAME)
            self._next.append((now_s + self._every_s, asked))
