"""Bids that came after their lot had ended: the auctioneer's desks hear of them, who may reopen the lot."""

import json
from collections import deque
from collections.abc import Callable
from typing import Any

from ..base.clock import Clock
from ..engine.feed import desk_room
from ..rules import commands as cmd
from ..rules.lot import Lot

WORTH_TELLING_MS = 60_000
"""The desks are not told of a bid that comes later than this after the end."""
KEPT_MS = 10_000
MOST_KEPT = 50

LateBid = dict[str, Any]
"""`lot`, `paddle`, `amount_minor` (null where it is secret: a maximum, a sealed offer), `late_ms`, `at_ms`."""


class LateBids:
    """The late bids that this process refused in the last ten seconds.

    `send` reaches the desks of this process at once; those of others read them with who is there (`of`).
    """

    def __init__(self, clock: Clock, send: Callable[[str, str, str], None]) -> None:
        self._clock = clock
        self._send = send
        self._kept: deque[tuple[str, LateBid]] = deque(maxlen=MOST_KEPT)

    def note(self, sale: str, lot: Lot, command: cmd.PlaceBid | cmd.PlaceMaximum, late_ms: int) -> None:
        """Tell the desks of a late bid."""
        if late_ms > WORTH_TELLING_MS:
            return
        is_open = lot.terms.format != "sealed"
        amount = command.amount_minor if isinstance(command, cmd.PlaceBid) and is_open else None
        told = {"lot": lot.id, "paddle": command.paddle, "amount_minor": amount if type(amount) is int else None}
        told |= {"late_ms": late_ms, "at_ms": command.arrived_ms}
        self._kept.append((sale, told))
        self._send(desk_room(sale), "late_bid", json.dumps({"sale": sale, **told}))

    def of(self, sale: str) -> list[LateBid]:
        """The late bids of a sale in the last ten seconds."""
        since = self._clock.now_ms() - KEPT_MS
        return [told for of, told in list(self._kept) if of == sale and told["at_ms"] >= since]
