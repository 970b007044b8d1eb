"""Timed lots that end together, as a group that takes the latest end, and staggered lots (4.4)."""

import pytest

from auction.rules import commands as cmd
from auction.rules import events as ev
from auction.rules.decide import decide
from auction.rules.faults import BadTerms
from auction.rules.formats import check_terms
from auction.rules.lot import Terms
from tests.rules.table import begin, go_on, play

SOFT = "by=5 ends=600s window=60s extend=120s"
HEAD = f"""
    lot 1,2,3 timed start=100 {SOFT} group=g
    lot 4 timed start=100 {SOFT}
    lot 5 timed start=100 {SOFT} group=h
    paddle A,B
"""
ALL_OPEN = "\n".join(f"0 desk open on {lot} | ok, ends 600" for lot in range(1, 6))


def opened(head=HEAD, steps=ALL_OPEN):
    return go_on(begin(head), steps)


def ends(table):
    return {lot.id: lot.deadline_ms / 1000 for lot in table.sale.lots.values() if lot.deadline_ms is not None}


def test_4_4_a_bid_that_extends_one_moves_the_end_of_all():
    table = go_on(opened(), "550 A bid 100 on 2 | A 100, ends 670")
    assert ends(table) == {"1": 670, "2": 670, "3": 670, "4": 600, "5": 600}
    go_on(
        table,
        """
        660 B bid 100 on 3 | B 100, ends 780
        779 desk tick      | ok
        780 A bid 100 on 1 | CLOSED
        """,
    )
    assert [(lot.status, lot.ended_at_ms) for lot in table.sale.lots.values()] == [
        ("passed", 780_000), ("sold", 780_000), ("sold", 780_000), ("passed", 600_000), ("passed", 600_000),
    ]  # fmt: skip


def test_the_others_hear_of_it_in_one_event_and_count_no_extension_of_their_own():
    table = opened()
    before = len(table.events)
    go_on(table, "550 A bid 100 on 2 | A 100")
    placed, moved = table.events[before:]
    assert isinstance(placed, ev.BidPlaced)
    assert moved == ev.GroupExtended(550_000, {"1": 670_000, "3": 670_000})
    assert [table.sale.lots[lot].extensions for lot in "123"] == [0, 1, 0]


def test_a_bid_that_does_not_extend_moves_nobody():
    table = go_on(opened(), "500 A bid 100 on 2 | A 100, ends 600")
    assert not [event for event in table.events if isinstance(event, ev.GroupExtended)]


def test_a_lot_that_opens_later_takes_its_group_along_and_one_that_ends_earlier_is_taken_along():
    table = begin(
        f"lot 1,2 timed start=100 {SOFT} group=g\n lot 3 timed start=100 by=5 ends=60s window=0s extend=1s group=g"
    )
    go_on(
        table, "0 desk open on 1 | ok, ends 600\n 100 desk open on 2 | ok, ends 700\n 200 desk open on 3 | ok, ends 700"
    )
    assert ends(table) == {"1": 700, "2": 700, "3": 700}


def test_only_lots_that_run_are_moved_and_a_lot_that_goes_on_joins_again():
    table = go_on(
        opened(),
        """
        100 desk pause on 1    | paused
        200 desk withdraw AUTHORITY on 3 | withdrawn
        550 A bid 100 on 2     | A 100, ends 670
        600 desk resume on 1   | open, ends 1100
        """,
    )
    assert ends(table)["2"] == 1100
    go_on(table, "1099 desk tick | open\n 1100 B bid 100 on 2 | CLOSED")


def test_a_paused_lot_that_would_end_earlier_is_taken_along_when_it_goes_on():
    go_on(
        opened(),
        "550 desk pause on 1 | paused\n 551 A bid 100 on 2 | A 100, ends 671\n 552 desk resume on 1 | open, ends 671",
    )


def test_a_pause_of_the_sale_moves_the_group_as_one():
    table = go_on(
        opened(), "550 A bid 100 on 1 | A 100, ends 670\n 560 desk pause_sale | paused\n 660 desk resume_sale | open"
    )
    assert [ends(table)[lot] for lot in "123"] == [770, 770, 770]


def test_after_a_system_fault_the_longest_period_holds_for_the_whole_group():
    table = opened(
        f"lot 1 timed start=100 {SOFT} group=g\n"
        "lot 2 timed start=100 by=5 free=0s limit=300s no_bid_in_free=continue group=g",
        "0 desk open on 1 | ok\n 0 desk open on 2 | ok, ends 600",
    )
    table.do(cmd.PauseSale(590_000, "SYSTEM_FAULT"))
    go_on(table, "600 desk resume_sale | open")
    assert ends(table) == {"1": 900, "2": 900}


def test_no_lot_goes_beyond_its_own_hard_end():
    table = begin(
        f"lot 1 timed start=100 {SOFT} group=g\n lot 2 timed start=100 {SOFT} hard_end=650s group=g\n paddle A,B"
    )
    go_on(
        table,
        """
        0   desk open on 1  | ok
        0   desk open on 2  | ok
        590 A bid 100 on 1  | A 100, ends 710
        590 B bid 100 on 2  | B 100, ends 650
        650 A bid 105 on 2  | CLOSED
        700 B bid 105 on 1  | B 105, ends 820
        """,
    )
    assert table.sale.lots["2"].status == "sold"


def test_a_cap_ends_its_own_lot_and_moves_nobody():
    table = begin(f"lot 1,2 timed start=100 {SOFT} cap=200 group=g\n paddle A")
    go_on(table, "0 desk open on 1 | ok\n 0 desk open on 2 | ok\n 590 A bid 200 on 1 | sold A 200")
    assert ends(table)["2"] == 600


def test_without_a_bid_in_the_free_period_a_lot_fails_only_with_its_whole_group():
    head = "lot 1,2 timed start=100 by=5 free=100s limit=60s group=g\n paddle A"
    opening = "0 desk open on 1 | ok, ends 100\n 0 desk open on 2 | ok, ends 100\n"
    failed = opened(head, opening + "100 desk tick | passed")
    assert [lot.status for lot in failed.sale.lots.values()] == ["passed", "passed"]
    went_on = opened(head, opening + "50 A bid 100 on 1 | A 100, ends 160\n 159 A bid 100 on 2 | A 100, ends 219")
    assert ends(went_on) == {"1": 219, "2": 219}


def test_a_lot_that_waits_for_the_clocks_turn_is_not_brought_back():
    """On a server the deadline is met a moment after it; what opens in between comes too late for the others."""
    table = opened(f"lot 1,2 timed start=100 {SOFT} group=g", "0 desk open on 1 | ok")
    late = decide(table.sale, cmd.OpenLot(600_001, "2"), 600_001)
    assert [type(event) for event in late] == [ev.LotOpened]


def test_a_bid_that_arrived_in_time_moves_the_group_though_it_is_decided_late():
    table = opened()
    events = decide(table.sale, cmd.PlaceBid(599_999, "2", "A", 10_000), 600_040)
    assert [type(event) for event in events] == [ev.BidPlaced, ev.GroupExtended]
    assert dict(events[1].deadlines_ms) == {"1": 719_999, "3": 719_999}


def test_a_void_does_not_shorten_the_groups_time():
    table = go_on(opened(), "550 A bid 100 on 2 | A 100\n 560 desk void on 2 | nobody, ends 670")
    assert ends(table)["1"] == 670


def test_4_4_staggered_lots_end_one_after_another_each_by_itself():
    """Lot i ends at T + i·Δ: opened together, each with its own length."""
    table = play("""
        lot 1 timed start=100 by=5 ends=600s window=60s extend=60s
        lot 2 timed start=100 by=5 ends=620s window=60s extend=60s
        lot 3 timed start=100 by=5 ends=640s window=60s extend=60s
        paddle A,B
        ---
        0   desk open on 1  | ok, ends 600
        0   desk open on 2  | ok, ends 620
        0   desk open on 3  | ok, ends 640
        570 A bid 100 on 1  | A 100, ends 630
        575 B bid 100 on 3  | B 100, ends 640
        625 desk tick on 2  | passed, ended 620
        635 desk tick on 1  | sold A 100, ended 630
        640 desk tick on 3  | sold B 100, ended 640
    """)
    assert not [event for event in table.events if isinstance(event, ev.GroupExtended)]


@pytest.mark.parametrize("name", ["", " g", "g ", "a name of more than sixteen", "g\n", 5])
def test_a_groups_name_is_short_and_plain(name):
    own = {"ends_ms": 1000, "window_ms": 0, "extend_ms": 1, "group": name}
    with pytest.raises(BadTerms, match="group: NOT_A_NAME"):
        check_terms(Terms("1", "timed", 100, {"fixed_minor": 1}, own=own))


@pytest.mark.parametrize("name", [None, "g", "第一组", "Lots 1 to 20"])
def test_a_good_name(name):
    own = {"ends_ms": 1000, "window_ms": 0, "extend_ms": 1, "group": name}
    check_terms(Terms("1", "timed", 100, {"fixed_minor": 1}, own=own))
