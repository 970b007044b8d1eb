"""Price advice for a consignor: how lots of the same field began, and what became of them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from .statistics import LotFigures, figures, rounded

LEAST_SIMILAR = 3
"""Fewer lots say nothing."""


@dataclass(frozen=True, slots=True)
class PriceAdvice:
    """Similar lots: how many came up, the share that was sold, the middle of their starts and hammer prices (minor
    unit; None: none was sold), and their premium."""

    lots: int
    sold: Fraction | None
    start_minor: int
    hammer_minor: int | None
    premium: Fraction | None


def price_advice(similar: Iterable[LotFigures]) -> PriceAdvice | None:
    """The advice that similar lots give. None: too few of them came up with a start price."""
    came_up = [lot for lot in similar if lot.start_minor]
    told = figures(came_up)
    if told.offered.lots < LEAST_SIMILAR:
        return None
    middle = rounded(Fraction(median(Fraction(lot.start_minor or 0) for lot in came_up)))
    return PriceAdvice(told.offered.lots, told.sold_by_lot, middle, told.median_minor, told.premium)
