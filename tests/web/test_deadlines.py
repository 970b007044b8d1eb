"""Deadlines and a killed server: a short absence changes nothing, a long one pauses the sale and takes no time."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auction.accounts import Purpose
from tests.serving import Person, Server, parts_for, stage, wait_for

S = 1000
SOFT = {"ends_ms": 3 * S, "window_ms": 2 * S, "extend_ms": 2 * S}
FALLING = {"floor_minor": 5_000_000, "step_minor": 500_000, "tick_ms": S}
LOTS: list[dict[str, Any]] = [
    {"format": "timed", "start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}, "own": SOFT},
    {"format": "dutch", "start_minor": 10_000_000, "own": FALLING},
    {"format": "sealed", "start_minor": 10_000_000, "own": {"ends_ms": 3 * S}},
]


class Saleroom:
    """A server that can be killed, and its auctioneer and bidders, who come back."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.cast, self.server = folder, stage(folder, LOTS), Server(folder).start()
        self.here: list[Person] = []

    def enter(self, name: str | None, part: str = "watcher") -> Person:
        person = Person(self.server.url)
        if name is not None:
            parts = parts_for(self.folder)
            person.enter(parts.accounts.make_link(Purpose.SIGN_IN, self.cast.users[name]))
            parts.store.close()
        person.connect(self.cast.slug, part)
        self.here.append(person)
        return person

    def is_away(self, for_s: float) -> None:
        self.server.stop(signal.SIGKILL)
        time.sleep(for_s)
        self.server.start()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Saleroom]:
    made = Saleroom(tmp_path)
    yield made
    for person in made.here:
        person.leave()
    made.server.stop()


def snapshot(person: Person) -> dict[str, Any]:
    """How the sale stands; not asked more often than a server bears."""
    time.sleep(0.1)
    return person.ask("since", seq=0)["snapshot"]


def told(person: Person, kind: str) -> dict[str, Any]:
    """The first event of a kind that somebody hears of."""
    return wait_for(lambda: next((event for event in person.events if event["kind"] == kind), None))


def opened(room: Saleroom) -> Person:
    """The auctioneer with all lots open."""
    desk = room.enter("auctioneer", "desk")
    assert "seq" in desk.call("take_gavel")
    for lot in ("1", "2", "3"):
        assert "seq" in desk.call("open_lot", lot=lot)
    return desk


def test_a_deadline_that_came_in_a_short_absence_is_met_at_once_and_as_it_was(room: Saleroom):
    desk = opened(room)
    assert "seq" in room.enter("bidder1", "bidder").bid("1", 10_000_000)
    deadline_ms = told(desk, "bid_placed")["deadline_ms"]
    time.sleep((deadline_ms - desk.ask("clock")["now_ms"] - 200) / S)
    room.is_away(0.3)

    hall = room.enter(None)
    row = wait_for(lambda: next((row for row in snapshot(hall)["lots"] if len(row) == 7), None))
    assert row[0] == "1"
    assert row[3:] == [10_000_000, "101", 1, deadline_ms]
    assert not snapshot(hall)["paused"]


def test_an_absence_of_more_than_five_seconds_pauses_every_clock_where_it_stood(room: Saleroom):
    desk = opened(room)
    told(desk, "lot_opened")
    gone_ms = desk.ask("clock")["now_ms"]
    room.is_away(6)

    hall, desk = room.enter(None), room.enter("auctioneer", "desk")
    wait_for(lambda: snapshot(hall)["paused"])
    rows = {row[0]: row for row in snapshot(hall)["lots"]}
    assert [row[1] % 16 // 2 for row in rows.values()] == [3, 3, 3], "all are paused, although their time was over"
    assert all(abs(row[9] - gone_ms) < 2 * S for row in rows.values()), "since the server was last there"

    assert "seq" in desk.call("resume_sale")
    resumed = told(hall, "sale_resumed")
    left_ms = {lot: deadline_ms - resumed["at_ms"] for lot, deadline_ms in resumed["deadlines_ms"].items()}
    assert left_ms["1"] >= SOFT["extend_ms"], "a full period"
    assert 1 * S < left_ms["3"] <= 3 * S
    assert 9 * S < left_ms["2"] <= 11 * S
    bidder = room.enter("bidder1", "bidder")
    assert "seq" in bidder.bid("1", 10_000_000)
    assert "seq" in bidder.bid("2", None)
    assert told(hall, "lot_sold")["hammer_minor"] >= 8_500_000, "the ask went on from where it stood"
