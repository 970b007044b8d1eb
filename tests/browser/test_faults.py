"""Faults that people met on the screens, each once: one sale, led over the wire, and the screens that show it."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, expect

from auction.people.accounts import Purpose, Role
from tests.serving import ROOT, Cast, Person, Server, parts_for, stage

from .test_story import PHONE, Screen, bid, call

LOT = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}}
TITLES = {
    "title_zh": "负载焦钒酸根层状双氢氧化物的水性环氧防腐底漆及其制备方法与在海洋工程钢结构上的应用",
    "title_en": "Waterborne epoxy anticorrosive primer with pyrovanadate-loaded double hydroxide, and its use at sea",
}
OWN = {"ends_ms": 3_600_000, "window_ms": 60_000, "extend_ms": 60_000}
TIMED = {**LOT, **TITLES, "format": "timed", "own": OWN}
SEALED = {**LOT, **TITLES, "format": "sealed", "increment": None, "own": {"ends_ms": 3_600_000, "offers": "raise"}}
LOTS = [LOT, {**LOT, **TITLES, "reserve_minor": 90_000_000}, TIMED, TIMED, SEALED, *[{**LOT, **TITLES}] * 9]
SMALL = {"width": 1280, "height": 720}
SIZES = ((1280, 720), (1920, 1080), (1024, 768), (3840, 2160), (2560, 1080))
PATENTS = ROOT.parent / "shared" / "data" / "patents"
OUTSIDE = """() => {
    const wrong = [], most = [innerWidth + 1, innerHeight + 1];
    const main = document.querySelector("main");
    if (main.scrollHeight > main.clientHeight + 1 || main.scrollWidth > main.clientWidth + 1) wrong.push("main");
    for (const node of main.querySelectorAll("[data-live]")) {
        if (node.closest("[hidden], .sr-only") || !node.textContent) continue;
        const { right, bottom, left, top } = node.getBoundingClientRect();
        if (right > most[0] || bottom > most[1] || left < 0 || top < 0) wrong.push(node.dataset.live);
        const isCut = node.scrollHeight > node.clientHeight + 2 || node.scrollWidth > node.clientWidth + 2;
        if (node.dataset.fit && isCut) wrong.push(`${node.dataset.live} is cut`);
    }
    return wrong;
}"""
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
VIOLATIONS = """() => axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html.slice(0, 90))]))"""
UNREACHED = """() => [...document.querySelectorAll("body, body *")].filter((node) =>
    node.scrollHeight > node.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(node).overflowY)
    && node.tabIndex < 0 && !node.querySelector("a, button, input")).map((node) => node.outerHTML.slice(0, 90))"""
EACH_TITLE = """([titles, outside]) => {
    const look = new Function(`return (${outside})()`);
    const [title, second] = ["title", "second"].map((name) => document.querySelector(`[data-live=${name}]`));
    const wrong = [];
    for (const [first, other] of titles) {
        title.textContent = first;
        second.textContent = other;
        dispatchEvent(new Event("resize"));
        for (const each of look()) wrong.push(`${each}: ${first} / ${other}`);
    }
    return wrong;
}"""


@dataclass
class Room:
    """A served sale: its auctioneer and a bidder over the wire, and others who open screens."""

    chromium: Browser
    server: Server
    cast: Cast
    desk: Person
    rival: Person

    def screen(self, name: str | None, path: str, size: dict[str, int] = PHONE) -> Screen:
        screen = Screen.of(self.chromium, size)
        if name is None:
            screen.page.goto(f"{self.server.url}/sales/sale{path}")
        else:
            parts = parts_for(self.server.instance)
            link = parts.accounts.make_link(Purpose.SIGN_IN, self.cast.users[name])
            parts.store.close()
            screen.enter(self.server.url, link, f"/sales/sale{path}")
        expect(screen.live("connection")).to_have_attribute("data-link", "live")
        return screen

    def call(self, do: str, **message: Any) -> None:
        answer = self.desk.call(do, **message)
        assert "seq" in answer, answer


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Cast, Person, Person]]:
    folder = tmp_path_factory.mktemp("faults")
    cast = stage(folder, LOTS, terms={"buyer_commission": [[0, 500]]})
    parts = parts_for(folder)
    parts.engine.start()
    cast.users["poor"] = parts.accounts.create("poor@test.invalid", "Poor", Role.BIDDER)
    row = parts.registration.apply(cast.sale, cast.users["poor"])
    parts.registration.admit(row, cast.users["organizer"], limit_minor=12_000_000)
    parts.engine.stop()
    parts.store.close()
    server = Server(folder).start()
    desk, rival = (Person(server.url).enter(cast.links[name]) for name in ("auctioneer", "bidder2"))
    desk.connect(cast.slug, "desk", headers={"Accept-Language": "en"})
    rival.connect(cast.slug, "bidder", headers={"Accept-Language": "en"})
    assert "seq" in desk.call("take_gavel")
    yield server, cast, desk, rival
    for person in (desk, rival):
        person.leave()
    server.stop()


@pytest.fixture
def room(chromium: Browser, served: tuple[Server, Cast, Person, Person]) -> Room:
    return Room(chromium, *served)


def test_11_a_bidder_loses_neither_his_place_nor_the_block(room: Room):
    room.call("open_lot", lot="1")
    phone, poor, hall = room.screen("bidder1", "/live"), room.screen("poor", "/live"), room.screen(None, "/hall")
    page = phone.page
    bid(phone)
    expect(phone.live("maximum-name")).to_have_text("My bid here")  # 9: a plain bid is no maximum
    expect(page).to_have_title(re.compile("^▲ Leading, lot 1"))
    assert room.rival.bid("1", 5_000_000)["code"] == "BELOW_START"
    assert "seq" in room.rival.bid("1", 12_500_000)
    expect(phone.live("standing")).to_have_text("You are outbid · Paddle 102 leads")
    expect(page).to_have_title(re.compile("^▼ Outbid, lot 1"))  # 13: not by colour alone
    expect(poor.live("bid-text")).to_have_text("¥130,000 is above your limit")  # 8
    expect(poor.live("bid")).to_be_disabled()

    for _ in range(21):  # more than a screen asks for when it comes
        room.call("pause", lot="1")
        room.call("resume", lot="1")
    room.call("pause", lot="1")
    page.reload()
    expect(phone.live("standing")).to_contain_text("You are outbid · Paddle 102 leads")  # 6: after a reload
    expect(phone.live("standing")).to_contain_text("Paused.")  # 6: and in a pause
    room.call("resume", lot="1")
    room.call("void_last", lot="1", reason="MISHEARD")
    expect(phone.live("announced")).to_contain_text("taken back; the price is ¥100,000 (misheard)")  # 7
    expect(hall.live("call")).to_contain_text("taken back; the price is ¥100,000 (misheard)")
    expect(phone.live("standing")).to_have_text("You lead")
    assert "seq" in room.desk.call("hammer", lot="1", paddle="101", amount_minor=10_000_000)
    expect(phone.live("standing")).to_have_text("You won lot 1 · pay ¥105,000 (commission ¥5,000)")
    expect(phone.live("wins-all")).to_contain_text("¥105,000")
    room.call("reopen", lot="1", reason="DISPUTE")
    expect(hall.live("call")).to_contain_text("Lot 1 is open again")  # 7
    expect(phone.live("announced")).to_contain_text("Lot 1 is open again")

    phone.live("queue").locator("button", has_text=TITLES["title_en"]).last.click()
    expect(phone.live("lot")).to_have_text("Lot 14")
    expect(phone.live("more")).to_be_hidden()  # 10: nothing is offered that would be refused
    expect(phone.live("bid-text")).to_have_text("Not open yet")
    phone.live("elsewhere").click()
    expect(phone.live("lot")).to_have_text("Lot 1")
    phone.live("more").locator("summary").click()
    field = phone.live("other-form").locator("input")
    field.fill("50000")
    field.press("Enter")
    expect(phone.live("said")).to_contain_text("You lead already")
    expect(field).to_have_value("50000")  # 10: what was refused can be put right
    field.scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(phone.page.locator(".strip")).to_be_visible()
    expect(phone.live("strip-price")).to_have_text("¥100,000")
    answer = room.desk.call("floor_bid", lot="1", paddle="101", amount_minor=10_500_000)
    assert answer["code"] in ("NOT_ALLOWED_NOW", "ALREADY_LEADING")

    room.call("hammer", lot="1", paddle="101", amount_minor=10_000_000)
    assert room.rival.bid("1", 15_000_000)["code"] == "NOT_LIVE"
    poor.live("why").locator("summary").click()
    expect(poor.live("why-list")).to_have_text("You have no bid on this lot.")
    rival = room.screen("bidder2", "/live")
    rival.live("why").locator("summary").click()  # number 3: taken back, and then too late
    expect(rival.live("why-list")).to_contain_text("Your bid was taken back and did not count.")
    expect(rival.live("why-list")).to_contain_text(re.compile(r"record no\. \d+ · [\d:.]+ · Paddle 102 · ¥125,000"))
    expect(rival.live("why-list")).to_contain_text("ms after the end.")
    expect(rival.live("why-list")).to_contain_text("Your bid was refused: it was below the start.")
    room.call("open_lot", lot="6")
    phone.live("queue").locator("button").first.click()
    expect(phone.live("lot")).to_have_text("Lot 1")
    room.call("pass", lot="6")
    room.call("open_lot", lot="7")
    expect(phone.live("lot")).to_have_text("Lot 7")  # 4: an ended lot does not keep the next from sight
    room.call("pass", lot="7")
    assert "/sales/sale" not in (phone.live("over").locator("a").get_attribute("href") or "")  # 15: by its id
    assert page.locator(".masthead .out").is_hidden()  # 14
    assert [phone.problems, poor.problems, hall.problems] == [[], [], []]


def test_11_the_console_keeps_its_places_and_its_keys(room: Room):
    room.call("open_lot", lot="2")
    assert "seq" in room.rival.bid("2", 10_000_000)
    desk = room.screen("auctioneer", "/console", SMALL)
    page = desk.page
    buttons = [each for each in page.locator("[data-do]").all() if each.is_visible()]
    before = [each.bounding_box() for each in buttons]
    assert max(box["y"] + box["height"] for box in before if box) <= SMALL["height"]  # 5
    page.keyboard.press("-")
    expect(desk.live("ask")).to_have_text("¥102,500")  # half a step by a key
    page.keyboard.press("h")
    expect(desk.live("said")).to_contain_text("Lot 2 is below its reserve")  # 12: at the first press
    expect(page.locator("[data-do=hammer]")).to_have_attribute("data-armed", "false")
    page.keyboard.press("b")
    expect(desk.live("reasons")).to_contain_text("a break")
    page.keyboard.press("b")
    expect(desk.live("status")).to_have_text("paused")
    expect(desk.live("ticker").locator("li").first).to_have_text(
        re.compile("Lot 2 is paused$")
    )  # 1: no reason slips in
    page.keyboard.press("b")
    expect(desk.live("status")).to_have_text("open")
    page.keyboard.press("s")
    page.keyboard.press("3")
    expect(desk.live("notice")).to_have_text("Paused: a technical fault. Please wait.")
    assert [each.bounding_box() for each in buttons] == before  # 5: no banner moves a call
    page.keyboard.press("s")
    expect(desk.live("notice")).to_be_hidden()
    page.keyboard.press("w")
    expect(desk.live("status")).to_have_text("fair warning")  # 1: the keys are alive after a reason was chosen
    for lot in ("3", "4", "5"):
        room.call("open_lot", lot=lot)
    rows = desk.live("open-lots").locator("tr")
    expect(rows).to_have_count(4)
    view = page.locator(".desk-view").bounding_box()
    third = rows.nth(2).bounding_box()
    assert view
    assert third
    assert third["y"] + third["height"] <= view["y"] + view["height"] + 1  # 5: three rows are seen
    assert "seq" in room.rival.bid("3", 10_000_000)
    expect(desk.live("ticker").locator("li").first).to_contain_text("Lot 3: Paddle 102 bids ¥100,000 (online)")  # 13
    assert [each.bounding_box() for each in buttons] == before
    call(desk, "p", "pass")
    page.keyboard.press("p")
    expect(desk.live("queue").locator("[aria-current=true]")).to_be_in_viewport()
    assert "seq" in room.rival.ask("bid", lot="5", amount_minor=12_000_000, key="offer")
    low = room.rival.ask("bid", lot="5", amount_minor=11_000_000, key="lower")
    assert (low["code"], low["message"][:31]) == ("BELOW_MIN", "An offer may only be raised. Yo")  # 11
    assert desk.problems == []


def test_11_the_hall_cannot_overflow_and_a_lost_connection_cannot_be_missed(room: Room):
    hall = room.screen(None, "/hall", {"width": 1280, "height": 720})
    page = hall.page
    room.call("open_lot", lot="8")
    assert "seq" in room.rival.bid("8", 10_000_000)
    expect(hall.live("leader")).to_have_text("Paddle 102")
    titles = longest_titles()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(EACH_TITLE, [titles, OUTSIDE]) == [], (width, height)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.context.set_offline(True)
    expect(hall.live("lost")).to_be_visible()
    expect(hall.live("lost-at")).to_have_text(re.compile(r"This is how it stood at \d\d:\d\d:\d\d"))
    expect(hall.live("timing")).to_be_hidden()  # 3: no clock goes on
    expect(hall.live("clock")).to_be_hidden()
    page.context.set_offline(False)
    expect(hall.live("lost")).to_be_hidden()
    expect(hall.live("clock")).to_be_visible()


def longest_titles() -> list[tuple[str, str]]:
    """300 of the longest real titles, each beside another one; without them the longest that tests know."""
    if not PATENTS.exists():
        return [(TITLES["title_zh"], TITLES["title_en"])]
    found: set[str] = set()
    for name in ("cas_patents.csv", "institutes_178.csv"):
        with (PATENTS / name).open(encoding="utf-8-sig", newline="") as file:
            found |= {row.get("title") or row["title_zh"] for row in csv.DictReader(file)}
    longest = sorted(found, key=len, reverse=True)[:300]
    return list(pairwise([*longest, longest[0]]))


@pytest.mark.parametrize(
    ("who", "paths"), [("bidder3", ("/live", "", "/lots/2")), ("auctioneer", ("/console",)), (None, ("/hall",))]
)
def test_11_everybody_can_hear_reach_and_read_a_screen(room: Room, who: str | None, paths: tuple[str, ...]):
    page = room.screen(who, paths[0], SMALL).page
    for path in paths:
        page.goto(f"{room.server.url}/sales/sale{path}")
        if path == paths[0]:
            expect(page.locator("[data-live=connection]")).to_have_attribute("data-link", "live")
        assert page.locator("h1").count() == 1
        assert page.evaluate(UNREACHED) == []
        page.evaluate(AXE)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert page.evaluate(VIOLATIONS) == [], (path, scheme)
