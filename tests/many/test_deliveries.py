"""Screens over several processes, whose connections are cut at random: all of them end with the same stream.

The history checker says so too, of everything that each of them was told: 0 inversions, 0 missing.
"""

import os
import random
import threading
from pathlib import Path

import pytest
import structlog

from tests.recorder import Recorder, checked
from tests.serving import PATIENCE_S, wait_for

from .machines import house
from .play import Bidding, assert_nothing_is_lost, bidder_at, compare, open_lot, watching

log = structlog.get_logger()
LONG = os.environ.get("LONG") == "1"
SCREENS, EVENTS, LONGEST_S = (100, 10_000, 10.0) if LONG else (12, 240, 1.5)
PAUSE_S = 0.02
"""Bids are paced so that the longest cut is within the thousand events that a process keeps at hand."""


class Histories:
    """A recorder for each screen that asks for one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.recorders: list[Recorder] = []

    def __call__(self, name: str) -> Recorder:
        self.recorders.append(Recorder(self._folder / f"{name}.jsonl", name))
        return self.recorders[-1]


class Scissors:
    """Cuts a random screen off for a random while, again and again."""

    def __init__(self, screens, every_s: float, seed: int) -> None:
        self._screens, self._every_s = screens, every_s
        self._chance = random.Random(seed)
        self._stop = threading.Event()
        self.cuts = 0
        self._thread = threading.Thread(target=self._cut)
        self._thread.start()

    def _cut(self) -> None:
        while not self._stop.wait(self._chance.expovariate(1 / self._every_s)):
            screen = self._chance.choice(self._screens)
            if screen.joined.is_set():
                screen.cut(0.1 * (LONGEST_S / 0.1) ** self._chance.random())
                self.cuts += 1

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


@pytest.mark.timeout(1800 if LONG else 600)
@pytest.mark.parametrize("processes", [2, 4] if LONG else [2])
def test_every_screen_ends_with_the_same_stream_whatever_is_cut(tmp_path, database_url, valkey, processes):
    with house(tmp_path, database_url, processes, broker_url=valkey.url) as made:
        keep = Histories(tmp_path)
        desk = open_lot(made.urls[:1], made.cast, keep=keep)
        screens = watching(made.urls, made.cast.slug, SCREENS, keep)
        bidders = [bidder_at([made.urls[number % processes]], made.cast, number, keep) for number in (1, 2, 3)]
        bidding = Bidding(bidders, EVENTS, PAUSE_S)
        scissors = Scissors(screens, 0.2 if LONG else 0.7, processes)
        bidding.end(1500 if LONG else 100)
        scissors.stop()
        wait_for(lambda: all(each.joined.is_set() for each in screens), LONGEST_S + PATIENCE_S)
        events = compare([*screens, *bidders], desk)

        found = checked(made.servers[0], made.cast.slug, keep.recorders)
        assert found.ok, found.findings.lines()
        assert found.figures["clients"] == SCREENS + 4
        assert_nothing_is_lost(bidding, events, made.parts(), made.cast.sale)
        ends = [events[-1]["seq"]] * len(screens)
        assert [each.stream[-1][0] for each in screens] == ends
        for each in screens:
            numbers = [number for number, _ in each.stream]
            assert numbers == list(range(numbers[0], events[-1]["seq"] + 1)), "nothing is missing"
            assert [what for what, _ in each.history].count("snapshot") == 1, "what was missed came one by one"
        delivered = sum(len(each.stream) for each in screens)
        assert delivered >= SCREENS * EVENTS * 0.99
        assert scissors.cuts >= SCREENS / 2
        assert found.figures["events_received"] >= delivered
        log.info("all screens agree", deliveries=delivered, cuts=scissors.cuts, processes=processes)
