"""Amounts as people write and read them. Forms, imports, pages and exports use this module and no other.

The browser's twin is static/js/core/money.js; tests/js/amounts.json holds what both must read and refuse.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..rules.currency import exponent
from ..rules.lot import MAX_AMOUNT
from .i18n import mark as _

LONGEST_AMOUNT = 64


@dataclass(frozen=True, slots=True)
class Currency:
    """The sign before an amount, the unit's name, and the words that people write for it, in upper case."""

    sign: str
    name: str
    words: frozenset[str]


CURRENCIES: Mapping[str, Currency] = {
    "CNY": Currency("¥", _("yuan"), frozenset({"元", "人民币", "人民币元", "RMB", "CNY", "YUAN", "¥", "CN¥"})),
    "EUR": Currency("€", _("euros"), frozenset({"欧元", "EUR", "EURO", "EUROS", "€"})),
    "USD": Currency("$", _("US dollars"), frozenset({"美元", "美金", "USD", "US$", "DOLLAR", "DOLLARS", "$"})),
    "GBP": Currency("£", _("pounds"), frozenset({"英镑", "GBP", "POUND", "POUNDS", "£"})),
    "JPY": Currency("JP¥", _("yen"), frozenset({"日元", "円", "JPY", "YEN", "JP¥", "¥"})),
}
"""The currencies that a sale may have."""


class BadAmount(ValueError):
    """A text that is no amount; code and params are those of a sentence in catalog_messages.

    `BAD_AMOUNT`, `AMOUNT_COMMA` (a comma that does not stand before three digits), `AMOUNT_TOO_FINE` (finer than the
    minor unit), `AMOUNT_TOO_LARGE` (above 2^53-1 of the minor unit), `UNIT` (another currency's word), `NOT_POSITIVE`.
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


# --- reading ---------------------------------------------------------------------------------------------------------

_OTHER_FORMS = str.maketrans(
    "萬億圓圆〇壹贰貳叁參肆伍陆陸柒捌玖两兩拾佰仟",
    "万亿元元零一二二三三四五六六七八九二二十百千",
)
_DIGITS = "零一二三四五六七八九"
_PLACES = ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十"))
_POWERS = {"": 0, "百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}

_words = sorted({word for each in CURRENCIES.values() for word in each.words}, key=len, reverse=True)
_WORD = "|".join(map(re.escape, _words))
_BEFORE = re.compile(rf"({_WORD}) ?")
_AFTER = re.compile(rf" ?({_WORD})$")
_PLAIN = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.(\d+))? ?(百万|千万|万亿|[百千万亿]?)", re.ASCII)
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?E\+?(\d{1,2})", re.ASCII)
_COINS = re.compile(rf"(?:(.+)元)?(?:([1-9{_DIGITS[1:]}])角)?(?:零?([1-9{_DIGITS[1:]}])分)?")


def read_amount(text: str, currency: str) -> int:
    """The minor unit of an amount as people write it: 1,250,000, 15万, 7万5, 拾伍万元, ￥, full width, 1.5E5.

    Raises BadAmount. Zero is an amount here; a sign of minus is none.
    """
    if len(text) > LONGEST_AMOUNT or any(unicodedata.category(char) == "No" for char in text):
        raise BadAmount("BAD_AMOUNT")
    plain = " ".join(unicodedata.normalize("NFKC", text).upper().split()).translate(_OTHER_FORMS)
    plain = re.sub("([元角])[整正]$", r"\1", plain)
    minor = _with_coins(plain) if currency == "CNY" else None
    if minor is None:
        minor = _number(_without_words(plain, currency), exponent(currency))
    if minor > MAX_AMOUNT:
        raise BadAmount("AMOUNT_TOO_LARGE")
    return minor


def read_price(text: str, currency: str) -> int | None:
    """An amount above zero as `read_amount` reads it, None where nothing is written.

    Raises BadAmount; its params then hold the text and the currency, too.
    """
    if not text.strip():
        return None
    try:
        minor = read_amount(text, currency)
        if minor == 0:
            raise BadAmount("NOT_POSITIVE")
    except BadAmount as error:
        raise BadAmount(error.code, **error.params, text=text, currency=currency) from None
    return minor


def read_percent_bp(text: str) -> int | None:
    """A percentage as people type it (`5`, `0.5`, `7.25 %`), in basis points; None where it is none, or finer."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    match = re.fullmatch(r"(\d{1,3})(?:\.(\d{1,2}))?%?", plain, re.ASCII)
    return None if match is None else int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def names(word: str, currency: str) -> bool:
    """Whether a word, such as the unit in a heading, names this currency."""
    folded = unicodedata.normalize("NFKC", word).upper().translate(_OTHER_FORMS)
    return currency in CURRENCIES and folded in CURRENCIES[currency].words


NO_AMOUNT = frozenset(
    {"面议", "待定", "另议", "面谈", "无", "没有", "-", "--", "—", "——", "/", "N/A", "NA", "NONE", "TBD"}
)
"""The words that people write in the place of an amount, in upper case."""


def says_none(text: str) -> bool:
    """Whether a cell says in a word that there is no amount: 面议, 无, `-`."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split()) in NO_AMOUNT


def unit_of(word: str, currency: str) -> str | None:
    """The factor of a heading's unit: 万 of 万元, nothing of 元. None: another currency, or no unit."""
    plain = "".join(unicodedata.normalize("NFKC", word).upper().split()).translate(_OTHER_FORMS)
    for power in sorted(_POWERS, key=len, reverse=True):
        rest = plain.replace(power, "", 1)
        if power in plain and (names(rest, currency) or (power and not rest)):
            return power
    return None


def in_unit(text: str, power: str) -> str:
    """An amount under a heading with a unit, as it stands by itself: 15 under 万元 is 15万.

    What says its own unit, such as 3万元, is left as it is.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    return f"{plain}{power}" if power and re.fullmatch(r"[¥￥$€£]? ?[\d, ]*\d(?:\.\d+)?", plain, re.ASCII) else text


def _without_words(plain: str, currency: str) -> str:
    """The number alone; the words around it must name this currency."""
    while match := _BEFORE.match(plain) or _AFTER.search(plain):
        if not names(match[1], currency):
            raise BadAmount("UNIT", unit=match[1])
        plain = plain[: match.start()] + plain[match.end() :]
    return plain


def _number(plain: str, decimals: int) -> int:
    if match := _PLAIN.fullmatch(plain):
        return _shifted(re.sub("[, ]", "", match[1]), match[2] or "", _POWERS[match[3]], decimals)
    if match := _SCIENTIFIC.fullmatch(plain):
        return _shifted(match[1], match[2] or "", int(match[3]), decimals)
    if "," in plain:
        raise BadAmount("AMOUNT_COMMA")
    value = _in_words(plain)
    if value is None:
        raise BadAmount("BAD_AMOUNT")
    return int(value * 10**decimals)


def _shifted(whole: str, fraction: str, power: int, decimals: int) -> int:
    """The minor unit of whole.fraction × 10^power. A fraction of one or two zeros is none, as spreadsheets write it."""
    if power == 0 and fraction in ("0", "00"):
        fraction = ""
    if len(fraction) > power + decimals:
        raise BadAmount("AMOUNT_TOO_FINE")
    return int((whole + fraction).ljust(len(whole) + power + decimals, "0"))


def _with_coins(plain: str) -> int | None:
    """Yuan with 角 or 分 at the end, in fen; None where there are none of them."""
    match = _COINS.fullmatch(plain)
    if not plain.endswith(("角", "分")) or match is None:
        return None
    jiao, fen = (int(_spelled_digits(part or "0")) for part in match.group(2, 3))
    yuan = _number(_without_words(match[1], "CNY"), 0) if match[1] else 0
    return yuan * 100 + jiao * 10 + fen


def _in_words(plain: str) -> int | None:
    """A number in Chinese words, also mixed with digits: 十五万, 1亿2000万, 7万5. None where it is written otherwise.

    Only the usual spelling of a number is read, so that 一百五 is never taken for 105.
    """
    text = re.sub(r"[1-9]\d{0,3}", lambda match: _spelled(int(match[0])), plain, flags=re.ASCII)
    if match := re.search(f"([万亿])[{_DIGITS[1:]}]$", text):
        text += {"万": "千", "亿": "千万"}[match[1]]
    text = re.sub(f"(?<![{_DIGITS[1:]}])十", "一十", text)
    if not re.fullmatch(f"[{_DIGITS}十百千万亿]+", text):
        return None
    value = _value(text)
    return value if _spelled(value) == text else None


def _value(text: str) -> int:
    """The number that the words mean, if they are in their usual order."""
    for unit, place in _PLACES:
        head, found, rest = text.rpartition(place)
        if found:
            return _value(head) * unit + _value(rest)
    return int(_spelled_digits(text)[-1:] or "0")


def _spelled_digits(text: str) -> str:
    return "".join(char if char.isdigit() else str(_DIGITS.index(char)) for char in text)


def _spelled(number: int) -> str:
    """A number in words: the largest place splits it; 零 stands where the next place is empty."""
    for unit, place in _PLACES:
        if number >= unit:
            head, rest = divmod(number, unit)
            gap = "零" if 0 < rest < unit // 10 else ""
            return _spelled(head) + place + (gap + _spelled(rest) if rest else "")
    return _DIGITS[number]


# --- writing ---------------------------------------------------------------------------------------------------------


def money(minor: int | None, currency: str) -> str:
    """An amount with its sign: ¥1,250,000, with decimals only where there are any; a dash for none."""
    if minor is None:
        return "–"
    sign = CURRENCIES[currency].sign if currency in CURRENCIES else f"{currency} "
    return f"{'-' if minor < 0 else ''}{sign}{amount_text(abs(minor), currency)}"


def amount_text(minor: int | None, currency: str) -> str:
    """An amount as it can be typed again: 1,250,000, with decimals only where there are any."""
    if minor is None:
        return ""
    decimals = exponent(currency)
    major, rest = divmod(minor, 10**decimals)
    return f"{major:,}" + (f".{rest:0{decimals}d}" if rest else "")


def full_text(minor: int, currency: str) -> str:
    """An amount with all its decimals: 1,250,000.00."""
    decimals = exponent(currency)
    return f"{major(minor, currency):,.{decimals}f}"


def major(minor: int | None, currency: str) -> Decimal | None:
    """An amount in the major unit, with the currency's decimals, for a cell of an export; None stays None."""
    return None if minor is None else Decimal(minor).scaleb(-exponent(currency))
