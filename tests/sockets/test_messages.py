"""Every message is answered, whatever happens to it; who floods is refused alone; who may not stay is cut."""

import time
import uuid

import pytest

from auction.cluster.limits import RateLimits
from auction.database.store import OutcomeUnknown, Unavailable
from auction.parts import Parts
from auction.sockets.connections import presence
from auction.words.sentences import STATUS
from tests.serving import wait_for

from ..house import House, Switchboard, bids_go_on


@pytest.fixture
def desk(parts: Parts) -> Switchboard:
    made = Switchboard(parts)
    assert made.connect("s")
    return made


# --- a handler that fails ---


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (RuntimeError("a defect"), "BROKEN"),
        (RecursionError(), "BROKEN"),
        (TimeoutError(), "BROKEN"),
        (Unavailable("locked"), "UNAVAILABLE"),
        (OutcomeUnknown("gone"), "UNCONFIRMED"),
    ],
)
def test_a_handler_that_fails_is_answered_and_the_next_message_is_heard(desk, parts, monkeypatch, failure, code):
    def fail(*_args, **_options):
        raise failure

    monkeypatch.setattr(parts.accounts.__class__, "identify", fail)
    answer = desk.ask("s", "clock", {})
    monkeypatch.undo()

    assert (answer["code"], answer["status"]) == (code, STATUS[code])
    assert "now_ms" in desk.ask("s", "clock", {})
    if code == "BROKEN":
        assert answer["params"]["incident"] in answer["message"]
        assert "defect" not in answer["message"]


def test_the_outcome_of_a_command_that_was_not_answered_in_time_is_not_said_to_be_nothing(desk, parts, monkeypatch):
    """UNAVAILABLE says that nothing was done. The server cannot say so of an order that is still under way."""
    monkeypatch.setattr(parts.sales.__class__, "find", lambda *_: (_ for _ in ()).throw(TimeoutError))

    assert desk.ask("s", "join", {"sale": "x"})["code"] == "BROKEN"


def test_a_connection_whose_look_up_fails_is_not_let_in_as_nobody(desk, parts, monkeypatch):
    monkeypatch.setattr(parts.accounts.__class__, "identify", lambda *_: (_ for _ in ()).throw(Unavailable("locked")))

    assert not desk.connect("t")
    assert desk.sockets.connections.get("t") is None


# --- what is not a message ---


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ('["nothing",{}]', "UNKNOWN_MESSAGE"),
        ('["nothing"]', "UNKNOWN_MESSAGE"),
        ('["",{}]', "UNKNOWN_MESSAGE"),
        ('["clock"]', "MALFORMED"),
        ('["clock",{},{}]', "MALFORMED"),
        ('["clock",null]', "MALFORMED"),
        ('["clock",[]]', "MALFORMED"),
        ('["clock","x"]', "MALFORMED"),
        ('["clock",1]', "MALFORMED"),
        ('["clock",{"rtt_ms":"1"}]', "MALFORMED"),
        ('["clock",{"rtt_ms":true}]', "MALFORMED"),
        ('["clock",{"rtt_ms":1.5}]', "MALFORMED"),
        ('["clock",{"rtt_ms":-1}]', "MALFORMED"),
        ('["clock",{"rtt_ms":1e400}]', "MALFORMED"),
        ('["clock",{"rtt_ms":NaN}]', "MALFORMED"),
        ('["clock",{"rtt_ms":9007199254740993}]', "MALFORMED"),
        ('["clock",{"rtt_ms":' + "9" * 200 + "}]", "MALFORMED"),
        ('["clock",{"rtt_ms":' + "9" * 5_000 + "}]", "TOO_LARGE"),
        ('["clock",{"more":1}]', "MALFORMED"),
        ('["clock",{"\\ud800":1}]', "MALFORMED"),
        ('["clock",{"\\u0000":1}]', "MALFORMED"),
        ('["clock",{"__proto__":{}}]', "MALFORMED"),
        ('["clock",{"a":' + "[" * 900 + "]" * 900 + "}]", "MALFORMED"),
        ('["clock",{"a":"' + "x" * 5_000 + '"}]', "TOO_LARGE"),
        ('["join",{"sale":"\\ud800"}]', "MALFORMED"),
        ('["join",{"sale":"sa\\u0000le"}]', "MALFORMED"),
        ('["join",{"sale":""}]', "MALFORMED"),
        ('["join",{"sale":{"a":1}}]', "MALFORMED"),
        ('["join",{"sale":"sale","as":"king"}]', "MALFORMED"),
        ('["join",{"sale":"sale","seq":-1}]', "MALFORMED"),
        ('["join",{"sale":"sale","seq":18446744073709551616}]', "MALFORMED"),
        ('["join",{"sale":"<script>alert(1)</script>"}]', "UNKNOWN_SALE"),
        ('["since",{"seq":1}]', "NOT_JOINED"),
    ],
    ids=lambda value: value[:40],
)
def test_what_is_not_a_message_is_answered_with_what_is_wrong(any_house: House, event, code):
    stranger = any_house.stranger().greet()

    answer = stranger.ask_raw(event)
    assert (answer["code"], set(answer)) == (code, {"code", "message", "params", "status"})
    assert "now_ms" in stranger.ask("clock", {}), "the socket lives on"
    stranger.leave()


def test_a_number_of_a_message_may_be_any_and_come_in_any_order(any_house: House):
    stranger = any_house.stranger().greet()

    for number in (9, 3, 3, 0, 10**12):
        assert "now_ms" in stranger.ask("clock", {}, number=number)
    stranger.leave()


def test_messages_of_one_client_are_taken_in_their_order(any_house: House):
    stranger = any_house.stranger().greet()
    for number in range(40):
        stranger.say(f'42{number}["clock",{{}}]')

    assert [int(stranger.hear()[2:].split("[")[0]) for _ in range(40)] == list(range(40))
    stranger.leave()


# --- too much ---


@pytest.mark.clock
def test_who_bids_too_often_is_refused_and_the_others_are_not(any_house: House):
    hasty, other = any_house.bidding()
    second = any_house.enter("bidder1", "bidder")

    began = time.monotonic()
    codes = [hasty.bid("1", 1)["code"] for _ in range(25)]
    allowed = 10 + int((time.monotonic() - began) * 5) + 1

    assert codes[:10] == ["BELOW_START"] * 10
    assert 10 <= codes.count("BELOW_START") <= allowed
    assert set(codes) == {"BELOW_START", "RATE_LIMITED"}
    assert second.bid("1", 1)["code"] == "RATE_LIMITED", "another socket, the same share"
    assert other.bid("1", 1)["code"] == "BELOW_START"


def test_a_bid_above_the_rate_leaves_no_receipt_and_its_key_is_good_later(any_house: House):
    hasty = any_house.enter("bidder3", "bidder")
    answers = {key: hasty.bid("2", 1, key) for key in (uuid.uuid4().hex for _ in range(20))}
    refused = [key for key, answer in answers.items() if answer["code"] == "RATE_LIMITED"]

    again = wait_for(lambda: (answer := hasty.bid("2", 1, refused[0]))["code"] != "RATE_LIMITED" and answer)
    assert again["code"] == "NOT_LIVE"


@pytest.mark.parametrize("packet", ['421["clock",{}]', "42[]", "3", "6", "2", "5"])
def test_who_sends_without_end_is_cut_and_the_others_bid_on(any_house: House, packet):
    bidders = any_house.bidding()
    stranger = any_house.stranger().greet()

    def send() -> None:
        for _ in range(100_000):
            stranger.say(packet)

    with pytest.raises(ConnectionError):
        send()
    bids_go_on(bidders)


# --- counted, not measured ---


def test_a_paddle_has_ten_at_once_and_then_five_a_second(limits: RateLimits):
    assert [limits.allows(limits.bid, "b") for _ in range(12)] == [True] * 10 + [False] * 2
    limits.now.s += 0.2
    assert [limits.allows(limits.bid, "b") for _ in range(2)] == [True, False]
    limits.now.s += 60
    assert [limits.allows(limits.bid, "b") for _ in range(11)] == [True] * 10 + [False]
    assert limits.allows(limits.bid, "another")


def test_what_is_kept_of_who_came_once_is_thrown_away(limits: RateLimits):
    for number in range(30_000):
        limits.allows(limits.bid, str(number))
        limits.now.s += 0.01

    assert len(limits._spent_until) < 11_000


def test_presence_names_only_paddles_of_the_sale_and_counts_all_processes():
    late = {"lot": "1", "paddle": "102", "amount_minor": None, "late_ms": 120, "at_ms": 5}
    here = {"count": {"watcher": 2, "bidder": 1}, "bidders": [("u1", 38), ("stranger", 5)], "late": [late]}
    there = {"count": {"bidder": 1}, "bidders": [["u2", None]]}

    assert presence("s", [], {}) == {"sale": "s", "count": {}, "bidders": [], "late": []}
    assert presence("s", [here, there], {"u1": "101", "u2": "102"}) == {
        "sale": "s",
        "count": {"watcher": 2, "bidder": 2},
        "bidders": [{"paddle": "101", "rtt_ms": 38}, {"paddle": "102", "rtt_ms": None}],
        "late": [late],
    }
