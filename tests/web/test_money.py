"""Commission and deposit over HTTP and the wire: typed, checked, published, shown, and in force."""

import re
from html import unescape

import pytest

from auction.people.accounts import Role
from tests.serving import Person, parts_for, wait_for
from tests.web.test_organizer import a_lot, a_sale, make, row_of, wrongs

COURT = {"buyer_commission_kind": "court"}
OWN = {"buyer_commission_kind": "slices", "buyer_commission": "0 5\n200万 3%\n1000万 2.25"}
SELLER = {"seller_commission_kind": "slices", "seller_commission": "8"}
TENTH = {"deposit_kind": "share", "deposit_share": "10"}


def text_of(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split()).replace(" ,", ",")


# --- commission ---


def test_a_commission_is_typed_comes_back_and_is_published(organizer, site):
    slug = make(organizer, a_lot(reserve=""), **OWN, **SELLER)
    row = row_of(site, slug)
    assert row.buyer_commission == [[0, 500], [200_000_000, 300], [1_000_000_000, 225]]
    assert row.seller_commission == [[0, 800]]
    page = organizer.get(f"/organizer/sales/{slug}/edit").text
    assert "0 5\n2,000,000 3\n10,000,000 2.25</textarea>" in page
    assert "0 8</textarea>" in page
    asked = text_of(organizer.get(f"/organizer/sales/{slug}/publish"))
    assert "5 % up to ¥2,000,000, 3 % from ¥2,000,000 to ¥10,000,000, 2.25 % above ¥10,000,000" in asked
    assert "the seller's commission, secret but provable later: 8 %" in asked
    assert "The sale is published." in organizer.post(f"/organizer/sales/{slug}/publish").text

    lot = text_of(Person(organizer.url).get(f"/sales/{slug}/lots/1", headers={"Accept-Language": "en"}))
    assert "¥105,000 with commission" in lot
    for path in (f"/sales/{slug}", f"/sales/{slug}/lots/1", f"/sales/{slug}/hall"):
        seen = text_of(Person(organizer.url).get(path, headers={"Accept-Language": "en"}))
        assert "5 %" in seen
        assert "8 %" not in seen, "only the seller sees his own"
    joined = organizer.connect(slug)
    assert joined["snapshot"]["buyer_commission"] == row.buyer_commission
    assert "800" not in str(joined)


def test_a_published_commission_stays(organizer, site):
    slug = make(organizer, a_lot(reserve=""), **COURT)
    organizer.post(f"/organizer/sales/{slug}/publish")
    before = row_of(site, slug).buyer_commission
    assert len(before) == 5
    organizer.post(f"/organizer/sales/{slug}/edit", **a_sale(slug=slug), **OWN, **TENTH)
    assert (row_of(site, slug).buyer_commission, row_of(site, slug).deposit) == (before, None)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("100 5", "The first slice of a commission begins at 0."),
        ("0 5\n0 3", "Each slice of a commission begins above the one before."),
        ("0 5\n900 4\n800 3", "Each slice of a commission begins above the one before."),
        ("0 3\n100 4", "A commission may not rise with the price"),
        ("101", "A rate of commission lies from 0 to 100 percent."),
        ("0 5\nx 4", "Line 2: x is no amount"),
        ("5\n3", "Line 2: write from and percent"),
        ("0 -5", "Line 1: write from and percent"),
        ("0 5.125", "Line 1: write from and percent"),
        ("", "Write from 1 to 20 slices, one a line."),
        ("\n".join(f"{n} 5" for n in range(21)), "Write from 1 to 20 slices, one a line."),
    ],
)
def test_slices_that_contradict_themselves_are_refused_by_their_field(organizer, typed, wrong):
    for side in ("buyer_commission", "seller_commission"):
        values = a_sale(**{f"{side}_kind": "slices", side: typed})
        answer = organizer.post("/organizer/new", **values)
        assert answer.status_code == 422
        assert wrong in wrongs(answer)
        assert f'name="{side}" rows="3" aria-invalid="true"' in answer.text


def test_a_budget_reaches_a_step_of_the_ladder(organizer, come):
    slug = make(organizer, a_lot(reserve=""), **COURT)
    organizer.post(f"/organizer/sales/{slug}/publish")
    bidder, path = come("bidder1"), f"/sales/{slug}/lots/1/within.json?budget_minor="
    assert bidder.get(path + "11550000").json() == {"lot": "1", "highest_minor": 11_000_000, "all_in_minor": 11_550_000}
    assert bidder.get(path + "11549999").json()["highest_minor"] == 10_500_000
    assert bidder.get(path + "1").json() == {"lot": "1", "highest_minor": None, "all_in_minor": None}
    for wrong in ("", "-1", "1.5", "x", str(2**53), "٣"):
        answer = bidder.get(path + wrong, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (422, "MALFORMED_AMOUNT")
    missing = bidder.get(f"/sales/{slug}/lots/9/within.json?budget_minor=1", headers={"Accept": "application/json"})
    assert missing.json()["code"] == "UNKNOWN_LOT"


# --- deposit ---


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"deposit_kind": "share", "deposit_share": "4.99"}, "A deposit is from 5 to 20 percent"),
        ({"deposit_kind": "share", "deposit_share": "20.01"}, "A deposit is from 5 to 20 percent"),
        ({"deposit_kind": "share", "deposit_share": "a tenth"}, "Write a percentage"),
        ({"deposit_kind": "fixed", "deposit_fixed": ""}, "Say how much it is."),
        ({"deposit_kind": "fixed", "deposit_fixed": "0"}, "The amount must be above zero."),
    ],
)
def test_a_deposit_that_cannot_be_is_refused_by_its_field(organizer, typed, wrong):
    answer = organizer.post("/organizer/new", **a_sale(**typed))
    assert (answer.status_code, wrong in wrongs(answer)) == (422, True)


def test_a_paddle_bids_once_its_deposit_has_arrived(organizer, come, site):
    slug = make(organizer, a_lot(reserve=""), a_lot(lot="2", start="40万", reserve=""), **TENTH)
    base = f"/organizer/sales/{slug}"
    organizer.post(f"{base}/publish")
    bidder = come("applicant")
    assert "a deposit of ¥40,000 has to arrive" in text_of(bidder.get(f"/sales/{slug}"))
    bidder.post(f"/sales/{slug}/apply")
    page = text_of(organizer.get(f"{base}/bidders"))
    assert "¥40,000, not arrived" in page
    registration = registration_of(organizer, base)
    organizer.post(f"{base}/bidders/{registration}/admit", limit="")
    assert "Your deposit of ¥40,000 has not arrived" in text_of(bidder.get(f"/sales/{slug}"))
    assert "deposit missing" in organizer.get(f"{base}/bidders").text

    desk = come("auctioneer")
    assert organizer.post(f"{base}/people", email="a@test.invalid").status_code == 200
    desk.connect(slug, "desk")
    desk.call("take_gavel")
    desk.call("open_lot", lot="1")
    joined = bidder.connect(slug, "bidder")
    assert joined["document"]["holds"] == ["DEPOSIT_MISSING"]
    assert bidder.bid("1", 10_000_000)["code"] == "DEPOSIT_MISSING"

    organizer.post(f"{base}/bidders/{registration}/hold", reason="SUSPENDED")
    come("administrator").post(f"{base}/bidders/{registration}/deposit", arrived="1")
    assert wait_for(lambda: [each for each in bidder.documents if each["holds"] == ["SUSPENDED"]])
    organizer.post(f"{base}/bidders/{registration}/release")
    assert "seq" in bidder.bid("1", 10_000_000)
    assert "has not arrived" not in text_of(bidder.get(f"/sales/{slug}"))

    come("administrator").post(f"{base}/bidders/{registration}/deposit")
    assert wait_for(lambda: bidder.documents[-1]["holds"] == ["DEPOSIT_MISSING"])


def test_a_deposit_that_came_before_the_admission_counts(organizer, come):
    slug = make(organizer, a_lot(reserve=""), deposit_kind="fixed", deposit_fixed="1万")
    base = f"/organizer/sales/{slug}"
    organizer.post(f"{base}/publish")
    bidder = come("early")
    bidder.post(f"/sales/{slug}/apply")
    registration = registration_of(organizer, base)
    come("administrator").post(f"{base}/bidders/{registration}/deposit", arrived="1")
    organizer.post(f"{base}/bidders/{registration}/admit", limit="")
    assert bidder.connect(slug, "bidder")["document"]["holds"] == []
    organizer.post(f"{base}/bidders/floor", name="Seat 1")
    page = text_of(organizer.get(f"{base}/bidders"))
    assert "102 deposit missing Seat 1" in page, "a paddle of the floor lays one down too"


def test_paddles_given_to_a_draft_are_held_when_it_is_published(organizer, come, site):
    slug = make(organizer, a_lot(reserve=""), **TENTH)
    parts = parts_for(site[0].instance)
    sale = parts.sales.find(slug).id
    user = parts.accounts.create("draft@new.invalid", "Draft", Role.BIDDER)
    parts.registration.admit(parts.registration.apply(sale, user), site[1].users["organizer"])
    parts.store.close()
    organizer.post(f"/organizer/sales/{slug}/publish")
    parts = parts_for(site[0].instance)
    assert parts.engine.book(sale).sale.bidders["101"].holds == ("DEPOSIT_MISSING",)
    parts.store.close()


def registration_of(organizer: Person, base: str) -> str:
    found = re.search(r'id="r-([0-9a-f]+)"', organizer.get(f"{base}/bidders").text)
    assert found
    return found.group(1)
