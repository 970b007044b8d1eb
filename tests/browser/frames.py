"""Measures how a live screen keeps up: frames, work, what jumps, and how soon a price is seen.

    python -m tests.browser.frames [bidder|auctioneer|hall|desk …]

A real server, 60 timed lots under way, 20 bids a second by two programs. Work is the main thread's own time without a
throttle, so that other programs of the machine count less. Frames are counted with the processor throttled four
times. The figures go into docs/frames.md by hand, with their machine.
"""

import itertools
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.chromium import find_chromium
from tests.serving import Cast, Person, Server, stage

LOTS, UPDATES_PER_S, THROTTLE, SECONDS = 60, 20, 4, 8
OWN = {"ends_ms": 3_600_000, "window_ms": 1000, "extend_ms": 1000}
LOT = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}, "format": "timed", "own": OWN}
TITLES = {"title_zh": "一种自动驾驶车辆的路径规划方法", "title_en": "A method of planning the path of a vehicle"}
SCREENS = {
    "bidder": ("bidder3", "/sales/sale/live"),
    "auctioneer": ("auctioneer", "/sales/sale/console"),
    "hall": (None, "/sales/sale/hall"),
    "desk": ("organizer", "/organizer/sales/sale/desk"),
}
WATCH = """() => {
    Object.assign(window, { drawn: [], jumped: 0 });
    const draw = (at) => { drawn.push(at); requestAnimationFrame(draw); };
    requestAnimationFrame(draw);
    new PerformanceObserver((list) => { for (const each of list.getEntries()) jumped += each.value; })
        .observe({ type: "layout-shift" });
}"""
PRICED = 'document.querySelector("[data-live=price]")?.textContent.includes("¥")'
BIDDABLE = 'document.querySelector("[data-live=bid]")?.disabled === false'
LINES = {"150 ms round trip": (150, 12_500_000), "slow 3G": (400, 50_000)}
"""By name the latency in ms and the bytes a second."""


class Bids:
    """Bids on all lots in turn, so many a second, until it is stopped."""

    def __init__(self, server: Server, cast: Cast) -> None:
        self._people = [Person(server.url).enter(cast.links[name]) for name in ("bidder1", "bidder2")]
        for person in self._people:
            person.connect(cast.slug, "bidder")
        self._stopped = threading.Event()
        self.made = 0

    def run(self) -> None:
        due = time.monotonic()
        for number in itertools.count():
            rise, lot = divmod(number, LOTS)
            self._people[rise % 2].bid(str(lot + 1), 10_000_000 + rise * 500_000)
            self.made += 1
            due += 1 / UPDATES_PER_S
            if self._stopped.wait(max(0, due - time.monotonic())):
                return

    def stop(self) -> None:
        self._stopped.set()


def measure(page: Page, bids: Bids) -> dict[str, Any]:
    """Frames and work while the bids come."""
    wire = page.context.new_cdp_session(page)
    wire.send("Performance.setTimeDomain", {"timeDomain": "threadTicks"})
    wire.send("Performance.enable")
    page.wait_for_timeout(1500)
    before, made, began = works(wire), bids.made, time.monotonic()
    page.wait_for_timeout(SECONDS * 1000)
    after, updates, took = works(wire), bids.made - made, time.monotonic() - began
    wire.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    page.evaluate(WATCH)
    page.wait_for_timeout(SECONDS * 1000)
    drawn = page.evaluate("drawn")
    spans = sorted(b - a for a, b in itertools.pairwise(drawn))
    return {
        "updates/s": round(updates / took, 1),
        "frames/s": round(1000 * (len(drawn) - 1) / (drawn[-1] - drawn[0]), 1),
        "longest frame ms, p99": round(spans[int(len(spans) * 0.99)], 1),
        "work ms/update": round(1000 * (after["TaskDuration"] - before["TaskDuration"]) / updates, 2),
        "script ms/update": round(1000 * (after["ScriptDuration"] - before["ScriptDuration"]) / updates, 2),
        "style and layout ms/update": round(
            1000 * sum(after[name] - before[name] for name in ("LayoutDuration", "RecalcStyleDuration")) / updates, 2
        ),
        "shift": round(page.evaluate("jumped"), 4),
    }


def wait_until(page: Page, condition: str) -> None:
    """Our pages forbid what `wait_for_function` does in them."""
    while not page.evaluate(condition):
        page.wait_for_timeout(20)


def works(wire: Any) -> dict[str, float]:
    return {each["name"]: each["value"] for each in wire.send("Performance.getMetrics")["metrics"]}


def context_of(chromium: Browser, url: str, person: Person | None, name: str) -> BrowserContext:
    size = {"width": 390, "height": 844} if name == "bidder" else {"width": 1280, "height": 720}
    context = chromium.new_context(viewport=size, locale="zh-CN")
    if person is not None:
        context.add_cookies([{"name": each.name, "value": each.value, "url": url} for each in person.http.cookies])
    return context


def soon(context: BrowserContext, address: str, name: str) -> dict[str, int]:
    """How soon a newcomer sees a price, and may bid, over each line."""
    found = {}
    for line, (latency, throughput) in LINES.items():
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        rate = {"latency": latency, "downloadThroughput": throughput, "uploadThroughput": throughput}
        wire.send("Network.emulateNetworkConditions", {"offline": False, **rate})
        began = time.monotonic()
        page.goto(address, wait_until="commit")
        wait_until(page, PRICED)
        found[f"price ms, {line}"] = round(1000 * (time.monotonic() - began))
        if name == "bidder":
            wait_until(page, BIDDABLE)
            found[f"bidding ms, {line}"] = round(1000 * (time.monotonic() - began))
        page.close()
    return found


def main(names: list[str]) -> None:
    """Measure the screens that are named, or all."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        cast = stage(Path(folder), [{**LOT, **TITLES}] * LOTS)
        server = Server(Path(folder), {"AUCTION_BIDS_PER_SECOND": "50"}).start()
        people = {name: Person(server.url).enter(cast.links[name]) for name, _ in SCREENS.values() if name is not None}
        desk = people["auctioneer"]
        desk.connect(cast.slug, "desk")
        for call in ({"do": "take_gavel"}, *({"do": "open_lot", "lot": str(n + 1)} for n in range(LOTS))):
            assert "seq" in desk.call(**call)
        bids = Bids(server, cast)
        threading.Thread(target=bids.run, daemon=True).start()
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for name in names or SCREENS:
            who, path = SCREENS[name]
            context = context_of(chromium, server.url, people.get(who or ""), name)
            page = context.new_page()
            page.goto(server.url + path)
            wait_until(page, PRICED)
            told = measure(page, bids)
            page.close()
            sys.stdout.write(f"{name}: {told | soon(context, server.url + path, name)}\n")
            sys.stdout.flush()
            context.close()
        bids.stop()
        server.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
