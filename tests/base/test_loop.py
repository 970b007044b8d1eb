"""The one loop: turns, waits, failures, and how it ends."""

import threading

import pytest
from structlog.testing import capture_logs

from auction.base.loop import Loop

WITHIN_S = 10.0


class Turns:
    """Counts turns; the `fails`-th raises. `reached(n)` waits until the n-th has begun."""

    def __init__(self, fails: int = 0) -> None:
        self.count = 0
        self._fails = fails
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()
        if self.count == self._fails:
            raise ValueError("broken on purpose")

    def reached(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.count >= count, WITHIN_S)


def test_it_takes_turns_until_it_is_told_to_end():
    turns = Turns()
    loop = Loop("test", turns, every_s=0.001)
    assert not loop.goes_on
    loop.start()

    assert turns.reached(3)
    assert loop.goes_on
    loop.start()
    assert [each.name for each in threading.enumerate()].count("test") == 1, "no second thread beside it"
    loop.stop(WITHIN_S)
    taken = turns.count
    assert not loop.goes_on
    assert "test" not in {thread.name for thread in threading.enumerate()}
    assert turns.count == taken


def test_a_wait_ends_when_it_is_told_to_end():
    turns = Turns()
    loop = Loop("test", turns, every_s=3_600)
    loop.start()
    assert turns.reached(1)

    loop.stop(WITHIN_S)
    assert "test" not in {thread.name for thread in threading.enumerate()}
    assert turns.count == 1


def test_the_first_turn_waits_where_it_shall():
    turns = Turns()
    loop = Loop("test", turns, first_after_s=3_600)
    loop.start()
    loop.stop(WITHIN_S)

    assert turns.count == 0


def test_what_is_left_is_done_before_it_ends():
    done: list[int] = []
    loop = Loop("test", lambda: done.append(len(done)), left=lambda: len(done) < 100)
    loop.stop(0)
    loop.start()
    loop.stop(WITHIN_S)

    assert done == list(range(100))


def test_an_error_is_logged_in_full_and_the_next_turn_comes():
    turns = Turns(fails=1)
    with capture_logs() as lines:
        loop = Loop("test", turns)
        loop.start()
        assert turns.reached(2)
        loop.stop(WITHIN_S)

    failed = [line for line in lines if line["event"] == "a turn failed"]
    assert [(line["loop"], str(line["exc_info"])) for line in failed] == [("test", "broken on purpose")]


def test_an_expected_error_is_one_line_without_its_trace():
    turns = Turns(fails=1)
    with capture_logs() as lines:
        loop = Loop("test", turns, expected=ValueError)
        loop.start()
        assert turns.reached(2)
        loop.stop(WITHIN_S)

    (line,) = [line for line in lines if line.get("loop") == "test"]
    assert (line["event"], line["log_level"], line["reason"]) == (
        "a turn was not possible",
        "warning",
        "broken on purpose",
    )
    assert "exc_info" not in line


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_the_failure_s_hearer_raises_ends_the_thread():
    def raised(error: Exception) -> None:
        raise error

    turns = Turns(fails=2)
    loop = Loop("test", turns, failed=raised)
    loop.start()
    assert turns.reached(2)
    loop._thread.join(WITHIN_S)

    assert not loop.goes_on
    assert turns.count == 2
