"""Finds lots in a sale's catalogue: reads the question in an address, and says which lots fit.

The search runs over texts in memory, so it finds the same on every database. A Chinese word is found wherever it
stands, also one of two characters or one. A word of Latin letters is found at its beginning, in singular and plural.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from ....patents.facts import last_day_of, transfer_of, type_of
from ....patents.numbers import PatentType, later, parse
from ....rules.formats import FORMATS
from ....rules.lot import Lot, Status
from ....words.amounts import BadAmount, read_price
from ...locale import said
from ...shown import PartStanding

CARDS_SHOWN = 60
"""Lots on one page of the catalogue."""
LONGEST_SEARCH = 100
LONGEST_CHOICE = 500
FEWEST_DIGITS = 4
"""So many digits are looked for inside of a number, too."""
YEARS_LEFT = (2, 5, 10, 15)
SECTIONS = "ABCDEFGH"
"""The sections of the International Patent Classification."""
UNDER_WAY, TO_COME = "open", "pending"
CATALOGUE_STATUSES = (UNDER_WAY, TO_COME, "sold", "passed", "withdrawn")
SEARCHED = ("title_zh", "title_en", "abstract_zh", "abstract_en", "consignor", "field")
OF_PATENT = ("as_written", "number", "title", "inventors", "owner", "ipc")

_WORD = re.compile(r"[a-z0-9]+")
_BETWEEN = re.compile(r"[\W_]+")
_SPACES = re.compile(r" +")


@dataclass(frozen=True, slots=True)
class SoughtLot:
    """A lot as it is searched and filtered. `ends_on` is the last day of its shortest term; None: not known."""

    lot: str
    position: int
    text: str
    numbers: str
    field: str
    sections: frozenset[str]
    kinds: frozenset[PatentType]
    transfer: str
    format: str
    consignor: str
    ends_on: date | None
    status: str
    price_minor: int | None


def sought(standing: PartStanding) -> SoughtLot:
    """A lot as it stands, ready to be searched and filtered."""
    row, state, patents = standing.row, standing.state, standing.patents
    said_of_patents = [getattr(each, name) or "" for each in patents for name in OF_PATENT]
    ends = [last_day_of(each) for each in patents]
    return SoughtLot(
        lot=folded(row.lot),
        position=row.position,
        text=spelled(" ".join([*(getattr(row, name) for name in SEARCHED), *said_of_patents])),
        numbers=" ".join(_squeezed(text) for each in patents for text in (each.as_written, each.number or "")),
        field=row.field,
        sections=frozenset(symbol for each in patents for symbol in _sections(each.ipc)),
        kinds=frozenset(kind for each in patents if (kind := type_of(each)) is not None),
        transfer=transfer_of(row.transfer_type).value,
        format=row.format,
        consignor=row.consignor,
        ends_on=min((each for each in ends if each), default=None) if all(ends) else None,
        status=_status(state),
        price_minor=_price_minor(standing),
    )


def _sections(ipc: str) -> Iterable[str]:
    return (symbol[0] for part in ipc.split(";") if (symbol := part.strip().upper()) and symbol[0] in SECTIONS)


def _status(state: Lot | None) -> str:
    if state is None:
        return TO_COME
    return UNDER_WAY if state.status in (Status.FAIR_WARNING, Status.PAUSED) else state.status.value


def _price_minor(standing: PartStanding) -> int | None:
    """The amount that a lot's card shows."""
    state = standing.state
    price = state.price_minor if state and state.status not in (Status.PASSED, Status.WITHDRAWN) else None
    falling = standing.ask_minor if standing.row.format == "dutch" else None
    return price or falling or standing.row.start_minor


# --- words ----------------------------------------------------------------------------------------------------------


def folded(text: str) -> str:
    """A text in which case and width make no difference."""
    return unicodedata.normalize("NFKC", text).casefold()


def spelled(text: str) -> str:
    """A text in which words are looked for. Each Latin word is in its singular, between spaces."""
    plain = _BETWEEN.sub(" ", folded(text)).strip()
    return _SPACES.sub(" ", _WORD.sub(lambda word: f" {_singular(word[0])} ", plain))


def _singular(word: str) -> str:
    """Batteries and battery as batter, sensors as sensor; short words and glass as they are."""
    if len(word) < 4 or word.endswith("ss"):
        return word
    return next((word.removesuffix(end) for end in ("ies", "y", "s") if word.endswith(end)), word)


def _squeezed(text: str) -> str:
    return "".join(char for char in folded(text) if char.isalnum())


def _says(word: str) -> Callable[[SoughtLot], bool]:
    """Whether a lot has a word in its texts, or as its number or that of a patent."""
    phrase, number, known = spelled(word).rstrip(), _squeezed(word), parse(word)
    numbers = [number] if sum(map(str.isdigit, number)) >= FEWEST_DIGITS else []
    if known is not None:
        numbers.append(_squeezed(known.canonical))
    return lambda each: phrase in each.text or word == each.lot or any(number in each.numbers for number in numbers)


# --- what an address asks for ---------------------------------------------------------------------------------------


SORTS: Mapping[str, Callable[[SoughtLot], Any]] = {
    "order": lambda each: each.position,
    "price": lambda each: (each.price_minor is None, each.price_minor or 0, each.position),
    "-price": lambda each: (-(each.price_minor or 0), each.position),
    "-years": lambda each: (-(each.ends_on or date.min).toordinal(), each.position),
}


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """The question of a catalogue's reader. `years` is the fewest years left. `low` and `high` are as typed."""

    q: str = ""
    field: str = ""
    section: str = ""
    kind: str = ""
    transfer: str = ""
    format: str = ""
    consignor: str = ""
    status: str = ""
    years: str = ""
    low: str = ""
    high: str = ""
    sort: str = "order"
    page: int = 1

    @classmethod
    def read(cls, given: "MultiDict[str, str]") -> "CatalogueQuery":
        """The question in an address; what it does not understand is left out."""
        page = given.get("page", "")
        return cls(
            **{name: given.get(name, "")[:LONGEST_SEARCH].strip() for name in ("q", "low", "high")},
            **{name: given.get(name, "")[:LONGEST_CHOICE] for name in ("field", "consignor", "transfer")},
            **{name: value for name, words in _CHOICES.items() if (value := given.get(name, "")) in words},
            page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 else 1,
        )

    def address(self, slug: str, **values: Any) -> str:
        """The address of a page that asks the same, but for what is named. It begins on the first page."""
        values = self.asked | {"page": 1} | values
        return url_for(
            "catalogue.sale", slug=slug, **{name: value for name, value in values.items() if value != _PLAIN[name]}
        )

    @property
    def asked(self) -> dict[str, str | int]:
        """The values that are asked for, by their names in the address."""
        return {name: value for name in _PLAIN if (value := getattr(self, name)) != _PLAIN[name]}

    @property
    def narrows(self) -> bool:
        """Whether some lots may be left out."""
        return bool(self.asked.keys() - {"sort", "page"})

    @property
    def filters(self) -> int:
        """How many filters are set, beside the words."""
        return len(self.asked.keys() - {"q", "sort", "page"})


_PLAIN: Mapping[str, Any] = {each.name: each.default for each in fields(CatalogueQuery)}
_CHOICES: Mapping[str, Iterable[str]] = {
    "section": tuple(SECTIONS),
    "kind": tuple(PatentType),
    "format": tuple(FORMATS),
    "status": CATALOGUE_STATUSES,
    "years": tuple(map(str, YEARS_LEFT)),
    "sort": tuple(SORTS),
}


# --- the answer -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """The lots of a catalogue that fit a question, in its order, and a page of them."""

    lots: Sequence[tuple[PartStanding, SoughtLot]]
    query: CatalogueQuery
    currency: str
    today: date

    @cached_property
    def _bounds(self) -> tuple[dict[str, int], dict[str, str]]:
        bounds, errors = {}, {}
        for name in ("low", "high"):
            try:
                bound = read_price(getattr(self.query, name), self.currency)
            except BadAmount as error:
                errors[name] = said(error.code, error.params)
            else:
                if bound is not None:
                    bounds[name] = bound
        return bounds, errors

    @property
    def errors(self) -> Mapping[str, str]:
        """A sentence for each field that cannot be read; such a bound leaves nothing out."""
        return self._bounds[1]

    @cached_property
    def standings(self) -> list[PartStanding]:
        """The lots that fit, in the order that is asked for."""
        tests = list(self._tests())
        fitting = [(each, of) for each, of in self.lots if all(test(of) for test in tests)]
        return [each for each, _ in sorted(fitting, key=lambda pair: SORTS[self.query.sort](pair[1]))]

    @cached_property
    def pages(self) -> int:
        """The number of pages; one at least."""
        return max(1, -(-len(self.standings) // CARDS_SHOWN))

    @property
    def page(self) -> int:
        """The page that is shown; the last one where a later one is asked for."""
        return min(self.query.page or 1, self.pages)

    @property
    def on_page(self) -> list[PartStanding]:
        """The lots of the page that is shown."""
        return self.standings[(self.page - 1) * CARDS_SHOWN : self.page * CARDS_SHOWN]

    @cached_property
    def choices(self) -> dict[str, dict[str, int]]:
        """The choices of each filter in the whole catalogue, with their numbers of lots."""
        counts: dict[str, Counter[str]] = {name: Counter() for name in (*_ONE, *_ANY)}
        for _, each in self.lots:
            for name, of_lot in _ONE.items():
                counts[name][of_lot(each)] += 1
            for name, several in _ANY.items():
                counts[name].update(several(each))
        told = {name: {word: of[word] for word in of if word} for name, of in counts.items()}
        for name, words in _CHOICES.items():
            if name in told:
                told[name] = {word: told[name][word] for word in words if word in told[name]}
        return told

    def _tests(self) -> Iterable[Callable[[SoughtLot], bool]]:
        query, bounds = self.query, self._bounds[0]
        yield from map(_says, folded(query.q).split())
        yield from (_is(of_lot, wanted) for name, of_lot in _ONE.items() if (wanted := getattr(query, name)))
        yield from (_has(several, wanted) for name, several in _ANY.items() if (wanted := getattr(query, name)))
        if query.years:
            until = later(self.today, 12 * int(query.years))
            yield lambda each: each.ends_on is not None and each.ends_on >= until
        if "low" in bounds:
            yield lambda each: each.price_minor is not None and each.price_minor >= bounds["low"]
        if "high" in bounds:
            yield lambda each: each.price_minor is not None and each.price_minor <= bounds["high"]


def _is(of_lot: Callable[[SoughtLot], str], wanted: str) -> Callable[[SoughtLot], bool]:
    return lambda each: of_lot(each) == wanted


def _has(several: Callable[[SoughtLot], Iterable[str]], wanted: str) -> Callable[[SoughtLot], bool]:
    return lambda each: wanted in several(each)


_ONE: Mapping[str, Callable[[SoughtLot], str]] = {
    "field": lambda each: each.field,
    "transfer": lambda each: each.transfer,
    "format": lambda each: each.format,
    "consignor": lambda each: each.consignor,
    "status": lambda each: each.status,
}
_ANY: Mapping[str, Callable[[SoughtLot], Iterable[str]]] = {
    "section": lambda each: each.sections,
    "kind": lambda each: each.kinds,
}
