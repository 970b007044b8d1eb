"""The statements of docs/protocol, played against the server. The folds are played by `test_second_client.py`."""

import json
import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from websocket import WebSocketBadStatusException

from auction.engine.orders import Order
from auction.parts import Parts
from auction.people.accounts import Purpose
from auction.rules import commands as cmd
from auction.rules.visibility import lot_of
from auction.server.process import PING_EVERY_S
from tests.serving import Person, wait_for

from ..house import House, Stranger
from .test_protocol_page import keys, page, section

START, STEP = 10_000_000, 500_000


def key() -> str:
    return uuid.uuid4().hex


def opened(house: House, lot: str = "1") -> Person:
    """A desk that holds the gavel; the lot is open."""
    desk = house.enter("auctioneer", "desk")
    assert "seq" in desk.call("take_gavel")
    assert desk.call("open_lot", lot=lot).get("code") in (None, "NOT_ALLOWED_NOW")
    return desk


# --- connecting: a link, its cookie and its token ---


def token_in(answer: requests.Response) -> str:
    found = re.search(r'<meta name="csrf-token" content="([^"]+)"', answer.text)
    assert found is not None
    return found[1]


def test_a_link_takes_the_cookie_and_the_token_of_its_page(house: House):
    link = house.parts.accounts.make_link(Purpose.SIGN_IN, house.cast.users["bidder1"])
    url = f"{house.server.url}/link/{link}"
    first = requests.get(url, timeout=5)
    token, cookies = token_in(first), dict(first.cookies)
    as_json = {"Accept": "application/json"}

    def post(data: dict[str, str], cookies: dict[str, str]) -> requests.Response:
        return requests.post(url, data, cookies=cookies, headers=as_json, timeout=5, allow_redirects=False)

    for form, sent in (({}, cookies), ({"csrf_token": token}, {}), ({"csrf_token": "x" + token}, cookies)):
        refused = post(form, sent)
        assert (refused.status_code, refused.json()["code"]) == (400, "BAD_TOKEN"), (form, sent)
    signed_in = post({"csrf_token": token}, cookies)
    assert (signed_in.status_code, list(signed_in.cookies.keys())) == (302, ["session"])
    assert post({"csrf_token": token}, cookies).status_code == 410, "used up"
    session = dict(signed_in.cookies)
    sign_out = f"{house.server.url}/sign-out"
    old = requests.post(sign_out, {"csrf_token": token}, cookies=session, headers=as_json, timeout=5)
    assert old.json()["code"] == "BAD_TOKEN", "the token of the page before signing in is dead"
    stranger = Stranger(house.server.url, f"session={session['session']}").greet()
    assert stranger.ask("join", {"sale": house.cast.slug, "as": "bidder"})["document"]["paddle"] == "101"
    stranger.leave()


def test_a_library_s_own_origin_is_told_what_is_wrong_with_it(house: House):
    with pytest.raises(WebSocketBadStatusException) as refused:
        Stranger(house.server.url, origin="http://10.0.0.5:5000")

    told = json.loads(refused.value.resp_body)
    assert (told["code"], told["status"]) == ("FOREIGN_ORIGIN", 403)
    assert "Origin" in told["message"]


# --- connecting: the end of a connection ---


def packets_until_the_end(stranger: Stranger) -> list[str]:
    """What comes in until the server ends the connection; the end itself as an empty text."""
    heard: list[str] = []
    while not heard or heard[-1] not in ("", "1"):
        heard.append(stranger.hear())
    return heard


def test_before_the_end_stand_a_farewell_and_the_packet_that_libraries_take_as_final(house: House):
    person = house.sign_in("bidder2")
    stranger = house.stranger(person).greet()
    stranger.ask("join", {"sale": house.cast.slug, "as": "bidder"})
    person.post("/sign-out", person.csrf("/"))

    heard = packets_until_the_end(stranger)
    assert heard[:2] == ['42["bye",{"reason":"signed_out"}]', "41"]


def test_far_too_many_packets_are_a_flood(house: House):
    stranger = house.stranger().greet()
    for _ in range(260):
        stranger.say('42["clock",{}]')

    assert '42["bye",{"reason":"flood"}]' in packets_until_the_end(stranger)


# --- the stream: resuming ---


def test_what_a_number_is_answered_with(house: House):
    desk = opened(house)
    person = house.enter(None)
    head = person.ask("since", seq=0)
    now, told = head["seq"], {"sale", "seq", "head", "now_ms"}

    assert set(head) == {*told, "snapshot"}
    assert set(person.ask("join", sale=house.cast.slug)) == {*told, "snapshot", "notices"}
    assert set(person.ask("join", sale=house.cast.slug, seq=None)) == {*told, "snapshot", "notices"}
    assert person.ask("since", seq=now, head=head["head"])["events"] == []
    assert [each["seq"] for each in person.ask("since", seq=now - 2)["events"]] == [now - 1, now]
    assert set(person.ask("since", seq=now + 1)) == {*told, "snapshot", "restored"}
    assert set(person.ask("since", seq=now - 1, head="0" * 64)) == {*told, "snapshot", "restored"}
    assert desk.ask("since", seq=now)["document"]["of"] == "desk"


def test_a_sale_is_resumed_by_its_id(house: House):
    first = house.enter(None)
    known = first.ask("since", seq=0)
    desk = opened(house)
    desk.call("take_gavel")
    second = house.sign_in()
    second.connect()
    told = second.ask("join", sale=known["sale"], seq=known["seq"], head=known["head"])

    assert [each["seq"] for each in told["events"]] == list(range(known["seq"] + 1, told["seq"] + 1))
    assert told["sale"] == house.cast.sale != house.cast.slug


@pytest.fixture(scope="module")
def other_process(_house: House) -> Iterator[Parts]:
    """Another process of the house, which decides too."""
    _house.parts.engine.start()
    yield _house.parts
    _house.parts.engine.stop()


def test_who_is_far_behind_gets_a_snapshot(house: House, other_process: Parts):
    person = house.enter(None)
    before = person.ask("since", seq=0)["seq"]
    now_ms = other_process.clock.now_ms()
    orders = [Order(house.cast.sale, "o", cmd.SetHighest(now_ms, 10**12 + each)) for each in range(1_001)]
    promises = [other_process.engine.submit(order) for order in orders]
    last = [promise.result(20).seq for promise in promises][-1]
    wait_for(lambda: person.frames and person.frames[-1]["seq"] >= last)

    assert "events" not in person.ask("since", seq=before)
    assert len(person.ask("since", seq=before + 1)["events"]) == 1_000


def test_frames_have_what_they_are_said_to_have_and_come_also_in_silence(house: House):
    person = house.enter(None)
    wait_for(lambda: any(not frame["events"] for frame in person.frames), 4)

    assert all(set(frame) == {"sale", "seq", "head", "now_ms", "events"} for frame in person.frames)
    assert set(keys(section("protocol/stream", "## Frames"))) == set(person.frames[0])
    assert set(keys(section("protocol/stream", "## A snapshot").split("###")[0])) == set(
        person.ask("since", seq=0)["snapshot"]
    )


# --- the order of codes ---


def test_the_channel_asks_in_its_order(house: House):
    nobody, bidder, auctioneer = (house.sign_in(name) for name in (None, "bidder1", "auctioneer"))
    for person in (nobody, bidder, auctioneer):
        person.connect()
    bad = {"nothing": "x" * 5_000}

    assert nobody.ask("bid", **bad)["code"] == "UNAUTHENTICATED", "before the form"
    assert auctioneer.ask("bid", **bad)["code"] == "FORBIDDEN", "before the form"
    assert bidder.ask("bid", **bad)["code"] == "TOO_LARGE", "before the keys"
    assert bidder.ask("bid", nothing=1)["code"] == "MALFORMED", "before the sale"
    assert bidder.ask("bid", lot="1", amount_minor=1, key="k")["code"] == "NOT_JOINED"
    assert bidder.ask("join", sale="nowhere", **{"as": "desk"})["code"] == "UNKNOWN_SALE", "before the part"
    assert bidder.ask("join", sale=house.cast.slug, **{"as": "desk"})["code"] == "FORBIDDEN"
    assert nobody.ask("join", sale=house.cast.slug, **{"as": "bidder"})["code"] == "UNAUTHENTICATED"


def test_a_refusal_by_the_channel_leaves_no_receipt(house: House):
    opened(house)
    bidder, used = house.sign_in("bidder3"), key()
    bidder.connect()
    message = {"lot": "1", "amount_minor": 1, "key": used}

    assert bidder.ask("bid", **message)["code"] == "NOT_JOINED"
    bidder.ask("join", sale=house.cast.slug, **{"as": "bidder"})
    assert bidder.ask("bid", **message)["code"] == "BELOW_START"
    assert bidder.ask("bid", **message)["code"] == "BELOW_START", "a refusal by the rules is the first answer"
    assert bidder.ask("bid", **message | {"amount_minor": 2})["code"] == "KEY_CONFLICT"


# --- keys ---


KEYED: dict[str, dict[str, Any]] = {
    "bid": {"lot": "3", "amount_minor": 1},
    "maximum": {"lot": "3", "max_minor": 1},
    "leave_max": {"lot": "3", "max_minor": START},
    "decline_priority": {"lot": "3"},
    "exercise_priority": {"lot": "3"},
    "channel": {"channel": "both"},
}


def test_the_messages_with_a_key_are_those_of_the_table(house: House):
    """Each needs it, and counts it for the account over all its messages and sockets."""
    one, two, other = (house.enter(name, "bidder") for name in ("bidder2", "bidder2", "bidder3"))
    used = key()
    first = one.ask("leave_max", key=used, **KEYED["leave_max"])

    assert "seq" in first
    assert two.ask("leave_max", key=used, **KEYED["leave_max"]) == first, "another socket, the first answer"
    assert "seq" in other.ask("leave_max", key=used, **KEYED["leave_max"]), "another account, its own act"
    for name, message in KEYED.items():
        missing = one.ask(name, **message)
        assert (missing["code"], missing["params"]) == ("MALFORMED", {"field": "key"}), name
        if name != "leave_max":
            assert two.ask(name, key=used, **message)["code"] == "KEY_CONFLICT", name
    assert house.enter("auctioneer", "desk").ask("call", do="take_gavel")["params"] == {"field": "key"}
    table = page("protocol/messages").split("## Keys")[0]
    with_key = set(re.findall(r"^\| `(\w+)` \| [^|]* \| yes \|", table, re.MULTILINE))
    assert with_key == {*KEYED, "call", "notify"}
    assert one.ask("leave_max", key="k" * 65, **KEYED["leave_max"])["code"] == "MALFORMED"


# --- bytes ---


def test_a_message_is_counted_as_it_is_written_in_ascii(house: House):
    stranger = house.stranger().greet()
    frame = len(json.dumps({"a": ""}))

    def code(text: str) -> str:
        return str(stranger.ask_raw(json.dumps(["clock", {"a": text}], ensure_ascii=False)).get("code"))

    assert code("x" * (4_096 - frame)) == "MALFORMED", "it is small enough to be looked at"
    assert code("x" * (4_097 - frame)) == "TOO_LARGE"
    chinese = (4_096 - frame) // 6
    assert code("拍" * chinese) == "MALFORMED"
    assert code("拍" * (chinese + 1)) == "TOO_LARGE"
    stranger.leave()


# --- documents, and what comes by HTTP ---


def test_documents_presence_and_late_bids_have_the_keys_of_their_page(house: House):
    desk = opened(house)
    heard: dict[str, Any] = {}
    for name in ("presence", "late_bid"):
        desk.socket.on(name, lambda message, name=name: heard.setdefault(name, message))
    bidder = house.enter("bidder1", "bidder")
    document = bidder.ask("since", seq=0)["document"]
    of_both = {"sale", "as_of", "of"}

    assert set(document) == {*of_both, *keys(section("protocol/documents", "## Of a bidder"))}
    of_desk = keys(section("protocol/documents", "## Of the desk"))
    assert set(desk.ask("since", seq=0)["document"]) == {*of_both, *of_desk}
    assert "seq" in desk.call("pass", lot="1")
    assert bidder.bid("1", START)["params"].keys() == {"lot", "late_ms"}
    wait_for(lambda: len(heard) == 2, 5)
    for name, message in heard.items():
        text = section("protocol/documents", f"## `{name}`")
        example = json.loads(text.split("```json")[1].split("```")[0])
        assert set(message) == set(example), name
    assert set(heard["presence"]["bidders"][0]) == {"paddle", "rtt_ms"}
    assert "seq" in desk.call("reopen", lot="1", reason="DISPUTE")


def test_a_bidder_who_is_admitted_later_gets_his_document_then(house: House, other_process: Parts):
    user = house.newcomer()
    person = house.sign_in(user)

    assert "document" not in person.connect(house.cast.slug, "bidder")
    other_process.registration.admit(
        other_process.registration.apply(house.cast.sale, user), house.cast.users["organizer"]
    )
    document = wait_for(lambda: person.documents and person.documents[0], 5)
    assert (document["of"], document["holds"], document["limit_minor"]) == ("bidder", [], None)
    assert document["as_of"] <= person.ask("since", seq=0)["seq"]


def test_texts_have_the_keys_of_their_page(house: House):
    texts = house.sign_in().get(f"/sales/{house.cast.slug}/texts.json").json()
    told = keys(section("protocol/lots", "## `texts.json`").split("###")[0])

    assert set(texts) == {"sale", "currency", "lots"}
    assert all(set(lot) == set(told) for lot in texts["lots"].values())


def test_one_lot_by_names_says_what_its_row_says(house: House):
    opened(house)
    person = house.enter(None)
    row = next(row for row in person.ask("since", seq=0)["snapshot"]["lots"] if row[0] == "1")
    detail = person.get(f"/sales/{house.cast.slug}/lots/1/detail.json").json()

    assert detail.pop("offers") is None
    assert detail == lot_of(row)


def test_the_opening_packet_announces_the_pings(house: House):
    packet = requests.get(f"{house.server.url}/socket.io/?EIO=4&transport=polling", timeout=5).text
    announced = json.loads(packet[1:])

    for time_ms in (announced["pingInterval"], announced["pingTimeout"]):
        assert abs(time_ms - PING_EVERY_S * 1_000) <= 500


def test_the_clock_is_answered_with_the_server_s_time(house: House):
    person = house.enter(None)
    began_ms = time.time() * 1000
    now_ms = person.ask("clock", rtt_ms=None)["now_ms"]

    assert abs(now_ms - began_ms) < 2_000
    assert person.ask("clock", rtt_ms=600_001)["code"] == "MALFORMED"
