"""On the phone: a maximum for a lot to come is left, taken back, and taken at the opening (scenario, *Left before*)."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .test_presses import House, house  # noqa: F401 - the fixture

LOT = {"start_minor": 20_000_000, "increment": {"fixed_minor": 1_000_000}}
KEPT = Path(os.environ["PICTURES"]) if "PICTURES" in os.environ else None


def sure(phone) -> None:
    phone.live("sure").get_by_role("button", name="Yes, bid this").click()


@pytest.fixture
def room(house) -> House:  # noqa: F811 - the fixture
    return house(LOT, LOT)


def test_a_maximum_is_left_on_the_phone_taken_back_and_taken_at_the_opening(room):
    desk = room.come("auctioneer", "desk")
    desk.call("take_gavel")
    phone = room.phone()
    phone.live("left").locator("summary").click()
    form, said, mine = (phone.live(name) for name in ("left-form", "left-said", "left-list"))
    form.locator("select").select_option("2")
    form.locator("input").fill("1250,50")
    form.get_by_role("button").click()
    expect(said).to_contain_text("comma")
    form.locator("input").fill("40万")
    form.get_by_role("button").click()
    expect(phone.live("sure-text")).to_contain_text("¥400,000")
    sure(phone)
    expect(mine).to_contain_text("¥400,000")
    expect(said).to_have_text("Your maximum of ¥400,000 is left for lot 2")
    if KEPT:
        phone.page.screenshot(path=KEPT / "left-phone-en.png", full_page=True)
        phone.page.get_by_role("button", name="中文").first.click()
        expect(phone.live("connection")).to_have_attribute("data-link", "live")
        phone.live("left").locator("summary").click()
        phone.page.screenshot(path=KEPT / "left-phone-zh.png", full_page=True)
        return

    mine.get_by_role("button", name="Take back").click()
    expect(mine.locator("li")).to_have_count(0)
    form.locator("input").fill("400000")
    form.get_by_role("button").click()
    sure(phone)
    expect(mine).to_contain_text("¥400,000")
    desk.call("open_lot", lot="2")
    expect(mine.locator("li")).to_have_count(0)
    expect(phone.live("standing")).to_have_text("You lead")
    expect(phone.live("maximum")).to_have_text("¥400,000")
    assert phone.problems == []


def test_no_maximum_is_left_from_a_screen_that_is_not_live(room):
    phone = room.phone()
    phone.live("left").locator("summary").click()
    expect(phone.live("left-form").get_by_role("button")).to_be_enabled()
    phone.page.context.set_offline(True)
    expect(phone.live("lost")).to_be_visible()
    expect(phone.live("left-form").get_by_role("button")).to_be_disabled()
