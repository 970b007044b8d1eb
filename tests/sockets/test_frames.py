"""Websocket frames (RFC 6455): whole messages, whatever the network cut them into, and nothing that a client may not
send."""

import itertools
import json
import socket as sockets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.sockets import frames
from auction.sockets.frames import CLOSE, PING, PONG, TEXT, FrameReader, Violation, unmask

from ..house import PING as ENGINE_PING
from ..house import House

LARGEST = 16_384
MASK = b"mask"
masks = st.binary(min_size=4, max_size=4)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def sent(payload: bytes, mask: bytes = MASK, first: int = 0x81) -> bytes:
    """A frame as a client sends it."""
    length = len(payload)
    if length < 126:
        head = bytes([first, 0x80 | length])
    elif length < 65_536:
        head = bytes([first, 0xFE]) + length.to_bytes(2, "big")
    else:
        head = bytes([first, 0xFF]) + length.to_bytes(8, "big")
    return head + mask + unmask(payload, mask)


def read(*pieces: bytes) -> list[tuple[int, bytes]]:
    reader = FrameReader(LARGEST)
    return [message for piece in pieces for message in reader.feed(piece)]


@given(st.lists(st.tuples(texts, masks), max_size=5), st.lists(st.integers(0, 1_500), max_size=4))
def test_messages_are_whole_and_in_order_wherever_they_are_cut(messages, cuts):
    wire = b"".join(sent(text.encode(), mask) for text, mask in messages)
    places = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]
    pieces = [wire[begin:end] for begin, end in itertools.pairwise(places)]

    assert read(*pieces) == [(TEXT, text.encode()) for text, _ in messages]


@given(st.binary(max_size=300), masks)
def test_unmasking_is_what_the_standard_says(data, mask):
    assert unmask(data, mask) == bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536])
def test_a_frame_of_ours_tells_its_length(length):
    wire = frames.frame(b"x" * length)
    head = {125: 2, 65_535: 4}.get(next(most for most in (125, 65_535, 2**63) if length <= most), 10)

    assert (wire[0], len(wire)) == (0x81, head + length)
    assert int.from_bytes(wire[2:head], "big") == length or wire[1] == length


def test_the_key_of_the_handshake_is_answered_as_in_the_standard_s_example():
    assert frames.accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_a_message_in_fragments_is_one_and_a_ping_may_come_between_them():
    wire = sent(b"a", first=0x01) + sent(b"p", first=0x89) + sent(b"b", first=0x00) + sent(b"c", first=0x80)

    assert read(wire) == [(PING, b"p"), (TEXT, b"abc")]


def test_a_pong_and_a_close_are_messages_too():
    assert read(sent(b"", first=0x8A)) == [(PONG, b"")]
    assert read(sent(b"\x03\xe8bye", first=0x88)) == [(CLOSE, b"\x03\xe8bye")]
    assert read(sent(b"", first=0x88)) == [(CLOSE, b"")]


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        (sent(b"x" * (LARGEST + 1)), 1009),
        (b"\x81\xff" + (2**40).to_bytes(8, "big"), 1009),
        (sent(b"x", first=0x82), 1003),
        (sent(b"x", first=0xC1), 1002),
        (sent(b"x", first=0xA1), 1002),
        (b"\x81\x01x", 1002),
        (sent(b"x", first=0x83), 1002),
        (sent(b"x", first=0x8B), 1002),
        (sent(b"x", first=0x80), 1002),
        (sent(b"x", first=0x01) + sent(b"x", first=0x81), 1002),
        (sent(b"x", first=0x09), 1002),
        (sent(b"x" * 126, first=0x89), 1002),
        (sent(b"\x03", first=0x88), 1002),
        (sent(b"\x03\xed", first=0x88), 1002),
        (sent(b"\x03\xe8\xff", first=0x88), 1007),
        (sent(b"", first=0x01) + sent(b"", first=0x00) * 64, 1009),
        (sent(b"x" * 9_000, first=0x01) + sent(b"x" * 9_000, first=0x80), 1009),
    ],
    ids=[
        "long",
        "a terabyte",
        "binary",
        "compressed",
        "reserved bit",
        "unmasked",
        "opcode 3",
        "opcode 11",
        "nothing to continue",
        "a message in a message",
        "a ping in fragments",
        "a long ping",
        "half a close code",
        "a close code that is never sent",
        "a close reason that is no text",
        "fragments without end",
        "fragments that are too much",
    ],
)
def test_what_a_client_may_not_send_is_told_by_its_close_code(wire, code):
    before = sent(b"before")
    reader = FrameReader(LARGEST)
    messages = reader.feed(before + wire)

    assert next(messages) == (TEXT, b"before"), "what came before is heard"
    with pytest.raises(Violation) as caught:
        list(messages)
    assert caught.value.code == code


def test_a_text_that_is_no_utf_8_is_a_violation():
    assert frames.text_of("标的".encode()) == "标的"
    with pytest.raises(Violation) as caught:
        frames.text_of(b"4\xed\xa0\x80")
    assert caught.value.code == 1007


# --- over the wire ---


def test_the_end_of_a_message_that_looks_like_a_pong_is_no_pong(any_house: House):
    stranger = any_house.stranger().greet()
    raw = stranger.ws.sock
    raw.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
    first, text = '421["clock",{}]', '422["clock",{"a":"tone"}]'
    begin = len(text) - 7
    mask = bytearray(4)
    mask[begin % 4], mask[(begin + 1) % 4] = 0x81 ^ ord("t"), 0x81 ^ ord("o")
    wire = sent(text.encode(), bytes(mask))
    assert (wire[-7:-5], wire[-1] ^ wire[-5]) == (b"\x81\x81", 0x33), "it does not look like one"

    raw.sendall(sent(first.encode()) + wire[:-7])
    assert json.loads(stranger.hear()[3:])[0]["now_ms"], "so what was sent with it has been read"
    while stranger.ws.recv() != ENGINE_PING:
        pass  # from here on a pong is waited for
    raw.sendall(wire[-7:])

    assert stranger.hear().startswith("432[")
    stranger.leave()


def test_messages_in_one_packet_and_odd_ones_between_them_are_taken_in_their_order(any_house: House):
    stranger = any_house.stranger().greet()
    message = [f'42{number}["clock",{{}}]'.encode() for number in range(5)]
    halves = sent(message[3][:5], first=0x01) + sent(message[3][5:], first=0x80)
    wire = sent(message[1]) + sent(b"hi", first=0x89) + sent(message[2]) + halves + sent(message[4])
    stranger.ws.sock.sendall(wire)

    assert [stranger.hear()[:3] for _ in range(4)] == ["431", "432", "433", "434"]
    stranger.leave()


def test_what_comes_with_the_handshake_in_one_packet_is_heard(any_house: House):
    """The HTTP server's buffer has read it already."""
    head = (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with sockets.create_connection(("127.0.0.1", any_house.server.port), 5) as raw:
        raw.sendall(head.encode() + sent(b"40") + sent(b'421["clock",{}]')[:9])
        raw.sendall(sent(b'421["clock",{}]')[9:])
        heard = b""
        while b"431[" not in heard:
            heard += raw.recv(4096)
    assert heard.startswith(b"HTTP/1.1 101 ")
    assert heard.index(b'0{"sid"') < heard.index(b"40{") < heard.index(b"431[")
