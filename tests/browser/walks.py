"""How far the main act of each face is: by keyboard, and by scrolling. `python -m tests.browser.walks` prints a table.

The figures stand in docs/usability.md.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.chromium import find_chromium

from .pictures import FIRST, OFFICE, SALE, Gallery, Variant, a_gallery

MOST_TABS = 60
MAIN_ACTS = (
    ("public: search the catalogue", None, SALE, "input[type=search]"),
    ("public: check the record", None, f"{SALE}/check", "[data-live=own]"),
    ("public: play a lot again", None, f"{SALE}/lots/1", "[data-live=replay-play]"),
    ("bidder: bid", "bidder2", f"{SALE}/live", "[data-live=bid]"),
    ("auctioneer: hammer", "auctioneer", f"{SALE}/console", "[data-do=hammer]"),
    ("organizer: search the lots", "organizer", f"{OFFICE}/lots", "input[type=search]"),
)
"""What is done, by whom (None: a stranger), on which page, with which part of it."""
IS_FOCUSED = "(part) => document.activeElement === document.querySelector(part)"


def distance(gallery: Gallery, variant: Variant, who: str | None, path: str, part: str) -> str:
    """The place of a part from the top in pixels, and how often Tab is pressed to come to it."""
    context = gallery.window(who, variant)
    page = context.new_page()
    page.goto(gallery.server.url + path)
    expect(page.locator(part).first).to_be_visible()
    box = page.locator(part).first.bounding_box()
    assert box is not None
    tabs = 0
    while tabs < MOST_TABS and not page.evaluate(IS_FOCUSED, part):
        page.keyboard.press("Tab")
        tabs += 1
    context.close()
    return f"{box['y']:.0f} px of {variant.size[1]}, Tab {tabs} times"


def walk(chromium: Browser, folder: Path) -> None:
    """Print the table."""
    with a_gallery(folder) as served:
        gallery = Gallery(chromium, *served)
        for name, *where in MAIN_ACTS:
            told = " | ".join(distance(gallery, variant, *where) for variant in FIRST)
            sys.stdout.write(f"| {name} | {told} |\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as here, sync_playwright() as playwright:
        walk(playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"]), Path(here))
