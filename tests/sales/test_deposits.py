"""The deposit of a sale as rows: how much it is, and which paddle waits for it."""

import pytest

from auction.sales.deposits import due_minor, is_possible, with_deposit


@pytest.mark.parametrize(
    ("deposit", "starts", "due"),
    [
        (None, [100], None),
        ({"fixed_minor": 5_000_000}, [], 5_000_000),
        ({"share_bp": 1000}, [10_000_000, None, 20_000_000], 2_000_000),
        ({"share_bp": 1000}, [None], None),
        ({"share_bp": 1000}, [], None),
    ],
)
def test_the_deposit_is_fixed_or_a_share_of_the_highest_start(deposit, starts, due):
    assert due_minor(deposit, starts) == due


@pytest.mark.parametrize(
    ("deposit", "holds", "arrived_ms", "told"),
    [
        (None, ["DEPOSIT_MISSING"], None, ["DEPOSIT_MISSING"]),
        ({"fixed_minor": 1}, ["SUSPENDED"], None, ["SUSPENDED", "DEPOSIT_MISSING"]),
        ({"fixed_minor": 1}, ["SUSPENDED", "DEPOSIT_MISSING"], 7, ["SUSPENDED"]),
        ({"fixed_minor": 1}, [], 0, []),
    ],
)
def test_where_a_sale_asks_for_it_the_day_of_its_arrival_alone_says_whether_it_is_missing(
    deposit, holds, arrived_ms, told
):
    assert with_deposit(holds, deposit, arrived_ms) == told


@pytest.mark.parametrize(("share_bp", "possible"), [(499, False), (500, True), (2000, True), (2001, False)])
def test_a_share_lies_between_the_least_and_the_most(share_bp, possible):
    assert is_possible({"share_bp": share_bp}) is possible
