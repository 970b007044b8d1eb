"""Accepts connections, and goes on when there are no descriptors left.

A process that has used up its file descriptors can neither accept nor open its database. So some are kept back. Below
that, quiet strangers are closed first. If there are none, the next connection is turned away with a 503.
"""

import errno
import resource
import socket
import time
from collections.abc import Callable
from typing import Any

import structlog

from ..base import metrics
from .heads import Quiet

log = structlog.get_logger()

RESERVE = 64
"""Descriptors that are kept back for the database and the files; an eighth where there are few."""
AT_ONCE = 50
MANY = 8
"""So many quiet strangers go at a time, so that not each who comes finds the house full."""
PAUSE_S = 0.05
TOLD_FOR_S = 10.0
SHORT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
OVER = frozenset({errno.EBADF, errno.EINVAL, errno.ENOTSOCK})
"""The listener itself is closed."""
FULL = "out of file descriptors"
_SAID = b'{"ready": false, "reason": "out of file descriptors"}'
TURNED_AWAY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\nRetry-After: 1\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_SAID), _SAID)
)


class Accepting:
    """The door of one process."""

    def __init__(self) -> None:
        self.quiet = Quiet()
        self._most = _raise_the_limit()
        self._taken = 0
        self._full_until_s = self._told_until_s = 0.0

    def reason(self) -> str | None:
        """Why a connection was turned away within the last seconds; None if none was."""
        return FULL if time.monotonic() < self._full_until_s else None

    def accept(self, stock: Callable[[], tuple[Any, Any]]) -> tuple[Any, Any]:
        """The next connection. Raises OSError only where the listener itself is over.

        Every so often the others get a turn: the libraries take all that wait in one go, and while thousands come back
        at once no bid would be heard for seconds.
        """
        while True:
            self._taken += 1
            if self._taken % AT_ONCE == 0:
                time.sleep(0)
            try:
                connection, address = stock()
            except OSError as error:
                if error.errno in OVER:
                    raise
                if error.errno in SHORT:
                    self.is_short(error)
                    time.sleep(PAUSE_S)
                continue
            if self.keeps(connection):
                return connection, address

    def keeps(self, connection: Any) -> bool:
        """Whether there is room for a connection; one that has none is answered and closed.

        The kernel gives the lowest descriptor that is free, so its number tells how many are in use.
        """
        if connection.fileno() < self._most:
            return True
        closed = self.quiet.close_some(MANY)
        if closed:
            metrics.accepting.labels("quiet_closed").inc(closed)
            self._tell("quiet strangers are closed")
            return True
        self._full("turned_away")
        _turn_away(connection)
        return False

    def is_short(self, error: OSError) -> None:
        """Note that the kernel had no descriptor for a connection, and close quiet strangers."""
        metrics.accepting.labels("quiet_closed").inc(self.quiet.close_some(MANY))
        self._full(errno.errorcode.get(error.errno or 0, "other"))

    def _full(self, how: str) -> None:
        metrics.accepting.labels(how).inc()
        self._full_until_s = time.monotonic() + TOLD_FOR_S
        self._tell("no more connections can be let in")

    def _tell(self, what: str) -> None:
        if time.monotonic() >= self._told_until_s:
            log.error(FULL, what=what, most=self._most)
            self._told_until_s = time.monotonic() + TOLD_FOR_S


def _raise_the_limit() -> int:
    """Ask for as many descriptors as we may have; the number from which on they are kept back."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard - min(RESERVE, hard // 8)


def _turn_away(connection: Any) -> None:
    raw = getattr(connection, "fd", connection)  # eventlet's socket would wait
    try:
        raw.send(TURNED_AWAY)
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()
