"""The parts' clock and chance in place of the machine's own, so that tests can set both."""

import secrets
import time
from collections.abc import Callable
from typing import Protocol

import structlog

from . import metrics

log = structlog.get_logger()

SAMPLES = 5
STEP_MS = 1_000
SLEW_MS = 25
"""How much of a small difference is made good at each measuring while a lot is open."""

_TICKING = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Clock(Protocol):
    """Tells the time."""

    def now_ms(self) -> int:
        """UTC in milliseconds since 1970."""


def wall_ms() -> int:
    """The machine's time, which its administrator or its network may put right at any moment."""
    return time.time_ns() // 1_000_000


def ticks_ms() -> int:
    """Milliseconds of a clock that is never corrected. If the system can tell, it runs while the machine sleeps."""
    return time.clock_gettime_ns(_TICKING) // 1_000_000


class SteadyClock:
    """Time by an anchor and a clock that is never corrected. So no lot ends early because the wall clock jumps.

    `ask` tells the milliseconds that the anchor is taken from, the wall clock's or the database's. Where it comes to
    differ, it is followed at once while nothing is open, as `may_follow(to_ms)` says; else slowly, and by over a second
    not at all. What cannot be told from the time an answer takes is no difference.
    """

    def __init__(self, ask: Callable[[], int] = wall_ms, ticks: Callable[[], int] = ticks_ms) -> None:
        self._ask, self._ticks = ask, ticks
        self._anchor_ms = wall_ms() - ticks()
        self._noted_ms = 0
        self.may_follow: Callable[[int], bool] = lambda _to_ms: True

    def now_ms(self) -> int:
        return self._ticks() + self._anchor_ms

    def agree(self, house_ms: int) -> None:
        """Go by the time of the house's other processes, who know it from before the anchor's clock jumped."""
        log.warning("the house goes by another time than the anchor's clock", by_ms=house_ms - self.now_ms())
        self._anchor_ms += house_ms - self.now_ms()

    def measure(self) -> None:
        """Compare with the clock that the anchor is taken from, and believe the quickest of a few answers."""
        took_ms, anchor_ms = min(self._sample() for _ in range(SAMPLES))
        off_ms = anchor_ms - self._anchor_ms
        if abs(off_ms) <= STEP_MS:
            self._noted_ms = 0
        elif abs(off_ms - self._noted_ms) > STEP_MS:
            self._noted_ms = off_ms
            metrics.clock_steps.inc()
            log.error("the clock differs from the time of the house", by_ms=off_ms)
        if abs(off_ms) > took_ms // 2 + 1:
            self._follow(off_ms)
        metrics.clock_offset.set((self.now_ms() - wall_ms()) / 1000)

    def _follow(self, off_ms: int) -> None:
        if self.may_follow(self.now_ms() + off_ms):
            self._anchor_ms += off_ms
            self._noted_ms = 0
        elif abs(off_ms) <= STEP_MS:
            self._anchor_ms += max(-SLEW_MS, min(off_ms, SLEW_MS))

    def _sample(self) -> tuple[int, int]:
        before = self._ticks()
        told = self._ask()
        took_ms = self._ticks() - before
        return took_ms, told - before - took_ms // 2


def new_id() -> str:
    """A random id that cannot be guessed: 128 bits in hexadecimal."""
    return secrets.token_hex(16)


def new_token() -> str:
    """A secret for a cookie or a link: 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)
