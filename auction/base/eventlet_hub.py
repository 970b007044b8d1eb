"""Eventlet's loop with two changes: sockets are served in the order in which they became ready, closed ones last.

The stock loop gathers the sockets of one poll in a set. Then of two bids at nearly one moment, the one at the luckier
address in memory comes first. The kernel tells the sockets in the order in which they became ready. It also tells which
are closed. Clearing up after those can wait, and each turn does it for a moment only.
"""

import select
import sys
from time import perf_counter
from typing import Any

from eventlet.hubs import epolls, hub

_GONE = select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR
SEEING_OFF_S = 0.002
"""Seconds of a turn for closed connections: thousands may end at once, and a bid must not wait."""


class Hub(epolls.Hub):  # type: ignore[misc]
    """Eventlet's hub for Linux, in the kernel's order."""

    @staticmethod
    def is_available() -> bool:
        """Whether this system has epoll."""
        return epolls.is_available()  # type: ignore[no-any-return]

    def __init__(self, clock: Any = None) -> None:
        super().__init__(clock)
        self.READ_MASK |= select.EPOLLRDHUP
        self._going: dict[int, None] = {}

    def wait(self, seconds: float | None = None) -> None:
        """Serve what is ready; wait for it no longer than so many seconds."""
        readers, writers = self.listeners[self.READ], self.listeners[self.WRITE]
        try:
            ready = self.do_poll(0 if self._going else seconds)
        except InterruptedError:
            return
        # First all listeners are looked up, then called: one may make another invalid, which is a call for nothing.
        calls: dict[tuple[Any, int], None] = {}
        for descriptor, event in ready:
            if event & _GONE:
                self._going[descriptor] = None
                continue
            if event & self.READ_MASK:
                calls[readers.get(descriptor, hub.noop), descriptor] = None
            if event & self.WRITE_MASK:
                calls[writers.get(descriptor, hub.noop), descriptor] = None
        for listener, descriptor in calls:
            self._call(listener, descriptor)
        self._see_off()

    def _see_off(self) -> None:
        """Serve closed connections for a moment. The rest wait for the next look at the others."""
        until_s = perf_counter() + SEEING_OFF_S
        while self._going:
            descriptor = next(iter(self._going))
            del self._going[descriptor]
            for kind in (self.READ, self.WRITE):
                self._call(self.listeners[kind].get(descriptor, hub.noop), descriptor)
            if perf_counter() >= until_s:
                return

    def _call(self, listener: Any, descriptor: int) -> None:
        try:
            listener.cb(descriptor)
        except self.SYSTEM_EXCEPTIONS:
            raise
        except BaseException:  # as the stock loop: one that fails must not end the loop
            self.squelch_exception(descriptor, sys.exc_info())
