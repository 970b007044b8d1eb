"""The event that the Python peers send: the size and the fields of an accepted bid."""

import time
from typing import Any


def event(seq: int) -> dict[str, Any]:
    """One event with its number; `amount_minor` is the moment in microseconds of the monotonic clock."""
    stamp, now_ms = time.monotonic_ns() // 1000, time.time_ns() // 1_000_000
    return {
        "ask_minor": stamp + 1,
        "amount_minor": stamp,
        "arrived_ms": now_ms,
        "at_ms": now_ms,
        "deadline_ms": None,
        "kind": "bid_placed",
        "leader": "101",
        "lot": "1",
        "paddle": "101",
        "price_minor": stamp,
        "sale": "0" * 32,
        "seq": seq,
        "way": "online",
    }


def frame(seq: int) -> dict[str, Any]:
    """A message with one event."""
    return {"sale": "0" * 32, "events": [event(seq)], "seq": seq}
