"""Eventlet's loop with one thing put right: who was ready first is served first.

The stock loop gathers what one poll found in a set, so that of two bids that arrive at nearly one moment the one at
the luckier address in memory comes first. The kernel tells them in the order in which they became ready.
"""

import select
import sys
from typing import Any

from eventlet.hubs import epolls, hub

_FAULTY = select.POLLERR | select.POLLHUP


class Hub(epolls.Hub):  # type: ignore[misc]
    """Eventlet's hub for Linux, in the kernel's order."""

    @staticmethod
    def is_available() -> bool:
        """Whether this system has epoll."""
        return epolls.is_available()  # type: ignore[no-any-return]

    def wait(self, seconds: float | None = None) -> None:
        """Serve what is ready; wait for it no longer than so many seconds."""
        readers, writers = self.listeners[self.READ], self.listeners[self.WRITE]
        try:
            ready = self.do_poll(seconds)
        except InterruptedError:
            return
        # First all listeners are looked up, then called: one may make another invalid, which is a call for nothing.
        calls: dict[tuple[Any, int], None] = {}
        for descriptor, event in ready:
            if event & (self.READ_MASK | _FAULTY):
                calls[readers.get(descriptor, hub.noop), descriptor] = None
            if event & (self.WRITE_MASK | _FAULTY):
                calls[writers.get(descriptor, hub.noop), descriptor] = None
        for listener, descriptor in calls:
            try:
                listener.cb(descriptor)
            except self.SYSTEM_EXCEPTIONS:
                raise
            except BaseException:  # as the stock loop: one that fails must not end the loop
                self.squelch_exception(descriptor, sys.exc_info())
