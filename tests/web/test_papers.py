"""The pages of papers: a confirmation is there seconds after the hammer, for its buyer and the staff of its sale."""

import io
import json
import re
import time
import zipfile

import pytest
from pypdf import PdfReader

from auction.base.clock import wall_ms
from tests.serving import Cast, Server, give_password, parts_for, wait_for

from ..conftest import SetClock
from ..house import House
from ..papered import FACTS, publish

READY_S = 5.0
PASSWORD = "violet harbour 27 lanterns"
PAPERS = "/organizer/sales/spring/papers"


@pytest.fixture(scope="module")
def _house(tmp_path_factory):
    """A server whose sale has everything that a confirmation needs."""
    folder = tmp_path_factory.mktemp("papers")
    before = parts_for(folder)
    before.engine.start()
    sale = publish(before, SetClock(wall_ms() - 60_000))
    other = before.sales.create("other", title_zh="别处", title_en="Elsewhere")
    before.accounts.create("x@test.invalid", "Elsewhere", "organizer")
    before.engine.stop()
    before.store.close()
    server = Server(folder).start()
    parts = parts_for(folder)
    house = House(server, Cast(sale.id, "spring", {}, {**sale.users, "elsewhere": other}), parts)
    yield house
    parts.store.close()
    server.stop()


@pytest.fixture
def house(_house):
    yield _house
    _house.clean()


def sell(house: House, lot: str) -> float:
    """Sell a lot to bidder 1; when the hammer was answered."""
    first, _second = house.bidding(lot)
    assert "seq" in first.bid(lot, 10_000_000)
    desk = house.enter("auctioneer", "desk")
    assert "seq" in desk.call("hammer", lot=lot)
    return time.monotonic()


def links(page: str) -> list[str]:
    return re.findall(r'href="([^"]+\.pdf)"', page)


def mine(person) -> list[str]:
    return links(person.get("/sales/spring/papers").text)


def names(raw: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        return packed.namelist()


def said(raw: bytes) -> str:
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages))


def test_12_1_the_buyer_has_his_confirmation_within_five_seconds_and_nobody_else(house):
    buyer, other = house.sign_in("bidder1"), house.sign_in("bidder2")
    hammer_s = sell(house, "1")
    first = wait_for(lambda: mine(buyer))[0]
    took_s = time.monotonic() - hammer_s
    answer = buyer.get(first)

    assert took_s < READY_S
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "李想" in said(answer.content)
    assert mine(other) == []
    assert names(buyer.get("/sales/spring/papers-zh.zip").content)[0].endswith("CONF0001-v1-zh.pdf")
    assert names(other.get("/sales/spring/papers-zh.zip").content) == ["SHA256SUMS", "manifest.json"]
    assert other.get(first).status_code == 404
    assert house.sign_in().get(first, allow_redirects=False).status_code == 302
    for staff in ("organizer", "auctioneer"):
        page = house.sign_in(staff).get(PAPERS)
        assert len(links(page.text)) == 3, staff
        assert house.sign_in(staff).get(links(page.text)[2]).content.startswith(b"%PDF")


def test_12_1_a_paper_that_lacks_something_says_where_to_mend_it_and_is_then_made(house):
    organizer = house.sign_in("organizer")
    form = f"{PAPERS}/facts"
    answer = organizer.post(form, organizer.csrf(form), **{**FACTS[""], "recorder": ""})
    assert answer.url.endswith(PAPERS)
    sell(house, "2")
    organizer.http.headers["Accept-Language"] = "en"
    told = organizer.post(PAPERS, organizer.csrf(PAPERS), kind="confirmation", subject="2")
    of_paddle = f"{form}?about=paddle:101"
    mistyped = organizer.post(of_paddle, organizer.csrf(of_paddle), identity="91330100799655059B", contact="kept")

    assert (mistyped.status_code, "kept" in mistyped.text) == (422, True)
    assert "its check character does not fit" in mistyped.text
    assert told.status_code == 409
    assert "The recorder" in told.text
    assert f'href="{form}"' in told.text
    buyer = house.sign_in("bidder1")
    before = len(mine(buyer))
    assert organizer.post(form, organizer.csrf(form), **FACTS[""]).status_code == 200
    wait_for(lambda: len(mine(buyer)) > before or None)


def test_12_1_the_auctioneer_sees_no_paper_that_names_a_reserve(house):
    organizer, auctioneer = house.sign_in("organizer"), house.sign_in("auctioneer")
    asked = {"kind": "statement", "subject": "1"}
    assert organizer.post(PAPERS, organizer.csrf(PAPERS), **asked).status_code == 200
    paper = [each for each in links(organizer.get(PAPERS).text) if each not in links(auctioneer.get(PAPERS).text)]

    assert len(paper) == 3
    assert auctioneer.post(PAPERS, auctioneer.csrf(PAPERS), **asked).status_code == 403
    assert auctioneer.get(paper[0]).status_code == 403
    assert organizer.get(paper[0]).content.startswith(b"%PDF")


DRAWN = [[[100, 200], [400, 100], [600, 300]], [[650, 200], [900, 250]]]


def test_12_1_a_buyer_signs_by_drawing_with_his_password(house):
    give_password(house.parts, house.cast.users["bidder1"], PASSWORD)
    buyer, other = house.sign_in("bidder1"), house.sign_in("bidder2")
    paper = mine(buyer)[0].rsplit("/", 2)[0]
    address = f"{paper}/1/sign"
    good = {"strokes": json.dumps(DRAWN), "password": PASSWORD}
    for wrong in ({"password": "another word entirely"}, {"strokes": "[]"}, {"strokes": "[[[0,0],[1e9,1]]]"}):
        assert buyer.post(address, buyer.csrf(address), **{**good, **wrong}).status_code == 422
    assert other.get(address).status_code == 404
    assert other.post(address, **good).status_code == 404
    told = buyer.post(address, buyer.csrf(address), **good)
    text = said(buyer.get(f"{paper}/2/en.pdf").content)

    assert told.status_code == 200
    assert "李想" in text[text.index("Signaturesdrawnonascreen") :]
    assert "noreliableelectronicsignatures" in text
    assert "Buyer(signatureorseal)" in text
    assert "Signaturesdrawn" not in said(buyer.get(f"{paper}/1/en.pdf").content)
    again = f"{paper}/2/sign"
    assert buyer.post(again, buyer.csrf(again), **good).status_code == 422
    assert buyer.post(address, buyer.csrf(address), **good).status_code == 422

    buyer.http.headers["Accept-Language"] = "en"
    csrf, guess = buyer.csrf(address), {**good, "password": "another word entirely"}
    told = [buyer.post(address, csrf, **guess).text for _ in range(30)]
    assert "Too many at once" in told[-1], "a thief of the phone guesses no faster than at the sign-in"
    assert "Too many at once" in buyer.post(address, csrf, **good).text


@pytest.mark.parametrize(
    "about", ["paddle:999", "lot:9", "patent:CN1", "nothing:1", "paddle", "lot:1:2", "'; drop table papers"]
)
def test_12_1_facts_are_of_what_the_sale_has(house, about):
    assert house.sign_in("organizer").get(f"{PAPERS}/facts", params={"about": about}).status_code == 404


@pytest.mark.parametrize("path", ["nothing/1/zh", "{paper}/99/zh", "{paper}/1/fr"])
def test_12_1_what_is_not_there_is_not_found(house, path):
    organizer = house.sign_in("organizer")
    paper = links(organizer.get(PAPERS).text)[0].split("/")[-3]
    assert organizer.get(f"{PAPERS}/{path.format(paper=paper)}.pdf").status_code == 404
    assert organizer.get(f"/organizer/sales/other/papers/{paper}/1/zh.pdf").status_code in (403, 404)
