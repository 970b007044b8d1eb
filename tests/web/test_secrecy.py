"""What the house itself may not see: every byte that each role of staff receives while a sale runs is searched."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from auction.papers.reports import REPORTS
from auction.papers.statistics_files import FILES
from auction.papers.writers import FILE_FORMS
from auction.people.tokens import Scope
from auction.web.access import API_PREFIX
from tests.serving import Person

from ..house import House, a_house, site_of

ENGLISH = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}}
TIMED = {**ENGLISH, "format": "timed", "own": {"ends_ms": 3_600_000, "window_ms": 1000, "extend_ms": 1000}}
SEALED = {"start_minor": 10_000_000, "format": "sealed", "own": {"ends_ms": 3_600_000}}

RESERVE, LIMIT = 777_777_700, 9_999_999_900
FIRST, SECOND, OFFER, REFUSED = 622_222_200, 633_333_300, 644_444_400, 9_988_888_800
OTHER_LIMIT, OTHER_OFFER = 888_888_800, 655_555_500
MAXIMA = (FIRST, SECOND, OFFER, REFUSED, OTHER_OFFER)
DERIVED = (FIRST + SECOND + OFFER, LIMIT - FIRST - SECOND - OFFER, LIMIT - SECOND - OFFER, LIMIT - FIRST - OFFER)
DERIVED += (OTHER_LIMIT - OTHER_OFFER,)
"""What a paddle has at stake, and what that leaves of its limit, from which the maxima would follow."""
STAFF = {"administrator": False, "organizer": False, "auctioneer": True}
"""Each role of staff, and whether reserves and limits are secrets for it too; the others typed them in."""


@pytest.fixture(scope="module")
def sale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A sale with its secrets: maxima on two lots, an offer on a sealed one, a bid that was above its limit."""
    folder: Path = tmp_path_factory.mktemp("secrecy")
    with a_house(folder, lots=[{**ENGLISH, "reserve_minor": RESERVE}, TIMED, SEALED], AUCTION_LOG="json") as house:
        parts = house.parts
        parts.engine.start()
        limits = {"101": LIMIT, "102": OTHER_LIMIT, "103": None}
        for row in parts.registration.of_sale(house.cast.sale):
            assert parts.registration.admit(row.id, house.cast.users["organizer"], limits[row.paddle]).ok
            assert parts.holding.set_channel(row.id, house.cast.users["organizer"], "both").ok
        desk = house.enter("auctioneer", "desk")
        for call in ({"do": "take_gavel"}, *({"do": "open_lot", "lot": lot} for lot in "123")):
            assert "seq" in desk.call(**call)
        bidder = house.enter("bidder1", "bidder")
        for lot, amount in (("1", FIRST), ("2", SECOND)):
            assert "seq" in bidder.ask("maximum", lot=lot, max_minor=amount, key=lot)
        assert "seq" in bidder.bid("3", OFFER)
        assert "seq" in house.enter("bidder2", "bidder").bid("3", OTHER_OFFER)
        assert bidder.bid("1", REFUSED)["code"] in ("ALREADY_LEADING", "OVER_LIMIT")
        assert bidder.ask("maximum", lot="2", max_minor=REFUSED, key="more")["code"] == "OVER_LIMIT"
        yield house
        parts.engine.stop()


def pages(house: House) -> Iterator[str]:
    """Every address that can be read, of the running sale and of the person 101, with every report in every form."""
    known = {"slug": [house.cast.slug], "lot": ["1", "2", "3"], "user": list(house.cast.users.values())}
    known |= {"report": list(REPORTS), "form": [*FILE_FORMS, "svg"], "locale": ["en"], "filename": ["css/base.css"]}
    known |= {"name": list(FILES)}
    for rule in site_of(house.parts).url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            yield from fill(rule.rule, known)


def fill(address: str, known: dict[str, list[str]]) -> Iterator[str]:
    found = re.search(r"<(?:\w+:)?(\w+)>", address)
    if found is None:
        yield address
        return
    for value in known.get(found[1], ["nothing"]):
        yield from fill(address.replace(found[0], value), known)


def told_by_pages(house: House, person: Person, name: str) -> dict[str, bytes]:
    """What each page says, and each route of the API to a token with all scopes; a workbook unpacked."""
    token, told = house.parts.tokens.make(house.cast.users[name], "all", list(Scope), 1).secret, {}
    for path in pages(house):
        is_api = path.startswith(API_PREFIX)
        answer = person.get(path, headers={"Authorization": f"Bearer {token}"} if is_api else {})
        assert answer.status_code != 429, path
        assert answer.status_code < 500, path
        told[path] = unpacked(answer.content)
    return told


def unpacked(raw: bytes) -> bytes:
    if not raw.startswith(b"PK"):
        return raw
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        return b"\n".join(book.read(name) for name in book.namelist())


def told_by_socket(house: House, person: Person, name: str) -> dict[str, bytes]:
    """What the socket says to a spectator, a bidder's screen and a desk, and what it answers to the desk's calls."""
    told: dict[str, bytes] = {}
    for part in ("watcher", "bidder", "desk"):
        told[f"join as {part}"] = repr(person.connect(house.cast.slug, part)).encode()
        if part == "desk" and name != "organizer":
            person.call("take_gavel")
            refused = person.call("floor_bid", lot="1", paddle="102", amount_minor=OTHER_LIMIT + 100_000_000)
            assert refused["code"] == "OVER_LIMIT"
            told["a floor bid above a limit"] = repr(refused).encode()
            told["a hammer"] = repr(person.call("hammer", lot="1")).encode()
        person.leave()
    told["frames"] = repr(person.frames).encode()
    return told | {"documents": repr(person.documents).encode()}


def sightings(told: dict[str, bytes], amounts: tuple[int, ...]) -> list[tuple[str, int]]:
    """Where an amount stands, however it is written: with commas, with a point, in yuan or in fen."""
    bare = {place: re.sub(rb"[,.\s]", b"", text) for place, text in told.items()}
    return [(place, amount) for place, text in bare.items() for amount in amounts if str(amount).encode() in text]


@pytest.mark.parametrize("name", STAFF)
def test_08_01_no_byte_that_staff_receive_holds_an_unopened_offer_or_a_maximum(sale: House, name: str):
    """Issue 8, number 1: pages, reports, answers, frames and documents, for each role of staff."""
    person = sale.sign_in(name)
    told = told_by_socket(sale, person, name) | told_by_pages(sale, person, name)
    secrets = MAXIMA + DERIVED + ((RESERVE, LIMIT, OTHER_LIMIT) if STAFF[name] else ())

    assert sightings(told, secrets) == []
    assert sightings(told, (10_000_000,)), "what everybody may see would have been found"
    if name == "organizer":
        reports = {path: text for path, text in told.items() if path.endswith("results.json")}
        assert b'"reserve_met": true' not in b"".join(reports.values()), "it would tell that a maximum reaches it"


def test_08_01_no_log_line_and_no_metric_holds_a_secret(sale: House):
    """Issue 8, number 1: what the server writes about itself."""
    told = {"log": sale.server.log.encode(), "metrics": sale.sign_in().get("/metrics").content}
    sale.parts.engine.refresh(sale.cast.sale)
    book = sale.parts.engine.book(sale.cast.sale)

    assert sightings(told, MAXIMA + DERIVED + (RESERVE, LIMIT)) == []
    heads = re.findall(rb"auction_journal_head\{.*?\} (\S+)", told["metrics"])
    assert [float(each) for each in heads] == [book.head.seq], "the full chain's number would tell of hidden events"
    assert book.head.n > book.head.seq


def test_08_01_an_error_of_the_database_names_no_values(parts):
    """Issue 8, number 1: an exception's text goes to the log, and a statement's values are bids."""
    with pytest.raises(DBAPIError) as caught, parts.store.write() as connection:
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (?)", (FIRST,))

    assert str(FIRST) not in f"{caught.value!r} {caught.value} {caught.value.__cause__}"
