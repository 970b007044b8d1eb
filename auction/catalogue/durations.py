"""A length of time as people write it: `90 s`, `5 min`, `2:00`, `1小时30分`, or seconds as a plain number."""

import re
import unicodedata

SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS = 1_000, 60_000, 3_600_000, 86_400_000
LONGEST_MS = 366 * DAY_MS

_UNITS = {
    SECOND_MS: ("s", "sec", "second", "seconds", "秒", "秒钟"),
    MINUTE_MS: ("min", "m", "minute", "minutes", "分", "分钟"),
    HOUR_MS: ("h", "hour", "hours", "小时", "时"),
    DAY_MS: ("d", "day", "days", "天", "日"),
}
_UNIT_MS = {word: unit_ms for unit_ms, words in _UNITS.items() for word in words}
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):([0-5]\d)", re.ASCII)
_PART = re.compile(r"(\d{1,9})(?:\.(\d{1,3}))?\s*([a-z]+|[\u4e00-\u9fff]+|$)\s*", re.ASCII)


def parse_duration(text: str) -> int | None:
    """Milliseconds; None where it cannot be read, or is longer than a year. Parts go from the larger unit down."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    clock = _CLOCK.fullmatch(plain)
    if clock is not None:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        ms: int | None = hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS
    else:
        ms = _sum_of_parts(plain)
    return ms if ms is not None and ms <= LONGEST_MS else None


def _sum_of_parts(text: str) -> int | None:
    total, place, below = 0, 0, DAY_MS + 1
    while place < len(text):
        part = _PART.match(text, place)
        unit_ms = _UNIT_MS.get(part[3] or "s") if part else None
        if part is None or unit_ms is None or unit_ms >= below or (not part[3] and total):
            return None
        thousandths = int(part[1]) * 1000 + int((part[2] or "").ljust(3, "0"))
        total += thousandths * unit_ms // 1000
        place, below = part.end(), unit_ms
    return total if text else None


def format_duration(ms: int) -> str:
    """In the largest unit that divides it: `5 min`, `90 s`, `1.5 s`. `parse_duration` reads it back."""
    for unit_ms in sorted(_UNITS, reverse=True):
        if ms and ms % unit_ms == 0:
            return f"{ms // unit_ms} {_UNITS[unit_ms][0]}"
    whole, rest = divmod(ms, SECOND_MS)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".") + " s"
