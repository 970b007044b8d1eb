"""Time zones by their names, and the zone that a sale shows."""

from datetime import UTC, datetime
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones())


CITIES = {
    "北京": "Asia/Shanghai",
    "上海": "Asia/Shanghai",
    "中国": "Asia/Shanghai",
    "beijing": "Asia/Shanghai",
    "香港": "Asia/Hong_Kong",
    "澳门": "Asia/Macau",
    "台北": "Asia/Taipei",
    "新加坡": "Asia/Singapore",
    "东京": "Asia/Tokyo",
    "首尔": "Asia/Seoul",
    "柏林": "Europe/Berlin",
    "伦敦": "Europe/London",
    "巴黎": "Europe/Paris",
    "纽约": "America/New_York",
    "洛杉矶": "America/Los_Angeles",
}
"""Zones by names that people write, and that the table of zones does not have."""


def find_zone(written: str) -> str | None:
    """The zone that a person means. He may write its name in any letters, its city alone, or the city in Chinese."""
    wanted = "_".join(written.strip().lower().split())
    return CITIES.get(wanted) or _by_lower_case().get(wanted)


@cache
def _by_lower_case() -> dict[str, str]:
    """Zones by their names and by their cities in small letters. A city in two zones names neither."""
    cities: dict[str, list[str]] = {}
    for name in time_zones():
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/")):
            cities.setdefault(name.rpartition("/")[2].lower(), []).append(name)
    alone = {city: names[0] for city, names in cities.items() if len(names) == 1}
    return alone | {name.lower(): name for name in time_zones()}


class HasZone(Protocol):
    """A thing that names its time zone, as the row of a sale does."""

    @property
    def time_zone(self) -> str: ...


def zone_of(sale: HasZone) -> ZoneInfo:
    """The time zone that a sale shows."""
    return ZoneInfo(sale.time_zone)


def utc_text(at_ms: int) -> str:
    """A moment as text in UTC (RFC 3339), such as 2027-03-18T06:00:00.000Z."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
