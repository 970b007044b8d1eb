"""Commission, all-in price, default, deposits, shares, and amounts in writing (rulebook 2)."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.rules import ladder
from auction.rules.money import (
    COURT_TIERS,
    MOST_CUT_PERCENT,
    Tier,
    TierFault,
    all_in_minor,
    commission_minor,
    default_liability_minor,
    deposit_range_minor,
    highest_hammer_minor,
    inventors_pool_minor,
    rmb_capitals,
    second_sale_minor,
    tier_fault,
)
from auction.words.amounts import read_amount

FLAT_5 = (Tier(0, 500),)
NO_COMMISSION = (Tier(0, 0),)


# --- commission, 2.2 ---


@pytest.mark.parametrize(
    ("hammer", "commission"),
    [
        ("100,000", "5,000"),
        ("2,000,000", "100,000"),
        ("2,000,001", "100,000.03"),
        ("5,030,000", "190,900"),
        ("10,000,000", "340,000"),
        ("20,040,000", "540,800"),
        ("50,000,000", "1,140,000"),
        ("100,000,000", "1,640,000"),
        ("120,000,000", "1,740,000"),
        ("0", "0"),
    ],
)
def test_the_commission_is_progressive_by_slices(hammer: str, commission: str) -> None:
    hammer_minor = read_amount(hammer, "CNY")
    assert commission_minor(hammer_minor, COURT_TIERS) == read_amount(commission, "CNY")


def test_the_commission_is_rounded_half_up_once_on_the_sum() -> None:
    assert [commission_minor(fen, FLAT_5) for fen in (9, 10, 29, 30)] == [0, 1, 1, 2]
    two_halves = (Tier(0, 500), Tier(10, 500))
    assert commission_minor(20, two_halves) == 1


@pytest.mark.parametrize(
    ("tiers", "agreed", "fault"),
    [
        (COURT_TIERS, False, None),
        ((), True, TierFault.FIRST_NOT_ZERO),
        ((Tier(1, 500),), True, TierFault.FIRST_NOT_ZERO),
        ((Tier(0, 500), Tier(0, 300)), True, TierFault.NOT_RISING),
        ((Tier(0, 500), Tier(900, 300), Tier(800, 200)), True, TierFault.NOT_RISING),
        ((Tier(0, -1),), True, TierFault.RATE_OUT_OF_RANGE),
        ((Tier(0, 10_001),), True, TierFault.RATE_OUT_OF_RANGE),
        ((Tier(0, 300), Tier(100, 301)), True, TierFault.RATE_RISES),
        ((Tier(0, 300), Tier(100, 300)), True, None),
        ((Tier(0, 1000),), True, None),
        ((Tier(0, 501),), False, TierFault.ABOVE_LEGAL_CAP),
        ((Tier(0, 500),), False, None),
    ],
)
def test_a_schedule_must_start_at_zero_and_fall_with_the_price(
    tiers: tuple[Tier, ...], agreed: bool, fault: TierFault | None
) -> None:
    assert tier_fault(tiers, agreed=agreed) == fault


def test_the_buyer_pays_hammer_and_commission() -> None:
    assert all_in_minor(5_030_000_00, COURT_TIERS) == 5_220_900_00


# --- the highest hammer within a budget, 2.2 ---

LADDERS = {
    "fixed": {"fixed_minor": 700},
    "CN258_FULL": {"ladder": "CN258_FULL"},
    "CN258_TIER": {"ladder": "CN258_TIER"},
    "CHRISTIES": {"ladder": "CHRISTIES"},
    "HERITAGE": {"ladder": "HERITAGE"},
    "EBAY": {"ladder": "EBAY"},
    "bands": {"bands": [[0, 300], [10_000, 700], [11_000, 1_100], [100_000, 20_000]]},
    "percent": {"percent": "3.3", "round_minor": 10},
}


def walked(budget_minor: int, start_minor: int, next_minor: Callable[[int], int]) -> int | None:
    """The same by walking every step."""
    best, price = None, start_minor
    while all_in_minor(price, COURT_TIERS) <= budget_minor:
        best, price = price, next_minor(price)
    return best


@pytest.mark.parametrize("name", LADDERS)
@given(budget_minor=st.integers(0, 900_000), start_minor=st.integers(1, 300_000))
def test_the_highest_hammer_is_what_walking_the_ladder_finds(name: str, budget_minor: int, start_minor: int) -> None:
    next_minor = ladder.parse(LADDERS[name]).next_minor
    expected = walked(budget_minor, start_minor, next_minor)
    assert highest_hammer_minor(budget_minor, COURT_TIERS, start_minor, next_minor) == expected


def test_a_budget_is_met_to_the_fen() -> None:
    def by_5000_yuan(price_minor: int) -> int:
        return price_minor + 5_000_00

    assert highest_hammer_minor(105_000_00, FLAT_5, 100_000_00, by_5000_yuan) == 100_000_00
    assert highest_hammer_minor(104_999_99, FLAT_5, 100_000_00, by_5000_yuan) is None
    assert highest_hammer_minor(110_250_00, FLAT_5, 100_000_00, by_5000_yuan) == 105_000_00
    assert highest_hammer_minor(-1, FLAT_5, 0, by_5000_yuan) is None


def test_a_ladder_that_ends_stops_the_search() -> None:
    assert highest_hammer_minor(1000, NO_COMMISSION, 10, lambda price_minor: min(price_minor + 10, 50)) == 50


def test_ten_million_million_steps_cost_hundreds_of_calls() -> None:
    calls = []

    def by_one_fen(price_minor: int) -> int:
        calls.append(price_minor)
        return price_minor + 1

    price = highest_hammer_minor(10**13, COURT_TIERS, 1, by_one_fen)
    assert price is not None
    assert all_in_minor(price, COURT_TIERS) <= 10**13 < all_in_minor(price + 1, COURT_TIERS)
    assert len(calls) < 200


# --- the other sums ---


@pytest.mark.parametrize(("second", "liability"), [(420_000, 130_000), (560_000, 50_000), (0, 550_000)])
def test_a_defaulter_owes_both_commissions_and_the_shortfall(second: int, liability: int) -> None:
    """Article 39: first price 500,000, 5 % each."""
    commission = commission_minor(500_000_00, FLAT_5)
    assert default_liability_minor(500_000_00, commission, commission, second * 100) == liability * 100


def test_a_deposit_is_5_to_20_percent_of_the_start() -> None:
    """J17."""
    assert deposit_range_minor(700_000_00) == (35_000_00, 140_000_00)


def test_the_limits_of_a_deposit_are_rounded_inwards() -> None:
    assert deposit_range_minor(101) == (6, 20)


def test_inventors_get_at_least_half_of_the_net_income() -> None:
    """2.5: hammer 500,000 less commission 25,000 and appraisal 5,000."""
    assert inventors_pool_minor(500_000_00, 30_000_00) == 235_000_00


@pytest.mark.parametrize(
    ("hammer", "costs", "share_bp", "pool"),
    [(101, 0, 5000, 51), (100, 0, 7000, 70), (100, 0, 100, 50), (5, 9, 5000, 0)],
)
def test_a_units_rule_can_only_raise_the_inventors_share(hammer: int, costs: int, share_bp: int, pool: int) -> None:
    assert inventors_pool_minor(hammer, costs, share_bp) == pool


def test_a_second_sale_begins_at_most_20_percent_lower() -> None:
    """J26."""
    assert second_sale_minor(700_000_00, MOST_CUT_PERCENT) == 560_000_00
    assert second_sale_minor(101, 20) == 81
    assert second_sale_minor(101, 0) == 101


# --- amounts in writing ---


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (5030000_00, "伍佰零叁万元整"),
        (179642_86, "壹拾柒万玖仟陆佰肆拾贰元捌角陆分"),
        (10000_00, "壹万元整"),
        (100050_00, "壹拾万零伍拾元整"),
        (1409_50, "壹仟肆佰零玖元伍角"),
        (6007_14, "陆仟零柒元壹角肆分"),
        (1680_32, "壹仟陆佰捌拾元叁角贰分"),
        (16409_02, "壹万陆仟肆佰零玖元零贰分"),
        (325_04, "叁佰贰拾伍元零肆分"),
        (5, "伍分"),
        (100010000_00, "壹亿零壹万元整"),
        (0, "零元整"),
        (50, "伍角"),
        (1_00, "壹元整"),
        (100000500_00, "壹亿零伍佰元整"),
        (1_000_000_000_000_00, "壹万亿元整"),
        (-1_05, "负壹元零伍分"),
        (2**53 - 1, "玖拾万零柒佰壹拾玖亿玖仟贰佰伍拾肆万柒仟肆佰零玖元玖角壹分"),
    ],
)
def test_an_amount_in_rmb_capitals(minor: int, text: str) -> None:
    """2.6."""
    assert rmb_capitals(minor) == text


@given(st.integers(0, 2**53))
def test_capitals_never_stand_two_zeros_together_and_differ_for_different_amounts(minor: int) -> None:
    assert "零零" not in rmb_capitals(minor)
    assert rmb_capitals(minor) != rmb_capitals(minor + 1)
