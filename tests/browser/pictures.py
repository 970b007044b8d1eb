"""Every screen in its main states, looked at and, with `python -m tests.browser.pictures`, drawn into docs/screens.

A look finds violations of axe, errors in the console, refusals of the content policy (Chromium says them there too),
and pages that scroll sideways.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from pathlib import Path

import axe_playwright_python
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from auction.people.accounts import Purpose
from models.rows import PatentRow
from tests.chromium import find_chromium
from tests.serving import ROOT, Cast, Person, Server, parts_for, stage

FOLDER = ROOT / "docs" / "screens"
PHONE, DESK = (390, 844), (1280, 800)
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
VIOLATIONS = """() => axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html.slice(0, 90))].join(" ")))"""
SIDEWAYS = "() => document.documentElement.scrollWidth > innerWidth ? ['it scrolls sideways'] : []"
COLOURS = 64


@dataclass(frozen=True)
class Variant:
    """A size of the window, a language and a scheme of colours."""

    size: tuple[int, int]
    language: str
    scheme: str

    @property
    def name(self) -> str:
        return f"{'phone' if self.size == PHONE else 'desk'}-{self.language[:2]}-{self.scheme}"


FIRST = (Variant(PHONE, "zh-CN", "light"), Variant(DESK, "en-GB", "dark"))
ALL = tuple(Variant(*each) for each in product((PHONE, DESK), ("zh-CN", "en-GB"), ("light", "dark")))


@dataclass(frozen=True)
class Shot:
    """A screen in a state: its name, who sees it (None: a stranger), its path, and a button to press first."""

    name: str
    who: str | None
    path: str
    press: str = ""
    shows: str = ""
    """A part that comes later than the page."""
    whole: bool = False
    """Whether the picture shows all of it, and not only the first window."""
    in_faults: bool = False
    """Whether test_faults.py looks at it at every run, in light and dark."""


SALE = "/sales/sale"
OFFICE = f"/organizer{SALE}"
SHOTS = (
    Shot("home", None, "/"),
    Shot("catalogue", None, SALE, in_faults=True),
    Shot("catalogue-nothing-fits", None, f"{SALE}?q=xyz#lots"),
    Shot("catalogue-filters", None, f"{SALE}?section=H&low=abc#lots"),
    Shot("lot-to-come", None, f"{SALE}/lots/3"),
    Shot("lot-open", None, f"{SALE}/lots/2", shows="[data-live=ladder]", in_faults=True),
    Shot("lot-sold", None, f"{SALE}/lots/1", shows="[data-live=replay]"),
    Shot("watch", None, f"{SALE}/watch", shows="[data-live=ladder]"),
    Shot("notice-and-rules", None, f"{SALE}/about"),
    Shot("record-checked", None, f"{SALE}/check", press="[data-live=own]", shows="[data-live=verdict]"),
    Shot("statistics", None, f"{SALE}/statistics"),
    Shot("styleguide", None, "/styleguide", whole=True),
    Shot("sign-in", None, "/sign-in"),
    Shot("hall", None, f"{SALE}/hall", in_faults=True),
    Shot("bidder-leads", "bidder1", f"{SALE}/live", in_faults=True),
    Shot("bidder-outbid", "bidder2", f"{SALE}/live", in_faults=True),
    Shot("console", "auctioneer", f"{SALE}/console", in_faults=True),
    Shot("organizer-sale", "organizer", OFFICE),
    Shot("organizer-lots", "organizer", f"{OFFICE}/lots"),
    Shot("organizer-bidders", "organizer", f"{OFFICE}/bidders"),
    Shot("organizer-people", "organizer", f"{OFFICE}/people"),
    Shot("cashier-money", "cashier", f"{OFFICE}/money"),
)

TITLES = (
    ("一种石墨烯锂电池隔膜的制备方法", "A method for making a graphene separator of lithium batteries", "H01M 10/05"),
    ("玉米收割机的低损摘穗装置", "A low-loss ear picker for maize harvesters", "A01D 45/02"),
    ("基于毫米波雷达的跌倒检测方法", "Detecting falls by millimetre-wave radar", "G01S 13/88"),
    ("钢结构用水性环氧防腐底漆", "Waterborne epoxy primer for steel structures", "C09D 163/00"),
    ("一种大容量电力变压器的冷却结构", "A cooling structure for large power transformers", "H01F 27/08"),
    ("可降解地膜的吹塑方法", "Blow moulding of a degradable mulch film", "B29C 49/04"),
)


@contextmanager
def a_gallery(folder: Path) -> Iterator[tuple[Server, Cast]]:
    """A served sale of six lots: 1 went up to ¥130,000 and was sold to paddle 102; on 2 paddle 101 leads after 102."""
    cast = stage(folder, [_lot(place, *title) for place, title in enumerate(TITLES)])
    server = Server(folder, {"AUCTION_PAGES_PER_SECOND": "100000"}).start()
    desk, *bidders = (Person(server.url).enter(cast.links[name]) for name in ("auctioneer", "bidder1", "bidder2"))
    desk.connect(cast.slug, "desk")
    for bidder in bidders:
        bidder.connect(cast.slug, "bidder")
    assert "seq" in desk.call("take_gavel")
    assert "seq" in desk.call("open_lot", lot="1")
    for place, amount in enumerate((10_000_000, 10_500_000, 12_000_000, 13_000_000)):
        assert "seq" in bidders[place % 2].bid("1", amount)
    assert "seq" in desk.call("hammer", lot="1")
    assert "seq" in desk.call("open_lot", lot="2")
    assert "seq" in bidders[1].bid("2", 10_000_000)
    assert "seq" in bidders[0].bid("2", 10_500_000)
    yield server, cast
    for person in (desk, *bidders):
        person.leave()
    server.stop()


def _lot(place: int, zh: str, en: str, ipc: str) -> dict[str, object]:
    patent = PatentRow(as_written=f"20181999991{place}.X", kind="发明", filing_date=date(2018, 4, 17), ipc=ipc)
    plain = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}, "field": "new materials"}
    texts = {"title_zh": zh, "title_en": en, "abstract_zh": f"本发明公开了{zh}。" * 3, "abstract_en": f"{en}. " * 3}
    return {**plain, **texts, "consignor": "虚构大学", "patents": [patent]}


def fresh_link(server: Server, user: str) -> str:
    """A new link by which a person signs in."""
    parts = parts_for(server.instance)
    link = parts.accounts.make_link(Purpose.SIGN_IN, user)
    parts.store.close()
    return link


@dataclass
class Gallery:
    """The windows of all who look, each with what went wrong in it."""

    chromium: Browser
    server: Server
    cast: Cast
    problems: list[str] = field(default_factory=list)
    _cookies: dict[str, list] = field(default_factory=dict)

    def walk(self, variant: Variant, shots: tuple[Shot, ...] = SHOTS, folder: Path | None = None) -> None:
        """Look at the screens in a variant, and draw them into a folder where one is given."""
        windows: dict[str | None, Page] = {}
        for shot in shots:
            if shot.who not in windows:
                windows[shot.who] = self.window(shot.who, variant).new_page()
            page, here = windows[shot.who], f"{shot.name} ({variant.name})"
            errors: list[str] = []
            note = lambda said, into=errors: into.append(said.text) if said.type == "error" else None  # noqa: E731
            page.on("console", note)
            self._open(page, shot)
            page.evaluate(AXE)
            found = [*errors, *page.evaluate(VIOLATIONS), *page.evaluate(SIDEWAYS)]
            self.problems += [f"{here}: {each}" for each in found]
            page.remove_listener("console", note)
            if folder is not None:
                _draw(page, folder / f"{shot.name}-{variant.name}.png", whole=shot.whole)
        for page in windows.values():
            page.context.close()

    def window(self, who: str | None, variant: Variant) -> BrowserContext:
        """A browser of its own for a person, in a variant."""
        width, height = variant.size
        context = self.chromium.new_context(
            viewport={"width": width, "height": height},
            locale=variant.language,
            color_scheme=variant.scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        if who is not None:
            context.add_cookies(self._cookies_of(who))
        return context

    def _cookies_of(self, who: str) -> list:
        if who not in self._cookies:
            person = Person(self.server.url).enter(fresh_link(self.server, self.cast.users[who]))
            found = person.http.cookies
            self._cookies[who] = [{"name": e.name, "value": e.value, "url": self.server.url} for e in found]
        return self._cookies[who]

    def _open(self, page: Page, shot: Shot) -> None:
        page.goto(self.server.url + shot.path)
        if page.locator('[data-live="connection"]').count():
            expect(page.locator('[data-live="connection"]')).to_have_attribute("data-link", "live")
        if shot.press:
            page.locator(shot.press).click()
        if shot.shows:
            expect(page.locator(shot.shows)).to_be_visible()


def _draw(page: Page, path: Path, *, whole: bool) -> None:
    """The page as a PNG of few colours: a screen has no more."""
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = Image.open(io.BytesIO(page.screenshot(full_page=whole))).convert("RGB")
    drawn.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> int:
    """Draw all screens in the first two variants; 1 where a look found something."""
    with tempfile.TemporaryDirectory() as here, a_gallery(Path(here)) as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        gallery = Gallery(browser, *served)
        for variant in FIRST:
            gallery.walk(variant, folder=FOLDER)
        browser.close()
    sys.stdout.write("\n".join(gallery.problems) or f"{2 * len(SHOTS)} pictures, and nothing found.\n")
    return bool(gallery.problems)


if __name__ == "__main__":
    sys.exit(main())
