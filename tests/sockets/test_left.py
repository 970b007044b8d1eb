"""Maxima left for lots to come, over the wire: who sees them, what ends them, and how they are taken."""

import re
from uuid import uuid4

from tests.serving import Person
from tests.web.test_organizer import a_lot, make

MOST = 62_345_600
"""An amount that stands nowhere else: 623,456 yuan, told as 62345600 or 623,456."""


def leave(bidder: Person, lot: str, max_minor: int | None) -> dict:
    return bidder.ask("leave_max", lot=lot, max_minor=max_minor, key=uuid4().hex)


def admitted(come, organizer: Person, slug: str, who: str = "bidder2") -> Person:
    bidder = come(who)
    bidder.http.headers.pop("Accept-Language")
    bidder.post(f"/sales/{slug}/apply", bidder.csrf("/account"))
    page = organizer.get(f"/organizer/sales/{slug}/bidders").text
    row = re.findall(r"/bidders/([0-9a-f]{32})/admit", page)[-1]
    organizer.post(f"/organizer/sales/{slug}/bidders/{row}/admit", limit="")
    return bidder


def test_a_maximum_left_before_is_taken_at_the_opening(come, organizer):
    slug = make(organizer, a_lot(lot="1", reserve=""))
    organizer.post(f"/organizer/sales/{slug}/publish")
    bidder = admitted(come, organizer, slug)
    assert bidder.connect(slug, "bidder")["document"]["left"] == {}
    assert leave(bidder, "1", 9_000_000)["code"] == "BELOW_START"
    assert "seq" in leave(bidder, "1", MOST)
    assert bidder.ask("since", seq=0)["document"]["left"] == {"1": MOST}

    auctioneer = come("administrator")
    desk = auctioneer.connect(slug, "desk")
    secret = {str(MOST), f"{MOST // 100:,}", str(MOST // 100)}
    pages = ["", "/lots", "/bidders", "/export/bids.csv", "/export/bidders.csv"]
    seen = [organizer.get(f"/organizer/sales/{slug}{page}").text for page in pages]
    seen += [str(desk), Person(organizer.url).get(f"/sales/{slug}/lots/1").text]
    assert not [each for each in secret for text in seen if each in text], "no client sees it"

    assert "seq" in auctioneer.call("take_gavel")
    assert "seq" in auctioneer.call("open_lot", lot="1")
    document = bidder.ask("since", seq=0)["document"]
    assert (document["left"], document["maxima"]) == ({}, {"1": MOST})
    assert leave(bidder, "1", None)["code"] == "NOT_ALLOWED_NOW"


def test_what_was_left_for_a_lot_that_changes_is_no_more_and_its_bidder_is_told(come, organizer):
    slug = make(organizer, a_lot(lot="1", reserve=""), a_lot(lot="2", reserve="", title_zh="另一种"))
    organizer.post(f"/organizer/sales/{slug}/publish")
    bidder = admitted(come, organizer, slug)
    bidder.connect(slug, "bidder")
    for lot in ("1", "2"):
        assert "seq" in leave(bidder, lot, MOST)
    for lot, change in (("1", {"patent_as_written": "CN101000319A"}), ("2", {"title_zh": "改了名称"})):
        page = organizer.get(f"/organizer/sales/{slug}/lots/{lot}").text
        seen = re.search(r'name="seen" value="([^"]+)"', page).group(1)
        typed = a_lot(lot=lot, reserve="", seen=seen) | change
        assert organizer.post(f"/organizer/sales/{slug}/lots/{lot}", **typed).status_code == 200
    document = bidder.ask("since", seq=0)["document"]
    assert document["left"] == {"2": MOST}, "a title is no term"
    assert document["left_ended"] == {"1": "CHANGED"}
