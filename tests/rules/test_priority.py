"""Priority rights (优先购买权), mode A: a holder may take the price; the better rank takes it (J21, 2.4)."""

import pytest

from tests.rules.table import begin, go_on, play

LOTS = {
    "english": "lot 1 english start=500 by=10",
    "timed": "lot 1 timed start=500 by=10 free=1000s limit=60s",
}
HOLDERS = "\npaddle A\npaddle B\npaddle P1 priority=1:1\npaddle P2 priority=1:2\npaddle Q1 priority=1:1\n"
both = pytest.mark.parametrize("lot", LOTS.values(), ids=LOTS)


def room(lot, steps):
    return go_on(begin(lot + HOLDERS), "0 desk open | ok\n" + steps)


@both
def test_2_4_the_order_key_of_mode_a(lot):
    table = room(
        lot,
        """
        1  A   bid 500 | A 500
        2  P2  bid 500 | P2 500
        3  P1  bid 500 | P1 500
        4  A   bid 510 | A 510
        5  B   bid 510 | BELOW_MIN 520
        6  P2  bid 510 | P2 510
        """,
    )
    if "english" in lot:
        go_on(table, "7 desk hammer | sold P2 510")
    else:
        go_on(table, "2000 desk tick | sold P2 510")


@both
def test_the_same_rank_does_not_beat_itself(lot):
    room(lot, "1 A bid 500 | A 500\n2 P1 bid 500 | P1 500\n3 Q1 bid 500 | BELOW_MIN 510\n4 P2 bid 500 | BELOW_MIN 510")


@both
def test_a_holder_who_leads_needs_only_the_equal_amount_to_stay(lot):
    room(lot, "1 P1 max 600 | P1 500\n2 A bid 550 | P1 550\n3 A bid 600 | P1 600\n4 A bid 610 | A 610")


@both
def test_a_holder_takes_an_equal_maximum(lot):
    room(lot, "1 A max 600 | A 500\n2 P2 bid 590 | A 600\n3 P2 max 600 | P2 600\n4 P1 max 700 | P1 600")


@both
def test_a_holder_who_is_beaten_by_a_maximum_moves_it_a_whole_step(lot):
    room(lot, "1 A max 600 | A 500\n2 P1 bid 500 | A 510\n3 P1 bid 509 | BELOW_MIN 510\n4 P1 bid 510 | A 520")


@both
def test_below_the_price_a_holder_is_refused_like_anybody(lot):
    room(
        lot, "1 A bid 600 | A 600\n2 P1 bid 599 | BELOW_MIN 600\n3 P1 bid 499 | BELOW_START 600\n4 P1 bid 605 | P1 605"
    )


@both
def test_a_first_bid_knows_no_rank(lot):
    room(lot, "1 P1 bid 499 | BELOW_START 500\n2 P1 bid 500 | P1 500\n3 P1 bid 510 | ALREADY_LEADING")


def test_the_equal_bid_of_a_holder_is_on_step():
    play("""
        lot 1 timed start=500 by=10 on_step free=1000s limit=60s cap=555
        paddle A
        paddle P priority=1:1
        ---
        0  desk open    | ok
        1  A    bid 550 | A 550, ask 555
        2  P    bid 553 | NOT_ON_STEP 550
        2  P    bid 550 | P 550
        3  A    bid 555 | sold A 555
    """)


def test_the_right_is_for_the_lot_that_it_names():
    play("""
        lot 1 english start=500 by=10
        paddle A
        paddle P priority=2:1
        ---
        0  desk open    | ok
        1  A    bid 500 | A 500
        2  P    bid 500 | BELOW_MIN 510
    """)


def test_a_called_ask_does_not_bind_a_holder():
    room(
        LOTS["english"], "1 A bid 500 | A 500\n2 desk ask 800 | ok\n3 B bid 700 | BELOW_MIN 800\n4 P1 bid 500 | P1 500"
    )
