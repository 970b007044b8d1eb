"""A request is taken as the grammar says or not at all, in every runtime: raw bytes on a raw socket."""

import os
import socket
import time
from contextlib import suppress

import pytest

from auction.server.heads import HeadRefused, judge
from auction.server.listening import QUIET_S

from ..house import House, a_house

GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
BAD = {
    "two lengths": POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\na=bc",
    "two equal lengths": POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\na=b",
    "two lengths in one": POST + b"Content-Length: 3, 3\r\n\r\na=b",
    "an underscore in a number": POST + b"Content-Length: 1_0\r\n\r\na=bcdefghi",
    "a sign": POST + b"Content-Length: +5\r\n\r\na=bcd",
    "a minus": POST + b"Content-Length: -1\r\n\r\n",
    "hexadecimal": POST + b"Content-Length: 0x3\r\n\r\na=b",
    "an empty length": POST + b"Content-Length:\r\n\r\n",
    "other digits": POST + "Content-Length: ３\r\n\r\na=b".encode(),
    "length and chunks": POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "bare line feeds": GET.replace(b"\r\n", b"\n") + b"\n",
    "one bare line feed": GET + b"X-A: b\n\r\n",
    "a bare line feed in the first line": b"GET /healthz HTTP/1.1\nHost: x\r\n\r\n",
    "a bare carriage return": GET + b"X-A: b\rX-B: c\r\n\r\n",
    "a folded line": GET + b"X-A: b\r\n c\r\n\r\n",
    "a space before the colon": GET + b"Content-Length : 0\r\n\r\n",
    "no colon": GET + b"Whatever\r\n\r\n",
    "an empty name": GET + b": x\r\n\r\n",
    "NUL": GET + b"X-A: \x00\r\n\r\n",
    "two hosts": GET + b"Host: y\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "no version": b"GET /healthz\r\nHost: x\r\n\r\n",
    "another version": b"GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n",
    "two spaces": b"GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "no request": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}
CUT_OFF = {
    "in the first line": b"GET /heal",
    "after the first line": b"GET /healthz HTTP/1.1\r\n",
    "in a header": GET + b"X-A",
    "before the empty line": GET,
    "in the empty line": GET + b"\r",
}


@pytest.fixture(scope="module", params=["eventlet", "threading", "gevent"])
def strict(request, tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("house"), request.param, AUCTION_PAGES_PER_SECOND="100000") as house:
        yield house


def say(house: House, raw: bytes, *, end: bool = False, within_s: float = 5) -> bytes:
    """Everything that the server says until it closes; `end`: we say that nothing more comes."""
    with socket.create_connection(("127.0.0.1", house.server.port), timeout=within_s) as line:
        line.sendall(raw)
        if end:
            line.shutdown(socket.SHUT_WR)
        said = b""
        with suppress(ConnectionResetError):
            while came := line.recv(65_536):
                said += came
        return said


@pytest.mark.parametrize("name", BAD)
def test_08_35_what_is_no_request_is_refused_and_the_connection_closed(strict: House, name):
    said = say(strict, BAD[name] + GET + b"\r\n")
    assert said.startswith(b"HTTP/1.1 400 "), said[:200]
    assert said.count(b"HTTP/1.1") == 1, "what follows is not read as a second request"
    assert b"connection: close" in said.lower()
    assert b'"code": "MALFORMED"' in said


@pytest.mark.parametrize("name", CUT_OFF)
def test_08_35_a_request_that_is_cut_off_in_its_head_is_no_request(strict: House, name):
    assert say(strict, CUT_OFF[name], end=True).startswith(b"HTTP/1.1 400 ")


def test_08_35_a_head_that_does_not_end_is_a_408_and_a_drop_now_and_then_does_not_help(strict: House):
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", strict.server.port), timeout=15) as line:
        line.sendall(GET)
        said = b""
        while not said and time.monotonic() - began < 60:
            with suppress(BrokenPipeError, ConnectionResetError):
                line.sendall(b"X-A: b\r\n")
            line.settimeout(1)
            with suppress(TimeoutError):
                said = line.recv(1_000)
    assert said.startswith(b"HTTP/1.1 408 "), said
    assert time.monotonic() - began > 8


@pytest.mark.skipif(not os.environ.get("LONG"), reason="LONG=1: it waits for half a minute in each runtime")
def test_09_a_request_that_stops_in_its_body_ends(strict: House):
    """In gevent it waited without end, and kept its place."""
    said = say(strict, POST + b"Content-Length: 100\r\n\r\na=b", within_s=QUIET_S + 15)
    assert said.startswith(b"HTTP/1.1 400 ")


def test_08_35_chunks_are_refused_whole(strict: House):
    said = say(strict, POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n" + GET + b"\r\n")
    assert said.startswith(b"HTTP/1.1 411 ")
    assert said.count(b"HTTP/1.1") == 1


def test_08_35_good_requests_go_on_one_after_the_other(strict: House):
    post = POST + b"content-length: 3\r\n\r\na=b"  # an empty line before a request is allowed (RFC 9112, 2.2)
    said = say(strict, GET + b"\r\n" + post + b"\r\n" + GET + b"Connection: close\r\nX-Odd: \xe4\xb8\xad\t!\r\n\r\n")
    keeps_open = b"Connection: close" not in said.partition(b"\r\n\r\n")[0]  # the threading runtime's does not
    assert said.count(b'"ready":true') == (2 if keeps_open else 1)
    assert said.count(b" 400 ") == (1 if keeps_open else 0), "the form has no token"


def test_09_a_response_after_which_the_server_closes_says_so(strict: House):
    """In gevent it closed a connection without a word, and the client's next request went into the void."""
    for request in (GET + b"Connection: close\r\n\r\n", GET.replace(b"1.1", b"1.0") + b"\r\n"):
        head = say(strict, request).partition(b"\r\n\r\n")[0]
        assert b"\r\nconnection: close" in head.lower()


def test_08_35_heads_in_pieces_are_heads(strict: House):
    with socket.create_connection(("127.0.0.1", strict.server.port), timeout=5) as line:
        for byte in GET + b"Connection: close\r\n\r\n":
            line.send(bytes([byte]))
            time.sleep(0.002)
        assert line.recv(1_000).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("name", BAD)
def test_08_35_every_bad_head_is_judged_so(name):
    with pytest.raises(HeadRefused):
        judge(BAD[name].partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
