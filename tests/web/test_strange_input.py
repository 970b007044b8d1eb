"""What no honest client sends: each gets its refusal, leaves nothing where nothing should be, and breaks nothing."""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from auction.sockets import schemas
from models.journal import events, receipts, refusals

from ..house import House, Stranger, a_house, bid_when_allowed

HTML = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
AMOUNTS: dict[str, str] = {
    "zero": "0",
    "negative": "-1",
    "a fraction": "1.5",
    "a whole fraction": "10000000.0",
    "an exponent": "1e7",
    "full width digits": '"１００"',
    "digits with a bar": '"1_000"',
    "a text": '"10000000"',
    "an empty text": '""',
    "true": "true",
    "NaN": "NaN",
    "Infinity": "Infinity",
    "minus Infinity": "-Infinity",
    "1e400": "1e400",
    "2^53": str(2**53),
    "2^63": str(2**63),
    "4,000 digits": "9" * 4_000,
    "null": "null",
    "a list": "[10000000]",
    "a deep list": "[" * 500 + "]" * 500,
    "an object": '{"a":1}',
    "a lone surrogate": '"\\ud800"',
    "NUL": '"\\u0000"',
    "HTML": json.dumps(HTML),
}


def counted(connection: Connection, table: Any) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def rows(house: House) -> dict[str, int]:
    """How much has been kept."""
    with house.parts.store.read() as connection:
        return {table.name: counted(connection, table) for table in (events, receipts, refusals)}


@pytest.fixture(scope="module", params=["eventlet", "threading"])
def patient_house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that lets one bid as often as he likes, with a lot open."""
    with a_house(tmp_path_factory.mktemp("house"), request.param, AUCTION_BIDS_PER_SECOND="1000") as house:
        house.bidding()
        yield house
        house.clean()


def joined(house: House, name: str, place: str) -> Stranger:
    """A person's socket for messages that no client could write."""
    stranger = house.stranger(house.sign_in(name)).greet()
    assert "seq" in stranger.ask("join", {"sale": house.cast.slug, "as": place})
    return stranger


def raw_bid(bidder: Stranger, amount: str, lot: str = '"1"', key: str | None = None) -> dict[str, Any]:
    time.sleep(0.035)  # who sends more than 30 messages a second is refused for that
    key = key or f'"{uuid.uuid4().hex}"'
    return bidder.ask_raw(f'["bid",{{"lot":{lot},"amount_minor":{amount},"key":{key}}}]')


def test_what_is_no_amount_is_refused_and_kept_as_evidence(patient_house: House):
    bidder, before = joined(patient_house, "bidder3", "bidder"), rows(patient_house)

    codes = {name: raw_bid(bidder, amount)["code"] for name, amount in AMOUNTS.items()}
    assert codes == dict.fromkeys(AMOUNTS, "MALFORMED_AMOUNT")
    more = len(AMOUNTS)
    assert rows(patient_house) == {
        "events": before["events"],
        "receipts": before["receipts"] + more,
        "refusals": before["refusals"] + more,
    }


STRANGE = (True, 1.5, None, "x" * 4_000, "\ud800\0", [[[1]]], {"a": 1})


@pytest.mark.parametrize("value", STRANGE, ids=lambda value: repr(value)[:20])
def test_what_is_no_whole_number_is_handed_on_as_a_short_text(value):
    handed_on = schemas.of_calls().load({"do": "set_ask", "key": "k", "amount_minor": value})["amount_minor"]

    assert handed_on is None or (isinstance(handed_on, str) and len(handed_on) <= 40 and handed_on.isprintable())


def test_the_auctioneer_s_amounts_are_no_better(patient_house: House):
    desk, before = joined(patient_house, "auctioneer", "desk"), rows(patient_house)

    for name, amount in AMOUNTS.items():
        for do, paddle in (("floor_bid", '"103"'), ("set_ask", "null"), ("hammer", '"101"')):
            time.sleep(0.035)
            said = f'"do":"{do}","lot":"1","paddle":{paddle},"amount_minor":{amount},"key":"{uuid.uuid4()}"'
            answer = desk.ask_raw(f'["call",{{{said}}}]')
            assert answer.get("code") not in (None, "BROKEN"), (name, do, answer)
    assert rows(patient_house)["events"] == before["events"]


def test_the_same_key_with_another_amount_that_is_none_is_a_conflict(patient_house: House):
    bidder = joined(patient_house, "bidder3", "bidder")

    assert raw_bid(bidder, "true", key='"one"')["code"] == "MALFORMED_AMOUNT"
    assert raw_bid(bidder, "true", key='"one"')["code"] == "MALFORMED_AMOUNT"
    assert raw_bid(bidder, '"true"', key='"one"')["code"] == "KEY_CONFLICT"


LOTS_AND_KEYS = (
    ('"\\ud800"', '"k"'),
    ('"\\u0000"', '"k"'),
    ('"' + "1" * 17 + '"', '"k"'),
    ("1", '"k"'),
    ("null", '"k"'),
    ("[]", '"k"'),
    ('""', '"k"'),
    ('"1"', '"\\ud800"'),
    ('"1"', '"\\u0000"'),
    ('"1"', '"' + "k" * 65 + '"'),
    ('"1"', '""'),
    ('"1"', "null"),
    ('"1"', "7"),
    ('"1"', '"k\\n"'),
)


def test_a_lot_or_key_that_cannot_be_kept_is_malformed_and_leaves_nothing(patient_house: House):
    bidder, before = joined(patient_house, "bidder3", "bidder"), rows(patient_house)

    codes = {each: raw_bid(bidder, "10000000", *each)["code"] for each in LOTS_AND_KEYS}
    assert codes == dict.fromkeys(LOTS_AND_KEYS, "MALFORMED")
    assert rows(patient_house) == before


@pytest.mark.parametrize("lot", ["999", "-1", "1 OR 1=1", "' OR ''='", "../1", "<b>1</b>", "1%", "١"])
def test_an_unknown_lot_is_refused(house: House, lot):
    bidder = house.enter("bidder1", "bidder")

    assert bid_when_allowed(bidder, lot, 10_000_000)["code"] == "UNKNOWN_LOT"


def test_who_has_no_paddle_is_told_so(house: House):
    house.bidding()
    person = house.enter(house.newcomer(), "bidder")

    assert person.bid("1", 10_000_000)["code"] == "NO_PADDLE"
    assert person.ask("maximum", lot="1", max_minor=10_000_000, key="k")["code"] == "NO_PADDLE"


def test_a_sale_that_is_not_joined_takes_no_bid_and_no_call(house: House):
    for name, message in (
        ("bidder1", {"lot": "1", "amount_minor": 1, "key": "k"}),
        ("auctioneer", {"do": "pause_sale", "reason": "BREAK", "key": "k"}),
    ):
        person = house.sign_in(name)
        person.connect()
        assert person.ask("bid" if "lot" in message else "call", **message)["code"] == "NOT_JOINED"


@pytest.mark.parametrize(
    "message",
    [
        {"do": "open_lot"},
        {"do": "assign_paddle", "lot": "1"},
        {"do": "void_last", "lot": "1"},
        {"do": "reopen", "lot": "1"},
        {"do": "nothing"},
        {"do": None},
        {"do": ["hammer"]},
        {"do": "pause", "lot": "1", "reason": HTML},
        {"do": "pause", "lot": "1", "reason": "because"},
        {"do": "floor_bid", "lot": "1", "paddle": "x" * 17, "amount_minor": 1},
        {"do": "floor_bid", "lot": "1", "paddle": {"a": 1}, "amount_minor": 1},
        {"do": "hammer", "lot": "1", "auctioneer": "somebody"},
        {},
    ],
    ids=str,
)
def test_a_call_that_says_too_little_or_too_much_is_malformed(house: House, message):
    desk = house.enter("auctioneer", "desk")
    before = rows(house)

    assert desk.ask("call", key=uuid.uuid4().hex, **message)["code"] == "MALFORMED"
    assert rows(house) == before


# --- pages ---

PATHS = (
    "/sales/%00",
    "/sales/sale%00/lots/1",
    "/sales/%ED%A0%80",
    "/sales/%FF%FE",
    "/sales/..%2F..%2Fetc%2Fpasswd",
    "/sales/sale/lots/%00",
    "/sales/sale/lots/%3Cscript%3E",
    "/sales/" + "x" * 5_000,
    "/static/..%2f..%2fapp.py",
    "/static/%2e%2e/app.py",
    "/static/%00",
    "/static//etc/passwd",
    "/link/%00",
    "/link/" + "x" * 5_000,
    "/static/sentences/..%2f.x.json",
    "/?a=%00",
    "/sign-in?next=%00",
    "/sign-in?next=%ED%A0%80",
    "/%F0%9F%92%A9",
    "/console",
    "/.git/config",
    "/instance/secret_key",
)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:30])
def test_an_address_that_leads_nowhere_is_an_error_and_no_defect(house: House, path):
    answer = house.sign_in().http.get(house.server.url + path, timeout=5)

    assert answer.status_code in ({200} if path.endswith("%80") and "next" in path else {400, 404, 410}), path
    assert "Traceback" not in answer.text
    assert (house.server.instance / "secret_key").read_text() not in answer.text


TEXTS = ("\0", "a\0b", "\ud800", HTML, "x" * 100_000, "\u202eevil", "\r\nSet-Cookie: a=b", "%s%n{{7777777*7}}")


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:20]))
def test_a_text_in_a_form_is_refused_or_shown_as_text(house: House, text):
    person = house.sign_in()
    data = {"csrf_token": person.csrf(), "email": text.encode("utf-8", "surrogatepass"), "password": "x", "next": "/"}
    answer = person.http.post(f"{person.url}/sign-in", data=data, timeout=10, allow_redirects=False)

    assert answer.status_code == (400 if "\0" in text else 422)
    assert "<script>alert" not in answer.text
    assert "54444439" not in answer.text
    assert answer.headers.get("Set-Cookie", "").count("a=b") == 0


def test_a_body_that_is_too_large_is_refused(house: House):
    person = house.sign_in()
    body = b"csrf_token=x&email=" + b"x" * (12 * 2**20)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        answer = person.http.post(f"{person.url}/sign-in", data=body, headers=headers, timeout=20)
    except OSError:  # the server does not read on: that is a refusal too
        return
    assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")


COOKIES = ("session=", "session=x", "session=a.b.c", "session=.eJw.a.b", "session=" + "x" * 4_000, "session=é", "=;;;")


@pytest.mark.parametrize("cookie", COOKIES, ids=lambda cookie: ascii(cookie[:20]))
def test_a_cookie_that_was_not_made_here_is_nobody_s(house: House, cookie):
    answer = house.sign_in().http.get(f"{house.server.url}/", headers={"Cookie": cookie.encode("latin-1")}, timeout=5)

    assert answer.status_code == 200
    stranger = Stranger(house.server.url, cookie).greet()
    assert stranger.ask("bid", {"lot": "1", "amount_minor": 1, "key": "k"})["code"] == "UNAUTHENTICATED"
    stranger.leave()
