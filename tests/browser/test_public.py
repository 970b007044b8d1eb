"""The public pages in a browser: the check of the record with the verdict of `verify`, and the pictures of a price."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from auction.audit.verify import verify_record
from tests.serving import Cast, Person, Server

from .pictures import ALL, FIRST, SHOTS, Gallery, a_gallery, fresh_link

Lines = list[bytes]
LONG = bool(os.environ.get("LONG"))


def one_digit_more(lines: Lines) -> Lines:
    return [line.replace(b'"hammer_minor":1', b'"hammer_minor":2') for line in lines]


def another_end(lines: Lines) -> Lines:
    return [*lines[:-1], re.sub(rb'"head":"..', b'"head":"00', lines[-1])]


def a_space(lines: Lines) -> Lines:
    return [lines[0], lines[1].replace(b'":', b'": ', 1), *lines[2:]]


def another_hash(lines: Lines) -> Lines:
    return [lines[0], re.sub(rb'"hash":"..', b'"hash":"00', lines[1]), *lines[2:]]


TAMPERED: dict[str, Callable[[Lines], Lines]] = {
    "a price": one_digit_more,
    "a hash": another_hash,
    "a space": a_space,
    "no line 3": lambda lines: lines[:2] + lines[3:],
    "line 3 twice": lambda lines: [*lines[:3], *lines[2:]],
    "two lines in each other's place": lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]],
    "no end": lambda lines: lines[:-1],
    "half a line": lambda lines: [*lines[:4], lines[4][:30]],
    "another end": another_end,
    "more after the end": lambda lines: [*lines, lines[-2]],
    "an empty line": lambda lines: [*lines[:3], b"\n", *lines[3:]],
    "no text": lambda lines: [*lines[:3], b"\xff\xfe\n", *lines[4:]],
    "nothing": lambda lines: [],
    "an unknown kind": lambda lines: [lines[0], lines[1].replace(b'"kind":"', b'"kind":"x'), *lines[2:]],
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Cast]]:
    with a_gallery(tmp_path_factory.mktemp("public")) as gallery:
        yield gallery


@pytest.fixture
def opened(served: tuple[Server, Cast], chromium: Browser) -> Iterator[Callable[..., Page]]:
    """opened("/check"): a page of the sale as a stranger sees it. An error in its console fails the test."""

    def open_page(path: str, **options: object) -> Page:
        page = chromium.new_context(**{"locale": "en-GB", **options}).new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(f"{served[0].url}/sales/sale{path}")
        return page

    errors: list[str] = []
    yield open_page
    assert not errors


def verdict_on(page: Page, raw: bytes) -> tuple[str, str]:
    """The verdict of the page on a file, good or bad, and what it says."""
    page.locator("[data-live=chosen]").set_input_files({"name": "r.jsonl", "mimeType": "text/plain", "buffer": raw})
    expect(page.locator("[data-live=chosen]")).to_be_enabled()
    verdict = page.locator("[data-live=verdict]")
    expect(verdict).to_be_visible()
    return verdict.get_attribute("data-verdict"), verdict.inner_text()


def test_11_6_a_stranger_checks_the_record_in_the_browser_as_verify_does(served, opened, tmp_path: Path):
    server, _cast = served
    page = opened("/check")
    page.get_by_role("button", name="Check now").click()
    verdict = page.locator("[data-live=verdict]")
    expect(verdict).to_have_attribute("data-verdict", "good")
    raw = Person(server.url).get("/sales/sale/record.jsonl").content
    lines = raw.splitlines(keepends=True)
    head = json.loads(lines[-1])["head"]
    expect(page.locator("[data-live=head]")).to_have_text(head)
    expect(verdict.locator("tbody tr")).to_have_text("Lot 1Paddle 102¥130,000")

    assert "The house's record is this very file." in verdict_on(page, raw)[1]
    earlier = json.dumps({"head": json.loads(lines[3])["hash"], "sale": json.loads(lines[-1])["sale"], "seq": 4})
    kept = b"".join([*lines[:4], earlier.replace(" ", "").encode(), b"\n"])
    told, words = verdict_on(page, kept)
    assert told == "good"
    assert "goes on from this very file" in words

    for name, change in TAMPERED.items():
        tampered = b"".join(change(lines))
        path = tmp_path / "record.jsonl"
        path.write_bytes(tampered)
        theirs = verify_record(path)
        assert not theirs.ok, name
        number = re.search(r"event (\d+) is bad", theirs.text)
        told, words = verdict_on(page, tampered)
        assert told == "bad", name
        assert f"event {number[1]}." in words, f"{name}: {words} / {theirs.text}"

    page.locator("[data-live=witness]").fill("0" * 64)
    page.get_by_role("button", name="Check now").click()
    expect(verdict).to_contain_text("never came to the head that you gave")
    page.locator("[data-live=witness]").fill(json.loads(lines[2])["hash"])
    page.get_by_role("button", name="Check now").click()
    expect(verdict).to_contain_text("It passed through the head that you gave.")
    page.locator("[data-live=witness]").fill("abc")
    page.get_by_role("button", name="Check now").click()
    expect(page.locator("[data-live=witness-wrong]")).to_be_visible()


def test_11_7_the_price_of_a_lot_grows_as_a_picture_and_a_finished_one_is_played_again(served, opened):
    server, cast = served
    watch, lot = opened("/watch"), opened("/lots/2")
    for page in (watch, lot):
        ladder = page.locator("[data-live=ladder]")
        expect(ladder).to_have_attribute("aria-label", "The price of lot 2: from ¥100,000 to ¥105,000, bids: 2.")
    bidder = Person(server.url).enter(fresh_link(server, cast.users["bidder2"]))
    bidder.connect(cast.slug, "bidder")
    assert "seq" in bidder.bid("2", 11_000_000)
    bidder.leave()
    for page in (watch, lot):
        ladder = page.locator("[data-live=ladder]")
        expect(ladder).to_have_attribute("aria-label", "The price of lot 2: from ¥100,000 to ¥110,000, bids: 3.")
        expect(ladder.locator("circle")).to_have_count(3)
    expect(watch.locator("[data-live=leader]")).to_have_text("Paddle 102 leads")
    progress = watch.locator("[data-live=progress]")
    expect(progress).to_have_attribute("aria-label", "1 of 6 lots have ended.")
    expect(progress.locator("rect[data-status=open]")).to_have_count(1)

    for motion in ("no-preference", "reduce"):
        page = opened("/lots/1", reduced_motion=motion)
        picture, slider = page.locator("[data-live=replay-picture]"), page.locator("[data-live=replay-at]")
        whole = "The price of lot 1: from ¥100,000 to ¥130,000, bids: 4."
        expect(picture).to_have_attribute("aria-label", whole)
        slider.focus()
        page.keyboard.press("Home")
        expect(picture).to_have_attribute("aria-label", "No price yet.")
        for _ in range(3):
            page.get_by_role("button", name="The next event").press("Enter")
        expect(picture).to_have_attribute("aria-label", "The price of lot 1: from ¥100,000 to ¥105,000, bids: 2.")
        page.locator("[data-live=replay-speed]").select_option("20")
        page.get_by_role("button", name="Play").press("Space")
        expect(picture).to_have_attribute("aria-label", whole, timeout=15_000)
        expect(page.get_by_role("button", name="Play")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("variant", ALL if LONG else FIRST, ids=lambda variant: variant.name)
def test_11_every_screen_is_clean_for_axe_the_console_and_the_content_policy(served, chromium: Browser, variant):
    gallery = Gallery(chromium, *served)
    gallery.walk(variant, SHOTS if LONG else tuple(shot for shot in SHOTS if not shot.in_faults))
    assert not gallery.problems, "\n".join(gallery.problems)
