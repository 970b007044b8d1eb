"""Timed lots: periods, soft close, cap, reserve, pauses and voids, as tables (rulebook 2.3 J20b, 2.4, 4.2, 4.4)."""

import pytest

from auction.rules import commands as cmd
from auction.rules.decide import decide
from auction.rules.faults import BadTerms
from auction.rules.formats import check_terms
from auction.rules.lot import Terms
from auction.rules.refusals import Code, Refused
from auction.words.of_terms import terms_sentence
from tests.rules.table import begin, go_on, play

PERIODS = "lot 1 timed start=100 by=5 free=1000s limit=60s"
TWO = "\npaddle A\npaddle B\n"


def test_j20b_a_bid_in_the_last_five_minutes_moves_the_end():
    play("""
        lot 1 timed start=100 by=5 ends=600s window=300s extend=300s
        paddle A
        paddle B
        ---
        0      desk open    | ok, ends 600
        290    A    bid 100 | A 100, ends 600
        301    B    bid 105 | B 105, ends 601
        599.9  A    bid 110 | A 110, ends 899.9
        898    B    bid 115 | B 115, ends 1198
        1198   A    bid 120 | CLOSED
        1198   desk tick    | sold B 115, ended 1198
    """)


def test_2_4_the_machine_of_the_exchanges():
    play("""
        lot 1 timed start=100 by=5 on_step free=1000s limit=60s
        paddle A
        paddle B
        ---
        0         desk open    | ok, ends 1000
        10        A    bid 100 | A 100, ends 1060
        11        B    bid 103 | BELOW_MIN 105
        12        B    bid 107 | NOT_ON_STEP 105
        13        B    bid 105 | B 105
        14        A    bid 104 | BELOW_MIN 110
        990       A    bid 110 | A 110, ends 1060
        1059.999  B    bid 115 | B 115, ends 1119.999
        1120      A    bid 120 | CLOSED
        1120      desk tick    | sold B 115, ended 1119.999
    """)


def test_2_4_a_bid_at_the_cap_ends_the_lot():
    table = play("""
        lot 1 timed start=100 by=5 on_step free=1000s limit=60s cap=200
        paddle A
        paddle B
        ---
        0    desk open    | ok
        10   A    bid 100 | A 100
        20   B    bid 203 | NOT_ON_STEP 105
        20   B    bid 205 | ABOVE_CAP 200
        21   B    max 205 | ABOVE_CAP 200
        30   B    bid 200 | sold B 200, ended 30
        40   A    bid 200 | NOT_LIVE
        2000 A    bid 200 | NOT_LIVE
    """)
    assert table.sale.lots["1"].ended_by == "bid"


def test_2_4_beyond_the_cap_without_strict_steps():
    play(
        "lot 1 timed start=100 by=5 free=1000s limit=60s cap=200"
        + TWO
        + "---\n0 desk open | ok\n1 A bid 205 | ABOVE_CAP 200"
    )


def test_the_cap_clips_the_ask_and_is_on_step():
    play("""
        lot 1 timed start=100 by=30 on_step free=1000s limit=60s cap=200
        paddle A
        paddle B
        ---
        0   desk open    | ok
        1   A    bid 190 | A 190, ask 200
        2   B    bid 200 | sold B 200
    """)


def test_two_maxima_that_meet_at_the_cap_end_the_lot():
    play("""
        lot 1 timed start=100 by=5 free=1000s limit=60s cap=200
        paddle A
        paddle B
        ---
        0   desk open    | ok
        1   A    max 200 | A 100
        2   B    max 200 | sold A 200, ended 2
    """)


def test_a_start_at_the_cap_ends_with_the_first_bid():
    play(
        "lot 1 timed start=100 by=5 free=10s limit=6s cap=100" + TWO + "---\n0 desk open | ok\n1 A max 100 | sold A 100"
    )


def test_below_the_reserve_the_cap_ends_the_lot_unsold():
    play("""
        lot 1 timed start=100 by=5 reserve=250 free=1000s limit=60s cap=200
        paddle A
        paddle B
        ---
        0   desk open    | ok
        1   A    bid 200 | passed, ended 1, not met
        2   B    bid 200 | NOT_LIVE
    """)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("no_bid_in_free=fail", "passed, ended 1000"),
        ("no_bid_in_free=continue", "passed, ended 1060"),
        ("", "passed, ended 1000"),
    ],
)
def test_without_a_bid_in_the_free_period(terms, expected):
    table = begin(f"{PERIODS} {terms}{TWO}")
    go_on(table, f"0 desk open | ok\n2000 desk tick | {expected}\n2001 A bid 100 | CLOSED")


def test_continue_takes_a_first_bid_in_the_limited_period():
    play("""
        lot 1 timed start=100 by=5 free=1000s limit=60s no_bid_in_free=continue
        paddle A
        paddle B
        ---
        0     desk open    | ok, ends 1060
        1000  A    bid 100 | A 100, ends 1060
        1030  B    bid 105 | B 105, ends 1090
        1090  desk tick    | sold B 105, ended 1090
    """)


def test_the_limited_period_runs_from_the_very_end_of_the_free_one():
    play("""
        lot 1 timed start=100 by=5 free=1000s limit=60s extend=add
        paddle A
        paddle B
        ---
        0        desk open    | ok, ends 1000
        999.999  A    bid 100 | A 100, ends 1060
        1000     B    bid 105 | B 105, ends 1120
        1001     A    bid 110 | A 110, ends 1180
    """)


def test_the_hard_end_clips_periods():
    play("""
        lot 1 timed start=100 by=5 free=1000s limit=60s hard_end=1075s
        paddle A
        paddle B
        ---
        0     desk open    | ok, ends 1000
        5     A    bid 100 | A 100, ends 1060
        1010  B    bid 105 | B 105, ends 1070
        1020  A    bid 110 | A 110, ends 1075
        1074  B    bid 115 | B 115, ends 1075
        1075  A    bid 120 | CLOSED
    """)


def test_4_4_two_extensions_and_no_more():
    """End 18:30, window 2 min, extension 5 min, two of them; the lot opens at 18:00."""
    play("""
        lot 1 timed start=100 by=5 ends=1800s window=120s extend=300s max_extensions=2
        paddle A
        paddle B
        ---
        0     desk open    | ok, ends 1800
        1740  A    bid 100 | A 100, ends 2040
        1920  B    bid 105 | B 105, ends 2220
        2160  A    bid 110 | A 110, ends 2220
        2220  desk tick    | sold A 110, ended 2220
    """)


def test_an_extension_that_moves_nothing_is_not_counted():
    play("""
        lot 1 timed start=100 by=5 ends=100s window=60s extend=30s max_extensions=1
        paddle A
        paddle B
        ---
        0     desk open    | ok, ends 100
        50    A    bid 100 | A 100, ends 100
        60    B    bid 105 | B 105, ends 100
        90    A    bid 110 | A 110, ends 120
        110   B    bid 115 | B 115, ends 120
    """)


def test_add_and_the_hard_end_of_a_soft_close():
    play("""
        lot 1 timed start=100 by=5 ends=100s window=10s extend_ms=20000 extend=add hard_end=130s
        paddle A
        paddle B
        ---
        0     desk open    | ok, ends 100
        89.9  A    bid 100 | A 100, ends 100
        90    B    bid 105 | B 105, ends 120
        110   A    bid 110 | A 110, ends 130
        125   B    bid 115 | B 115, ends 130
    """)


def test_an_answer_by_a_maximum_extends_once_and_a_silent_one_never():
    play("""
        lot 1 timed start=100 by=5 ends=100s window=10s extend_ms=20000 extend=add
        paddle A
        paddle B
        ---
        0     desk open    | ok
        1     A    max 200 | A 100, ends 100
        95    A    max 300 | ok, silent, A 100, max 300, ends 100
        96    B    bid 150 | A 155, ends 120
    """)


def test_4_2_maxima_in_a_timed_lot():
    play("""
        lot 1 timed start=100000 ladder=CN258_TIER reserve=290000 free=1000s limit=60s
        paddle A
        paddle B
        ---
        0     desk open       | ok
        1     A    max 300000 | A 100000, met
        2     B    max 250000 | A 280000
        2000  desk tick       | sold A 290000, met
    """)
    play("""
        lot 1 timed start=100000 ladder=CN258_TIER reserve=290000 free=1000s limit=60s
        paddle A
        paddle B
        ---
        0     desk open       | ok
        1     A    max 280000 | A 100000, not met
        2     B    max 250000 | A 280000, not met
        2000  desk tick       | passed, ended 1060, not met
    """)


def test_the_steps_of_other_formats_are_not_of_this_one():
    table = play("lot 1 timed start=100 by=5 free=10s limit=6s" + TWO + "---\n0 desk open | ok\n1 A bid 100 | ok")
    go_on(
        table,
        """
        2  desk warn        | NOT_ALLOWED_NOW
        2  desk ask 200     | NOT_ALLOWED_NOW
        2  desk hammer      | NOT_ALLOWED_NOW
        2  desk pass        | NOT_ALLOWED_NOW
        2  desk open_offers | NOT_ALLOWED_NOW
        2  A    floor 105   | NOT_ALLOWED_NOW
        3  desk reopen      | NOT_ALLOWED_NOW
        """,
    )


def test_a_void_takes_back_the_bid_but_not_the_time():
    play("""
        lot 1 timed start=100 by=5 ends=100s window=10s extend=20s
        paddle A
        paddle B
        ---
        0     desk open    | ok
        1     A    max 200 | A 100, bids 1
        95    B    bid 150 | A 155, ends 115, bids 2
        96    desk void    | ok, A 100, ends 115, bids 1
        97    A    max 300 | ok, silent, max 300, bids 2
        98    desk void    | ok, silent, A 100, max 200, bids 1
        99    desk void    | ok, nobody, ask 100, bids 0
        99    desk void    | NO_BID
        115   desk tick    | passed
    """)


def test_a_pause_moves_every_clock():
    play("""
        lot 1 timed start=100 by=5 free=100s limit=60s hard_end=170s
        paddle A
        paddle B
        ---
        0     desk open    | ok, ends 100
        10    A    bid 100 | A 100, ends 160
        20    desk pause   | paused, ends 160
        21    B    bid 105 | NOT_LIVE
        500   desk tick    | paused
        520   desk resume  | open, ends 660
        599   B    bid 105 | B 105, ends 660
        630   A    bid 110 | A 110, ends 670
        670   desk tick    | sold A 110, ended 670
    """)


def test_after_a_system_fault_there_is_a_full_period():
    table = play("""
        lot 1 timed start=100 by=5 free=100s limit=60s
        lot 2 timed start=100 by=5 ends=100s window=10s extend=30s
        paddle A
        paddle B
        ---
        0     desk open on 1   | ok, ends 100
        0     desk open on 2   | ok, ends 100
        1     A    bid 100 on 1 | ends 160
        155   B    bid 105 on 1 | ends 215
    """)
    assert table.sale.lots["2"].status == "passed"
    for command in (cmd.PauseSale(214_000, "SYSTEM_FAULT"), cmd.ResumeSale(300_000)):
        assert not isinstance(table.do(command), Refused)
    assert table.sale.lots["1"].deadline_ms == 360_000  # without the fault it would be 301 s


def test_a_bid_at_the_deadline_is_closed_before_the_clock_had_its_turn():
    """`arrived_ms` meets the deadline; the writer's stamp may be later than both."""
    table = begin(PERIODS + TWO)
    go_on(table, "0 desk open | ok\n1 A bid 100 | ends 1060")
    late = decide(table.sale, cmd.PlaceBid(1_060_000, "1", "B", 10_500), 1_060_000)
    assert late == Refused(Code.CLOSED)
    for command in (
        cmd.VoidLastBid(1_060_000, "1", "x"),
        cmd.PauseLot(1_060_000, "1"),
        cmd.WithdrawLot(1_060_000, "1", "x"),
    ):
        assert decide(table.sale, command, 1_060_000) == Refused(Code.CLOSED)
    in_time = decide(table.sale, cmd.PlaceBid(1_059_999, "1", "B", 10_500), 1_060_150)
    assert in_time[0].deadline_ms == 1_119_999
    assert in_time[0].at_ms == 1_060_150


def test_deadlines_take_effect_earliest_first_then_in_the_order_of_the_lots():
    table = begin("""
        lot 1 timed start=100 by=5 ends=30s window=0s extend=1s
        lot 2 timed start=100 by=5 ends=20s window=0s extend=1s
        lot 3 timed start=100 by=5 ends=20s window=0s extend=1s
    """)
    for lot in "123":
        table.do(cmd.OpenLot(0, lot))
    before = len(table.events)
    table.do(cmd.Tick(60_000))
    assert [(event.lot, event.ended_at_ms) for event in table.events[before:]] == [
        ("2", 20_000),
        ("3", 20_000),
        ("1", 30_000),
    ]


GOOD = {"free_ms": 1000, "limit_ms": 60}
SOFT = {"ends_ms": 1000, "window_ms": 60, "extend_ms": 60}


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({}, "free_ms: missing, but needed"),
        ({"free_ms": 1000}, "limit_ms: missing, but needed"),
        ({**GOOD, "limit_ms": 0}, "limit_ms: a whole number from 1 up"),
        ({**GOOD, "free_ms": -1}, "free_ms: a whole number from 0 up"),
        ({**GOOD, "free_ms": 1.5}, "free_ms: a whole number from 0 up"),
        ({**GOOD, "extend": "both"}, "extend: one of reset, add"),
        ({**GOOD, "no_bid_in_free": True}, "no_bid_in_free: one of fail, continue"),
        ({**GOOD, "cap_minor": 99}, "cap_minor: not under the start"),
        ({**GOOD, "cap_minor": 0}, "cap_minor: a whole number from 1 up, or null"),
        ({**GOOD, "floor_minor": 50}, "floor_minor: not a term of this timed lot"),
        ({**GOOD, "window_ms": 50}, "window_ms: not a term of this timed lot"),
        ({**SOFT, "limit_ms": 50}, "limit_ms: not a term of this timed lot"),
        ({**SOFT, "max_extensions": -1}, "max_extensions: a whole number from 0 up, or null"),
        ({"ends_ms": 1000, "window_ms": 60}, "extend_ms: missing, but needed"),
    ],
)
def test_terms_that_contradict_themselves_are_refused_with_key_and_reason(own, message):
    with pytest.raises(BadTerms) as error:
        check_terms(Terms("1", "timed", 100, {"fixed_minor": 5}, own=own))
    assert terms_sentence("en", error.value) == message


@pytest.mark.parametrize(
    "own", [GOOD, SOFT, {**GOOD, "cap_minor": 100}, {**SOFT, "max_extensions": None, "hard_end_ms": None}]
)
def test_good_terms(own):
    check_terms(Terms("1", "timed", 100, {"fixed_minor": 5}, own=own))
