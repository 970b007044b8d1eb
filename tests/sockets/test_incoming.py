"""How a socket is read: whole messages, whatever the network cut them into, and nothing taken for what it is not."""

import json
import socket as sockets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.sockets.incoming import NotPlain, plain_text, unmask

from ..house import PING, House

LARGEST = 16_384
masks = st.binary(min_size=4, max_size=4)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def frame(text: str, mask: bytes) -> bytes:
    """As a client sends it."""
    said = text.encode()
    length = len(said)
    head = bytes([0x81, 0x80 | length]) if length < 126 else bytes([0x81, 0xFE]) + length.to_bytes(2, "big")
    return head + mask + unmask(said, mask, length)


@given(st.lists(st.tuples(texts, masks), max_size=5), st.integers(0, 2_000))
def test_whole_texts_are_read_and_the_rest_is_waited_for(messages, cut):
    wire = b"".join(frame(*each) for each in messages)
    came, ends = wire[:cut], []
    for each in messages:
        ends.append((ends[-1] if ends else 0) + len(frame(*each)))

    read, begin = [], 0
    while (found := plain_text(came, begin, LARGEST)) is not None:
        text, begin = found
        read.append(text)

    whole = sum(end <= cut for end in ends)
    assert read == [text for text, _ in messages[:whole]]
    assert begin == (ends[whole - 1] if whole else 0)


@given(texts.filter(bool), masks)
def test_unmasking_is_what_the_standard_says(text, mask):
    said = text.encode()
    assert unmask(said, mask, len(said)) == bytes(byte ^ mask[place % 4] for place, byte in enumerate(said))


@pytest.mark.parametrize(
    "odd",
    [
        frame("x" * (LARGEST + 1), b"mask"),
        b"\x81\xff" + bytes(8) + b"mask",
        b"\x01\x81maskx",
        b"\x82\x81maskx",
        b"\x89\x80mask",
        b"\x88\x80mask",
        b"\xc1\x81maskx",
        b"\x81\x01x",
        frame("x", b"mask")[:-1] + b"\xff",
    ],
    ids=["long", "huge", "fragment", "binary", "ping", "close", "compressed", "unmasked", "no UTF-8"],
)
def test_anything_else_is_left_to_the_library(odd):
    with pytest.raises(NotPlain):
        plain_text(frame("before", b"mask") + odd, len(frame("before", b"mask")), LARGEST)


def test_the_end_of_a_message_that_looks_like_a_pong_is_no_pong(any_house: House):
    stranger = any_house.stranger().greet()
    raw = stranger.ws.sock
    raw.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
    first, text = '421["clock",{}]', '422["clock",{"a":"tone"}]'
    begin = len(text) - 7
    mask = bytearray(4)
    mask[begin % 4], mask[(begin + 1) % 4] = 0x81 ^ ord("t"), 0x81 ^ ord("o")
    wire = frame(text, bytes(mask))
    assert (wire[-7:-5], wire[-1] ^ wire[-5]) == (b"\x81\x81", 0x33), "it does not look like one"

    raw.sendall(frame(first, b"mask") + wire[:-7])
    assert json.loads(stranger.hear()[3:])[0]["now_ms"], "so what was sent with it has been read"
    while stranger.ws.recv() != PING:
        pass  # from here on a pong is waited for
    raw.sendall(wire[-7:])

    assert stranger.hear().startswith("432[")
    stranger.leave()


def test_messages_in_one_packet_and_odd_ones_between_them_are_taken_in_their_order(any_house: House):
    stranger = any_house.stranger().greet()
    message = '42{}["clock",{{}}]'.format
    ping = b"\x89\x82mask" + unmask(b"hi", b"mask", 2)
    pieces = frame(message(2), b"mask")
    halves = b"\x01" + bytes([0x80 | 5]) + b"mask" + unmask(message(3).encode()[:5], b"mask", 5)
    rest = message(3).encode()[5:]
    halves += b"\x80" + bytes([0x80 | len(rest)]) + b"mask" + unmask(rest, b"mask", len(rest))
    stranger.ws.sock.sendall(frame(message(1), b"mask") + ping + pieces + halves + frame(message(4), b"mask"))

    assert [stranger.hear()[:3] for _ in range(4)] == ["431", "432", "433", "434"]
    stranger.leave()
