"""Lots that end together, priority rights asked at each high and after the session, and what survives a reload."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.serving import Server, stage

from .test_story import DESKTOP, PHONE, Screen, bid, call

S = 1000
STEP = {"fixed_minor": 500_000}
ENGLISH = {"start_minor": 10_000_000, "increment": STEP}
SOFT = {"ends_ms": 14 * S, "window_ms": 12 * S, "extend_ms": 12 * S, "group": "g"}


@dataclass
class Room:
    """The holder of a priority right, another bidder, the auctioneer with the gavel, the hall."""

    url: str
    desk: Screen
    holder: Screen
    other: Screen
    hall: Screen

    @property
    def everybody(self) -> tuple[Screen, ...]:
        return (self.desk, self.holder, self.other, self.hall)


@pytest.fixture
def enter(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Room]]:
    rooms: list[tuple[Room, Server]] = []

    def make(*lots: dict[str, Any], mode: str = "A", days: int | None = None) -> Room:
        terms = {"priority_mode": mode, "priority_days": days}
        cast = stage(tmp_path, list(lots), bidders=2, slug="story", terms=terms, ranks={1: {"1": 1}})
        server = Server(tmp_path).start()
        bidders = [
            Screen.of(chromium, PHONE).enter(server.url, cast.links[name], "/sales/story/live")
            for name in ("bidder1", "bidder2")
        ]
        desk = Screen.of(chromium, DESKTOP).enter(server.url, cast.links["auctioneer"], "/sales/story/console")
        hall = Screen.of(chromium, DESKTOP)
        hall.page.goto(f"{server.url}/sales/story/hall")
        desk.page.get_by_role("button", name="Take the gavel").click()
        expect(desk.live("gavel")).to_be_hidden()
        rooms.append((Room(server.url, desk, *bidders, hall), server))
        return rooms[0][0]

    yield make
    for room, server in rooms:
        server.stop()
        assert [screen.problems for screen in room.everybody] == [[], [], [], []]


def hammer(desk: Screen) -> None:
    call(desk, "h", "hammer")
    desk.page.keyboard.press("h")


def test_a_list_opens_with_one_press_and_a_bid_on_one_lot_moves_the_end_of_all(enter):
    lot = {"format": "timed", **ENGLISH, "own": SOFT}
    room = enter(lot, lot, {**lot, "own": {**SOFT, "group": "h"}}, lot)
    room.desk.page.get_by_role("button", name="Open 3 timed lots: 1 to 4").click()
    expect(room.desk.live("open-lots").locator("tr")).to_have_count(3)
    room.holder.live("tabs").get_by_role("button", name="Lot 2").click()
    room.other.live("tabs").get_by_role("button", name="Lot 1").click()
    expect(room.holder.live("holds")).to_contain_text("Ends together with the other lots of group g.")

    expect(room.other.live("timing-label")).to_contain_text("Closing")
    bid(room.other)
    expect(room.holder.live("timing-note")).to_have_text("Extended with its group")
    expect(room.other.live("timing-note")).to_have_text("Extended by a bid")
    for screen in (room.holder, room.other):
        expect(screen.live("queue").locator("li[data-status=passed]")).to_have_count(2)
        expect(screen.live("queue").locator("li[data-status=sold]")).to_have_count(1)
        expect(screen.live("queue").locator("li[data-status=pending]")).to_have_count(1)


def test_b_the_hammer_waits_for_the_holder_who_is_asked_at_each_high(enter):
    room = enter(ENGLISH, mode="B")
    call(room.desk, "n", "open_lot")
    bid(room.other)
    expect(room.holder.live("right-text")).to_have_text("Paddle 102 leads. You may take the lot at the same price.")
    expect(room.other.live("right")).to_be_hidden()
    expect(room.desk.live("asked-text")).to_have_text("Asked whether they take it at ¥100,000: Paddle 101")
    expect(room.desk.page.locator("[data-do=hammer]")).to_be_disabled()
    expect(room.desk.live("hammer-text")).to_have_text("Hammer: first ask Paddle 101")

    room.holder.live("right-decline").click()
    expect(room.holder.live("right")).to_be_hidden()
    expect(room.desk.page.locator("[data-do=hammer]")).to_be_enabled()

    room.desk.live("floor").locator("[name=amount]").fill("105000")
    room.desk.live("floor").locator("button").click()
    expect(room.holder.live("right-take")).to_have_text("Take it at ¥105,000")
    room.holder.live("right-take").click()
    expect(room.holder.live("standing")).to_contain_text("You lead")
    expect(room.other.live("price")).to_have_text("¥105,000")
    bid(room.other)
    expect(room.desk.live("leader")).to_have_text("Paddle 102")
    room.desk.live("rooms").get_by_role("button", name="Void").click()  # it was overtaken, and has no paddle
    room.desk.page.keyboard.press("1")
    expect(room.desk.live("standing-out")).to_be_hidden()
    room.desk.live("asked-decline").click()
    expect(room.desk.live("asked")).to_be_hidden()
    hammer(room.desk)
    expect(room.other.live("standing")).to_contain_text("You won lot")


def test_08_10_c_while_the_right_is_open_nobody_has_won_and_everybody_sees_who_takes_the_lot(enter):
    room = enter(ENGLISH, ENGLISH, mode="C", days=5)
    call(room.desk, "n", "open_lot")
    bid(room.other)
    expect(room.holder.live("right")).to_be_hidden()
    hammer(room.desk)
    expect(room.other.live("standing")).to_contain_text(
        "It fell to you. It is yours unless a priority right is exercised"
    )
    expect(room.other.live("said")).to_contain_text("Lot 1 fell to you at ¥100,000. It is yours unless")
    expect(room.holder.live("standing")).to_contain_text(
        "The hammer fell to Paddle 102. A priority right may be exercised"
    )
    for screen in (room.other, room.holder):
        expect(screen.live("status")).to_have_text("hammer, right open")
        expect(screen.live("queue").locator("li").first).to_contain_text("¥100,000hammer, right open")
    expect(room.hall.live("sold")).to_be_hidden()
    page = room.hall.page.request.get(f"{room.url}/sales/story").text()
    assert "已落槌，待行权" in page
    assert "成交</span>" not in page
    expect(room.hall.live("call")).to_contain_text("A priority right may be exercised until")
    call(room.desk, "n", "open_lot")

    room.holder.page.reload()
    expect(room.holder.live("lot")).to_have_text("Lot 2")
    expect(room.holder.live("right-text")).to_contain_text("Lot 1 is sold for ¥100,000. You may take it at this price")
    room.holder.live("right-take").click()
    room.holder.live("sure").get_by_role("button", name="Yes").click()
    expect(room.holder.live("said")).to_have_text("You take it at ¥100,000")
    expect(room.other.live("ticker")).to_contain_text("Lot 1 goes to Paddle 101 by priority right, at the same price")
    expect(room.holder.live("right")).to_be_hidden()
    for screen in (room.other, room.holder):
        expect(screen.live("queue").locator("li").first).to_contain_text("¥100,000taken by right")
    page = room.hall.page.request.get(f"{room.url}/sales/story/lots/1").text()
    assert 'data-live="buyer">101</dd>' in page
    results = room.hall.page.request.get(f"{room.url}/sales/story/results.csv").text().lstrip("\ufeff")
    row = next(csv.DictReader(results.splitlines()))
    assert row["号牌号"] == "101"
    assert "102" in row.values(), "whom the hammer had fallen to"


def test_the_ranking_of_opened_offers_survives_a_reload_and_a_falling_ask_falls_on_the_public_page(enter):
    sealed = {"format": "sealed", "start_minor": 10_000_000, "own": {"ends_ms": 4 * S}}
    dutch = {
        "format": "dutch",
        "start_minor": 30_000_000,
        "own": {"floor_minor": 10_000_000, "step_minor": 1_000_000, "tick_ms": S},
    }
    room = enter(sealed, dutch)
    call(room.desk, "n", "open_lot")
    for screen, amount in ((room.holder, "123457"), (room.other, "234569")):
        screen.live("envelope").locator("input").fill(amount)
        screen.live("seal").click()
        screen.live("sure").get_by_role("button", name="Yes").click()
        expect(screen.live("my-offer")).to_be_visible()
    expect(room.desk.page.locator("[data-do=open_offers]")).to_be_enabled()
    call(room.desk, "o", "open_offers")
    expect(room.hall.live("ranking").locator("li")).to_have_count(2)
    for _ in range(25):  # more than a screen looks back
        call(room.desk, "b", "pause_sale")
    ranks = [re.compile("Paddle 102.*¥234,569"), re.compile("Paddle 101.*¥123,457")]
    room.other.page.reload()
    expect(room.other.live("ranking").locator("li")).to_have_text(ranks)

    public = room.hall.page
    public.goto(f"{room.url}/sales/story/lots/2")
    expect(public.locator("[data-live=now]")).to_be_hidden()
    call(room.desk, "n", "open_lot")
    expect(public.locator("[data-live=what]")).to_have_text("Asked now")
    for asked in ("¥280,000", "¥270,000"):
        expect(public.locator("[data-live=amount]")).to_have_text(asked)
    expect(public.locator("[data-live=clock-line]")).to_contain_text("Falls to")
    expect(public.locator("header [data-status]")).to_have_text("open")
    room.other.live("bid").click()
    expect(public.locator("[data-live=what]")).to_have_text("Hammer price")
    expect(public.locator("header [data-status]")).to_have_text("sold")
