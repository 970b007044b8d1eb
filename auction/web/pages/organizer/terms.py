"""How a lot is sold, in the organizer's form: the same columns, rules and sentences as in a catalogue file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ....base.texts import clean
from ....catalogue.terms import COLUMNS, Prices, cells_of, columns_of, read_terms
from ....words.amounts import BadAmount, amount_text, read_price
from ...forms import Form
from ...locale import said

LONGEST_TERM = 40


@dataclass(frozen=True, slots=True)
class _Typed:
    """The typed values as the cells of a catalogue's row. A hidden field of another format is no term."""

    typed: Mapping[str, str]
    known: frozenset[str]
    errors: dict[str, str]
    currency: str

    def text(self, name: str) -> str:
        return clean(self.typed.get(name, "")[: LONGEST_TERM + 1])[0] if name in self.known else ""

    def filled(self, name: str) -> bool:
        return self.text(name) != ""

    def amount(self, name: str) -> int | None:
        try:
            return read_price(self.text(name), self.currency)
        except BadAmount as error:
            self.error(name, error.code, **error.params)
            return None

    def error(self, name: str, code: str, **params: str | int) -> None:
        self.errors.setdefault(name, said(code, params))


def read_format(form: Form, given: Mapping[str, str], currency: str) -> None:
    """Read the format and its terms into a form that has been read as far as its prices."""
    known = columns_of(given.get("format", ""))
    prices = Prices(form.values.get("start"), form.values.get("reserve"))
    name, own = read_terms(_Typed(given, known, form.errors, currency), prices)
    form.typed = {**form.typed, **{column: given.get(column, "") for column in COLUMNS}}
    form.values |= {"format": name, "own": own}


def typed_format(name: str, own: Mapping[str, Any], currency: str) -> dict[str, str]:
    """A lot's format and terms as they can be typed."""
    cells = cells_of(name, own, lambda minor: amount_text(minor, currency))
    return {column: "" if cell is None else str(cell) for column, cell in cells.items()}
