"""Commission as terms of a sale: in the record, in the limit, and in what a budget reaches (rulebook 2.2, 2.6)."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.rules import commands as cmd
from auction.rules import events as ev
from auction.rules.budget import highest_bid_minor
from auction.rules.decide import decide
from auction.rules.formats import ask_minor
from auction.rules.kinds import is_public
from auction.rules.lot import Status, Terms
from auction.rules.money import COURT_TIERS, Tier, all_in_minor, commission_minor, rows_of, tiers_of
from auction.rules.redecide import difference, expected
from auction.rules.refusals import Code, Refused
from auction.rules.sale import Sale, apply
from auction.rules.visibility import bidder_document, desk_document, public_sale

FLAT_5 = (Tier(0, 500),)
FLAT_8 = (Tier(0, 800),)
VECTORS = json.loads((Path(__file__).parents[1] / "js" / "commission.json").read_text())


@pytest.mark.parametrize(("name", "hammer", "commission"), VECTORS["vectors"])
def test_2_2_the_browsers_vectors_hold_here_too(name, hammer, commission):
    assert commission_minor(hammer, tiers_of(VECTORS[name])) == commission


@pytest.mark.parametrize("rows", [[[1, 500]], [[0, 500], [0, 300]], [[0, 300], [9, 400]], [[0, 10_001]], [[0]], ["05"]])
def test_slices_that_contradict_themselves_are_none(rows):
    with pytest.raises(ValueError, match="commission"):
        tiers_of(rows)


def published(buyer=FLAT_5, seller=FLAT_8, *, limit=None, **terms):
    """A sale of two lots with paddles A and B, and the events that made it."""
    plain = {"format": "english", "start_minor": 100_00, "increment": {"fixed_minor": 10_00}}
    lots = tuple(Terms(lot, **plain | terms) for lot in "12")
    paddles = (cmd.AdmitBidder(0, "A", limit_minor=limit), cmd.AdmitBidder(0, "B"))
    return play(Sale("s"), cmd.PublishSale(0, "CNY", None, lots, paddles, buyer, seller))


def play(sale, *commands):
    """The sale after the commands, and what happened in it."""
    happened = []
    for command in commands:
        decided = decide(sale, command, command.arrived_ms)
        assert not isinstance(decided, Refused), decided
        for event in decided:
            sale = apply(sale, event)
            happened.append(event)
    return sale, happened


def test_the_buyers_commission_is_public_and_the_sellers_is_not():
    sale, events = published(COURT_TIERS, FLAT_8)
    first, second = events[:2]
    assert isinstance(first, ev.SalePublished)
    assert is_public(first)
    assert first.buyer_commission == rows_of(COURT_TIERS)
    assert isinstance(second, ev.SellerCommissionAgreed)
    assert not is_public(second)
    assert (sale.buyer_commission, sale.seller_commission) == (COURT_TIERS, FLAT_8)
    assert public_sale(sale)["buyer_commission"] == [list(row) for row in rows_of(COURT_TIERS)]
    seen = [public_sale(sale), desk_document(sale), bidder_document(sale, "A"), *map(repr, filter(is_public, events))]
    assert "800" not in repr(seen)
    assert "500" in repr(seen)


@pytest.mark.parametrize("seller", [(), FLAT_8])
def test_a_stranger_decides_the_publication_again(seller):
    _, events = published(FLAT_5, seller)
    again = expected(Sale("s"), events[0], events[1])
    assert [difference(*pair) for pair in zip(events, again, strict=False)] == [None] * (1 + len(seller))


def test_a_record_with_slices_that_contradict_themselves_is_refused():
    with pytest.raises(ValueError, match="commission"):
        expected(Sale("s"), ev.SalePublished(0, "CNY", None, ((5, 500),)))


def test_2_6_what_is_won_takes_its_all_in_price_from_the_limit():
    sale, _ = published(limit=250_00)
    steps = (cmd.OpenLot(1, "1"), cmd.PlaceBid(2, "1", "A", 100_00), cmd.Hammer(3, "1"), cmd.OpenLot(4, "2"))
    sale, _ = play(sale, *steps)
    assert bidder_document(sale, "A")["available_minor"] == 145_00
    refused = decide(sale, cmd.PlaceBid(5, "2", "A", 150_00), 5)
    assert refused == Refused(Code.OVER_LIMIT, {"available_minor": 145_00})
    assert not isinstance(decide(sale, cmd.PlaceBid(5, "2", "A", 140_00), 5), Refused)


def test_2_6_what_is_won_counts_all_in_also_against_a_right_exercised_afterwards():
    def exercised(limit):
        plain = {"format": "english", "start_minor": 100_00, "increment": {"fixed_minor": 10_00}}
        holder = cmd.AdmitBidder(0, "A", limit_minor=limit, priority={"2": 1})
        terms = {"priority_mode": "C", "priority_days": 1}
        publish = cmd.PublishSale(
            0,
            "CNY",
            None,
            tuple(Terms(lot, **plain) for lot in "12"),
            (holder, cmd.AdmitBidder(0, "B")),
            FLAT_5,
            **terms,
        )
        first = (cmd.OpenLot(1, "1"), cmd.PlaceBid(2, "1", "A", 100_00), cmd.Hammer(3, "1"))
        second = (cmd.OpenLot(4, "2"), cmd.PlaceBid(5, "2", "B", 100_00), cmd.Hammer(6, "2"))
        sale, _ = play(Sale("s"), publish, *first, *second)
        return decide(sale, cmd.ExercisePriority(7, "2", "A"), 7)

    assert exercised(204_99) == Refused(Code.OVER_LIMIT, {"available_minor": 99_99})
    assert not isinstance(exercised(205_00), Refused)


# --- the highest amount within a budget ---


def test_a_budget_reaches_the_step_whose_all_in_price_it_still_pays():
    sale, _ = published()
    assert highest_bid_minor(sale, sale.lots["1"], 126_00, 0) == 120_00
    assert highest_bid_minor(sale, sale.lots["1"], 125_99, 0) == 110_00
    assert highest_bid_minor(sale, sale.lots["1"], 104_99, 0) is None


def test_a_called_ask_is_within_reach_though_it_is_not_on_the_ladder():
    sale, _ = published(increment={"fixed_minor": 10_00, "on_step": True})
    sale, _ = play(sale, cmd.OpenLot(1, "1"), cmd.PlaceBid(2, "1", "A", 100_00), cmd.SetAsk(3, "1", 123_00))
    assert highest_bid_minor(sale, sale.lots["1"], all_in_minor(129_00, FLAT_5), 3) == 123_00
    assert highest_bid_minor(sale, sale.lots["1"], all_in_minor(130_00, FLAT_5), 3) == 130_00
    assert highest_bid_minor(sale, sale.lots["1"], all_in_minor(122_00, FLAT_5), 3) is None


def test_a_cap_is_the_highest_of_all():
    own = {"ends_ms": 100, "window_ms": 0, "extend_ms": 1, "cap_minor": 115_00}
    sale, _ = published(format="timed", own=own)
    assert highest_bid_minor(sale, sale.lots["1"], 10_000_00, 0) == 115_00


@pytest.mark.parametrize("form", ["dutch", "sealed"])
def test_a_lot_without_a_ladder_has_no_highest_step(form):
    own = {"floor_minor": 50_00, "step_minor": 1_00, "tick_ms": 10} if form == "dutch" else {"ends_ms": 100}
    sale, _ = published(format=form, increment=None, own=own)
    assert highest_bid_minor(sale, sale.lots["1"], 10_000_00, 0) is None


INCREMENTS = [
    {"fixed_minor": 700}, {"fixed_minor": 700, "on_step": True}, {"ladder": "CN258_FULL", "on_step": True},
    {"ladder": "EBAY"}, {"percent": "7.5", "on_step": True}, {"bands": [[0, 300], [15_000, 1100]], "on_step": True},
]  # fmt: skip


@given(increment=st.sampled_from(INCREMENTS), bid=st.integers(0, 40), budget=st.integers(5_000, 200_000))
def test_what_a_budget_reaches_is_taken_and_paid(increment, bid, budget):
    """The answer is a bid that the rules take, whose all-in price the budget pays; none: the ask is too dear."""
    sale, _ = published(COURT_TIERS, increment=increment)
    sale, _ = play(sale, cmd.OpenLot(1, "1"))
    for at in range(bid):
        sale, _ = play(sale, cmd.PlaceBid(2 + at, "1", "AB"[at % 2], ask_minor(sale.lots["1"], 2)))
    found = highest_bid_minor(sale, sale.lots["1"], budget, 99)
    if found is None:
        assert all_in_minor(ask_minor(sale.lots["1"], 99), COURT_TIERS) > budget
        return
    assert all_in_minor(found, COURT_TIERS) <= budget
    after, _ = play(sale, cmd.PlaceBid(99, "1", "AB"[bid % 2], found))
    assert after.lots["1"].status is Status.OPEN
