"""The words of the catalogue's filters in the reader's language, each choice with its number of lots."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ....papers.cells import FORMAT_WORDS
from ....papers.passages import PATENT_KINDS
from ....patents.law import TransferType
from ....words.i18n import mark as _
from ...locale import gettext
from .finding import YEARS_LEFT, CatalogueQuery, Found

SECTION_WORDS = {
    "A": _("A · human necessities"),
    "B": _("B · operations, transport"),
    "C": _("C · chemistry, metallurgy"),
    "D": _("D · textiles, paper"),
    "E": _("E · fixed constructions"),
    "F": _("F · mechanics, lighting, heating, weapons"),
    "G": _("G · physics"),
    "H": _("H · electricity"),
}
"""The sections of the International Patent Classification, by its titles."""

TRANSFER_WORDS: Mapping[str, str] = {
    TransferType.ASSIGNMENT: _("assignment"),
    TransferType.APPLICATION_ASSIGNMENT: _("assignment of the application"),
    TransferType.EXCLUSIVE_LICENCE: _("exclusive_licence"),
    TransferType.SOLE_LICENCE: _("sole_licence"),
    TransferType.ORDINARY_LICENCE: _("licence"),
    TransferType.OPEN_LICENCE: _("open licence"),
    TransferType.EQUITY: _("contribution as equity"),
}

STATUS_CHOICES = {
    "open": _("open"),
    "pending": _("to come"),
    "sold": _("sold"),
    "passed": _("passed"),
    "withdrawn": _("withdrawn"),
}

SORT_WORDS = {
    "order": _("in the order of the sale"),
    "price": _("lowest price first"),
    "-price": _("highest price first"),
    "-years": _("longest term first"),
}


@dataclass(frozen=True, slots=True)
class ChoiceWords:
    """A choice of a filter: its value in the address, its words, and its number of lots in the catalogue."""

    value: str
    words: str
    count: int | None = None


def choices_of(found: Found, is_over: bool) -> dict[str, list[ChoiceWords]]:
    """The choices of each filter that can narrow this catalogue. One with a single choice is left out.

    `is_over`: a lot that has not opened will not.
    """
    statuses = {**STATUS_CHOICES, "pending": _("not offered")} if is_over else STATUS_CHOICES
    worded: Mapping[str, Callable[[str], str]] = {
        "status": lambda value: gettext(statuses[value]),
        "field": gettext,
        "section": lambda value: gettext(SECTION_WORDS[value]),
        "kind": lambda value: gettext(PATENT_KINDS[value]),  # type: ignore[index]
        "transfer": lambda value: gettext(TRANSFER_WORDS[value]),
        "format": lambda value: gettext(FORMAT_WORDS[value]),
        "consignor": str,
    }
    told = {
        name: [ChoiceWords(value, words(value), count) for value, count in found.choices[name].items()]
        for name, words in worded.items()
    }
    if any(each.ends_on for _standing, each in found.lots):
        told["years"] = [ChoiceWords(str(each), gettext("%(years)s years or more", years=each)) for each in YEARS_LEFT]
    told["sort"] = [ChoiceWords(value, gettext(words)) for value, words in SORT_WORDS.items()]
    return {name: each for name, each in told.items() if len(each) > 1 or getattr(found.query, name)}


def asked_words(query: CatalogueQuery, choices: Mapping[str, list[ChoiceWords]]) -> list[tuple[str, str]]:
    """The filters that are set, each by its name and its words, to be taken off one by one."""
    told = []
    for name in query.asked.keys() - {"q", "sort", "page"}:
        value = str(getattr(query, name))
        words = next((each.words for each in choices.get(name, []) if each.value == value), value)
        told.append((name, {"low": f"≥ {words}", "high": f"≤ {words}"}.get(name, words)))
    return sorted(told)
