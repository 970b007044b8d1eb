"""The clocks of several machines are one: the database's."""

import pytest

from auction.clock import SharedClock
from auction.store import Store


class Machine:
    """A machine's clock that is wrong, and an answer from far away that takes its time."""

    def __init__(self, wrong_ms: int, way_ms: int = 0) -> None:
        self.true_ms = 1_800_000_000_000
        self.wrong_ms, self.way_ms = wrong_ms, way_ms

    def now_ms(self) -> int:
        return self.true_ms + self.wrong_ms

    def ask(self) -> int:
        self.true_ms += self.way_ms
        told = self.true_ms
        self.true_ms += self.way_ms
        return told


@pytest.mark.parametrize("wrong_ms", [-3_600_000, -250, -20, 0, 20, 250, 3_600_000])
@pytest.mark.parametrize("way_ms", [0, 1, 40])
def test_a_wrong_clock_is_put_right_as_far_as_it_can_be_known(wrong_ms, way_ms):
    machine = Machine(wrong_ms, way_ms)
    clock = SharedClock(machine.ask, machine)
    clock.measure()
    assert abs(clock.now_ms() - machine.true_ms) <= way_ms + 1


def test_what_an_answer_takes_is_not_taken_for_a_difference():
    machine = Machine(0, 5)
    clock = SharedClock(machine.ask, machine)
    for _ in range(20):
        clock.measure()
        machine.wrong_ms = -machine.wrong_ms or 4
    assert clock.offset_ms == 0


def test_a_clock_that_jumps_is_put_right_again():
    machine = Machine(0)
    clock = SharedClock(machine.ask, machine)
    clock.measure()
    machine.wrong_ms = 3_600_000
    clock.measure()
    assert clock.now_ms() == machine.true_ms


def test_the_database_tells_the_time(postgres_server):
    store = Store(postgres_server)
    clock = SharedClock(store.now_ms)
    clock.measure()
    assert abs(clock.now_ms() - store.now_ms()) < 1_000
    store.close()
