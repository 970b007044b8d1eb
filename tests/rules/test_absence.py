"""The house was away: who could not bid gets the time back, in one event for all lots whose clock runs."""

import pytest

from auction.rules import commands as cmd
from auction.rules import events as ev
from auction.rules.decide import decide
from auction.rules.lot import LIVE
from auction.rules.redecide import difference, expected
from auction.rules.refusals import Code, Refused
from tests.rules.table import go_on, play

SOFT = "timed start=100 by=5 ends=600s window=60s extend=120s"


def last(table):
    assert isinstance(table.events[-1], ev.DeadlineMoved)
    return table.events[-1]


def test_08_06_an_end_that_came_in_an_absence_is_moved_and_there_is_one_extension_to_bid_in():
    table = play(f"""
        lot 1 {SOFT}
        paddle A
        paddle B
        ---
        0     desk open        | ok, ends 600
        598   A    bid 100     | A 100, ends 718
        720.5 desk away 717.9  | ok, ends 840.5
        840.4 B    bid 105     | B 105, ends 960.4
        960.4 A    bid 110     | CLOSED
    """)
    assert [event.since_ms for event in table.events if isinstance(event, ev.DeadlineMoved)] == [717_900]


def test_08_06_a_lot_with_more_time_than_that_gets_just_what_it_lost():
    table = play(f"lot 1 {SOFT}\npaddle A\n---\n0 desk open | ok\n103 desk away 101.5 | ok, ends 601.5")
    assert last(table) == ev.DeadlineMoved(103_000, "SYSTEM_FAULT", 101_500, {"1": 601_500}, {"1": 1_500})


def test_08_06_the_hard_end_moves_as_the_end_does():
    play("""
        lot 1 timed start=100 by=5 ends=100s window=30s extend=30s hard_end=110s
        paddle A
        paddle B
        ---
        0     desk open     | ok, ends 100
        99    A    bid 100  | A 100, ends 110
        112   desk away 109 | ok, ends 142
        141   B    bid 105  | B 105, ends 142
    """)


def test_08_06_a_free_period_moves_with_its_end():
    play("""
        lot 1 timed start=100 by=5 free=100s limit=60s
        paddle A
        ---
        0     desk open    | ok, ends 100
        101   desk away 99 | ok, ends 161
        160.9 A    bid 100 | A 100, ends 221
    """)


def test_08_06_a_group_moves_as_one_to_the_latest_end_of_its_lots():
    table = play("""
        lot 1 timed start=100 by=5 ends=100s window=30s extend=30s group=g
        lot 2 timed start=100 by=5 ends=100s window=30s extend=60s group=g
        lot 3 timed start=100 by=5 ends=100s window=30s extend=30s
        ---
        0   desk open on 1 | ok
        0   desk open on 2 | ok
        0   desk open on 3 | ok
        102 desk away 99   | ok, ends 132
    """)
    assert last(table).deadlines_ms == {"1": 162_000, "2": 162_000, "3": 132_000}
    assert len([event for event in table.events if isinstance(event, ev.GroupExtended)]) == 0


def test_08_06_a_falling_ask_goes_on_from_where_it_stood_and_its_floor_lasts_a_minute():
    table = play("""
        lot 1 dutch start=100 floor=80 step=10 tick=10s
        paddle A
        paddle B
        ---
        0  desk open    | ok, ends 30
        29 desk away 19 | ok, ends 89
    """)
    assert last(table).origins_ms == {"1": 10_000}
    go_on(table, "29.9 A bid 80 | BELOW_MIN 90\n88 A bid | sold A 80")


def test_08_06_a_sealed_lot_is_open_to_offers_for_a_minute_more():
    play("""
        lot 1 sealed start=100 ends=100s
        paddle A
        ---
        0     desk open      | ok, ends 100
        101.5 desk away 99   | ok, ends 161.5
        161.4 A    bid 100   | ok
        162   desk away 160  | ok, ends 222
        222   desk tick      | ok
        240   desk away 223  | NOT_LIVE
    """)


@pytest.mark.parametrize("since_ms", [200_000, 300_000])
def test_08_06_no_absence_moves_nothing(since_ms):
    table = play(f"lot 1 {SOFT}\n---\n0 desk open | ok")
    assert decide(table.sale, cmd.MoveDeadlines(200_000, since_ms), 200_000) == Refused(Code.NOT_LIVE)


def test_08_06_lots_without_a_running_clock_stay_as_they_are():
    table = play(f"""
        lot 1,2,3 {SOFT}
        lot 4 english start=100 by=5
        ---
        0   desk open on 1     | ok
        0   desk open on 2     | ok
        0   desk open on 4     | ok
        50  desk pause on 2    | paused
        102 desk away 99 on 1  | ok, ends 603
    """)
    assert last(table).deadlines_ms == {"1": 603_000}
    assert sum(lot.status in LIVE for lot in table.sale.lots.values()) == 2


def test_08_06_who_verifies_decides_it_again_and_finds_another_end():
    table = play(f"sale\nlot 1 {SOFT}\n---\n0 desk open | ok")
    before = table.sale
    go_on(table, "103 desk away 101.5 | ok")
    event = last(table)
    (decided,) = expected(before, event)
    assert difference(event, decided) is None
    forged = ev.DeadlineMoved(103_000, "SYSTEM_FAULT", 101_500, {"1": 900_000}, {"1": 1_500})
    assert "deadlines_ms" in difference(forged, decided)
