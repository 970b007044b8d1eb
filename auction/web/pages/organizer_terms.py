"""How a lot is sold, in the organizer's form: the same columns, rules and sentences as in a catalogue file."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ...catalog import clean
from ...catalog_messages import MESSAGES
from ...catalog_terms import AMOUNTS, COLUMNS, Prices, cells_of, columns_of, read_terms
from ...rules.lot import MAX_AMOUNT
from ...rules.money import parse_major
from ..forms import Form, amount_text
from ..locale import gettext

LONGEST = 40


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed, as the cells of a catalogue's row. What stands hidden in a form for another format is no term."""

    typed: Mapping[str, str]
    known: frozenset[str]
    errors: dict[str, str]

    def text(self, name: str) -> str:
        return clean(self.typed.get(name, "")[: LONGEST + 1])[0] if name in self.known else ""

    def filled(self, name: str) -> bool:
        return self.text(name) != ""

    def amount(self, name: str) -> int | None:
        text = self.text(name)
        minor = parse_major(text)
        if text and not 0 <= (-1 if minor is None else minor) <= MAX_AMOUNT:
            self.error(name, "BAD_AMOUNT", text=text)
        elif minor == 0:
            self.error(name, "NOT_POSITIVE")
        return minor or None

    def error(self, name: str, code: str, **params: str | int) -> None:
        self.errors.setdefault(name, gettext(MESSAGES[code]).format(**params))


def read_format(form: Form, given: Mapping[str, str]) -> None:
    """Read the format and its terms into a form that has been read as far as its prices."""
    known = columns_of(given.get("format", ""))
    prices = Prices(form.values.get("start"), form.values.get("reserve"))
    name, own = read_terms(_Typed(given, known, form.errors), prices)
    form.typed = {**form.typed, **{column: given.get(column, "") for column in COLUMNS}}
    form.values |= {"format": name, "own": own}


def typed_format(name: str, own: Mapping[str, Any]) -> dict[str, str]:
    """A lot's format and terms as they can be typed."""
    return {column: _text(column, cell) for column, cell in cells_of(name, own).items()}


def _text(column: str, cell: Any) -> str:
    if cell is None:
        return ""
    return amount_text(int(Decimal(cell).scaleb(2))) if column in AMOUNTS else str(cell)
