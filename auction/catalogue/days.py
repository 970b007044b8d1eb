"""A day as people and spreadsheets write it: 2010年6月15日, 15/06/2010, June 15, 2010, 40344."""

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from .choices import DayOrder

_EPOCH = date(1899, 12, 30)
"""ReadDay 0 of a spreadsheet; right from March 1900 on."""
_SERIALS = range(20_000, 80_000)
"""The days of a spreadsheet from 1954 to 2119: no other number of five digits is a day."""

_YEAR_FIRST = re.compile(r"(\d{4})(?:([-/.])(\d\d?)\2(\d\d?)|年(\d\d?)月(\d\d?)日?|(\d\d)(\d\d))", re.ASCII)
_YEAR_LAST = re.compile(r"(\d\d?)([-/.])(\d\d?)\2(\d{4})", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_NAMED_FIRST = re.compile(rf"{_NAME} (\d\d?)(?:st|nd|rd|th)?,? (\d{{4}})", re.ASCII)
_NAMED_LATER = re.compile(rf"(\d\d?)(?:st|nd|rd|th)?[ -]{_NAME},?[ -](\d{{4}})", re.ASCII)
_MIDNIGHT = re.compile(r"[t ][0:]+(?:\.0+)?(?:z|[+-]00:?00)?$")


@dataclass(frozen=True, slots=True)
class ReadDay:
    """A day that was read: `from_number` if a spreadsheet's number was; `either` if day and month may be the other
    way round, and then `day` is None unless the order is known."""

    day: date | None
    from_number: bool = False
    either: bool = False


def read_day(text: str, order: DayOrder | None = None) -> ReadDay | None:
    """The day that a text names; None where it names none, or none exactly."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    plain = re.sub(r"\s*([-/.年月日])\s*", r"\1", _MIDNIGHT.sub("", plain))
    if match := _YEAR_FIRST.fullmatch(plain):
        year, month, day = (int(part) for part in match.group(1, 3, 4, 5, 6, 7, 8) if part)
        return _day(year, month, day)
    if match := re.fullmatch(r"(\d{5})(?:\.0+)?", plain, re.ASCII):
        serial = int(match[1])
        return ReadDay(_EPOCH + timedelta(serial), from_number=True) if serial in _SERIALS else None
    if match := _NAMED_FIRST.fullmatch(plain):
        return _day(int(match[3]), 1 + _MONTHS.index(match[1]), int(match[2]))
    if match := _NAMED_LATER.fullmatch(plain):
        return _day(int(match[3]), 1 + _MONTHS.index(match[2]), int(match[1]))
    match = _YEAR_LAST.fullmatch(plain)
    return None if match is None else _year_last(int(match[1]), int(match[3]), int(match[4]), match[2], order)


def _year_last(first: int, second: int, year: int, between: str, order: DayOrder | None) -> ReadDay | None:
    """15/06/2010 can be one day only; 05/06/2010 two, unless the order is known. With dots the day stands first."""
    if first == second or between == ".":
        return _day(year, second, first)
    if first > 12 or second > 12:
        return _day(year, *((second, first) if first > 12 else (first, second)))
    if order is None:
        return ReadDay(None, either=True)
    month, day = (second, first) if order is DayOrder.DAY_FIRST else (first, second)
    found = _day(year, month, day)
    return found and ReadDay(found.day, either=True)


def _day(year: int, month: int, day: int) -> ReadDay | None:
    with suppress(ValueError):
        return ReadDay(date(year, month, day))
    return None
