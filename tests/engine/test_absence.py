"""An absence of the house, found by whichever commit ends it: deadlines move, or the sale is paused (8: 6 and 7)."""

import pytest

from auction.engine.orders import Order
from auction.engine.timekeeper import Timekeeper
from auction.record import journal
from auction.rules import commands as cmd
from auction.rules import events as ev
from auction.rules.lot import Status, Terms
from auction.rules.timed import SYSTEM_FAULT
from tests.serving import parts_for

from .staging import START, STEP, bid, now, publish

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)

SOFT = {"ends_ms": 10_000, "window_ms": 5_000, "extend_ms": 5_000}


def keeping_time(parts, settle_ms=200):
    """A process that has just begun to keep time."""
    keeper = Timekeeper(parts.engine, settle_ms)
    keeper.take_charge()
    return keeper


def timed(parts):
    """A sale whose lot 1 is timed and has just been opened."""
    sale = publish(parts)
    terms = Terms("1", "timed", START, {"fixed_minor": STEP}, own=SOFT)
    assert parts.engine.ask(Order(sale, "organizer", cmd.ListLot(0, terms))).ok
    assert parts.engine.ask(Order(sale, "auctioneer", cmd.OpenLot(now(parts), "1"))).ok
    return sale


def kinds(parts, sale):
    with parts.store.read() as connection:
        return [type(record.event) for record in journal.read(connection, sale)]


@pytest.fixture
def room(parts, clock):
    """A timed lot that a process looks after, 400 ms before its end."""
    parts.engine.clock = clock
    keeper = keeping_time(parts)
    sale = timed(parts)
    for _ in range(96):
        clock.at_ms += 100
        keeper.look()
    return parts, clock, sale, keeper


def lot_of(parts, sale):
    return parts.engine.book(sale).sale.lots["1"]


def test_08_06_a_restart_in_the_last_second_sells_nothing_but_moves_the_end(room):
    parts, clock, sale, _ = room
    ended_ms = lot_of(parts, sale).deadline_ms
    clock.at_ms += 2_500
    keeping_time(parts).look()
    lot = lot_of(parts, sale)
    assert (lot.status, lot.deadline_ms) == (Status.OPEN, clock.at_ms + SOFT["extend_ms"])
    assert lot.deadline_ms > ended_ms
    assert kinds(parts, sale).count(ev.DeadlineMoved) == 1
    assert parts.engine.ask(bid(parts, sale, 1, START)).ok


def test_08_06_a_bid_that_comes_before_the_clock_looks_finds_the_end_moved(room):
    parts, clock, sale, _ = room
    clock.at_ms += 2_500
    keeper = keeping_time(parts)
    assert parts.engine.ask(bid(parts, sale, 1, START)).ok
    assert kinds(parts, sale)[-2:] == [ev.DeadlineMoved, ev.BidPlaced]
    keeper.look()
    assert kinds(parts, sale)[-1] is ev.BidPlaced, "it is told once"


def test_08_06_a_start_that_took_less_than_a_second_moves_the_end_too(room):
    parts, clock, sale, _ = room
    clock.at_ms += 900
    keeping_time(parts).look()
    assert kinds(parts, sale)[-1] is ev.DeadlineMoved


def test_08_06_a_database_that_could_not_be_written_moves_the_end_and_pauses_nothing(room, monkeypatch):
    parts, clock, sale, keeper = room
    with monkeypatch.context() as away:
        away.setattr(keeper, "look", keeper._pulse)
        for _ in range(80):
            clock.at_ms += 100
            keeper.look()
    keeper.look()
    lot = lot_of(parts, sale)
    assert lot.deadline_ms >= clock.at_ms + SOFT["extend_ms"]
    assert parts.engine.book(sale).sale.halted is None
    assert kinds(parts, sale)[-1] is ev.DeadlineMoved


def test_08_06_one_of_two_processes_that_hangs_is_no_absence_and_both_agree(room, tmp_path, database):
    parts, clock, sale, keeper = room
    other = parts_for(tmp_path, **database)
    other.engine.clock = clock
    other.engine.start()
    theirs = keeping_time(other)
    for _ in range(3):
        clock.at_ms += 100
        theirs.look()
    for _ in range(30):  # the first one hangs for three seconds, and the deadline comes
        clock.at_ms += 100
        theirs.look()
    keeper.look()
    parts.engine.refresh(sale)
    assert ev.DeadlineMoved not in kinds(parts, sale)
    assert lot_of(parts, sale).status == Status.PASSED
    other.engine.stop()
    other.store.close()


def test_08_06_a_look_from_before_an_absence_does_not_hide_it(room):
    parts, clock, sale, keeper = room
    with parts.store.read() as connection:
        _, seen_ms = journal.standing_of(connection, sale)
    clock.at_ms += 3_000
    keeping_time(parts).look()
    with parts.store.write() as connection:
        journal.stay_alive(connection, sale, seen_ms + 100, seen_ms)
    with parts.store.read() as connection:
        assert journal.standing_of(connection, sale)[1] == clock.at_ms
    keeper.look()
    assert kinds(parts, sale).count(ev.DeadlineMoved) == 1


def test_a_longer_absence_pauses_the_sale_before_anything_else_is_decided(room):
    parts, clock, sale, _ = room
    clock.at_ms += 5_500
    keeping_time(parts)
    assert parts.engine.ask(bid(parts, sale, 1, START)).code == "NOT_LIVE"
    assert kinds(parts, sale)[-1] is ev.SalePaused


@pytest.mark.parametrize("step_ms", [-20_000, -3_600_000, 3_700_000])
def test_08_07_a_start_by_a_clock_that_was_put_back_or_an_hour_ahead_pauses_the_sale_once(room, step_ms):
    parts, clock, sale, _ = room
    clock.at_ms += step_ms
    keeper = keeping_time(parts)
    keeper.look()
    state = parts.engine.book(sale).sale
    assert (state.pause_reason, lot_of(parts, sale).status) == (SYSTEM_FAULT, Status.PAUSED)
    clock.at_ms += 100
    keeper.look()
    assert parts.engine.ask(Order(sale, "auctioneer", cmd.ResumeSale(now(parts)))).ok
    clock.at_ms += 100
    keeper.look()
    assert lot_of(parts, sale).status == Status.OPEN
    assert kinds(parts, sale)[-1] is ev.SaleResumed


def test_08_07_a_clock_that_was_put_back_while_nothing_was_open_is_no_absence(parts, clock):
    parts.engine.clock = clock
    keeper = keeping_time(parts)
    clock.at_ms -= 3_600_000
    keeper.look()
    sale = timed(parts)
    for _ in range(20):
        clock.at_ms += 100
        keeper.look()
    assert kinds(parts, sale)[-1] is ev.LotOpened


def test_08_07_the_clock_may_jump_only_where_no_clock_runs_and_no_journal_is_ahead(room):
    parts, clock, sale, keeper = room
    assert not keeper.may_follow(clock.at_ms + 3_600_000)
    assert parts.engine.ask(Order(sale, "auctioneer", cmd.PauseSale(now(parts), "BREAK"))).ok
    assert keeper.may_follow(clock.at_ms + 3_600_000)
    assert not keeper.may_follow(clock.at_ms - 3_600_000)
