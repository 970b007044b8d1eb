"""The screens keep their shape: on a phone, on a desk, on the big screen, with long titles and nine-digit prices."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.serving import Person, Server, stage

PHONE, DESK, PROJECTOR = (390, 844), (1280, 800), (1920, 1080)
LONG = "负载焦钒酸根层状双氢氧化物的水性环氧防腐底漆及其制备方法与在海洋工程钢结构上的应用"
LONG_EN = "Waterborne epoxy anticorrosive primer containing pyrovanadate-loaded double hydroxide, and its use at sea"
DEAR = 12_345_678_900
TOUCH = 44
CONTROLS = "button:visible, .button:visible, input:visible, select:visible, summary:visible"
OVERFLOW = """() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return [scrollWidth - innerWidth, scrollHeight - innerHeight];
}"""
EDGES = """(node) => {
    const text = document.createRange();
    text.selectNodeContents(node);
    const { left, right } = text.getBoundingClientRect();
    return [left, right];
}"""

pytestmark = pytest.mark.parametrize("language", ["zh-CN", "en-GB"])


@dataclass
class House:
    """A served sale and who is signed in to it; the browser's windows open on what they would see."""

    server: Server
    slug: str
    people: dict[str, Person]

    def show(self, chromium: Browser, who: str | None, size: tuple[int, int], language: str, path: str) -> Page:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale=language)
        if who is not None:
            cookies = self.people[who].http.cookies
            context.add_cookies([{"name": each.name, "value": each.value, "url": self.server.url} for each in cookies])
        page = context.new_page()
        page.goto(self.server.url + path)
        if page.locator('[data-live="connection"]').count():
            expect(part(page, "connection")).to_have_attribute("data-link", "live")
        return page


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A sale of long titles; on lot 1 a dear bid and the last call, and nothing more happens."""
    folder = tmp_path_factory.mktemp("screens")
    lot = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}, "title_zh": LONG, "title_en": LONG_EN}
    more = {"defects": LONG, "abstract_zh": LONG * 8, "estimate_low_minor": DEAR, "estimate_high_minor": DEAR}
    dear = {**lot, "start_minor": DEAR // 50}  # a bid may be 100 times the highest start
    cast = stage(folder, [{**lot, **more, "reserve_minor": 2 * DEAR}] + [lot] * 10 + [dear])
    server = Server(folder).start()
    people = {
        name: Person(server.url).enter(cast.links[name]) for name in ("auctioneer", "bidder1", "bidder2", "bidder3")
    }
    desk, bidder = people["auctioneer"], people["bidder2"]
    desk.connect(cast.slug, "desk")
    bidder.connect(cast.slug, "bidder")
    for call in ({"do": "take_gavel"}, {"do": "open_lot", "lot": "1"}):
        assert "seq" in desk.call(**call)
    assert "seq" in bidder.bid("1", DEAR)
    assert "seq" in desk.call("fair_warning", lot="1")
    hall = people["bidder3"]
    hall.connect(cast.slug, "bidder")
    assert "seq" in hall.ask("channel", channel="both", key="c")
    for person in (desk, bidder, hall):
        person.leave()
    yield House(server, cast.slug, people)
    server.stop()


Show = Callable[..., Page]


@pytest.fixture
def show(house: House, chromium: Browser, language: str) -> Show:
    """show("bidder1", PHONE, "/live"): a page of the sale as a person of the cast sees it."""

    def open_page(who: str | None, size: tuple[int, int], path: str) -> Page:
        return house.show(chromium, who, size, language, f"/sales/{house.slug}{path}")

    return open_page


def part(page: Page, name: str) -> Locator:
    return page.locator(f'[data-live="{name}"]')


def overflow(page: Page) -> list[int]:
    """By how many pixels the page is wider and higher than its window."""
    return page.evaluate(OVERFLOW)


def bottom(node: Locator) -> float:
    box = node.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize("path", ["", "?q=nothing+fits", "/lots/1", "/live"])
def test_a_phone_never_scrolls_sideways_and_fingers_hit(show: Show, path: str):
    page = show("bidder1", PHONE, path)
    assert overflow(page)[0] <= 0
    for control in page.locator(CONTROLS).all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= TOUCH, control.inner_text()


def test_the_console_fits_its_screen(show: Show):
    page = show("auctioneer", DESK, "/console")
    expect(part(page, "price")).to_have_text("¥123,456,789")
    assert overflow(page) == [0, 0]
    for name in ("price", "leader", "ask", "lamp", "floor", "ask-form", "bidders", "ticker", "queue"):
        assert bottom(part(page, name)) <= DESK[1], name
    edges = [part(page, name).evaluate(EDGES) for name in ("price", "leader", "ask")]
    for (_, right), (left, _) in pairwise(edges):
        assert right < left, "figures overlap"


def test_the_hall_shows_everything_on_one_screen(show: Show):
    page = show(None, PROJECTOR, "/hall")
    expect(part(page, "price")).to_have_text("¥123,456,789")
    assert overflow(page)[0] <= 0
    boxes = [part(page, name).bounding_box() for name in ("lot", "title", "second", "price", "leader", "call")]
    for upper, lower in pairwise(boxes):
        assert upper is not None
        assert lower is not None
        assert upper["y"] + upper["height"] <= lower["y"] + 2
    size = "(node) => parseFloat(getComputedStyle(node).fontSize)"
    assert part(page, "title").evaluate(size) * 2 < part(page, "price").evaluate(size)
    assert bottom(part(page, "call")) < PROJECTOR[1]


def test_nothing_secret_or_named_is_in_the_hall(show: Show):
    page = show(None, PROJECTOR, "/hall")
    expect(part(page, "leader")).to_contain_text("102")
    assert "Bidder" not in page.content()
    assert "246,913,579" not in page.content()


def test_an_auctioneer_needs_no_mouse(show: Show, house: House):
    """The keys: F takes a floor bid, P and P again passes, Escape disarms. The reserve stops the first H."""
    page = show("auctioneer", DESK, "/console")
    before = part(page, "price").inner_text()
    page.keyboard.press("f")
    page.keyboard.type("103")
    page.keyboard.press("Enter")
    expect(part(page, "price")).not_to_have_text(before)
    expect(part(page, "leader")).to_contain_text("103")
    page.keyboard.press("p")
    expect(page.locator('[data-do="pass"]')).to_have_attribute("data-armed", "true")
    expect(part(page, "said")).to_contain_text(part(page, "price").inner_text())
    page.keyboard.press("Escape")
    expect(page.locator('[data-do="pass"]')).to_have_attribute("data-armed", "false")
    page.keyboard.press("h")
    expect(part(page, "said")).to_have_attribute("data-kind", "bad")  # below the reserve nothing is sold
    expect(page.locator('[data-do="hammer"]')).to_have_attribute("data-armed", "false")
    page.keyboard.press("u")
    page.keyboard.press("1")
    expect(part(page, "price")).to_have_text(before)
    page.keyboard.press("w")
    expect(part(page, "status")).to_have_attribute("data-status", "fair_warning")
