"""Packets as text: what our clients send is read, and everything else is malformed."""

import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.sockets import packets
from auction.sockets.packets import Malformed, Packet, payload, read

from .test_handshake import LATER_PACKETS


@pytest.mark.parametrize(
    ("text", "packet"),
    [
        ("0", Packet("0", "/", None, None)),
        ('0{"token":"x"}', Packet("0", "/", None, {"token": "x"})),
        ("0/admin,", Packet("0", "/admin", None, None)),
        ("0/admin", Packet("0", "/admin", None, None)),
        ('0/admin?token=1,{"a":1}', Packet("0", "/admin", None, {"a": 1})),
        ("1", Packet("1", "/", None, None)),
        ("1/admin,", Packet("1", "/admin", None, None)),
        ('2["clock",{}]', Packet("2", "/", None, ["clock", {}])),
        ('212["clock"]', Packet("2", "/", 12, ["clock"])),
        ('2/admin,0["clock"]', Packet("2", "/admin", 0, ["clock"])),
        ('2["a/b,1"]', Packet("2", "/", None, ["a/b,1"])),
    ],
)
def test_what_a_client_sends(text, packet):
    assert replace(read(text), size=0) == packet


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 10**19), st.integers(-(2**70), 2**70))
def test_an_event_comes_as_it_was_sent(word, number, amount):
    text = json.dumps(["bid", {"lot": word, "amount_minor": amount}])

    packet = read(f"2{number}{text}")
    assert (packet.name, packet.number) == ("bid", number)
    told = packet.data[1]["amount_minor"]
    assert told == (amount if len(str(abs(amount))) + (amount < 0) <= packets.MOST_DIGITS else str(amount))


MESSAGES = [each[1:] for each in LATER_PACKETS if isinstance(each, str) and each.startswith("4")]


@pytest.mark.parametrize(
    "text", [*MESSAGES, "0[]", "01", "0,", "1x", "2[]x", '2,["a"]', '2"a"'], ids=lambda text: text[:20]
)
def test_what_no_client_sends_is_malformed(text):
    with pytest.raises(Malformed):
        read(text)


@pytest.mark.parametrize("name", sorted(packets.RESERVED))
def test_no_event_has_a_reserved_name(name):
    with pytest.raises(Malformed):
        read(f'2["{name}",{{}}]')


@given(st.text(max_size=60))
def test_whatever_a_stranger_writes_is_a_packet_or_malformed(text):
    for kind in ("", "0", "1", "2"):
        with contextlib.suppress(Malformed):
            assert read(kind + text).kind in "012"


def test_a_polling_request_has_up_to_sixteen_packets():
    assert payload('3\x1e42["标"]'.encode()) == ["3", '42["标"]']
    assert len(payload(b"\x1e".join([b"3"] * 16))) == 16
    for body in (b"", b"\x1e", b"3\x1e", b"x", b"0", b"2", b"\xff", b"bAAAA", b"\x1e".join([b"3"] * 17)):
        with pytest.raises(Malformed):
            payload(body)


def test_what_we_send():
    opening = packets.opened("abc", 4.5, 4.5).text
    assert opening[0] == "0"
    assert json.loads(opening[1:]) == {
        "sid": "abc",
        "upgrades": [],
        "pingInterval": 4500,
        "pingTimeout": 4500,
        "maxPayload": 16384,
    }
    assert packets.connected("x").text == '40{"sid":"x"}'
    assert packets.refused("/", "no").text == '44{"message":"no"}'
    assert packets.refused("/admin", "no").text == '44/admin,{"message":"no"}'
    assert packets.event("frame", '{"seq":1}').text == '42["frame",{"seq":1}]'
    assert packets.answer(7, {"seq": 1}).text == '437[{"seq":1}]'
    assert packets.event("frame", '{"seq":1}').wire == b"\x81\x15" + b'42["frame",{"seq":1}]'
