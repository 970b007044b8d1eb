"""A bidder's phone loses its connection: it says so, no bid is made from an old screen, and none is made twice."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.cable import Cable
from tests.serving import Cast, Person, Server, lot_row, parts_for, stage, wait_for

PHONE = {"width": 390, "height": 844}
LOST_WITHIN_S = 5.0
BACK_WITHIN_S = 1.0
DEAD = re.compile("No connection|Catching up|Checking")


@pytest.fixture
def cable() -> Iterator[Cable]:
    made = Cable()
    yield made
    made.pull()


@pytest.fixture
def hall(tmp_path: Path, cable: Cable) -> Iterator[tuple[Server, Cast]]:
    cast = stage(tmp_path)
    server = Server(tmp_path, {"AUCTION_PUBLIC_URL": cable.url}).start()
    cable.lead_to(server.port)
    yield server, cast
    server.stop()


@pytest.fixture
def come(hall: tuple[Server, Cast]) -> Iterator[Callable[..., Person]]:
    """come("bidder2"): a person of the cast without a screen, connected beside the cable."""
    server, cast = hall
    everybody: list[Person] = []

    def enter(name: str, part: str = "bidder") -> Person:
        person = Person(server.url).enter(cast.links[name])
        person.connect(cast.slug, part, transports=["polling"])  # says no origin: the cable's end alone is public
        everybody.append(person)
        return person

    yield enter
    for person in everybody:
        assert person.socket is not None
        person.socket.disconnect()


@pytest.fixture
def desk(come: Callable[..., Person]) -> Person:
    """The auctioneer, who has opened lot 1."""
    auctioneer = come("auctioneer", "desk")
    assert "seq" in auctioneer.call("take_gavel")
    assert "seq" in auctioneer.call("open_lot", lot="1")
    return auctioneer


@pytest.fixture
def phone(chromium: Browser, hall: tuple[Server, Cast], cable: Cable) -> Page:
    """Bidder 1's phone, signed in, not yet in the sale."""
    context = chromium.new_context(viewport=PHONE, locale="en-GB")
    page = context.new_page()
    page.goto(f"{cable.url}/link/{hall[1].links['bidder1']}?next=/sales/{hall[1].slug}/live")
    page.locator("main button").click()
    expect(page).to_have_url(f"{cable.url}/sales/{hall[1].slug}/live")
    return page


def part(page: Page, name: str) -> Locator:
    return page.locator(f'[data-live="{name}"]')


def bids_of(person: Person, paddle: str) -> list[int]:
    """What a paddle has bid since this person came in."""
    bids = [event for event in person.events if event["kind"] == "bid_placed"]
    return [event["amount_minor"] for event in bids if event["paddle"] == paddle]


def test_everything_a_bidder_needs_is_seen_without_scrolling(phone: Page, desk: Person):
    expect(part(phone, "bid")).to_be_enabled()
    for name in ("lot", "title", "price", "standing", "bid"):
        box = part(phone, name).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= PHONE["height"], name
    covered = part(phone, "standing").bounding_box()
    pad = part(phone, "pad").bounding_box()
    assert covered is not None
    assert pad is not None
    assert covered["y"] + covered["height"] < pad["y"]


@pytest.mark.clock
def test_a_lost_connection_is_shown_within_five_seconds_and_bidding_is_off(
    phone: Page, desk: Person, cable: Cable, come: Callable[..., Person]
):
    expect(part(phone, "bid")).to_be_enabled()
    expect(part(phone, "bid")).to_contain_text("100,000")
    cable.cut()
    cut_at = time.monotonic()
    expect(part(phone, "lost")).to_be_visible(timeout=LOST_WITHIN_S * 1000)
    assert time.monotonic() - cut_at < LOST_WITHIN_S
    expect(part(phone, "bid")).to_be_disabled()
    come("bidder2").bid("1", 10_000_000)

    cable.mend()
    expect(part(phone, "lost")).to_be_hidden(timeout=15_000)
    expect(part(phone, "bid")).to_be_enabled()
    expect(part(phone, "bid")).to_contain_text("105,000")
    expect(part(phone, "standing")).to_contain_text("102")


@pytest.mark.clock
def test_a_network_that_the_phone_itself_misses_is_shown_too_and_its_return_is_used_at_once(
    phone: Page, desk: Person, cable: Cable
):
    """Row 10: the attempts to come back hang by then, and would go on hanging."""
    expect(part(phone, "bid")).to_be_enabled()
    cable.cut()
    phone.context.set_offline(True)
    expect(part(phone, "lost")).to_be_visible(timeout=LOST_WITHIN_S * 1000)
    expect(part(phone, "bid")).to_be_disabled()
    phone.wait_for_timeout(6_000)
    cable.mend()
    phone.context.set_offline(False)
    expect(part(phone, "bid")).to_be_enabled(timeout=BACK_WITHIN_S * 1000)


def test_a_bid_whose_answer_is_lost_is_asked_again_and_made_once(phone: Page, desk: Person, cable: Cable):
    expect(part(phone, "bid")).to_be_enabled()
    cable.cut(only_down=True)
    part(phone, "bid").click()
    expect(part(phone, "said")).to_have_text("Checking …")
    expect(part(phone, "bid")).to_be_disabled()
    wait_for(lambda: bids_of(desk, "101") == [10_000_000])
    expect(part(phone, "lost")).to_be_visible()

    cable.mend()
    expect(part(phone, "said")).to_contain_text("¥100,000 leads")
    expect(part(phone, "standing")).to_have_text("You lead")
    assert bids_of(desk, "101") == [10_000_000]


def test_a_bid_that_never_arrived_is_made_when_the_connection_is_back(phone: Page, desk: Person, cable: Cable):
    expect(part(phone, "bid")).to_be_enabled()
    cable.cut()
    part(phone, "bid").click()
    expect(part(phone, "lost")).to_be_visible()
    assert bids_of(desk, "101") == []

    cable.mend()
    expect(part(phone, "said")).to_contain_text("¥100,000 leads")
    assert bids_of(desk, "101") == [10_000_000]


def test_08_14_no_form_is_live_unless_the_screen_is_and_nothing_pressed_offline_is_ever_sent(
    phone: Page, desk: Person, cable: Cable
):
    form = part(phone, "other-form")
    form.locator("xpath=ancestor::details[1]/summary").click()
    expect(form.locator("button")).to_be_enabled()
    form.locator("input").fill("100000")
    cable.cut()
    expect(part(phone, "lost")).to_be_visible()
    for name in ("other-form", "maximum-form"):
        expect(part(phone, name).locator("button")).to_be_disabled()
        expect(part(phone, name).locator("input")).not_to_be_editable()
    # as if the browser let it through all the same: a script, a key pressed a moment before
    phone.evaluate(
        """() => document.querySelector('[data-live="other-form"]').dispatchEvent(
            new SubmitEvent('submit', { bubbles: true, cancelable: true }))"""
    )
    expect(part(phone, "said")).to_contain_text("Not sent")
    cable.mend()
    expect(part(phone, "bid")).to_be_enabled()
    phone.wait_for_timeout(1500)
    assert bids_of(desk, "101") == []


def test_08_19_a_screen_comes_back_to_its_own_sale_also_when_another_has_its_address(
    phone: Page, desk: Person, cable: Cable, hall: tuple[Server, Cast]
):
    assert "seq" in desk.call("pass", lot="1")
    expect(part(phone, "standing")).to_contain_text("not sold")
    cable.cut()
    expect(part(phone, "lost")).to_be_visible()
    server, cast = hall
    parts = parts_for(server.instance)
    parts.engine.start()
    assert parts.sales.close(cast.sale, "desk").ok
    parts.sales.archive(cast.sale, "put-away")
    other = parts.sales.create(cast.slug, title_en="Another sale")
    step = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}}
    parts.sales.add_lots(other, [(lot_row("7", **step), [])])
    assert parts.sales.publish(other, "desk").ok
    parts.engine.stop()
    parts.store.close()
    cable.mend()
    expect(part(phone, "connection")).to_have_attribute("data-link", "live")
    expect(part(phone, "over")).to_be_visible()
    expect(part(phone, "queue").locator("li")).to_have_count(3)


def test_a_phone_that_wakes_asks_first_what_it_missed(
    phone: Page, desk: Person, cable: Cable, come: Callable[..., Person]
):
    expect(part(phone, "bid")).to_be_enabled()
    cable.cut(only_down=True)
    come("bidder2").bid("1", 10_000_000)
    phone.evaluate('() => document.dispatchEvent(new Event("visibilitychange"))')
    expect(part(phone, "bid")).to_be_disabled()
    expect(part(phone, "bid")).to_contain_text(DEAD)
    cable.mend()
    expect(part(phone, "bid")).to_be_enabled()
    expect(part(phone, "bid")).to_contain_text("105,000")


def test_two_quick_presses_make_one_bid(phone: Page, desk: Person):
    expect(part(phone, "bid")).to_be_enabled()
    part(phone, "bid").dblclick()
    expect(part(phone, "standing")).to_have_text("You lead")
    phone.wait_for_timeout(500)
    assert bids_of(desk, "101") == [10_000_000]
    expect(part(phone, "said")).to_contain_text("leads")


def test_an_amount_far_above_the_next_is_asked_once_more(phone: Page, desk: Person):
    expect(part(phone, "bid")).to_be_enabled()
    part(phone, "more").locator("summary").click()
    field = part(phone, "other-form").locator("input")
    field.fill("120万")
    field.press("Enter")
    expect(part(phone, "sure")).to_contain_text("¥1,200,000")
    phone.get_by_role("button", name="No", exact=True).click()
    expect(part(phone, "sure")).to_be_hidden()
    assert bids_of(desk, "101") == []

    field.fill("1,200,000")
    field.press("Enter")
    phone.get_by_role("button", name="Yes, bid this").click()
    expect(part(phone, "said")).to_contain_text("leads")
    wait_for(lambda: bids_of(desk, "101") == [120_000_000])


def test_a_screen_stays_live_while_nothing_happens_before_the_sale(phone: Page):
    pill = part(phone, "connection")
    expect(pill).to_have_attribute("data-link", "live")
    seen = phone.evaluate_handle(
        """() => {
            const links = [], pill = document.querySelector('[data-live="connection"]');
            new MutationObserver(() => links.push(pill.dataset.link)).observe(pill, { attributes: true });
            return links;
        }"""
    )
    phone.wait_for_timeout(6000)
    assert set(seen.json_value()) <= {"live"}


def test_who_is_signed_out_elsewhere_is_led_to_the_sign_in(phone: Page, hall: tuple[Server, Cast], desk: Person):
    expect(part(phone, "bid")).to_be_enabled()
    elsewhere = phone.context.new_page()
    elsewhere.goto(phone.url.replace("/live", ""))
    elsewhere.get_by_role("button", name="Sign out").click()
    expect(phone).to_have_url(re.compile("/sign-in"))


def test_the_language_switch_keeps_the_page(phone: Page, cable: Cable, hall: tuple[Server, Cast]):
    address = f"{cable.url}/sales/{hall[1].slug}?q=1"
    phone.goto(address)
    phone.get_by_role("button", name="中文").click()
    expect(phone).to_have_url(address)
    expect(phone.locator("html")).to_have_attribute("lang", "zh")
    expect(phone.get_by_role("button", name="检索")).to_be_visible()


def test_the_catalogue_follows_the_sale(
    phone: Page, cable: Cable, hall: tuple[Server, Cast], desk: Person, come: Callable[..., Person]
):
    phone.goto(f"{cable.url}/sales/{hall[1].slug}")
    card = phone.locator('[data-lot="1"]')
    expect(card).to_contain_text("open")
    come("bidder2").bid("1", 11_000_000)
    expect(card).to_contain_text("¥110,000")
    desk.call("hammer", lot="1")
    expect(card).to_contain_text("sold")
    expect(card).to_contain_text("Hammer price")
