"""The whole story in real browsers: import, publish, admit, bid, floor bid, warning, hammer, next lot, pass, export."""

import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as PlaywrightError

from auction.people.accounts import Purpose, Role
from tests.serving import Server, parts_for

CATALOGUE = """lot,title_zh,title_en,patents,from,reserve,increment
1,一种薄膜制备方法,A method for making a film,201510958772.0,100000,137700,5000
2,一种传感器,A sensor,201811564288.X,200000,,CN258_TIER
"""
RESERVE = ("13770000", "137,700")
MAXIMUM = ("14440000", "144,400")
NAMES = ("Wang Secretname", "Li Secretname", "secret1@test.invalid", "secret2@test.invalid")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


@dataclass
class Screen:
    """A browser of its own, and every byte that the server sent to it."""

    page: Page
    heard: list[bytes] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, chromium: Browser, viewport: dict) -> "Screen":
        screen = cls(chromium.new_context(viewport=viewport, locale="en-GB").new_page())
        screen.page.on("response", screen.keep)
        screen.page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: screen.heard.append(_bytes(frame))))
        screen.page.on("console", lambda said: screen.problems.append(said.text) if said.type == "error" else None)
        screen.page.on("pageerror", lambda error: screen.problems.append(str(error)))
        return screen

    def keep(self, answer) -> None:
        """Keep an answer's bytes; a page that was left at once has none any more, and is read again at the end."""
        if answer.ok:
            with suppress(PlaywrightError):
                self.heard.append(answer.body())

    def read_again(self) -> None:
        for path in ("", "/live", "/texts.json", "/lots/1", "/lots/2", "/results.csv", "/record.jsonl"):
            self.heard.append(
                self.page.request.get(self.page.url.partition("/sales/")[0] + "/sales/story" + path).body()
            )

    def enter(self, url: str, token: str, then: str) -> "Screen":
        self.page.goto(f"{url}/link/{token}?next={then}")
        self.page.get_by_role("button", name="Sign in").last.click()
        self.page.wait_for_url(f"{url}{then}")
        return self

    def live(self, name: str):
        return self.page.locator(f"[data-live={name}]")

    def heard_of(self, *secrets: str) -> list[str]:
        everything = b"".join(self.heard)
        return [secret for secret in secrets if secret.encode() in everything]


def _bytes(frame) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


@pytest.fixture
def house(tmp_path: Path):
    """A server with a draft sale, and one-time links for its people; two bidders have accounts and nothing else."""
    parts = parts_for(tmp_path)
    sale = parts.sales.create("story", title_zh="专场", title_en="The story")
    people = {
        "organizer": parts.accounts.create("o@test.invalid", "Organizer", Role.ORGANIZER),
        "auctioneer": parts.accounts.create("a@test.invalid", "Auctioneer", Role.AUCTIONEER),
        "first": parts.accounts.create(NAMES[2], NAMES[0], Role.BIDDER),
        "second": parts.accounts.create(NAMES[3], NAMES[1], Role.BIDDER),
    }
    for name in ("organizer", "auctioneer"):
        parts.staff.assign(sale, people[name], None)
    links = {name: parts.accounts.make_link(Purpose.SIGN_IN, user) for name, user in people.items()}
    parts.store.close()
    server = Server(tmp_path).start()
    yield server, links
    server.stop()


def test_a_sale_from_catalogue_to_results(chromium: Browser, house, tmp_path):
    server, links = house
    url = server.url
    organizer = Screen.of(chromium, DESKTOP).enter(url, links["organizer"], "/organizer/sales/story/import")
    import_and_publish(organizer.page, url, tmp_path)

    first = Screen.of(chromium, PHONE).enter(url, links["first"], "/sales/story/live")
    second = Screen.of(chromium, PHONE).enter(url, links["second"], "/sales/story/live")
    for bidder in (first, second):
        bidder.page.get_by_role("button", name="Apply for a paddle").click()
        expect(bidder.page.get_by_text("You have applied")).to_be_visible()
    admit(organizer.page, url)

    hall = Screen.of(chromium, DESKTOP)
    hall.page.goto(f"{url}/sales/story/hall")
    desk = Screen.of(chromium, DESKTOP).enter(url, links["auctioneer"], "/sales/story/console")
    sell_the_first_lot(desk, first, second, hall)
    pass_the_second_lot(desk, second, hall)
    said = first.live("ticker").inner_text()
    assert "Lot 1 sold to Paddle 101 for ¥144,400" in said or "Lot 1 sold to Paddle 101 for ¥137,700" in said

    the_files_say_what_the_screens_said(organizer.page, url)
    nobody_heard_a_secret(first, second, hall)
    for screen in (organizer, first, second, hall, desk):
        assert screen.problems == []


def import_and_publish(page: Page, url: str, folder: Path) -> None:
    file = folder / "catalogue.csv"
    file.write_text(CATALOGUE)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_text("Lots in the file: 2")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("from.*not known"))).to_be_visible()
    page.get_by_label("from is read as").select_option(label="start")
    page.get_by_role("button", name="Read it again").click()
    expect(page.locator("table.stored").get_by_text("¥200,000")).to_be_visible()
    page.get_by_role("button", name="Import the lots").click()
    page.goto(f"{url}/organizer/sales/story")
    page.get_by_role("link", name="Publish …").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("link", name="Publish …")).to_have_count(0)


def admit(page: Page, url: str) -> None:
    page.goto(f"{url}/organizer/sales/story/bidders")
    for _ in range(2):
        page.get_by_role("button", name="Admit", exact=True).first.click()
        page.wait_for_load_state()
    page.locator("input[name=name]").last.fill("Seat 7")
    page.get_by_role("button", name="Issue a paddle").click()
    expect(page.get_by_text("103").first).to_be_visible()


def sell_the_first_lot(desk: Screen, first: Screen, second: Screen, hall: Screen) -> None:
    desk.page.get_by_role("button", name="Take the gavel").click()
    expect(desk.live("gavel")).to_be_hidden()
    call(desk, "n", "open_lot")
    bid(first)
    expect(first.live("standing")).to_contain_text("You lead")
    expect(second.live("standing")).to_contain_text("Paddle 101 leads")
    bid(second)
    expect(first.live("standing")).to_contain_text("outbid")
    expect(hall.live("price")).to_have_text("¥105,000")

    desk.page.keyboard.press("f")
    desk.page.keyboard.type("103")
    desk.page.keyboard.press("Enter")
    expect(desk.live("leader")).to_contain_text("103")
    expect(desk.live("lamp")).to_contain_text("not met")
    leave_a_maximum(first, "144400")
    expect(desk.live("leader")).to_contain_text("101")
    expect(desk.live("lamp")).to_have_text(re.compile("^met"))

    call(desk, "w", "fair_warning")
    expect(hall.live("call")).to_contain_text("Fair warning")
    call(desk, "h", "hammer")
    expect(desk.live("hammer-text")).to_contain_text("Paddle 101")
    desk.page.keyboard.press("h")
    expect(first.live("standing")).to_contain_text("You won lot")
    expect(second.live("standing")).to_contain_text("Sold to Paddle 101")
    expect(hall.live("sold")).to_be_visible()


def bid(bidder: Screen) -> None:
    """Press the button once its amount has stood long enough to be read."""
    button = bidder.live("bid")
    expect(button).to_be_enabled()
    expect(button).to_have_attribute("data-fresh", "false")
    button.click()


def call(desk: Screen, key: str, name: str) -> None:
    """Press a key as an auctioneer does: once the screen says that the call can be made."""
    expect(desk.page.locator(f"[data-do={name}]")).to_be_enabled()
    desk.page.keyboard.press(key)


def leave_a_maximum(bidder: Screen, amount: str) -> None:
    bidder.live("more").locator("summary").click()
    form = bidder.live("maximum-form")
    form.locator("input").fill(amount)
    form.get_by_role("button").click()
    sure = bidder.live("sure")
    if sure.is_visible():
        sure.get_by_role("button", name="Yes").click()
    expect(bidder.live("standing")).to_contain_text("You lead")


def pass_the_second_lot(desk: Screen, second: Screen, hall: Screen) -> None:
    call(desk, "n", "open_lot")
    expect(second.live("lot")).to_have_text("Lot 2")
    expect(hall.live("lot")).to_have_text("Lot 2")
    call(desk, "p", "pass")
    expect(second.live("standing")).to_contain_text("not sold")


def the_files_say_what_the_screens_said(page: Page, url: str) -> None:
    public = page.request.get(f"{url}/sales/story/results.csv").body().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(public)))
    sold, passed = rows[1], rows[2]
    assert "101" in sold
    assert "137700" in "".join(sold).replace(",", "").replace(".00", "")
    assert "passed" in ",".join(passed) or "流拍" in ",".join(passed)
    own = page.request.get(f"{url}/organizer/sales/story/export/results.csv").body().decode("utf-8-sig")
    assert NAMES[0] in own
    record = page.request.get(f"{url}/sales/story/record.jsonl").body()
    assert b'"kind":"lot_sold"' in record


def nobody_heard_a_secret(first: Screen, second: Screen, hall: Screen) -> None:
    """Once sold at the reserve the price itself is public; before that, and everything else, never."""
    for screen in (first, second, hall):
        screen.read_again()
    assert second.heard_of(*MAXIMUM, NAMES[0], NAMES[2]) == []
    assert hall.heard_of(*MAXIMUM, *NAMES) == []
    assert first.heard_of(NAMES[1], NAMES[3]) == []
    assert first.heard_of(*MAXIMUM) == ["14440000"], "his own maximum: or this search would find nothing anywhere"
    for screen in (first, second, hall):
        before_the_hammer = b"".join(screen.heard).split(b'"full_head"')[0]
        assert [reserve for reserve in RESERVE if reserve.encode() in before_the_hammer] == []
