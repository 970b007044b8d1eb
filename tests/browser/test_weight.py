"""How much a page costs who comes for the first time: requests, bytes over the wire, and nothing that jumps."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.many.machines import free_ports, nginx, plain_site
from tests.serving import Person, Server, stage

MOST_REQUESTS, MOST_BYTES, MOST_SHIFT = 12, 60_000, 0.1
LOT = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}, "title_en": "A method of making a thing"}
LIVE = {"bidder": ("bidder1", "/live"), "hall": (None, "/hall"), "auctioneer": ("auctioneer", "/console")}
PAGES = {**LIVE, "lot": (None, "/lots/1"), "catalogue": (None, "")}
BLOCKED = "window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.()); } close() {} };"
SHIFTS = """() => new Promise((tell) => {
    let all = 0;
    new PerformanceObserver((list) => { for (const each of list.getEntries()) all += each.value; })
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => tell(all), 100);
})"""


@dataclass
class Place:
    """A served sale at an address, with lot 1 open and a bid on it."""

    url: str
    people: dict[str, Person]


@dataclass
class Traffic:
    """What a page has asked for, and what it has got."""

    asked: list[str] = field(default_factory=list)
    failed: list[Any] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    """By address, headers and all."""

    def watch(self, page: Page) -> None:
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.requestWillBeSent", lambda told: self.asked.append(told["request"]["url"]))
        wire.on("Network.webSocketCreated", lambda told: self.asked.append(told["url"]))
        wire.on("Network.responseReceived", lambda told: self.received(told["requestId"], told["response"]))
        wire.on("Network.loadingFinished", lambda told: self.weigh(told["requestId"], told["encodedDataLength"]))
        wire.on("Network.loadingFailed", self.fail)

    def received(self, number: str, answer: dict[str, Any]) -> None:
        self.addresses[number] = answer["url"]
        self.kinds[answer["url"]] = {name.lower(): value for name, value in answer["headers"].items()}.get(
            "content-encoding", ""
        )
        if answer["status"] >= 400:
            self.failed.append(answer)

    def fail(self, told: dict[str, Any]) -> None:
        self.failed.append(told)

    def weigh(self, number: str, size: float) -> None:
        address = self.addresses.get(number, number)
        self.sizes[address] = self.sizes.get(address, 0) + int(size)

    @property
    def bytes(self) -> int:
        return sum(self.sizes.values())


@pytest.fixture(scope="module", params=["alone", "behind nginx"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("weight")
    cast = stage(folder, [LOT] * 40)
    if request.param == "alone":
        server = Server(folder).start()
        yield made(server.url, cast)
        server.stop()
        return
    port = free_ports(2)
    url = f"http://127.0.0.1:{port}"
    server = Server(folder, {"AUCTION_PUBLIC_URL": url, "AUCTION_TRUSTED_PROXIES": "1"}).start()
    with nginx(folder / "nginx", plain_site(port, [server.port]), port):
        yield made(url, cast)
    server.stop()


def made(url: str, cast: Any) -> Place:
    people = {name: Person(url).enter(cast.links[name]) for name in ("auctioneer", "bidder1", "bidder2")}
    desk, bidder = people["auctioneer"], people["bidder2"]
    desk.connect(cast.slug, "desk")
    bidder.connect(cast.slug, "bidder")
    for call in ({"do": "take_gavel"}, {"do": "open_lot", "lot": "1"}):
        assert "seq" in desk.call(**call)
    assert "seq" in bidder.bid("1", 10_000_000)
    for person in (desk, bidder):
        person.leave()
    return Place(url, people)


def come(place: Place, chromium: Browser, language: str, name: str) -> tuple[Page, Traffic]:
    """A page as a first visitor sees it: with an empty cache, on a phone."""
    who, path = PAGES[name]
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale=language)
    if who is not None:
        cookies = place.people[who].http.cookies
        context.add_cookies([{"name": each.name, "value": each.value, "url": place.url} for each in cookies])
    page, traffic = context.new_page(), Traffic()
    traffic.watch(page)
    page.goto(f"{place.url}/sales/sale{path}", wait_until="networkidle")
    if name in LIVE:
        expect(page.locator('[data-live="connection"]')).to_have_attribute("data-link", "live")
    return page, traffic


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("name", PAGES)
def test_09_4_a_live_page_costs_a_newcomer_twelve_requests_and_sixty_kilobytes(place, chromium, language, name):
    page, traffic = come(place, chromium, language, name)
    code = [url for url in traffic.asked if "/static/" in url and url.endswith((".js", ".css"))]

    assert traffic.failed == []
    assert any(url.startswith("ws:") for url in traffic.asked), "it is live"
    assert len(traffic.asked) == len(set(traffic.asked)) <= MOST_REQUESTS, traffic.asked
    assert traffic.bytes <= MOST_BYTES, traffic.sizes
    assert {traffic.kinds[url] for url in code} == {"br"}
    assert page.evaluate(SHIFTS) <= MOST_SHIFT


def test_09_4_who_comes_back_asks_for_no_file_again(place, chromium):
    page, first = come(place, chromium, "zh-CN", "bidder")
    before = first.bytes
    page.goto(page.url, wait_until="networkidle")

    assert first.bytes - before < before / 4


def test_where_no_websocket_passes_a_page_becomes_live_by_polling(place, chromium):
    context = chromium.new_context(locale="en-GB")
    context.add_init_script(BLOCKED)
    page, traffic = context.new_page(), Traffic()
    traffic.watch(page)
    page.goto(f"{place.url}/sales/sale/hall")

    expect(page.locator('[data-live="connection"]')).to_have_attribute("data-link", "live")
    assert any("transport=polling" in url for url in traffic.asked)
