"""eventlet's hub, but first come, first served.

The stock hub gathers the sockets that are ready in a set and so serves them in no order: of bids that arrive while a
batch is written the later one often goes first, and the earlier, lower one is refused. Here they are served in the
order in which the kernel says they became ready. Written against eventlet 0.41.
"""

import sys
from typing import Any

from eventlet.hubs import epolls


class Hub(epolls.Hub):  # type: ignore[misc]
    """The epoll hub with its listeners called in order."""

    def do_poll(self, seconds: float) -> tuple[()]:
        """Wait for sockets and serve them; nothing is left to do for the caller, who would shuffle them."""
        readers, writers = self.listeners[self.READ], self.listeners[self.WRITE]
        due: list[tuple[Any, int]] = []
        for fileno, event in self.poll.poll(seconds):
            if event & (self.READ_MASK | self.EXC_MASK) and fileno in readers:
                due.append((readers[fileno], fileno))
            if event & (self.WRITE_MASK | self.EXC_MASK) and fileno in writers:
                due.append((writers[fileno], fileno))
        for listener, fileno in due:  # one that has gone meanwhile does nothing any more
            try:
                listener.cb(fileno)
            except self.SYSTEM_EXCEPTIONS:
                raise
            except BaseException:
                self.squelch_exception(fileno, sys.exc_info())
        return ()
