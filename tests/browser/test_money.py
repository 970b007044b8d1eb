"""What a bidder pays in all, on his screen: under the button, beside what he types, within a budget, and at the end."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.serving import Person, Server, parts_for, stage

from .test_story import PHONE, Screen, bid

TERMS = {"buyer_commission": [[0, 500], [20_000_000, 300]], "deposit": {"share_bp": 1000}}
FALLING = {"floor_minor": 5_000_000, "step_minor": 100, "tick_ms": 60_000}
LOTS = [
    {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}},
    {"start_minor": 10_000_000, "format": "dutch", "own": FALLING},
    {"start_minor": 10_000_000, "format": "sealed", "own": {"ends_ms": 60_000}},
]


@pytest.fixture
def room(chromium: Browser, tmp_path: Path) -> Iterator[tuple[Screen, Screen, Person]]:
    """Two bidders of whom the first has laid down his deposit, and the auctioneer, who holds the gavel."""
    cast = stage(tmp_path, LOTS, bidders=2, slug="story", terms=TERMS)
    parts = parts_for(tmp_path)
    parts.engine.start()
    first = parts.registration.of_user(cast.sale, cast.users["bidder1"])
    parts.registration.deposit(first.id, cast.users["organizer"], arrived=True)
    parts.engine.stop()
    parts.store.close()
    server = Server(tmp_path).start()
    screens = [
        Screen.of(chromium, PHONE).enter(server.url, cast.links[f"bidder{number}"], "/sales/story/live")
        for number in (1, 2)
    ]
    desk = Person(server.url).enter(cast.links["auctioneer"])
    desk.connect("story", "desk")
    desk.call("take_gavel")
    yield screens[0], screens[1], desk
    desk.leave()
    server.stop()
    assert [screen.problems for screen in screens] == [[], []]


def test_the_button_says_what_the_next_amount_comes_to(room):
    first, second, desk = room
    desk.call("open_lot", lot="1")
    expect(first.live("bid-text")).to_have_text("Bid ¥100,000")
    expect(first.live("bid-all-in")).to_have_text("¥105,000 with commission")
    expect(second.live("bid")).to_be_disabled()
    expect(second.live("bid-note")).to_have_text("The deposit has not arrived.")
    expect(second.live("apply")).to_contain_text("Your deposit of ¥10,000 has not arrived")
    bid(first)
    expect(first.live("bid-text")).to_have_text("You lead")
    expect(first.live("bid-all-in")).to_have_text("")
    assert "seq" in desk.call("floor_bid", lot="1", paddle=None, amount_minor=21_000_000, sure=True)
    expect(first.live("bid-text")).to_have_text("Bid ¥215,000")
    expect(first.live("bid-all-in")).to_have_text("¥225,450 with commission")  # 200,000 at 5 %, 15,000 at 3 %


def test_a_maximum_and_a_budget_are_told_all_in(room):
    first, _, desk = room
    desk.call("open_lot", lot="1")
    first.live("more").locator("summary").click()
    field = first.live("maximum-form").locator("input")
    field.fill("30万")
    expect(first.live("maximum-all-in")).to_have_text("at most ¥313,000 with commission")
    field.fill("3x")
    expect(first.live("maximum-all-in")).to_have_text("")
    budget = first.live("budget-form")
    budget.locator("input").fill("10万")
    budget.locator("button").click()
    expect(first.live("budget-said")).to_have_text("The next amount is above this budget.")
    budget.locator("input").fill("225,449")
    budget.locator("button").click()
    expect(first.live("budget-said")).to_have_text("It pays for ¥210,000 (¥220,300 with commission).")
    expect(field).to_have_value("210,000")
    expect(first.live("maximum-all-in")).to_have_text("at most ¥220,300 with commission")
    first.live("maximum-form").locator("button").click()
    expect(first.live("maximum")).to_have_text("¥210,000 (¥220,300 with commission)")
    desk.call("fair_warning", lot="1")
    desk.call("hammer", lot="1")
    expect(first.live("standing")).to_have_text("You won lot 1 · pay ¥105,000 (commission ¥5,000)")
    expect(first.live("wins-all")).to_have_text("To pay in all, with commission: ¥105,000")


def test_a_falling_ask_and_a_sealed_offer_are_told_all_in(room):
    first, _, desk = room
    desk.call("open_lot", lot="2")
    expect(first.live("bid-text")).to_have_text("Take it at ¥100,000")
    expect(first.live("bid-all-in")).to_have_text("¥105,000 with commission")
    first.live("bid").click()
    expect(first.live("standing")).to_contain_text("You won lot 2 · pay ¥105,000")
    desk.call("open_lot", lot="3")
    first.live("envelope").locator("input").fill("20万")
    expect(first.live("offer-all-in")).to_have_text("¥210,000 with commission")
    first.live("seal").click()
    expect(first.live("sure-text")).to_contain_text("(¥210,000 with commission)")
    first.live("sure").get_by_role("button", name=re.compile("Yes")).click()
    expect(first.live("my-offer")).to_contain_text("¥200,000 (¥210,000 with commission)")
