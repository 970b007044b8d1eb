"""How a lot is sold, as a row of a catalogue says it. The format and its own terms have a column each.

Columns, rules and codes are described in docs/catalogue.md with those of `columns`. A term of another format, a missing
one and terms that contradict each other are refused where they stand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..rules.faults import BadTerms, Flaw, TermFault
from ..rules.format import Name, OneOf, Whole
from ..rules.formats import FORMATS
from ..rules.lot import Terms
from .durations import format_duration, parse_duration
from .facts import in_both

TABLE = """
format            40 竞价方式 拍卖方式, 拍卖形式, auction format, sale method
free              40 自由竞价期 自由期, free period
limited           40 限时竞价期 限时期, limited period
no_bid            40 无人出价 无人报价, without a bid
duration          40 竞价时长 报价时长, 报价期, runs for
window            40 延时窗口 延时触发时段, extension window
extension         40 延时时长 每次延时, extension period
extend            40 延时方式 extension mode
extensions        40 延时次数上限 最多延时次数, most extensions
group             16 同步组   同步结束组, 同组结束, closes with, closing group
cap               40 封顶价   最高限价, cap price
hard_end          40 最长时长 最长竞价时长, longest duration
floor             40 最低价   减价最低价, floor price
fall              40 降价幅度 每次降价, falls by
tick              40 降价间隔 降价周期, falls every
pays              40 成交规则 成交价规则, price rule
offers            40 报价次数 报价规则, offers each
"""
"""Columns as `columns._TABLE` has them: name, longest text, Chinese heading, other headings."""

AMOUNT_TERMS = frozenset({"cap", "floor", "fall"})
DURATIONS = frozenset({"free", "limited", "duration", "window", "extension", "hard_end", "tick"})
COUNTS = frozenset({"extensions"})
FORMAT_NAMES = frozenset({"group"})
WORDS_OF_TERMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "format": {
        "english": ("英式", "英式拍卖", "增价", "增价拍卖"),
        "timed": ("限时", "限时竞价", "竞价"),
        "dutch": ("减价", "减价拍卖", "荷兰式"),
        "sealed": ("密封", "密封报价", "一次报价"),
    },
    "no_bid": {"fail": ("流拍",), "continue": ("继续",)},
    "extend": {"reset": ("重新计时",), "add": ("累加",)},
    "pays": {"first": ("最高价",), "second": ("次高价",)},
    "offers": {"one": ("一次", "1"), "raise": ("可加价",)},
}
"""The words that a column understands; the rules have the first."""

_NAMES = {
    "timed": {
        "free_ms": "free",
        "limit_ms": "limited",
        "no_bid_in_free": "no_bid",
        "ends_ms": "duration",
        "window_ms": "window",
        "extend_ms": "extension",
        "extend": "extend",
        "max_extensions": "extensions",
        "group": "group",
        "cap_minor": "cap",
        "hard_end_ms": "hard_end",
    },
    "dutch": {"floor_minor": "floor", "step_minor": "fall", "tick_ms": "tick"},
    "sealed": {"ends_ms": "duration", "price": "pays", "offers": "offers"},
}
"""By format: in which column each of its own terms stands."""

COLUMNS = tuple(line.split(maxsplit=1)[0] for line in TABLE.split("\n") if line)

_CONTRADICTIONS = {
    TermFault.FLOOR_ABOVE_START: "FLOOR_ABOVE_START",
    TermFault.CAP_UNDER_START: "CAP_BELOW_START",
    TermFault.RESERVE_BESIDE_FLOOR: "RESERVE_IN_DUTCH",
}


def columns_of(name: str) -> frozenset[str]:
    """The columns that a lot of a format may fill."""
    return frozenset({"format", *_NAMES.get(name, {}).values()})


class Cells(Protocol):
    """The cells of a row, as far as this file needs them."""

    def filled(self, name: str) -> bool: ...
    def text(self, name: str) -> str: ...
    def amount(self, name: str) -> int | None: ...
    def error(self, name: str, code: str, **params: str | int) -> None: ...


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of a row that a format's own terms may contradict."""

    start_minor: int | None
    reserve_minor: int | None


def read_terms(cells: Cells, prices: Prices) -> tuple[str, Mapping[str, Any]]:
    """The format of a lot and its own terms; the cells are told what is wrong with them."""
    name = _word(cells, "format") or "english"
    columns = {column: key for key, column in _NAMES.get(name, {}).items()}
    own: dict[str, Any] = {}
    for column in COLUMNS[1:]:
        if column not in columns:
            if cells.filled(column):
                cells.error(column, "TERM_OF_ANOTHER_FORMAT", format=name)
        elif (value := _value(cells, column)) is not None:
            own[columns[column]] = value
    _check(cells, name, own, prices)
    return name, own


def _value(cells: Cells, column: str) -> Any:
    if column in AMOUNT_TERMS:
        return cells.amount(column)
    if column in WORDS_OF_TERMS:
        return _word(cells, column) or None
    text = cells.text(column)
    if column in FORMAT_NAMES:
        return _name(cells, column, text)
    if not text:
        return None
    value = parse_duration(text) if column in DURATIONS else _count(text)
    if value is None:
        cells.error(column, "BAD_DURATION" if column in DURATIONS else "BAD_COUNT", text=text)
    return value


def _name(cells: Cells, column: str, text: str) -> str | None:
    name = " ".join(text.split())
    if len(name) > Name.longest:
        cells.error(column, "TOO_LONG", count=len(name), most=Name.longest)
    return name if 0 < len(name) <= Name.longest else None


def _count(text: str) -> int | None:
    plain = text.removesuffix(".0")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else None


def _word(cells: Cells, column: str) -> str:
    text = cells.text(column)
    words = WORDS_OF_TERMS[column]
    found = next((word for word, others in words.items() if text.casefold() in (word, *others)), "")
    if text and not found:
        cells.error(column, "BAD_WORD", text=text, words=in_both(words))
    return found


def _check(cells: Cells, name: str, own: Mapping[str, Any], prices: Prices) -> None:
    """Each term by itself, then all together; what a cell has been refused for is not said again."""
    names = _NAMES.get(name, {})
    known = FORMATS[name].own_terms(own)
    for key in own:
        if key not in known:
            cells.error(names[key], "TERM_OF_ANOTHER_KIND")
    faults = {key: fault for key, term in known.items() if (fault := _fault(term, own.get(key)))}
    for key in faults:
        if key in own or not cells.filled(names[key]):
            cells.error(names[key], "TERM_TOO_SMALL" if key in own else "TERM_MISSING", format=name)
    if faults or any(key not in known for key in own):
        return
    try:
        FORMATS[name].check_together(Terms("", name, prices.start_minor, None, prices.reserve_minor, own=own))
    except BadTerms as error:
        column = names.get(error.term, error.term.removesuffix("_minor"))
        cells.error(column, _CONTRADICTIONS[error.flaw.fault])


def _fault(term: Whole | OneOf | Name, value: object) -> Flaw | None:
    return None if value is None and not term.needed else term.fault(value)


def cells_of(name: str, own: Mapping[str, Any], amount: Callable[[int], object]) -> dict[str, object]:
    """The cells that say a format and its terms, as `read_terms` reads them back; `amount` writes a `_minor`."""
    cells: dict[str, object] = dict.fromkeys(COLUMNS)
    cells["format"] = name
    for key, value in own.items():
        column = _NAMES[name].get(key)
        if column in AMOUNT_TERMS and value is not None:
            cells[column] = amount(value)
        elif column in DURATIONS and value is not None:
            cells[column] = format_duration(value)
        elif column is not None:
            cells[column] = value
    return cells
