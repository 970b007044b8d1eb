"""Sealed lots: hidden offers, first and second price, ties (rulebook 2.4, 4.5)."""

import json

import pytest

from auction.rules import events as ev
from auction.rules.faults import BadTerms
from auction.rules.formats import check_terms
from auction.rules.kinds import is_public
from auction.rules.lot import Terms
from auction.rules.sale import Sale, apply
from auction.rules.visibility import bidder_document, desk_document, public_sale
from auction.words.of_terms import terms_sentence
from tests.rules.table import begin, go_on, play

THREE = "\npaddle A\npaddle B\npaddle C\n"


def opened(terms, *offers, paddles=THREE):
    """A lot with these offers, a second apart, opened at its end."""
    table = begin(f"lot 1 sealed {terms} ends=60s{paddles}")
    go_on(table, "0 desk open | ok, ends 60")
    for at, (paddle, amount) in enumerate(offers, 1):
        go_on(table, f"{at} {paddle} bid {amount} | ok, nobody")
    return table


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ([("A", 150), ("B", 130)], "sold A 130"),
        ([("A", 150), ("B", 90)], "sold A 100"),
        ([("A", 150), ("B", 150)], "sold A 150"),
        ([("B", 150), ("A", 150)], "sold B 150"),
        ([("A", 90)], "passed, not met, bids 1"),
        ([], "passed, not met, bids 0"),
        ([("A", 100)], "sold A 100"),
    ],
)
def test_4_5_vickrey_pays_the_reserve_or_the_second(offers, expected):
    go_on(opened("start=1 reserve=100 price=second", *offers), f"60 desk open_offers | {expected}, ended 60")


def test_vickrey_pays_at_least_the_start():
    go_on(opened("start=80 price=second", ("A", 150)), "60 desk open_offers | sold A 80, met")


@pytest.mark.parametrize(
    ("offers", "expected"),
    [([("A", 150), ("B", 130)], "sold A 150"), ([("B", 150), ("A", 150)], "sold B 150"), ([("A", 99)], "passed")],
)
def test_4_5_first_price_pays_itself(offers, expected):
    go_on(opened("start=1 reserve=100", *offers), f"75 desk open_offers | {expected}, ended 75")


def test_equal_offers_go_to_the_better_rank_then_to_the_earlier():
    ranked = "\npaddle A\npaddle B priority=1:2\npaddle C priority=1:1\n"
    go_on(opened("start=1", ("A", 5), ("B", 5), ("C", 5), paddles=ranked), "60 desk open_offers | sold C 5")
    go_on(opened("start=1", ("A", 5), ("B", 5), paddles=ranked), "60 desk open_offers | sold B 5")
    go_on(opened("start=1", ("A", 6), ("C", 5), paddles=ranked), "60 desk open_offers | sold A 6")


def test_one_offer_each():
    play("""
        lot 1 sealed start=100 ends=60s
        paddle A
        paddle B
        ---
        0   desk open     | ok, nobody, ends 60
        1   A    bid 99   | BELOW_START 100
        2   A    bid 150  | ok, nobody, bids 1
        3   A    bid 200  | ALREADY_OFFERED
        4   A    bid 10   | ALREADY_OFFERED
        5   B    bid 120  | ok, bids 2
        60  B    bid 300  | CLOSED
        60  desk open_offers | sold A 150
    """)


def test_an_offer_that_may_be_raised_is_stamped_anew():
    play("""
        lot 1 sealed start=100 ends=60s offers=raise
        paddle A
        paddle B
        ---
        0   desk open     | ok
        1   A    bid 150  | ok
        2   B    bid 160  | ok
        3   A    bid 150  | BELOW_MIN 150.01
        4   A    bid 99   | BELOW_START 150.01
        5   A    bid 160  | ok, bids 2
        60  desk open_offers | sold B 160
    """)


def test_the_opening_has_its_time_and_ends_the_lot():
    play("""
        lot 1 sealed start=100 ends=60s
        paddle A
        ---
        0   desk open_offers  | NOT_LIVE
        0   desk open         | ok
        1   A    bid 150      | ok
        59  desk open_offers  | NOT_ALLOWED_NOW
        60  A    bid 160      | CLOSED
        61  desk tick         | open
        62  desk withdraw X   | NOT_ALLOWED_NOW
        70  desk open_offers  | sold A 150, ended 70
        71  desk open_offers  | CLOSED
        72  A    bid 160      | CLOSED
    """)


def test_a_pause_moves_the_end_and_the_opening_waits_for_it():
    play("""
        lot 1 sealed start=100 ends=60s
        paddle A
        ---
        0    desk open         | ok
        50   desk pause        | paused
        70   desk open_offers  | NOT_LIVE
        150  desk resume       | open, ends 160
        155  desk open_offers  | NOT_ALLOWED_NOW
        159  A    bid 150      | ok
        160  desk open_offers  | sold A 150
    """)


def test_offers_count_towards_the_limit_until_they_are_opened():
    play("""
        lot 1 sealed start=100 ends=60s
        lot 2 sealed start=100 ends=90s offers=raise
        paddle A limit=400
        paddle B
        ---
        0   desk open on 1        | ok
        0   desk open on 2        | ok
        1   A    bid 300 on 1     | ok, free A 100
        2   B    bid 310 on 1     | ok
        3   A    bid 150 on 2     | OVER_LIMIT 100
        4   A    bid 100 on 2     | ok, free A 0
        5   A    bid 101 on 2     | OVER_LIMIT 100
        60  desk open_offers on 1 | sold B 310, free A 300
        61  A    bid 400 on 2     | ok, free A 0
        90  desk open_offers on 2 | sold A 400, free A 0
    """)


def test_nothing_of_an_offer_is_visible_to_anybody_else_before_the_opening():
    table = opened("start=100 reserve=120", ("A", 15151), ("B", 17171))
    seen = json.dumps([public_sale(table.sale), desk_document(table.sale), bidder_document(table.sale, "C")])
    assert "15151" not in seen
    assert bidder_document(table.sale, "A")["maxima"] == {"1": 1_515_100}
    placed = [event for event in table.events if isinstance(event, ev.OfferPlaced)]
    assert [event.amount_minor for event in placed] == [1_515_100, 1_717_100]
    assert not any(map(is_public, placed))
    without = opened("start=100 reserve=120")
    assert public_sale(without.sale) == public_sale(table.sale)
    assert desk_document(without.sale) == desk_document(table.sale)


def test_the_amount_of_an_unopened_offer_stands_in_one_kind_of_event():
    table = opened("start=100", ("A", 15151), ("B", 17171))
    go_on(table, "60 desk tick | open")
    held = {type(event) for event in table.events if "1515100" in repr(event)}
    assert held == {ev.OfferPlaced}


def test_the_opening_is_public_and_tells_all():
    table = opened("start=100 price=second", ("A", 150), ("B", 170))
    go_on(table, "60 desk open_offers | sold B 150")
    outside = Sale("table")
    for event in filter(is_public, table.events):
        outside = apply(outside, event)
    assert public_sale(outside) == public_sale(table.sale)
    assert next(event for event in table.events if isinstance(event, ev.OffersOpened)).offers == (
        ("B", 17_000, 2_000),
        ("A", 15_000, 1_000),
    )


def test_the_steps_of_other_formats_are_not_of_this_one():
    play("""
        lot 1 sealed start=100 ends=60s
        paddle A
        ---
        0  desk open      | ok
        1  A    max 200   | NOT_ALLOWED_NOW
        1  desk void      | NOT_ALLOWED_NOW
        1  desk hammer    | NOT_ALLOWED_NOW
        1  desk pass      | NOT_ALLOWED_NOW
        1  desk withdraw  | NOT_ALLOWED_NOW
        1  desk withdraw TITLE_EVIDENCE | withdrawn
        2  A    bid 200   | NOT_LIVE
        2  desk open_offers | NOT_LIVE
    """)


def test_a_pause_of_the_sale_does_not_bring_back_the_time_for_offers():
    play("""
        lot 1 sealed start=100 ends=60s
        paddle A
        ---
        0  desk open        | ok
        61 desk pause_sale  | ok
        90 desk resume_sale | ok
        91 A    bid 120     | CLOSED
        92 desk open_offers | passed
    """)


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({}, "ends_ms: missing, but needed"),
        ({"ends_ms": 0}, "ends_ms: a whole number from 1 up"),
        ({"ends_ms": 5, "price": "third"}, "price: one of first, second"),
        ({"ends_ms": 5, "tie": "draw"}, "tie: one of earliest"),
        ({"ends_ms": 5, "offers": "many"}, "offers: one of one, raise"),
        ({"ends_ms": 5, "free_ms": 5}, "free_ms: not a term of this sealed lot"),
    ],
)
def test_terms_that_contradict_themselves_are_refused_with_key_and_reason(own, message):
    with pytest.raises(BadTerms) as error:
        check_terms(Terms("1", "sealed", 100, own=own))
    assert terms_sentence("en", error.value) == message
