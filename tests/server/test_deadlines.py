"""Deadlines and a server that was away: a short absence moves the ends, a long one pauses the sale."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auction.people.accounts import Purpose
from tests.faults.clock import WrongClock, wall_ms
from tests.serving import Person, Server, parts_for, stage, wait_for

pytestmark = pytest.mark.clock

S = 1000
SOFT = {"ends_ms": 6 * S, "window_ms": 2 * S, "extend_ms": 2 * S}
FALLING = {"floor_minor": 5_000_000, "step_minor": 500_000, "tick_ms": S}
LOTS: list[dict[str, Any]] = [
    {"format": "timed", "start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}, "own": SOFT},
    {"format": "dutch", "start_minor": 10_000_000, "own": FALLING},
    {"format": "sealed", "start_minor": 10_000_000, "own": {"ends_ms": 6 * S}},
]


class Saleroom:
    """A server that can be killed, and its auctioneer and bidders, who come back."""

    def __init__(self, folder: Path) -> None:
        self.clock = WrongClock.made(folder)
        self.folder, self.cast = folder, stage(folder, LOTS)
        self.server = Server(folder, self.clock.environ).start()
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

    def is_away(self, for_ms: int) -> None:
        """Kill it; by its own clock it comes back so much later, however long it takes to start on this machine."""
        self.server.stop(signal.SIGKILL)
        self.clock.stands_at(wall_ms() + for_ms)
        self.server.start()
        self.clock.is_wrong_by(0)

    def hangs(self, for_s: float) -> None:
        """The only process of the house does nothing for a while."""
        assert self.server.process is not None
        self.server.process.send_signal(signal.SIGSTOP)
        time.sleep(for_s)
        self.server.process.send_signal(signal.SIGCONT)


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
    """The first event of a kind that a client hears of."""
    return wait_for(lambda: next((event for event in person.events if event["kind"] == kind), None))


def opened(room: Saleroom) -> Person:
    """The auctioneer with all lots open."""
    desk = room.enter("auctioneer", "desk")
    assert "seq" in desk.call("take_gavel")
    for lot in ("1", "2", "3"):
        assert "seq" in desk.call("open_lot", lot=lot)
    return desk


def leads_until_the_last_moment(room: Saleroom) -> tuple[Person, int]:
    """The auctioneer, and the end of lot 1 on which a bidder leads; 300 ms are left."""
    bidder = room.enter("bidder1", "bidder")
    desk = opened(room)
    assert "seq" in bidder.bid("1", 10_000_000)
    deadline_ms = told(desk, "bid_placed")["deadline_ms"]
    time.sleep((deadline_ms - desk.ask("clock")["now_ms"] - 300) / S)
    return desk, deadline_ms


def record(room: Saleroom) -> list[dict[str, Any]]:
    """Every public event."""
    return Person(room.server.url).record("sale")


def first(events: list[dict[str, Any]], kind: str, **facts: Any) -> dict[str, Any]:
    return next(event for event in events if {"kind": kind, **facts}.items() <= event.items())


def test_08_06_a_restart_in_the_last_second_sells_nothing_and_leaves_an_extension_to_bid_in(room: Saleroom):
    _, deadline_ms = leads_until_the_last_moment(room)
    room.is_away(2_000)

    answer = room.enter("bidder2", "bidder").bid("1", 10_500_000)
    events = record(room)
    moved = first(events, "deadline_moved")
    assert (moved["reason"], set(moved["deadlines_ms"])) == ("SYSTEM_FAULT", {"1", "2", "3"})
    gap_ms = moved["at_ms"] - moved["since_ms"]
    assert moved["deadlines_ms"]["1"] == max(deadline_ms + gap_ms, moved["at_ms"] + SOFT["extend_ms"])
    assert moved["deadlines_ms"]["3"] == moved["at_ms"] + 60 * S
    sold = [event["ended_at_ms"] for event in events if event["kind"] == "lot_sold"]
    assert "seq" in answer or min(sold) >= moved["deadlines_ms"]["1"], "this machine was slower than the extension"


def test_08_06_a_process_that_hung_over_the_deadline_moves_it(room: Saleroom):
    desk, deadline_ms = leads_until_the_last_moment(room)
    room.hangs(2)
    moved = told(desk, "deadline_moved")
    assert moved["deadlines_ms"]["1"] >= moved["at_ms"] + SOFT["extend_ms"] > deadline_ms
    assert "lot_sold" not in [event["kind"] for event in desk.events if event["seq"] < moved["seq"]]


def test_an_absence_of_more_than_five_seconds_pauses_every_clock_where_it_stood(room: Saleroom):
    desk = opened(room)
    told(desk, "lot_opened")
    gone_ms = desk.ask("clock")["now_ms"]
    room.is_away(6_000)

    hall, desk = room.enter(None), room.enter("auctioneer", "desk")
    wait_for(lambda: snapshot(hall)["paused"])
    rows = {row[0]: row for row in snapshot(hall)["lots"]}
    assert [row[1] % 16 // 2 for row in rows.values()] == [3, 3, 3], "all are paused, although their time was over"
    since_ms = first(record(room), "sale_paused")["since_ms"]
    assert gone_ms - S < since_ms < gone_ms + 2 * S, "since the server was last there"
    assert {row[9] for row in rows.values()} == {since_ms}

    assert "seq" in desk.call("resume_sale")
    resumed = told(hall, "sale_resumed")
    away_ms = resumed["at_ms"] - since_ms
    events = record(room)
    ends_ms = {lot: first(events, "lot_opened", lot=lot)["deadline_ms"] + away_ms for lot in "123"}
    ends_ms["1"] = max(ends_ms["1"], resumed["at_ms"] + SOFT["extend_ms"])
    assert resumed["deadlines_ms"] == ends_ms
    bidder = room.enter("bidder1", "bidder")
    assert "seq" in bidder.bid("2", None)
    events = record(room)
    ticks = (first(events, "bid_placed", lot="2")["arrived_ms"] - ends_ms["2"]) // S + 11
    assert first(events, "lot_sold")["hammer_minor"] == 10_000_000 - ticks * 500_000, "from where it stood"
