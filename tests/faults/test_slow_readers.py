"""Readers that do not read (measures row 12): cut for a named reason, at little cost, with no harm to others.

A few of them, with stock clients beside them, are in tests/sockets/test_line.py.
"""

import os
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Copy, Say, Serve
from .load import START, STEP, House
from .many import Line, Many, room_for

STALLED, GOOD, SECONDS = 100, 100, 120
"""Readers of each bad kind, good ones, and how long it goes on."""

MEMORY_KB = 20_000
PONG_EVERY_S = 2.0


def memory_kb(house: House) -> int:
    status = Path(f"/proc/{house.server.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


class Bidding:
    """With it, two bidders outbid each other as fast as they are answered."""

    def __init__(self, house: House) -> None:
        self._people = [house.enter("bidder1"), house.enter("bidder2")]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._bid)
        self.last = 0

    def _bid(self) -> None:
        number = 0
        while not self._stop.is_set():
            answer = self._people[number % 2].bid("1", START + STEP * number)
            assert "seq" in answer, answer
            self.last = answer["seq"]
            number += 1

    def __enter__(self) -> "Bidding":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        for person in self._people:
            person.leave()


def p99(lines: list[Line]) -> float:
    late = sorted(each for line in lines for each in line.late_ms)
    for line in lines:
        line.late_ms.clear()
    return late[int(len(late) * 0.99)]


def forge(lines: list[Line]) -> Callable[[], bool]:
    """Send pongs without pings now and then, as an attacker does to seem alive; never true."""
    last_s = 0.0

    def beat() -> bool:
        nonlocal last_s
        if time.monotonic() - last_s > PONG_EVERY_S:
            last_s = time.monotonic()
            for line in lines:
                line.say("3")
        return False

    return beat


@pytest.mark.skipif(not os.environ.get("LONG"), reason="LONG=1: a few are in tests/sockets/test_line.py")
@pytest.mark.timeout(400)
def test_who_does_not_read_is_cut_costs_little_and_keeps_nobody_waiting(tmp_path, staged: Copy, serve: Serve, say: Say):
    """Row 12: half of them say nothing any more, half forge pongs; a good reader's number never jumps."""
    room_for(4 * STALLED + GOOD)
    cast = staged(tmp_path)
    house = House(serve(tmp_path, {"AUCTION_BIDS_PER_SECOND": "5000"}), cast)
    house.open("1")
    many = Many(house.server.port, cast.slug)
    good = many.add(GOOD)
    with Bidding(house) as bidding:
        many.run(lambda: False, SECONDS / 6)
        before_ms, before_kb = p99(good), memory_kb(house)
        stalled, forging = many.add(STALLED, reads=False), many.add(STALLED, reads=False)
        assert many.run(lambda: all(line.joined for line in stalled + forging), 20)
        beat, until_s, most_kb = forge(forging), time.monotonic() + SECONDS, 0
        while time.monotonic() < until_s:
            many.run(beat, 1)
            most_kb = max(most_kb, memory_kb(house))
        during_ms = p99(good)
        again = many.add(1)
        assert many.run(lambda: again[0].joined, 5)
    assert many.run(lambda: all(line.seq == bidding.last for line in (*good, *again)), 10)
    many.close()

    say(
        f"{STALLED} stalled + {STALLED} forging for {SECONDS} s, {bidding.last} events: memory + "
        f"{(most_kb - before_kb) / 1000:.1f} MB, p99 of the others {before_ms:.0f} -> {during_ms:.0f} ms"
    )
    reasons = set(re.findall(r"socket cut\s+reason=(\w+)", house.server.log))
    assert house.server.log.count("socket cut") == 2 * STALLED
    assert reasons <= {"slow", "stalled", "silent"}
    assert most_kb - before_kb < MEMORY_KB
    assert [line.missed for line in good] == [0] * GOOD
    assert not any(line.is_cut for line in good)
