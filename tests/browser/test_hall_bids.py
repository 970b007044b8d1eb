"""Bids of the hall: those without a paddle wait on the console; the bidder's notice and channel; held paddles."""

from playwright.sync_api import expect

from tests.serving import Person, wait_for

from .test_presses import House, house  # noqa: F401 - a fixture
from .test_story import bid, call

FLOOR = {"do": "floor_bid", "lot": "1"}


def open_lot(room: House) -> tuple:
    desk, watcher = room.desk(), room.come("bidder3")
    call(desk, "n", "open_lot")
    expect(desk.live("status")).to_have_text("open")
    return desk, watcher


def kinds(watcher: Person, kind: str) -> list:
    return [event for event in watcher.events if event["kind"] == kind]


def test_08_02_an_overtaken_bid_in_the_room_waits_on_the_console_until_it_is_assigned_or_voided(house):  # noqa: F811
    room = house()
    desk, watcher = open_lot(room)
    phone = room.phone()
    for _ in range(2):  # a person in the room, overtaken by a phone, and again
        desk.live("floor").locator("button").click()
        expect(desk.live("leader")).to_have_text("In the room")
        phone.page.wait_for_timeout(2_100)  # the amount has been read: a faster press only shows it
        bid(phone)
        expect(desk.live("leader")).to_have_text("Paddle 101")
    rows = desk.live("rooms").locator("li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("In the room, without a paddle: ¥200,000")
    call(desk, "h", "hammer")
    expect(desk.live("said")).to_have_text("Type the paddle of the bid in the room.")

    rows.first.locator("input").fill("104")
    rows.first.locator("input").press("Enter")
    expect(desk.live("said")).to_have_attribute("data-kind", "bad")  # no such paddle
    rows.first.locator("input").fill("102")
    rows.first.locator("input").press("Enter")
    expect(desk.live("said")).to_have_attribute("data-kind", "bad")  # he bids online only
    second = room.phone(2)
    second.live("channel").select_option("both")
    expect(second.live("said")).to_have_text("You bid online and in the hall")
    rows.first.locator("input").fill("102")
    rows.first.locator("input").press("Enter")
    expect(rows).to_have_count(1)
    expect(second.live("floor-text")).to_contain_text("A bid in the room was given your number, lot 1")
    second.live("floor-seen").click()
    expect(second.live("floor-notice")).to_be_hidden()

    rows.first.get_by_role("button", name="Void").click()
    expect(desk.live("asking-text")).to_have_text("Take back the bid of ¥220,000 in the room? Say why.")
    desk.page.keyboard.press("1")
    expect(rows).to_have_count(0)
    expect(desk.live("price")).to_have_text("¥230,000")
    assert wait_for(lambda: kinds(watcher, "bid_voided"))[0]["reason"] == "MISHEARD"
    call(desk, "h", "hammer")
    desk.page.keyboard.press("h")
    expect(phone.live("standing")).to_contain_text("You won lot")


def test_08_02_a_floor_bid_in_my_number_is_told_to_me_at_once(house):  # noqa: F811
    room = house()
    desk, _ = open_lot(room)
    phone = room.phone()
    desk.live("floor").locator("input[name=paddle]").fill("101")
    desk.live("floor").locator("button").click()
    expect(desk.live("said")).to_have_attribute("data-kind", "bad")  # the paddle bids online only
    phone.live("channel").select_option("floor")
    expect(phone.live("said")).to_have_text("You bid in the hall only")
    desk.live("floor").locator("input[name=paddle]").fill("101")
    desk.live("floor").locator("button").click()
    expect(phone.live("floor-text")).to_contain_text("A floor bid of ¥200,000 was entered in your number, lot 1")


def test_08_04_the_desk_sees_a_held_leader_and_sells_to_it_only_on_purpose(house, tmp_path):  # noqa: F811
    room = house()
    desk, watcher = open_lot(room)
    phone = room.phone()
    bid(phone)
    expect(desk.live("leader")).to_have_text("Paddle 101")
    organizer = room.enter("organizer", {"width": 1280, "height": 800}, "").page
    organizer.goto(f"{room.server.url}/organizer/sales/{room.cast.slug}/bidders")
    row = organizer.locator(".paddle", has_text="101").locator("xpath=ancestor::*[.//summary][1]")
    row.locator("summary").first.click()
    row.locator("select[name=reason]").first.select_option("SUSPENDED")
    row.get_by_role("button", name="Hold").first.click()
    expect(desk.live("rooms")).to_contain_text("Paddle 101 is held (suspended); its bids bind")
    expect(desk.live("ticker")).to_contain_text("Paddle 101 is held")
    expect(phone.live("bid-note")).to_contain_text("suspended")
    call(desk, "h", "hammer")
    expect(desk.live("hammer-text")).to_contain_text("Paddle 101 is held. Sell lot 1 to it for ¥200,000 all the same?")
    desk.page.keyboard.press("h")
    assert wait_for(lambda: kinds(watcher, "lot_sold"))[0]["paddle"] == "101"
