"""A timed, a Dutch and a sealed lot in real browsers: two bidders with wrong clocks, the auctioneer, the hall."""

import json
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.serving import Server, stage, wait_for

from .test_story import DESKTOP, PHONE, Screen, bid, call

S = 1000
WRONG_BY_MS = (90_000, -3_600_000)
WRONG_CLOCK = "{ const right = Date.now.bind(Date); Date.now = () => right() + %d; }"
STEP = {"fixed_minor": 500_000}
TIMED = {
    "start_minor": 10_000_000,
    "increment": STEP,
    "own": {"ends_ms": 12 * S, "window_ms": 6 * S, "extend_ms": 8 * S},
}
FALLING = {"floor_minor": 10_000_000, "step_minor": 1_000_000, "tick_ms": S}
DUTCH = {"start_minor": 30_000_000, "own": FALLING}
SEALED = {"start_minor": 10_000_000, "own": {"ends_ms": 12 * S, "offers": "raise"}}
LOTS = [{"format": name, **terms} for name, terms in (("timed", TIMED), ("dutch", DUTCH), ("sealed", SEALED))]
LOTS.append({"start_minor": 10_000_000, "increment": STEP})


@dataclass
class Saleroom:
    """Everybody's screens; the auctioneer holds the gavel."""

    url: str
    server: subprocess.Popen
    desk: Screen
    first: Screen
    second: Screen
    hall: Screen

    @property
    def everybody(self) -> tuple[Screen, ...]:
        return (self.desk, self.first, self.second, self.hall)

    def record(self) -> list[dict[str, Any]]:
        """The public events so far."""
        lines = self.hall.page.request.get(f"{self.url}/sales/story/record.jsonl").text().splitlines()
        return [json.loads(line)["event"] for line in lines[:-1]]

    def last(self, kind: str) -> dict[str, Any]:
        return next(event for event in reversed(self.record()) if event["kind"] == kind)

    def open(self, lot: str) -> None:
        """The auctioneer chooses a lot of the list and opens it."""
        self.desk.live("queue").locator("li", has_text=re.compile(f"^{lot}")).locator("button").click()
        expect(self.desk.live("open-text")).to_have_text(f"Open lot {lot}")
        call(self.desk, "n", "open_lot")
        for screen in self.everybody:
            expect(screen.live("lot")).to_have_text(f"Lot {lot}")
            expect(screen.live("timing")).to_be_visible()


@pytest.fixture
def room(chromium: Browser, tmp_path: Path) -> Iterator[Saleroom]:
    cast = stage(tmp_path, LOTS, bidders=2, slug="story")
    server = Server(tmp_path).start()
    bidders = []
    for number, wrong_by_ms in enumerate(WRONG_BY_MS, 1):
        bidder = Screen.of(chromium, PHONE)
        bidder.page.add_init_script(WRONG_CLOCK % wrong_by_ms)
        bidders.append(bidder.enter(server.url, cast.links[f"bidder{number}"], "/sales/story/live"))
    desk = Screen.of(chromium, DESKTOP).enter(server.url, cast.links["auctioneer"], "/sales/story/console")
    hall = Screen.of(chromium, DESKTOP)
    hall.page.goto(f"{server.url}/sales/story/hall")
    desk.page.get_by_role("button", name="Take the gavel").click()
    expect(desk.live("gavel")).to_be_hidden()
    room = Saleroom(server.url, server.process, desk, *bidders, hall)
    yield room
    server.stop()
    assert [screen.problems for screen in room.everybody] == [[], [], [], []]


def left_s(screen: Screen) -> int:
    """What a screen's countdown shows, in seconds."""
    minutes, seconds = screen.live("countdown").inner_text().split(":")
    return 60 * int(minutes) + int(seconds)


def test_a_timed_lot_ends_by_the_servers_clock_and_a_late_bid_extends_it(room: Saleroom):
    room.open("1")
    opened = room.last("lot_opened")
    assert max(left_s(screen) for screen in room.everybody) <= 13  # a countdown rounds up
    room.second.page.evaluate("(" + "() => " + WRONG_CLOCK % 45_000 + ")")  # 08_18: the phone's clock is corrected
    assert abs(left_s(room.second) - left_s(room.hall)) <= 1
    assert all(name in room.desk.page.content() for name in ("timed auction", "Time left"))
    expect(room.desk.page.locator("[data-do=hammer]")).to_be_disabled()
    bid(room.first)
    expect(room.second.live("standing")).to_contain_text("Paddle 101 leads")

    expect(room.second.live("timing-label")).to_contain_text("Closing")
    bid(room.second)
    expect(room.first.live("timing-note")).to_have_text("Extended by a bid")
    expect(room.first.live("standing")).to_contain_text("outbid")
    placed = room.last("bid_placed")
    assert placed["deadline_ms"] == placed["arrived_ms"] + 8 * S > opened["deadline_ms"]

    expect(room.second.live("standing")).to_contain_text("You won lot")
    expect(room.first.live("bid")).to_be_disabled()
    sold = room.last("lot_sold")
    assert (sold["ended_at_ms"], sold["ended_by"], sold["paddle"]) == (placed["deadline_ms"], "clock", "102")
    for screen in (room.first, room.second, room.hall):
        expect(screen.live("price")).to_have_text("¥105,000")
        expect(screen.live("timing")).to_be_hidden()
    expect(room.hall.live("sold")).to_be_visible()


def test_08_06_every_screen_says_that_nobody_could_bid_and_counts_to_the_later_end(room: Saleroom):
    room.open("1")
    room.server.send_signal(signal.SIGSTOP)
    time.sleep(2)
    room.server.send_signal(signal.SIGCONT)
    for screen in room.everybody:
        expect(screen.live("timing-note")).to_have_text("Extended: no bid was possible for a while")
    expect(room.desk.live("ticker")).to_contain_text("the end moves: lots 1 (a fault of the system)")
    moved = room.last("deadline_moved")
    assert moved["deadlines_ms"]["1"] - room.last("lot_opened")["deadline_ms"] == moved["at_ms"] - moved["since_ms"]
    assert abs(left_s(room.second) - left_s(room.hall)) <= 1


def test_a_dutch_lot_falls_on_every_screen_alike_and_the_first_to_take_it_has_it(room: Saleroom):
    room.open("2")
    origin_ms = room.last("lot_opened")["at_ms"]
    for screen in room.everybody:
        shown = screen.live("ask" if screen is room.desk else "price")
        expect(shown).to_have_text("¥280,000")

    call(room.desk, "b", "pause")
    call(room.desk, "b", "pause")
    expect(room.first.live("standing")).to_contain_text("Paused")
    stands_at = room.first.live("price").inner_text()
    time.sleep(2.2)
    assert room.first.live("price").inner_text() == room.hall.live("price").inner_text() == stands_at
    call(room.desk, "b", "pause")
    expect(room.second.live("bid")).to_be_enabled()

    expect(room.second.live("bid-text")).to_have_text("Take it at ¥250,000")
    room.second.live("bid").click()
    expect(room.second.live("standing")).to_contain_text("You won lot")
    expect(room.first.live("standing")).to_contain_text("Sold to Paddle 102")
    expect(room.first.live("bid")).to_be_disabled()
    sold, resumed, paused = room.last("lot_sold"), room.last("lot_resumed"), room.last("lot_paused")
    ran_ms = sold["ended_at_ms"] - origin_ms - (resumed["at_ms"] - paused["at_ms"])
    assert sold["hammer_minor"] == 30_000_000 - ran_ms // S * 1_000_000
    assert sold["hammer_minor"] <= 25_000_000, "never more than the button said"
    expect(room.hall.live("sold")).to_be_visible()


def seal(bidder: Screen, amount: str) -> None:
    envelope = bidder.live("envelope")
    envelope.locator("input").fill(amount)
    bidder.live("seal").click()
    bidder.live("sure").get_by_role("button", name="Yes").click()
    expect(bidder.live("my-offer")).to_contain_text(f"¥{int(amount):,}")


def ways_to_write(yuan: int) -> tuple[str, ...]:
    return (f"{yuan}", f"{yuan:,}", f"{100 * yuan}")


def test_nobody_hears_of_a_sealed_offer_before_the_opening(room: Saleroom):
    low, raised, high = 123_457, 187_651, 234_569
    room.open("3")
    expect(room.first.live("envelope")).to_contain_text("Until the opening no one sees your offer")
    expect(room.desk.page.locator("[data-do=open_offers]")).to_be_disabled()
    seal(room.first, str(low))
    seal(room.second, str(high))
    seal(room.first, str(raised))
    expect(room.first.live("standing")).to_have_text("Your offer is sealed")
    expect(room.first.live("timing-label")).to_contain_text("is over")
    expect(room.first.live("seal-form")).to_be_hidden()
    expect(room.desk.page.locator("[data-do=open_offers]")).to_be_enabled()

    first, second = (*ways_to_write(low), *ways_to_write(raised)), ways_to_write(high)
    for screen in (room.first, room.second, room.hall):
        screen.read_again()
    assert room.hall.heard_of(*first, *second) == room.desk.heard_of(*first, *second) == []
    assert room.second.heard_of(*first) == room.first.heard_of(*second) == []
    assert set(room.first.heard_of(*first)) >= {"12345700", "18765100"}, "his own: or nothing would be found anywhere"

    call(room.desk, "o", "open_offers")
    for screen in room.everybody:
        ranks = screen.live("ranking").locator("li")
        expect(ranks).to_have_text([re.compile("Paddle 102.*¥234,569"), re.compile("Paddle 101.*¥187,651")])
    expect(room.second.live("standing")).to_contain_text("You won lot")
    wait_for(lambda: room.hall.heard_of("18765100", "23456900") == ["18765100", "23456900"])
    assert room.last("lot_sold")["hammer_minor"] == 100 * high


def test_several_lots_are_open_at_once_and_everybody_chooses(room: Saleroom):
    room.open("3")
    room.open("2")
    call_next = room.desk.live("queue").locator("li", has_text=re.compile("^4")).locator("button")
    call_next.click()
    call(room.desk, "n", "open_lot")
    expect(room.first.live("lot")).to_have_text("Lot 4")
    expect(room.desk.live("open-lots").locator("tr")).to_have_count(3)

    room.first.live("tabs").get_by_role("button", name="Lot 3").click()
    expect(room.first.live("envelope")).to_be_visible()
    bid(room.second)
    expect(room.second.live("standing")).to_contain_text("You lead")
    expect(room.first.live("lot")).to_have_text("Lot 3")
    room.desk.page.keyboard.press("ArrowUp")
    expect(room.desk.live("lot")).to_have_text("Lot 3")
    expect(room.desk.page.locator("[data-do=hammer]")).to_be_disabled()
    room.desk.page.keyboard.press("Escape")
    expect(room.desk.live("lot")).to_have_text("Lot 4")
    call(room.desk, "h", "hammer")
    room.desk.page.keyboard.press("h")
    expect(room.second.live("standing")).to_contain_text("You won lot")
    room.first.live("queue").get_by_role("button").nth(3).click()
    expect(room.first.live("standing")).to_contain_text("Sold to Paddle 102")
