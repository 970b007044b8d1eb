"""Dutch lots: the ask falls with the clock, the first bid takes it (rulebook 4.5)."""

import pytest

from auction.rules.faults import BadTerms
from auction.rules.formats import ask_minor, check_terms
from auction.rules.lot import Terms
from auction.words.of_terms import terms_sentence
from tests.rules.table import begin, go_on, play

VECTOR = "lot 1 dutch start=1000000 floor=10000 step=10000 tick=300s"


@pytest.mark.parametrize(
    ("at_s", "yuan"),
    [(0, 1_000_000), (299, 1_000_000), (300, 990_000), (3_000, 900_000), (29_699, 20_000), (29_700, 10_000)],
)
def test_4_5_the_ask_of_a_moment(at_s, yuan):
    table = begin(VECTOR + "\npaddle A")
    go_on(table, "0 desk open | ok, ends 30000")
    assert ask_minor(table.sale.lots["1"], at_s * 1000) == yuan * 100
    go_on(table, f"{at_s} A bid | sold A {yuan}, ended {at_s}, bids 1, met")


def test_4_5_the_first_by_server_order_wins_at_the_ask_of_that_moment():
    play(f"""
        {VECTOR}
        paddle A
        paddle B
        ---
        0     desk open        | ok, ends 30000
        299   A    bid 999999  | BELOW_MIN 1000000
        300   A    bid 989999  | BELOW_MIN 990000
        300   A    bid 995000  | sold A 990000, ended 300, bids 1
        300   B    bid 995000  | NOT_LIVE
        40000 B    bid 995000  | NOT_LIVE
    """)


def test_an_ask_that_does_not_divide_stops_at_the_floor():
    play("""
        lot 1 dutch start=100 floor=75 step=10 tick=5s
        paddle A
        ---
        0   desk open     | ok, ends 20
        14  A    bid 79   | BELOW_MIN 80
        15  A    bid 74   | BELOW_MIN 75
        19  A    bid 75   | sold A 75
    """)


def test_one_tick_after_the_floor_the_lot_passes():
    play("""
        lot 1 dutch start=100 floor=80 step=10 tick=5s
        paddle A
        ---
        0   desk open    | ok, ends 15
        15  A    bid     | CLOSED
        15  desk tick    | passed, ended 15, bids 0, not met
    """)


def test_a_start_at_the_floor_stands_for_one_tick():
    play("""
        lot 1 dutch start=80 floor=80 step=10 tick=5s
        paddle A
        ---
        0    desk open    | ok, ends 5
        4.9  A    bid     | sold A 80
    """)


def test_a_pause_stops_the_ask():
    table = play("""
        lot 1 dutch start=100 floor=50 step=10 tick=5s
        paddle A
        ---
        0    desk open    | ok, ends 30
        6    desk pause   | paused
        7    A    bid     | NOT_LIVE
        106  desk resume  | open, ends 130
    """)
    lot = table.sale.lots["1"]
    assert [ask_minor(lot, at_ms) for at_ms in (106_000, 109_999, 110_000)] == [9_000, 9_000, 8_000]
    go_on(table, "110 A bid | sold A 80")


def test_the_limit_is_asked_for_the_ask_and_not_for_the_amount():
    play("""
        lot 1 dutch start=100 floor=50 step=10 tick=5s
        lot 2 dutch start=100 floor=50 step=10 tick=5s
        paddle A limit=150
        ---
        0    desk open on 2   | ok
        0    A    bid         | sold A 100
        0    desk open on 1   | ok
        1    A    bid 900     | OVER_LIMIT 50
        24   A    bid 900     | OVER_LIMIT 50
        25   A    bid 900     | sold A 50, free A 0
    """)


@pytest.mark.parametrize("amount", ["0", "-5"])
def test_what_is_no_amount(amount):
    play(f"{VECTOR}\npaddle A\n---\n0 desk open | ok\n0 A bid {amount} | MALFORMED_AMOUNT")


def test_the_steps_of_other_formats_are_not_of_this_one():
    play("""
        lot 1 dutch start=100 floor=80 step=10 tick=5s
        paddle A
        ---
        0  A    bid          | NOT_LIVE
        1  desk open         | ok
        1  A    max 200      | NOT_ALLOWED_NOW
        1  A    floor 200    | NOT_ALLOWED_NOW
        1  desk void         | NOT_ALLOWED_NOW
        1  desk hammer       | NOT_ALLOWED_NOW
        1  desk pass         | NOT_ALLOWED_NOW
        1  desk warn         | NOT_ALLOWED_NOW
        1  desk open_offers  | NOT_ALLOWED_NOW
        1  desk withdraw     | NOT_ALLOWED_NOW
        1  desk withdraw TITLE_EVIDENCE | withdrawn, ended 1
    """)


GOOD = {"floor_minor": 50, "step_minor": 5, "tick_ms": 1000}


@pytest.mark.parametrize(
    ("changes", "reserve", "message"),
    [
        ({"floor_minor": 101}, None, "floor_minor: not above the start"),
        ({"floor_minor": 0}, None, "floor_minor: a whole number from 1 up"),
        ({"step_minor": 0}, None, "step_minor: a whole number from 1 up"),
        ({"tick_ms": 0}, None, "tick_ms: a whole number from 1 up"),
        ({"tick_ms": None}, None, "tick_ms: a whole number from 1 up"),
        ({"ends_ms": 5}, None, "ends_ms: not a term of this dutch lot"),
        ({}, 60, "reserve_minor: null, the floor is the reserve"),
    ],
)
def test_terms_that_contradict_themselves_are_refused_with_key_and_reason(changes, reserve, message):
    with pytest.raises(BadTerms) as error:
        check_terms(Terms("1", "dutch", 100, None, reserve, own={**GOOD, **changes}))
    assert terms_sentence("en", error.value) == message


def test_good_terms():
    check_terms(Terms("1", "dutch", 100, own=GOOD))
    check_terms(Terms("1", "dutch", 50, own=GOOD))
