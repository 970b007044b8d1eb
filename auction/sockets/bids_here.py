"""The bids of one process, over the live channel and the API: which may wait, and who hears of them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..base import metrics
from ..base.runtime import native_lock
from ..engine.orders import Order
from ..parts import Parts
from ..rules import commands as cmd
from ..web.errors import Problem
from .admission import Bidding, Crowd
from .late import LateBids

_TOO_MANY = metrics.bids.labels("RATE_LIMITED")
BID_ACTS = frozenset({"bid", "maximum"})
"""The acts that `Crowd` counts."""


@dataclass(slots=True)
class _Program:
    """A program that bids over the API. The secret of its token names it, also before the server has looked it up."""

    bids: int = 0


class BidsHere:
    """The bids of this process. `send(room, name, text)` reaches the desks."""

    def __init__(self, parts: Parts, send: Callable[[str, str, str], None]) -> None:
        self._engine = parts.engine
        self._crowd = Crowd()
        self._turn = native_lock()
        self._programs: dict[str, _Program] = {}
        self.late = LateBids(parts.clock, send)

    def has_room(self, client: Bidding) -> bool:
        """Whether one more bid of a client may wait; a refusal is counted."""
        if self._crowd.has_room(client):
            return True
        _TOO_MANY.inc()
        return False

    def enter(self, client: Bidding) -> None:
        """A bid waits from here on."""
        self._crowd.enter(client)

    def leave(self, client: Bidding) -> None:
        """A bid has been answered."""
        self._crowd.leave(client)

    def demand_room(self, program: str) -> None:
        """Refuse a program's bid if it may not wait. Raises Problem."""
        if not self.has_room(self._programs.get(program) or _Program()):
            raise Problem("RATE_LIMITED")

    @contextmanager
    def waiting(self, program: str) -> Iterator[None]:
        """A program's bid waits for its answer meanwhile."""
        with self._turn:
            client = self._programs.setdefault(program, _Program())
            self._crowd.enter(client)
        try:
            yield
        finally:
            with self._turn:
                self._crowd.leave(client)
                if not client.bids:
                    del self._programs[program]

    def heard(self, order: Order, answer: Mapping[str, Any]) -> None:
        """Count the answer to a bid as its client gets it. Tell the desks if the bid came too late."""
        metrics.bids.labels(answer.get("code", "accepted")).inc()
        late_ms = answer.get("params", {}).get("late_ms")
        if late_ms is not None and isinstance(order.command, cmd.PlaceBid | cmd.PlaceMaximum):
            lot = self._engine.book(order.sale).sale.lots[order.command.lot]
            self.late.note(order.sale, lot, order.command, late_ms)
