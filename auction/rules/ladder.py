"""Increments: which amount comes next, and which amounts are on step (rulebook 4.1).

A ladder is made from its specification, the same JSON that a scenario, a catalogue and the journal use.
The named ladders count in the major unit; everything that leaves this module is in the minor unit.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from typing import Any, Protocol

from .currency import exponent
from .faults import BadIncrement, TermFault

MINOR_PER_MAJOR = 100

Table = tuple[tuple[int, int], ...]


class Ladder(Protocol):
    """The questions of a format to its increments; amounts in the minor unit."""

    def next_minor(self, price_minor: int) -> int:
        """The smallest amount that may follow this price."""

    def is_on_step(self, price_minor: int | None, amount_minor: int) -> bool:
        """Whether the amount lies on the ladder, seen from the price (None: the lot has no bid yet)."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same step at every price."""

    step_minor: int

    def next_minor(self, price_minor: int) -> int:
        return price_minor + self.step_minor

    def is_on_step(self, price_minor: int | None, amount_minor: int) -> bool:
        return price_minor is None or _whole_steps(price_minor, amount_minor, self.step_minor)


@dataclass(frozen=True, slots=True)
class Bands:
    """A step for each band of prices; an edge belongs to the band it opens, and steps may cross it."""

    edges_minor: tuple[int, ...]
    steps_minor: tuple[int, ...]

    def step_minor(self, price_minor: int) -> int:
        return self.steps_minor[bisect_right(self.edges_minor, price_minor) - 1]

    def next_minor(self, price_minor: int) -> int:
        return price_minor + self.step_minor(price_minor)

    def is_on_step(self, price_minor: int | None, amount_minor: int) -> bool:
        return price_minor is None or _whole_steps(price_minor, amount_minor, self.step_minor(price_minor))


@dataclass(frozen=True, slots=True)
class Percent:
    """A share of the price, rounded half-up to `round_minor` and at least one of it."""

    percent: Fraction
    round_minor: int

    def step_minor(self, price_minor: int) -> int:
        part, whole = price_minor * self.percent.numerator, self.percent.denominator * 100 * self.round_minor
        return max(1, (2 * part + whole) // (2 * whole)) * self.round_minor

    def next_minor(self, price_minor: int) -> int:
        return price_minor + self.step_minor(price_minor)

    def is_on_step(self, price_minor: int | None, amount_minor: int) -> bool:
        return price_minor is None or _whole_steps(price_minor, amount_minor, self.step_minor(price_minor))


@dataclass(frozen=True, slots=True)
class Named:
    """A ladder of fixed values: the next amount is its smallest value above the price, wherever the price stands.

    Its table is in hundredths. In a currency of another kind its values are those that the minor unit can express.
    """

    table: Table
    scale_free: bool
    exponent: int = 2

    def next_minor(self, price_minor: int) -> int:
        if self.exponent == 2:
            return self._next(price_minor)
        if self.exponent > 2:
            finer = int(10 ** (self.exponent - 2))
            return self._next(price_minor // finer) * finer
        coarser = int(10 ** (2 - self.exponent))
        value = self._next(price_minor * coarser)
        while value % coarser:
            value = self._next(value)
        return value // coarser

    def _next(self, price_minor: int) -> int:
        if not self.scale_free:
            return self._next_in_table(price_minor, 1)
        unit = _decade(price_minor)
        return self._next_in_table(price_minor, unit)

    def is_on_step(self, price_minor: int | None, amount_minor: int) -> bool:  # noqa: ARG002 - one signature for all
        return self.next_minor(amount_minor - 1) == amount_minor

    def _next_in_table(self, price_minor: int, unit: int) -> int:
        """The smallest value above the price; a band's steps restart at its lower edge and stop at the next one."""
        row = bisect_right(self.table, (price_minor // unit, 1 << 62)) - 1
        edge, step = self.table[row][0] * unit, self.table[row][1] * unit
        value = edge + ((price_minor - edge) // step + 1) * step
        return min(value, self.table[row + 1][0] * unit) if row + 1 < len(self.table) else value


def _whole_steps(price_minor: int, amount_minor: int, step_minor: int) -> bool:
    return amount_minor > price_minor and (amount_minor - price_minor) % step_minor == 0


def _decade(price_minor: int) -> int:
    """The power of ten, in hundredths, that brings the price between 100 and 999; at least one major unit."""
    unit = 1
    while price_minor >= 1000 * unit:
        unit *= 10
    return unit


def _major(*rows: tuple[str, str]) -> Table:
    return tuple((int(Decimal(edge) * MINOR_PER_MAJOR), int(Decimal(step) * MINOR_PER_MAJOR)) for edge, step in rows)


def _steps_258(digit: int) -> Table:
    """From one leading digit to the next through 2, 5 and 8, in hundredths."""
    base = digit * 100
    return ((base, 20), (base + 20, 30), (base + 50, 30), (base + 80, 20))


def _decade_table(*digits: Table) -> Table:
    """One decade in hundredths; below 1.00 the first value is 1.00, and 10.00 opens the next decade."""
    return ((0, 100), *(row for digit in digits for row in digit), (1000, 1000))


_CN258_FULL = _decade_table(*(_steps_258(digit) for digit in range(1, 10)))
_CN258_TIER = _decade_table(((100, 10),), *(_steps_258(digit) for digit in range(2, 5)), ((500, 50),))

_CHRISTIES = _major(
    ("0", "50"), ("1000", "100"), ("2000", "200"),
    ("3000", "200"), ("3200", "300"), ("3500", "300"), ("3800", "200"),
    ("4000", "200"), ("4200", "300"), ("4500", "300"), ("4800", "200"),
    ("5000", "500"), ("10000", "1000"), ("20000", "2000"),
    ("30000", "2000"), ("32000", "3000"), ("35000", "3000"), ("38000", "2000"),
    ("40000", "2000"), ("42000", "3000"), ("45000", "3000"), ("48000", "2000"),
    ("50000", "5000"), ("100000", "10000"),
)  # fmt: skip
_HERITAGE = _major(
    ("0", "1"), ("10", "2"), ("30", "3"), ("50", "5"), ("100", "10"), ("200", "20"), ("300", "25"), ("500", "50"),
    ("1000", "100"), ("2000", "200"), ("3000", "250"), ("5000", "500"), ("10000", "1000"), ("20000", "2000"),
    ("30000", "2500"), ("50000", "5000"), ("100000", "10000"), ("200000", "20000"), ("300000", "25000"),
    ("500000", "50000"), ("1000000", "100000"), ("5000000", "250000"), ("10000000", "500000"),
)  # fmt: skip
_EBAY = _major(
    ("0", "0.05"), ("1", "0.25"), ("5", "0.50"), ("25", "1"), ("100", "2.50"), ("250", "5"), ("500", "10"),
    ("1000", "25"), ("2500", "50"), ("5000", "100"),
)  # fmt: skip

NAMED: Mapping[str, Named] = {
    "CN258_FULL": Named(_CN258_FULL, scale_free=True),
    "CN258_TIER": Named(_CN258_TIER, scale_free=True),
    "CHRISTIES": Named(_CHRISTIES, scale_free=False),
    "HERITAGE": Named(_HERITAGE, scale_free=False),
    "EBAY": Named(_EBAY, scale_free=False),
}


def parse(spec: Mapping[str, Any], currency: str = "CNY") -> Ladder:
    """The ladder of an `increment` specification (scenario contract, "Lots"); of `on_step` only that it is one.

    Raises BadIncrement with the key that is wrong.
    """
    kinds = [key for key in spec if key in _PARSERS]
    unknown = set(spec) - set(_PARSERS) - {"on_step", "round_minor"}
    if len(kinds) != 1 or unknown or ("round_minor" in spec and kinds != ["percent"]):
        raise BadIncrement("increment", TermFault.NOT_ONE_OF, words=", ".join(_PARSERS))
    if not isinstance(spec.get("on_step", False), bool):
        raise BadIncrement("on_step", TermFault.NOT_TRUE_OR_FALSE)
    ladder = _PARSERS[kinds[0]](spec)
    return replace(ladder, exponent=exponent(currency)) if isinstance(ladder, Named) else ladder


def _fixed(spec: Mapping[str, Any]) -> Ladder:
    return Fixed(_positive(spec["fixed_minor"], "fixed_minor"))


def _named(spec: Mapping[str, Any]) -> Ladder:
    name = spec["ladder"]
    if not isinstance(name, str) or name not in NAMED:
        raise BadIncrement("ladder", TermFault.NOT_ONE_OF, words=", ".join(NAMED))
    return NAMED[name]


def _bands(spec: Mapping[str, Any]) -> Ladder:
    rows = spec["bands"]
    if not isinstance(rows, list | tuple) or not rows or any(not _is_pair(row) for row in rows):
        raise BadIncrement("bands", TermFault.NOT_BANDS)
    edges = tuple(row[0] for row in rows)
    if edges[0] != 0 or any(low >= high for low, high in pairwise(edges)):
        raise BadIncrement("bands", TermFault.BANDS_NOT_RISING)
    return Bands(edges, tuple(_positive(row[1], "bands") for row in rows))


def _percent(spec: Mapping[str, Any]) -> Ladder:
    try:
        percent = Decimal(spec["percent"]) if isinstance(spec["percent"], str) else Decimal("NaN")
    except InvalidOperation:
        percent = Decimal("NaN")
    if not percent.is_finite() or not 0 < percent <= 1000:
        raise BadIncrement("percent", TermFault.NOT_A_PERCENTAGE)
    return Percent(Fraction(percent), _positive(spec.get("round_minor", 1), "round_minor"))


_PARSERS = {"fixed_minor": _fixed, "ladder": _named, "bands": _bands, "percent": _percent}


def _is_pair(row: object) -> bool:
    return isinstance(row, list | tuple) and len(row) == 2 and all(type(value) is int for value in row)


def _positive(value: object, key: str) -> int:
    if type(value) is not int or value < 1:
        raise BadIncrement(key, TermFault.NOT_WHOLE, least=1)
    return value
