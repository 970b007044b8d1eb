"""Values in both languages, as the templates print them: `{"zh": …, "en": …}`."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from ..rules.money import rmb_capitals
from ..words.amounts import CURRENCIES, full_text
from ..words.i18n import LOCALES, translate

Two = dict[str, str]
"""One value in Chinese and in English."""

YUAN = "CNY"


def same(text: str) -> Two:
    """A text that is the same in both languages, such as a name."""
    return dict.fromkeys(LOCALES, text)


def both(zh: str, en: str) -> Two:
    """A text in both languages; a language that is empty has the other's."""
    return {"zh": zh or en, "en": en or zh}


def said(message: str, **params: Any) -> Two:
    """A sentence of the translations in both languages."""
    return {locale: translate(locale, message, **params) for locale in LOCALES}


def day(value: date | None) -> Two | None:
    """A day: 2018年11月28日, 28 November 2018."""
    return None if value is None else both(f"{value.year}年{value.month}月{value.day}日", _english_day(value))


def iso(value: date | None) -> str | None:
    """A day as tables have it: 2018-11-28."""
    return None if value is None else value.isoformat()


def day_of(at_ms: int | None, zone: ZoneInfo) -> Two | None:
    """The day of a moment in the sale's zone."""
    return None if at_ms is None else day(datetime.fromtimestamp(at_ms / 1000, zone).date())


def moment(at_ms: int | None, zone: ZoneInfo) -> Two | None:
    """A moment in the sale's zone, to the second."""
    if at_ms is None:
        return None
    local = datetime.fromtimestamp(at_ms / 1000, zone)
    date_words, time = day(local.date()), f"{local:%H:%M:%S}"
    assert date_words is not None, "a moment has a day"
    return {locale: f"{words}, {time}" if locale == "en" else f"{words} {time}" for locale, words in date_words.items()}


def clock(at_ms: int, zone: ZoneInfo) -> str:
    """The time of day in the sale's zone, to the millisecond, as a line of a record has it."""
    return datetime.fromtimestamp(at_ms / 1000, zone).strftime("%H:%M:%S.%f")[:-3]


def amount(minor: int | None, currency: str) -> dict[str, str] | None:
    """An amount in figures with all decimals, and for yuan in the capitals of a contract."""
    if minor is None:
        return None
    sign = CURRENCIES[currency].sign
    figures = f"{'-' if minor < 0 else ''}{sign}{full_text(abs(minor), currency)}"
    return {"figures": figures, "capitals": f"人民币{rmb_capitals(minor)}" if currency == YUAN else ""}


def percent(rate_bp: int) -> str:
    """A rate in basis points as a percentage: 5 %, 0.5 %."""
    return f"{rate_bp / 100:.2f}".rstrip("0").rstrip(".") + " %"


def _english_day(value: date) -> str:
    return str(format_date(value, "d MMMM yyyy", locale="en"))
