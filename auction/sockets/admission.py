"""A crowd sends more bids than the engine decides. This file alone says which of them may wait."""

import time
from typing import Protocol

from ..base.runtime import native_lock

BIDS_AT_ONCE = 500
"""How many bids of one process may wait, as many as take some 200 ms. One more gets `RATE_LIMITED`."""
CROWDED, CROWDED_S = 100, 1.0
"""If so many bids wait, or did in the last second, each client may have one of them. Its second gets `RATE_LIMITED`: it
would be old before it is decided."""


class Bidding(Protocol):
    """A client that bids: a socket, or a program of the API. `bids`: how many of its bids are being decided."""

    bids: int


class Crowd:
    """The bids of one process that are being decided."""

    def __init__(self) -> None:
        self._turn = native_lock()
        self._count = 0
        self._crowded_until_s = 0.0

    def has_room(self, client: Bidding) -> bool:
        """Whether one more bid of this client may wait."""
        if self._count >= BIDS_AT_ONCE:
            return False
        if self._count >= CROWDED:
            self._crowded_until_s = time.monotonic() + CROWDED_S
        return not client.bids or time.monotonic() > self._crowded_until_s

    def enter(self, client: Bidding) -> None:
        """A bid waits from here on."""
        with self._turn:
            self._count += 1
            client.bids += 1

    def leave(self, client: Bidding) -> None:
        """A bid has been answered."""
        with self._turn:
            self._count -= 1
            client.bids -= 1
