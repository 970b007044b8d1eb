"""The faults that the terms of a lot may have: a code, with its values. `words.of_terms` has the sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class TermFault(StrEnum):
    """The fault of a term of a lot."""

    MISSING = "MISSING"
    UNKNOWN = "UNKNOWN"
    NOT_WHOLE = "NOT_WHOLE"
    NOT_WHOLE_OR_NULL = "NOT_WHOLE_OR_NULL"
    NOT_ONE_OF = "NOT_ONE_OF"
    NOT_A_NAME = "NOT_A_NAME"
    NOT_TRUE_OR_FALSE = "NOT_TRUE_OR_FALSE"
    NOT_A_PERCENTAGE = "NOT_A_PERCENTAGE"
    NOT_BANDS = "NOT_BANDS"
    BANDS_NOT_RISING = "BANDS_NOT_RISING"
    CAP_UNDER_START = "CAP_UNDER_START"
    FLOOR_ABOVE_START = "FLOOR_ABOVE_START"
    RESERVE_BESIDE_FLOOR = "RESERVE_BESIDE_FLOOR"


@dataclass(frozen=True, slots=True)
class Flaw:
    """A fault with the values of its sentence."""

    fault: TermFault
    params: Mapping[str, str | int] = field(default_factory=dict)


class BadTerms(ValueError):
    """Terms that contradict themselves. `term` is the key that is wrong."""

    def __init__(self, term: str, fault: TermFault, **params: str | int) -> None:
        super().__init__(f"{term}: {fault}")
        self.term, self.flaw = term, Flaw(fault, params)


class BadIncrement(BadTerms):
    """An increment that contradicts itself. `term` is the key of its specification that is wrong."""
