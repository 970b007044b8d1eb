"""Time zones by their names, and the zone that a sale shows."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones())


def zone_of(sale: Mapping[str, Any]) -> ZoneInfo:
    """The time zone that a sale shows."""
    return ZoneInfo(sale["time_zone"])
