"""Amounts: commission, all-in price, default, deposits, the inventors' share, and the capitals of a contract.

Pure and exact: integers in fen (`_minor`), rates in basis points (`_bp`, 500 = 5 %), never a float. A share is rounded
half-up once, at the end; a limit is rounded towards what the law still allows. The browser's twin of commission and
all-in price is static/js/core/commission.js.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

_BP = 10_000
LEGAL_CAP_BP = 500  # 拍卖法 56, where nothing was agreed
DEPOSIT_SHARES_BP = (500, 2000)
"""The least and the greatest share of the starting price that a deposit may be (法释〔2016〕18号 17)."""


# --- commission (2.2) ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tier:
    """The rate on the slice of the price from here up to the next tier."""

    from_minor: int
    rate_bp: int


class TierFault(StrEnum):
    """How commission tiers contradict themselves or the law (art. 56)."""

    FIRST_NOT_ZERO = "FIRST_NOT_ZERO"
    NOT_RISING = "NOT_RISING"
    RATE_OUT_OF_RANGE = "RATE_OUT_OF_RANGE"
    RATE_RISES = "RATE_RISES"
    ABOVE_LEGAL_CAP = "ABOVE_LEGAL_CAP"


# The schedule of court sales, a good default for either side (rulebook 2.2).
COURT_TIERS = (
    Tier(0, 500),
    Tier(2_000_000_00, 300),
    Tier(10_000_000_00, 200),
    Tier(50_000_000_00, 100),
    Tier(100_000_000_00, 50),
)


def tiers_of(rows: Sequence[Sequence[int]]) -> tuple[Tier, ...]:
    """A schedule as rows, journal and wire have it: `[from_minor, rate_bp]` a slice. Empty: there is no commission.

    Raises ValueError where it is none, or contradicts itself.
    """
    tiers = tuple(Tier(*row) for row in rows if _is_slice(row))
    if len(tiers) != len(rows) or (tiers and tier_fault(tiers)):
        raise ValueError("commission: slices [from_minor, rate_bp] from 0 up, whose rates never rise")
    return tiers


def rows_of(tiers: Iterable[Tier]) -> tuple[tuple[int, int], ...]:
    """A schedule as `tiers_of` reads it."""
    return tuple((tier.from_minor, tier.rate_bp) for tier in tiers)


def _is_slice(row: object) -> bool:
    return isinstance(row, list | tuple) and len(row) == 2 and all(type(value) is int for value in row)


def tier_fault(tiers: Sequence[Tier], *, agreed: bool = True) -> TierFault | None:
    """The fault of a schedule, or None. Tiers start at 0 and rise. Rates lie in 0..100 % and never rise with the price.
    Without an agreement none is above 5 % (拍卖法 56)."""
    if not tiers or tiers[0].from_minor != 0:
        return TierFault.FIRST_NOT_ZERO
    if any(low.from_minor >= high.from_minor for low, high in pairwise(tiers)):
        return TierFault.NOT_RISING
    if any(not 0 <= tier.rate_bp <= _BP for tier in tiers):
        return TierFault.RATE_OUT_OF_RANGE
    if any(low.rate_bp < high.rate_bp for low, high in pairwise(tiers)):
        return TierFault.RATE_RISES
    if not agreed and tiers[0].rate_bp > LEGAL_CAP_BP:
        return TierFault.ABOVE_LEGAL_CAP
    return None


def commission_minor(hammer_minor: int, tiers: Sequence[Tier]) -> int:
    """The commission on a hammer price by progressive slices, half-up once on the sum, in fen (rulebook 2.2); none
    without slices."""
    edges = [*(tier.from_minor for tier in tiers[1:]), hammer_minor]
    scaled = sum(
        max(0, min(edge, hammer_minor) - tier.from_minor) * tier.rate_bp
        for tier, edge in zip(tiers, edges, strict=False)
    )
    return (scaled + _BP // 2) // _BP


def all_in_minor(hammer_minor: int, buyer_tiers: Sequence[Tier]) -> int:
    """The buyer's all-in price: the hammer price and his commission, in fen (rulebook 2.2)."""
    return hammer_minor + commission_minor(hammer_minor, buyer_tiers)


def highest_hammer_minor(
    budget_minor: int, buyer_tiers: Sequence[Tier], start_minor: int, next_minor: Callable[[int], int]
) -> int | None:
    """The highest price on the ladder start, next(start), … whose all-in price is within the budget, or None (2.2).

    Exact for every ladder whose steps never get smaller as the price rises (fixed, percent, usual tables) and for every
    ladder that snaps (next is the smallest ladder value above, from anywhere). A run of equal steps costs a logarithm,
    so the calls are at most (changes of step) × 2 log2(steps of a run).
    """
    limit = bisect_right(range(max(0, budget_minor + 1)), budget_minor, key=lambda h: all_in_minor(h, buyer_tiers)) - 1
    if start_minor > limit:
        return None
    price = start_minor
    while (step := next_minor(price) - price) > 0 and price + step <= limit:
        price += step * _equal_steps(price, step, (limit - price) // step, next_minor)
    return price


def _equal_steps(price: int, step: int, most: int, next_minor: Callable[[int], int]) -> int:
    """How many steps of this size lead up from the price: 1 to `most`, found by galloping."""

    def lands(count: int) -> bool:
        return count <= most and next_minor(price + (count - 1) * step) == price + count * step

    count = 1
    while lands(2 * count):
        count *= 2
    bit = count // 2
    while bit:
        count += bit * lands(count + bit)
        bit //= 2
    return count


# --- what else the law computes --------------------------------------------------------------------------------------


def default_liability_minor(
    first_minor: int, buyer_commission_minor: int, seller_commission_minor: int, second_minor: int
) -> int:
    """The debt of a defaulting buyer after the re-sale, in fen (拍卖法 39). It is both commissions of the first sale,
    and the shortfall of the second price."""
    return buyer_commission_minor + seller_commission_minor + max(0, first_minor - second_minor)


def deposit_range_minor(start_minor: int) -> tuple[int, int]:
    """The lowest and the highest deposit, 5 % and 20 % of the starting price, in fen (法释〔2016〕18号 17)."""
    least_bp, most_bp = DEPOSIT_SHARES_BP
    return -(-start_minor * least_bp // _BP), start_minor * most_bp // _BP


def deposit_minor(start_minor: int, share_bp: int) -> int:
    """A deposit of a share of the starting price, in fen, always in the allowed range (rulebook J17)."""
    low, high = deposit_range_minor(start_minor)
    return max(low, min(high, (start_minor * share_bp + _BP // 2) // _BP))


def inventors_pool_minor(hammer_minor: int, costs_minor: int, share_bp: int = 5000) -> int:
    """The inventors' least share, in fen: half of the net income or the unit's higher share (rulebook 2.5).

    `costs_minor` is all that is taken off first: seller's commission, appraisal, tax.
    """
    net_minor = max(0, hammer_minor - costs_minor)
    return -(-net_minor * max(share_bp, 5000) // _BP)


MOST_CUT_PERCENT = 20
"""A second sale may begin at most so much lower (法释〔2016〕18号 26)."""


def second_sale_minor(failed_minor: int, cut_percent: int) -> int:
    """A start or another price of a second sale, in the minor unit, rounded up. It is so many percent, at most
    `MOST_CUT_PERCENT`, below that at which the first sale found no bidder."""
    return -(-failed_minor * (100 - cut_percent) // 100)


# --- amounts in writing ----------------------------------------------------------------------------------------------

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))


def rmb_capitals(minor: int) -> str:
    """Fen in the capitals of a contract: 整 after whole yuan, 零 for a gap and before lone fen (rulebook 2.6)."""
    yuan, rest = divmod(abs(minor), 100)
    jiao, fen = divmod(rest, 10)
    text = "负" * (minor < 0) + (_capitals(yuan) + "元" if yuan or not rest else "")
    if not rest:
        return text + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif yuan:
        text += "零"
    return text + (_DIGITS[fen] + "分" if fen else "")


def _capitals(number: int) -> str:
    """The largest place splits the number; 零 stands where the next place is empty."""
    for unit, place in _PLACES:
        if number >= unit:
            head, rest = divmod(number, unit)
            gap = "零" if 0 < rest < unit // 10 else ""
            return _capitals(head) + place + (gap + _capitals(rest) if rest else "")
    return _DIGITS[number]
