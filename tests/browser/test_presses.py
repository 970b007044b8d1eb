"""What a press means: no sum slips, what became of a bid is what the stream says, what binds takes two presses."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from auction.people.accounts import Purpose, Role
from tests.serving import Cast, Person, Server, parts_for, stage, wait_for

from .test_story import DESKTOP, PHONE, Screen, bid, call

LOT = {"start_minor": 20_000_000, "increment": {"fixed_minor": 1_000_000}}


class House:
    """A served sale: `enter` opens a signed-in screen on it, `come` connects a person without one."""

    def __init__(self, chromium: Browser, folder: Path, cast: Cast) -> None:
        self.chromium, self.cast, self.folder = chromium, cast, folder
        self.server = Server(folder).start()
        self.people: list[Person] = []

    def enter(self, name: str, size: dict, path: str) -> Screen:
        screen = Screen.of(self.chromium, size)
        return screen.enter(self.server.url, self.cast.links[name], f"/sales/{self.cast.slug}/{path}")

    def phone(self, number: int = 1) -> Screen:
        screen = self.enter(f"bidder{number}", PHONE, "live")
        expect(screen.live("connection")).to_have_attribute("data-link", "live")
        return screen

    def desk(self) -> Screen:
        desk = self.enter("auctioneer", DESKTOP, "console")
        desk.page.get_by_role("button", name="Take the gavel").click()
        expect(desk.live("gavel")).to_be_hidden()
        return desk

    def come(self, name: str, part: str = "bidder") -> Person:
        person = Person(self.server.url)
        person.http.headers["Accept-Language"] = "en"
        person.enter(self.cast.links[name])
        person.connect(self.cast.slug, part, headers={"Accept-Language": "en"})
        self.people.append(person)
        return person

    def stop(self) -> None:
        for person in self.people:
            person.leave()
        self.server.stop()


@pytest.fixture
def house(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., House]]:
    made: list[House] = []

    def make(*lots: dict[str, Any], **terms: Any) -> House:
        made.append(House(chromium, tmp_path, stage(tmp_path, list(lots) or [LOT, LOT], **terms)))
        return made[0]

    yield make
    for each in made:
        each.stop()


def bids_of(watcher: Person, paddle: str) -> list[int]:
    return [e["amount_minor"] for e in watcher.events if e["kind"] == "bid_placed" and e["paddle"] == paddle]


def type_into(screen: Screen, form: str, text: str) -> None:
    screen.live(form).locator("input[name=amount]").fill(text)
    screen.live(form).locator("input[name=amount]").press("Enter")


# --- 15: sums ---


def test_08_15_a_sum_far_above_the_next_is_asked_once_more_in_figures_and_words(house):
    room = house()
    desk = room.come("auctioneer", "desk")
    desk.call("take_gavel")
    desk.call("open_lot", lot="1")
    phone = room.phone()
    phone.live("more").locator("summary").click()
    type_into(phone, "other-form", "30万")
    expect(phone.live("sure-text")).to_contain_text("¥300,000 (300 thousand) is far above the next amount of ¥200,000")
    phone.live("sure").get_by_role("button", name="No").click()
    type_into(phone, "other-form", "1250,50")
    expect(phone.live("said")).to_contain_text("A comma stands before three digits")
    type_into(phone, "other-form", "200000.50")
    expect(phone.live("said")).to_contain_text("Only whole amounts")
    assert bids_of(desk, "101") == []
    type_into(phone, "other-form", "29.9万")
    expect(phone.live("said")).to_contain_text("¥299,000 leads")


def test_08_15_an_ask_that_has_just_jumped_is_shown_by_the_first_press(house):
    room = house()
    desk = room.come("auctioneer", "desk")
    desk.call("take_gavel")
    desk.call("open_lot", lot="1")
    phone = room.phone()
    expect(phone.live("bid")).to_be_enabled()
    assert desk.call("set_ask", lot="1", amount_minor=230_000_000)["code"] == "FAR_FROM_ASK"
    assert "seq" in desk.call("set_ask", lot="1", amount_minor=230_000_000, sure=True)
    expect(phone.live("bid-text")).to_have_text("Bid ¥2,300,000")
    bid(phone)
    expect(phone.live("said")).to_contain_text("gone up to ¥2,300,000 (2.3 million). Press again")
    assert bids_of(desk, "101") == []
    bid(phone)
    expect(phone.live("standing")).to_have_text("You lead")
    assert bids_of(desk, "101") == [230_000_000]


def test_08_15_a_bid_on_an_ask_that_has_fallen_far_since_it_was_seen_is_refused(house):
    room = house()
    desk, bidder = room.come("auctioneer", "desk"), room.come("bidder1")
    desk.call("take_gavel")
    desk.call("open_lot", lot="1")
    answer = bidder.ask("bid", lot="1", amount_minor=230_000_000, seen_ask_minor=230_000_000, key="a")
    assert (answer["code"], answer["params"]) == ("FAR_FROM_ASK", {"minimum_minor": 20_000_000})
    assert "seq" in bidder.ask("bid", lot="1", amount_minor=60_000_000, seen_ask_minor=20_000_000, key="b")


def test_08_15_the_console_enters_a_sum_far_above_the_next_twice(house):
    room = house()
    desk = room.desk()
    call(desk, "n", "open_lot")
    expect(desk.live("ask")).to_have_text("¥200,000")
    type_into(desk, "ask-form", "2300000")
    expect(desk.live("said")).to_contain_text("Ask for ¥2,300,000 (2.3 million), where the next amount is ¥200,000?")
    expect(desk.live("ask")).to_have_text("¥200,000")
    desk.live("ask-form").locator("input").press("Enter")
    expect(desk.live("ask")).to_have_text("¥2,300,000")

    type_into(desk, "floor", "5000000")
    expect(desk.live("said")).to_contain_text("A floor bid of ¥5,000,000 (5 million)")
    type_into(desk, "floor", "6000000")  # another sum is another first press
    expect(desk.live("said")).to_contain_text("A floor bid of ¥6,000,000 (6 million)")
    expect(desk.live("price")).to_have_text("–")
    desk.live("floor").locator("input[name=amount]").press("Enter")
    expect(desk.live("price")).to_have_text("¥6,000,000")


# --- 16: what became of my bid ---


def test_08_16_what_became_of_a_bid_is_what_the_stream_says(house):
    room = house()
    desk = room.come("auctioneer", "desk")
    desk.call("take_gavel")
    desk.call("open_lot", lot="1")
    phone = room.phone()
    bid(phone)
    expect(phone.live("said")).to_have_text("Received: your bid of ¥200,000 leads")
    desk.call("void_last", lot="1", reason="WRONG_PADDLE")
    expect(phone.live("said")).to_have_text("Your bid of ¥200,000 was taken back (wrong paddle) and does not count")
    expect(phone.live("standing")).to_have_text("No bid yet")
    bid(phone)
    expect(phone.live("said")).to_have_text("Received: your bid of ¥200,000 leads")
    desk.call("pass", lot="1")
    expect(phone.live("said")).to_have_text("Lot 1 was passed: your bid of ¥200,000 no longer binds you")


def test_08_16_a_late_bid_hears_how_late_and_for_which_lot_and_the_desk_sees_it(house):
    room = house()
    desk, bidder = room.desk(), room.come("bidder1")
    call(desk, "n", "open_lot")
    wait_for(lambda: [e for e in bidder.events if e["kind"] == "lot_opened"])
    call(desk, "p", "pass")
    wait_for(lambda: [e for e in bidder.events if e["kind"] == "lot_passed"])
    answer = bidder.bid("1", 20_000_000)
    assert answer["code"] == "NOT_LIVE"
    assert answer["params"]["lot"] == "1"
    assert 0 <= answer["params"]["late_ms"] < 60_000
    assert re.fullmatch(r"Lot 1 had ended: this came [\d.]+ m?s too late and does not count\.", answer["message"])
    expect(desk.live("late")).to_contain_text(re.compile(r"Too late by [\d.]+ m?s: Paddle 101, lot 1, ¥200,000"))
    assert bidder.ask("maximum", lot="1", max_minor=30_000_000, key="m")["params"]["lot"] == "1"
    expect(desk.live("late").locator("li")).to_have_count(2)
    expect(desk.live("late")).to_contain_text("amount secret")
    assert "30000000" not in desk.page.content() + json.dumps([str(each) for each in desk.heard])


# --- 17: two presses ---


def test_08_17_a_pass_with_a_leading_bid_a_void_and_a_withdrawal_take_a_second_press(house):
    room = house()
    desk, bidder = room.desk(), room.come("bidder1")
    call(desk, "n", "open_lot")
    expect(desk.live("status")).to_have_text("open")
    bidder.bid("1", 20_000_000)
    expect(desk.live("leader")).to_have_text("Paddle 101")

    call(desk, "p", "pass")
    expect(desk.live("said")).to_contain_text("Pass lot 1, although Paddle 101 leads at ¥200,000?")
    desk.page.keyboard.press("Escape")
    call(desk, "u", "void_last")
    expect(desk.live("asking-text")).to_contain_text("Take back the last bid on lot 1 (Paddle 101 leads at ¥200,000)?")
    bidder2 = room.come("bidder2")
    bidder2.bid("1", 21_000_000)  # the last bid is another by now
    expect(desk.live("asking")).to_be_hidden()
    expect(desk.live("status")).to_have_text("open")
    call(desk, "u", "void_last")
    desk.page.keyboard.press("2")
    expect(desk.live("leader")).to_have_text("Paddle 101")
    voided = wait_for(lambda: [e for e in bidder.events if e["kind"] == "bid_voided"])
    assert voided[0]["reason"] == "WRONG_PADDLE"

    desk.page.locator("[data-do=withdraw]").click()
    words = desk.live("reasons").locator("button")
    expect(words).to_have_text(
        [re.compile(each) for each in ("evidence about the title", "an authority", "a technical fault", "another")]
    )
    words.first.click()
    gone = wait_for(lambda: [e for e in bidder.events if e["kind"] == "lot_withdrawn"])
    assert gone[0]["reason"] == "TITLE_EVIDENCE"

    call(desk, "n", "open_lot")
    expect(desk.live("lot")).to_have_text("Lot 2")
    bidder.bid("2", 20_000_000)
    expect(desk.live("leader")).to_have_text("Paddle 101")
    call(desk, "p", "pass")
    call(desk, "p", "pass")
    expect(desk.live("status")).to_have_text("passed")


def test_08_17_after_a_take_over_the_old_hammer_is_off_and_the_new_holder_is_named(house, tmp_path):
    room = house()
    parts = parts_for(tmp_path)
    parts.engine.start()
    other = parts.accounts.create("a2@test.invalid", "Second Auctioneer", Role.AUCTIONEER)
    parts.staff.assign(room.cast.sale, other, None)
    room.cast.links["other"] = parts.accounts.make_link(Purpose.SIGN_IN, other)
    parts.engine.stop()
    parts.store.close()
    desk, bidder = room.desk(), room.come("bidder1")
    call(desk, "n", "open_lot")
    expect(desk.live("status")).to_have_text("open")
    bidder.bid("1", 20_000_000)
    expect(desk.live("leader")).to_have_text("Paddle 101")
    call(desk, "h", "hammer")
    expect(desk.live("hammer-text")).to_contain_text("Again to hammer")

    second = room.enter("other", DESKTOP, "console")
    expect(second.live("gavel-text")).to_have_text("Auctioneer holds the gavel.")
    second.page.keyboard.press("g")
    expect(second.live("said")).to_contain_text("Take the gavel from Auctioneer in the middle of lot 1?")
    expect(desk.live("gavel")).to_be_hidden()
    second.page.keyboard.press("g")
    expect(second.live("gavel")).to_be_hidden()
    expect(desk.live("gavel-text")).to_have_text("Second Auctioneer holds the gavel.")
    expect(desk.page.locator("[data-do=hammer]")).to_have_attribute("data-armed", "false")
    expect(desk.live("said")).to_contain_text("has taken the gavel")
    desk.page.keyboard.press("h")
    assert not [e for e in bidder.events if e["kind"] == "lot_sold"]


# --- 9: a leader below the reserve ---


def test_08_09_a_sole_bidder_below_the_reserve_is_pointed_to_his_maximum(house):
    room = house({**LOT, "reserve_minor": 50_000_000})
    desk = room.desk()
    call(desk, "n", "open_lot")
    phone = room.phone()
    bid(phone)
    expect(phone.live("standing")).to_have_text("You lead")
    phone.live("raise").click()
    expect(phone.live("maximum-form").locator("input")).to_be_focused()
    type_into(phone, "other-form", "220000")
    expect(phone.live("said")).to_have_text("You lead already. To go further, raise your maximum.")
    expect(desk.live("lamp-note")).to_contain_text("Paddle 101 cannot bid over himself; he may raise his maximum")
    expect(desk.live("hammer-text")).to_have_text("Hammer: below the reserve")
    call(desk, "h", "hammer")
    expect(desk.live("said")).to_have_text(
        "Lot 1 is below its reserve and cannot be sold. Paddle 101 may raise his maximum; else pass it."
    )
    assert "reserve" not in phone.page.locator("main").inner_text().lower()
    type_into(phone, "maximum-form", "500000")
    expect(phone.live("said")).to_have_text("Your maximum of ¥500,000 is set; you lead")
    expect(desk.live("lamp")).to_have_text("met")
    expect(desk.live("lamp-note")).to_have_text("")
