"""What the parts are given instead of the machine's own time and chance, so that tests can set both."""

import secrets
import time
from collections.abc import Callable
from typing import Protocol

from . import metrics

SAMPLES = 5


class Clock(Protocol):
    """Tells the time."""

    def now_ms(self) -> int:
        """UTC in milliseconds since 1970."""


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


class SharedClock:
    """The machine's clock put right by one that all machines ask, the database's.

    `ask` tells that one's milliseconds. What cannot be told from the time an answer takes is no difference.
    """

    def __init__(self, ask: Callable[[], int], own: Clock | None = None) -> None:
        self._ask = ask
        self._own = own or SystemClock()
        self.offset_ms = 0

    def now_ms(self) -> int:
        return self._own.now_ms() + self.offset_ms

    def measure(self) -> None:
        """Compare the clocks, and believe the quickest of a few answers."""
        took_ms, offset_ms = min(self._sample() for _ in range(SAMPLES))
        if abs(offset_ms - self.offset_ms) > took_ms // 2 + 1:
            self.offset_ms = offset_ms
        metrics.clock_offset.set(self.offset_ms / 1000)

    def _sample(self) -> tuple[int, int]:
        before = self._own.now_ms()
        told = self._ask()
        took_ms = self._own.now_ms() - before
        return took_ms, told - before - took_ms // 2


def new_id() -> str:
    """A random id that nobody can guess: 128 bits in hexadecimal."""
    return secrets.token_hex(16)


def new_token() -> str:
    """A secret for a cookie or a link: 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)
