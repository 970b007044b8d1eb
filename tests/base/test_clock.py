"""The time of the house: an anchor and ticks that are never corrected; the clocks of several machines are one."""

import pytest

from auction.base import metrics
from auction.base.clock import SLEW_MS, SteadyClock
from auction.database.store import Store


class World:
    """A clock to ask that is wrong, ticks that are never corrected, and answers that take their time."""

    def __init__(self, wrong_ms: int = 0, way_ms: int = 0) -> None:
        self.true_ms = 1_800_000_000_000
        self.wrong_ms, self.way_ms = wrong_ms, way_ms

    def ticks(self) -> int:
        return self.true_ms - 1_799_999_000_000

    def ask(self) -> int:
        self.true_ms += self.way_ms
        told = self.true_ms + self.wrong_ms
        self.true_ms += self.way_ms
        return told

    def clock(self) -> SteadyClock:
        made = SteadyClock(self.ask, self.ticks)
        made.measure()
        return made


@pytest.mark.parametrize("wrong_ms", [-3_600_000, -250, -20, 0, 20, 250, 3_600_000])
@pytest.mark.parametrize("way_ms", [0, 1, 40])
def test_the_anchor_is_the_clock_that_is_asked_as_far_as_it_can_be_known(wrong_ms, way_ms):
    world = World(wrong_ms, way_ms)
    assert abs(world.clock().now_ms() - world.true_ms - wrong_ms) <= way_ms + 1


def test_what_an_answer_takes_is_not_taken_for_a_difference():
    world = World(0, 5)
    clock = world.clock()
    for _ in range(20):
        world.wrong_ms = -world.wrong_ms or 4
        before_ms = clock.now_ms() - world.true_ms
        clock.measure()
        assert clock.now_ms() - world.true_ms == before_ms


@pytest.mark.parametrize("step_ms", [3_600_000, -3_600_000, -20_000, 1_500])
def test_08_07_a_clock_that_jumps_is_counted_once_and_followed_only_while_nothing_is_open(step_ms):
    world = World()
    clock = world.clock()
    clock.may_follow = lambda _to_ms: False
    counted = metrics.clock_steps._value.get()
    world.wrong_ms = step_ms
    for _ in range(50):
        world.true_ms += 5_000
        clock.measure()
        assert clock.now_ms() == world.true_ms
    assert metrics.clock_steps._value.get() == counted + 1

    clock.may_follow = lambda to_ms: to_ms == world.true_ms + step_ms
    clock.measure()
    assert clock.now_ms() == world.true_ms + step_ms


def test_08_07_a_small_difference_is_made_good_slowly_while_a_lot_is_open():
    world = World()
    clock = world.clock()
    clock.may_follow = lambda _to_ms: False
    world.wrong_ms = 240
    for step in range(1, 12):
        clock.measure()
        assert clock.now_ms() - world.true_ms == min(step * SLEW_MS, 240)


def test_the_database_tells_the_time(postgres_server):
    store = Store(postgres_server)
    clock = SteadyClock(store.now_ms)
    clock.measure()
    assert abs(clock.now_ms() - store.now_ms()) < 1_000
    store.close()
