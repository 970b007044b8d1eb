"""A process that starts while others keep time: the house was not away, whatever a clock says (issue 8, 6 and 7)."""

import threading

import pytest

from auction.base.clock import SteadyClock, wall_ms
from auction.engine.timekeeper import Timekeeper
from auction.rules import events as ev
from auction.rules.lot import Status
from tests.serving import parts_for

from .test_absence import keeping_time, kinds, lot_of, timed

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)


@pytest.fixture
def other(tmp_path, database):
    """The parts of a second process over the same database."""
    made = parts_for(tmp_path, **database)
    made.engine.start()
    yield made
    made.engine.stop()
    made.store.close()


@pytest.mark.parametrize("step_ms", [3_600_000, -3_600_000])
def test_08_07_a_process_that_starts_after_the_databases_clock_jumped_goes_by_the_time_of_the_others(
    parts, other, step_ms
):
    parts.timekeeper.start()
    sale = timed(parts)
    before_ms = lot_of(parts, sale).deadline_ms
    clock = SteadyClock(lambda: wall_ms() + step_ms)
    clock.measure()
    other.engine.clock = clock
    assert abs(clock.now_ms() - parts.clock.now_ms()) > 3_000_000
    late = Timekeeper(other.engine, 200)
    late.agree = clock.agree
    late.take_charge()
    for _ in range(5):
        late.look()

    assert abs(clock.now_ms() - parts.clock.now_ms()) < 1_000
    assert {ev.SalePaused, ev.DeadlineMoved}.isdisjoint(kinds(parts, sale))
    assert (lot_of(other, sale).status, lot_of(other, sale).deadline_ms) == (Status.OPEN, before_ms)
    parts.timekeeper.stop()


def test_08_06_a_process_that_starts_while_the_others_are_slow_to_say_that_they_are_there_moves_nothing(
    parts, clock, other
):
    parts.engine.clock = other.engine.clock = clock
    keeper = keeping_time(parts)
    sale = timed(parts)
    keeper.look()
    clock.at_ms += 900
    word = threading.Timer(0.1, keeper.look)
    word.start()
    late = keeping_time(other)
    word.join()
    late.look()
    assert ev.DeadlineMoved not in kinds(parts, sale)


def test_08_06_where_nobody_says_so_the_end_moves(parts, clock, other):
    parts.engine.clock = other.engine.clock = clock
    keeper = keeping_time(parts)
    sale = timed(parts)
    keeper.look()
    clock.at_ms += 900
    keeping_time(other).look()
    assert kinds(parts, sale)[-1] is ev.DeadlineMoved
