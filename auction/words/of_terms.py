"""The sentences of what is wrong with the terms of a lot."""

from collections.abc import Mapping

from ..rules.faults import BadTerms, TermFault
from .i18n import mark as _
from .i18n import translate

TERM_FAULT_WORDS: Mapping[str, str] = {
    TermFault.MISSING: _("missing, but needed"),
    TermFault.UNKNOWN: _("not a term of this %(format)s lot"),
    TermFault.NOT_WHOLE: _("a whole number from %(least)s up"),
    TermFault.NOT_WHOLE_OR_NULL: _("a whole number from %(least)s up, or null"),
    TermFault.NOT_ONE_OF: _("one of %(words)s"),
    TermFault.NOT_A_NAME: _("a name of up to %(longest)s characters, or null"),
    TermFault.NOT_TRUE_OR_FALSE: _("true or false"),
    TermFault.NOT_A_PERCENTAGE: _('a number as text, such as "10"'),
    TermFault.NOT_BANDS: _("a list of [from_minor, step_minor]"),
    TermFault.BANDS_NOT_RISING: _("the first begins at 0, each other above the one before"),
    TermFault.CAP_UNDER_START: _("not under the start"),
    TermFault.FLOOR_ABOVE_START: _("not above the start"),
    TermFault.RESERVE_BESIDE_FLOOR: _("null, the floor is the reserve"),
}
"""By fault: what the term must be."""


TERM_NAMES: Mapping[str, str] = {
    "format": _("How it is sold"),
    "start_minor": _("Start price"),
    "reserve_minor": _("Reserve"),
    "increment": _("Increment"),
    "fixed_minor": _("Increment"),
    "free_ms": _("Free period"),
    "limit_ms": _("Limited period"),
    "no_bid_in_free": _("Without a bid in the free period"),
    "ends_ms": _("Runs for"),
    "window_ms": _("Extension window"),
    "extend_ms": _("Extension"),
    "extend": _("A late bid"),
    "max_extensions": _("Most extensions"),
    "cap_minor": _("Cap"),
    "hard_end_ms": _("Ends at the latest after"),
    "floor_minor": _("Floor"),
    "step_minor": _("Falls by"),
    "tick_ms": _("Falls every"),
    "price": _("The winner pays"),
    "offers": _("Offers"),
}
"""The words of a form for a term, by its key."""


def terms_sentence(locale: str, error: BadTerms) -> str:
    """The fault of a lot's terms, the term by its key: `floor_minor: not above the start`."""
    return f"{error.term}: {_said(locale, error.flaw.fault, error.flaw.params)}"


def fault_sentence(locale: str, params: Mapping[str, object]) -> str:
    """The same for people, from the values of a refusal: the term by its words and its key."""
    term, colon = str(params["term"]), translate(locale, _(": "))
    words = translate(locale, TERM_NAMES[term]) + " " if term in TERM_NAMES else ""
    return f"{words}({term}){colon}{_said(locale, str(params['fault']), params)}"


def _said(locale: str, fault: str, params: Mapping[str, object]) -> str:
    return translate(locale, TERM_FAULT_WORDS[fault], **params)
