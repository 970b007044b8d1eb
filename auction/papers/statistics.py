"""The figures of a sale: counts, rates, prices, groups. Pure; rulebook 1.3 has figures of past sales that it must give.

Lots and patents are counted apart, because a lot holds one patent or more. Amounts are in the minor unit, times in UTC
milliseconds. A rate is an exact fraction; `percent` and `rounded` round it half-up, once, when it is written.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import median

from ..rules.lot import BEGUN, Status

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFigures:
    """The facts of a lot that the figures need. `bids` and `bidders` are those that the public record names.

    `all_in_minor` and `net_minor` are the hammer price with the buyer's, and less the consignor's, commission.
    `in_term`: a priority right may still take it. `taken`: one has taken it after the hammer.
    """

    lot: str
    status: Status
    patents: int = 1
    start_minor: int | None = None
    hammer_minor: int | None = None
    all_in_minor: int | None = None
    net_minor: int | None = None
    field: str = ""
    format: str = "english"
    consignor: str = ""
    bids: int = 0
    bidders: int = 0
    opened_ms: int | None = None
    ended_ms: int | None = None
    in_term: bool = False
    taken: bool = False

    @property
    def is_sold(self) -> bool:
        return self.status is Status.SOLD

    @property
    def took_ms(self) -> int | None:
        """From the opening to the end; None: it never opened, or is not over."""
        return None if self.opened_ms is None or self.ended_ms is None else self.ended_ms - self.opened_ms

    @property
    def premium(self) -> Fraction | None:
        """溢价率 of a sold lot: hammer price over start, less one."""
        return premium([self])


@dataclass(frozen=True, slots=True)
class Tally:
    """How many lots, and how many patents in them."""

    lots: int
    patents: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some lots. `listed` are all of them; `offered` are those that came up: sold, passed, under way.

    Prices are hammer prices of sold lots; None: none was sold. `others_mean_minor` leaves the top lot out.
    """

    listed: Tally
    offered: Tally
    sold: Tally
    passed: Tally
    withdrawn: Tally
    in_term: Tally
    taken: Tally
    hammer_minor: int
    all_in_minor: int
    net_minor: int
    mean_minor: int | None
    median_minor: int | None
    top_minor: int | None
    others_mean_minor: int | None
    premium: Fraction | None
    bids: int
    bids_per_lot: Fraction | None
    took_per_lot_ms: int | None
    lots_per_hour: Fraction | None

    @property
    def not_offered(self) -> Tally:
        """The lots that have not come up."""
        gone = (self.offered, self.withdrawn)
        lots = self.listed.lots - sum(each.lots for each in gone)
        return Tally(lots, self.listed.patents - sum(each.patents for each in gone))

    @property
    def sold_by_lot(self) -> Fraction | None:
        """成交率 by lot: sold over offered."""
        return share(self.sold.lots, self.offered.lots)

    @property
    def sold_by_patent(self) -> Fraction | None:
        """成交率 by patent."""
        return share(self.sold.patents, self.offered.patents)

    @property
    def top_share(self) -> Fraction | None:
        """The share of the dearest lot in the total."""
        return share(self.top_minor or 0, self.hammer_minor)


def figures(lots: Iterable[LotFigures]) -> Figures:
    """The figures of these lots together."""
    lots = list(lots)
    sold = [lot for lot in lots if lot.is_sold]
    offered = [lot for lot in lots if lot.status in BEGUN | {Status.SOLD, Status.PASSED}]
    prices = sorted(lot.hammer_minor or 0 for lot in sold)
    times = [lot.took_ms for lot in offered if lot.took_ms is not None]
    bids = sum(lot.bids for lot in lots)
    return Figures(
        listed=tally(lots),
        offered=tally(offered),
        sold=tally(sold),
        passed=tally(lot for lot in lots if lot.status is Status.PASSED),
        withdrawn=tally(lot for lot in lots if lot.status is Status.WITHDRAWN),
        in_term=tally(lot for lot in sold if lot.in_term),
        taken=tally(lot for lot in sold if lot.taken),
        hammer_minor=sum(prices),
        all_in_minor=sum(lot.all_in_minor or lot.hammer_minor or 0 for lot in sold),
        net_minor=sum(lot.hammer_minor or 0 if lot.net_minor is None else lot.net_minor for lot in sold),
        mean_minor=_mean(prices),
        median_minor=rounded(Fraction(median(map(Fraction, prices)))) if prices else None,
        top_minor=prices[-1] if prices else None,
        others_mean_minor=_mean(prices[:-1]),
        premium=premium(sold),
        bids=bids,
        bids_per_lot=share(bids, len(offered)),
        took_per_lot_ms=_mean(times),
        lots_per_hour=_pace(offered),
    )


def groups(lots: Iterable[LotFigures], name: Callable[[LotFigures], str]) -> dict[str, Figures]:
    """The figures of each group of lots by its name: the largest total first, then in the sale's order."""
    found: dict[str, list[LotFigures]] = {}
    for lot in lots:
        found.setdefault(name(lot), []).append(lot)
    told = {key: figures(each) for key, each in found.items()}
    return dict(sorted(told.items(), key=lambda each: -each[1].hammer_minor))


def tally(lots: Iterable[LotFigures]) -> Tally:
    """How many these lots are, and the patents in them."""
    counts = [lot.patents for lot in lots]
    return Tally(len(counts), sum(counts))


def premium(lots: Iterable[LotFigures]) -> Fraction | None:
    """溢价率: the sum of the hammer prices over that of the starts, less one. Lots without a start do not count."""
    started = [lot for lot in lots if lot.is_sold and lot.start_minor]
    starts = sum(lot.start_minor or 0 for lot in started)
    return Fraction(sum(lot.hammer_minor or 0 for lot in started), starts) - 1 if starts else None


def share(part: int, whole: int) -> Fraction | None:
    """A part of a whole; None of nothing."""
    return Fraction(part, whole) if whole else None


def hundredths(value: Fraction) -> Decimal:
    """A number with two decimals, half-up."""
    exact = value * 100
    return (Decimal(rounded(abs(exact))) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP) * (-1 if exact < 0 else 1)


def percent(rate: Fraction | None) -> str:
    """A rate in percent with two decimals, half-up; a dash of nothing."""
    return "–" if rate is None else f"{hundredths(rate * 100)} %"


def rounded(value: Fraction) -> int:
    """The nearest whole number, half-up."""
    return int((value + Fraction(1, 2)).__floor__())


def _mean(values: Sequence[int]) -> int | None:
    return rounded(Fraction(sum(values), len(values))) if values else None


def _pace(lots: Sequence[LotFigures]) -> Fraction | None:
    """How many lots ended in an hour, from the first opening to the last end."""
    ended = [(lot.opened_ms, lot.ended_ms) for lot in lots if lot.opened_ms is not None and lot.ended_ms is not None]
    span_ms = max((end for _, end in ended), default=0) - min((begin for begin, _ in ended), default=0)
    return Fraction(len(ended) * _HOUR_MS, span_ms) if span_ms > 0 else None
