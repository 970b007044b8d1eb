"""What the parts are given instead of the machine's own time and chance, so that tests can set both."""

import secrets
import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now_ms(self) -> int:
        """UTC in milliseconds since 1970."""


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


def new_id() -> str:
    """A random id that nobody can guess: 128 bits in hexadecimal."""
    return secrets.token_hex(16)


def new_token() -> str:
    """A secret for a cookie or a link: 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)
