"""Time zones by their names, and the zone that a sale shows."""

from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones())


class HasZone(Protocol):
    """What names its time zone, as the row of a sale does."""

    @property
    def time_zone(self) -> str: ...


def zone_of(sale: HasZone) -> ZoneInfo:
    """The time zone that a sale shows."""
    return ZoneInfo(sale.time_zone)
