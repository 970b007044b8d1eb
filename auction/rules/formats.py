"""Every way to sell a lot, and what is asked of a lot through its format."""

from . import commands as cmd
from .dutch import Dutch
from .english import English
from .faults import BadTerms, TermFault
from .format import Format, Whole
from .ladder import parse
from .lot import Lot, Terms
from .sealed import Sealed
from .timed import Timed

FORMATS: dict[str, Format] = {each.name: each for each in (English(), Timed(), Dutch(), Sealed())}
"""Every way to sell a lot, by its name in the terms."""


def ask_minor(lot: Lot, at_ms: int) -> int | None:
    """The next amount of a lot, as its format sees it."""
    return FORMATS[lot.terms.format].ask_minor(lot, at_ms)


def rising_ask_minor(lot: Lot, at_ms: int) -> int | None:
    """The next amount of a lot whose price rises by bids; None of any other."""
    return ask_minor(lot, at_ms) if FORMATS[lot.terms.format].needs_increment else None


def is_step(lot: Lot, command_type: type[cmd.Command]) -> bool:
    """Whether a command is of the lot's format."""
    return command_type in FORMATS[lot.terms.format].steps


def check_terms(terms: Terms) -> None:
    """Raise BadTerms or BadIncrement, with the key and the fault, where a lot's terms contradict themselves."""
    if terms.format not in FORMATS:
        raise BadTerms("format", TermFault.NOT_ONE_OF, words=", ".join(FORMATS))
    if terms.increment is not None:
        parse(terms.increment)
    for key, amount, least in (("start_minor", terms.start_minor, 1), ("reserve_minor", terms.reserve_minor, 0)):
        if flaw := Whole(least, needed=False).fault(amount):
            raise BadTerms(key, flaw.fault, **flaw.params)
    FORMATS[terms.format].check_terms(terms)
