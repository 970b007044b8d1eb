"""The clients that may begin a socket. A socket that says nothing, or sends no packets, is closed."""

import json
import socket
import struct
import time

import pytest
import requests
import websocket
from websocket import ABNF

from auction.base.config import read
from auction.web.security import origins
from tests.serving import wait_for

from ..house import House, Stranger, a_house, bids_go_on

HANDSHAKE = "/socket.io/?EIO=4&transport="
SOON_S = 7.0
"""Before the ten seconds are over after which a socket that has joined nothing is closed anyway."""


# --- origins ---

FOREIGN = (
    "null",
    "",
    "http://evil.test",
    "http://{host}.evil.test",
    "http://evil{host}",
    "http://{host}:1",
    "http://{host}",
    "https://{host}:{port}",
    "http://{host}:{port}.evil.test",
    "http://{host}:{port}@evil.test",
    "http://{host}:{port}/",
    "ws://{host}:{port}",
    "http://127.0.0.2:{port}",
)
TRICKS = {
    "X-Forwarded-Host": "evil.test",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-For": "127.0.0.1",
    "Forwarded": "host=evil.test",
    "X-Original-Host": "evil.test",
}


def handshake(house: House, origin: str | None, **headers: str) -> tuple[int, int]:
    """The status of a handshake by each transport."""
    sent = {**headers, **({} if origin is None else {"Origin": origin})}
    polled = requests.get(f"{house.server.url}{HANDSHAKE}polling", headers=sent, timeout=5).status_code
    address = f"ws://127.0.0.1:{house.server.port}{HANDSHAKE}websocket"
    try:
        # An empty origin cannot be left to the client: it would send none.
        options = {"suppress_origin": True, "header": [f"{name}: {value}" for name, value in sent.items()]}
        websocket.create_connection(address, timeout=5, **options).shutdown()
    except websocket.WebSocketBadStatusException as refused:
        return polled, refused.status_code
    return polled, 101


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_origin_begins_no_socket(house: House, origin):
    assert handshake(house, origin.format(host="127.0.0.1", port=house.server.port)) == (403, 403)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_s_own_names_may(house: House, name):
    assert handshake(house, f"http://{name}:{house.server.port}") == (200, 101)


def test_a_program_that_is_no_browser_has_no_origin_and_may(house: House):
    assert handshake(house, None) == (200, 101)


@pytest.mark.parametrize("header", TRICKS)
def test_a_header_of_a_proxy_that_nobody_trusts_changes_nothing(house: House, header):
    assert handshake(house, "http://evil.test", **{header: TRICKS[header]}) == (403, 403)
    assert handshake(house, "http://evil.test", **TRICKS) == (403, 403)


def test_the_refusal_has_the_one_error_shape(house: House):
    answer = requests.get(f"{house.server.url}{HANDSHAKE}polling", headers={"Origin": "http://evil.test"}, timeout=5)

    assert set(answer.json()) == {"code", "message", "params", "status"}
    assert (answer.json()["code"], answer.json()["status"]) == ("FOREIGN_ORIGIN", 403)
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://auction.example", ["https://auction.example"]),
        ("https://auction.example:443", ["https://auction.example"]),
        ("https://Auction.Example:8443/", ["https://auction.example:8443"]),
        ("http://127.0.0.1:5001", ["http://127.0.0.1:5001", "http://localhost:5001", "http://[::1]:5001"]),
        ("http://localhost", ["http://127.0.0.1", "http://localhost", "http://[::1]"]),
        ("http://[2001:db8::1]:80", ["http://[2001:db8::1]"]),
        ("http://127.evil.test", ["http://127.evil.test"]),
    ],
)
def test_the_origins_are_those_of_the_public_address(tmp_path, url, expected):
    assert origins(read({"AUCTION_INSTANCE": str(tmp_path), "AUCTION_PUBLIC_URL": url})) == expected


def test_the_origins_follow_the_port(tmp_path):
    assert "http://127.0.0.1:5007" in origins(read({"AUCTION_INSTANCE": str(tmp_path), "PORT": "5007"}))


# --- what cannot be read: closed at once, freed at once, no other client notices ---

FIRST_PACKETS = (
    "x!!",
    "",
    "4",
    "40,",
    "40{",
    "40[",
    "4x",
    "44",
    "1",
    "é",
    "²",
    "4²",
    "b!!!",
    '42["clock"',
    "4" + "[" * 999,
)
HARMLESS = ("40/nowhere", "40/admin,{}", "0", "2", "5", "6", '42["clock",{}]')
LATER_PACKETS = (
    "42",
    "42{}",
    "42[]",
    "42[1]",
    "42[null]",
    "42[[]]",
    '42["connect",{}]',
    '42["disconnect"]',
    '42["*",{}]',
    '42["clock",{}',
    "42" + "[" * 8_000,
    "42" + "9" * 200 + '["clock",{}]',
    '42²["clock",{}]',
    "43",
    "431[]",
    "44{}",
    '451-["bid",{"_placeholder":true,"num":0}]',
    '459999999999-["bid",{}]',
    "461-[]",
    "47",
    "49",
    "x",
    "",
    "bAAAA",
    "4" + "x" * 20_000,
)


def sockets_held(house: House) -> float:
    """How many sockets the server holds, closed or not."""
    text = requests.get(f"{house.server.url}/metrics", timeout=5).text
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith("auction_sockets "))


@pytest.mark.parametrize("packet", FIRST_PACKETS, ids=lambda packet: ascii(packet[:30]))
def test_a_first_packet_that_nobody_can_read_ends_the_socket(any_house: House, packet):
    stranger = any_house.stranger()
    stranger.say(packet)

    assert stranger.is_cut()
    wait_for(lambda: sockets_held(any_house) == 0, SOON_S)


@pytest.mark.parametrize("packet", HARMLESS)
def test_a_first_packet_that_means_nothing_lets_nobody_in(any_house: House, packet):
    stranger = any_house.stranger()
    stranger.say(packet)
    stranger.say('421["clock",{}]')

    assert not stranger.is_cut(0.1)
    stranger.leave()


@pytest.mark.parametrize("packet", LATER_PACKETS, ids=lambda packet: ascii(packet[:30]))
def test_a_packet_that_no_client_sends_ends_the_socket(any_house: House, packet):
    stranger = any_house.stranger().greet()
    stranger.say(packet)

    assert stranger.is_cut()
    wait_for(lambda: sockets_held(any_house) == 0, SOON_S)


def test_a_second_connect_is_refused_and_makes_no_second_client(any_house: House):
    stranger = any_house.stranger().greet()
    for _ in range(20):
        stranger.say("40")
        assert stranger.hear().startswith("44")

    assert "now_ms" in stranger.ask("clock", {})
    stranger.leave()


@pytest.mark.parametrize(
    ("opcode", "frame"),
    [
        (ABNF.OPCODE_BINARY, b"\x00\x01\x02"),
        (ABNF.OPCODE_BINARY, b""),
        (ABNF.OPCODE_TEXT, b"\xff\xfe"),
        (ABNF.OPCODE_TEXT, b"4\xed\xa0\x80"),
        (ABNF.OPCODE_CONT, b"4"),
    ],
)
def test_a_frame_that_is_no_text_ends_the_socket(any_house: House, opcode, frame):
    stranger = any_house.stranger().greet()
    stranger.ws.send_frame(ABNF(1, 0, 0, 0, opcode, 1, frame))

    assert stranger.is_cut()
    wait_for(lambda: sockets_held(any_house) == 0, SOON_S)


def test_a_frame_that_announces_a_terabyte_ends_the_socket(any_house: House):
    stranger = any_house.stranger()
    stranger.ws.sock.sendall(b"\x81\xff" + struct.pack("!Q", 2**40) + b"\0" * 4 + b"x" * 100_000)

    assert stranger.is_cut()
    wait_for(lambda: sockets_held(any_house) == 0, SOON_S)


def send_until_cut(stranger: Stranger, frames: list[ABNF]) -> None:
    def send() -> None:
        for frame in frames:
            stranger.ws.send_frame(frame)

    with pytest.raises((OSError, websocket.WebSocketConnectionClosedException)):
        send()


def test_a_megabyte_before_signing_in_is_not_taken_in_one_piece(any_house: House):
    stranger = any_house.stranger()
    send_until_cut(stranger, [ABNF(1, 0, 0, 0, ABNF.OPCODE_TEXT, 1, b"4" + b"x" * 2**20)] * 40)

    wait_for(lambda: sockets_held(any_house) == 0, SOON_S)


def test_fragments_without_end_are_not_gathered(any_house: House):
    stranger = any_house.stranger()
    frames = [ABNF(0, 0, 0, 0, ABNF.OPCODE_CONT, 1, b"x" * 1_000)] * 100_000
    send_until_cut(stranger, [ABNF(0, 0, 0, 0, ABNF.OPCODE_TEXT, 1, b"4x"), *frames])

    wait_for(lambda: sockets_held(any_house) == 0, SOON_S)


def test_others_bid_on_while_hundreds_of_bad_sockets_come_and_go(any_house: House):
    bidders = any_house.bidding()
    for round_ in range(10):
        for _ in range(30):
            stranger = any_house.stranger()
            stranger.say("x!!")
            stranger.leave()
        if round_ % 3 == 0:
            bids_go_on(bidders)
    wait_for(lambda: sockets_held(any_house) == 3, SOON_S)


# --- what never says what it came for ---


def test_a_socket_that_joins_nothing_is_cut_after_ten_seconds(house: House):
    silent, greeted, polling = house.stranger(), house.stranger().greet(), Poller(house)
    watcher = house.enter(None)
    began = time.monotonic()

    assert says_good_bye(greeted, 45) == "idle"
    assert time.monotonic() - began > 7
    assert silent.is_cut(45)
    wait_for(polling.is_gone)
    assert "now_ms" in watcher.ask("clock"), "who has joined stays"


def says_good_bye(stranger: Stranger, within_s: float) -> str:
    """The reason with which the server ends a socket."""
    stranger.ws.settimeout(within_s)
    while not (packet := stranger.hear()).startswith('42["bye"'):
        pass
    reason = json.loads(packet[2:])[1]["reason"]
    assert stranger.is_cut()
    return reason


class Poller:
    """A client that polls by hand, and answers pings."""

    def __init__(self, house: House, cookie: str = "") -> None:
        self.http = requests.Session()
        self.http.headers["Cookie"] = cookie
        self.url = f"{house.server.url}{HANDSHAKE}polling"
        opened = self.http.get(self.url, timeout=5)
        self.url += "&sid=" + json.loads(opened.text[1:])["sid"]

    def say(self, packet: str | bytes, **headers: str) -> requests.Response:
        return self.http.post(self.url, data=packet, headers=headers, timeout=5)

    def is_gone(self) -> bool:
        return self.say("3").status_code == 400


@pytest.mark.parametrize(
    "body", [b"x!!", b"4x", b"\xff\xfe", b"", b"d=", b"\x1e", b"4" + b"x" * 20_000, b"\x1e".join([b"6"] * 17), b"bAAAA"]
)
def test_what_a_polling_client_sends_and_nobody_can_read_ends_its_socket(any_house: House, body):
    poller = Poller(any_house)

    status = poller.say(body).status_code
    assert status in (200, 400, 413)
    if body not in (b"", b"4" + b"x" * 20_000):
        wait_for(poller.is_gone, SOON_S)


@pytest.mark.parametrize("length", ["-1", "x", "1e9", "99999999999", "٣", ""])
def test_a_length_that_is_none_is_refused(any_house: House, length):
    with socket.create_connection(("127.0.0.1", any_house.server.port), 5) as raw:
        head = f"POST {HANDSHAKE}polling&sid=nobody HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
        raw.sendall(head.encode())
        assert raw.recv(100).split()[1] in (b"400", b"413")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-WebSocket-Version": "8"},
        {"Sec-WebSocket-Version": ""},
        {"Sec-WebSocket-Key": ""},
        {"Sec-WebSocket-Key": "x"},
        {"Sec-WebSocket-Key1": "1 2", "Sec-WebSocket-Key2": "3 4", "Sec-WebSocket-Version": ""},
        {"Upgrade": "h2c"},
        {"Connection": "close"},
    ],
    ids=str,
)
def test_a_handshake_that_is_none_is_refused(any_house: House, headers):
    usual = {"Host": "x", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    usual |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    lines = [f"{name}: {value}" for name, value in (usual | headers).items() if value]
    held = sockets_held(any_house)
    with socket.create_connection(("127.0.0.1", any_house.server.port), 5) as raw:
        raw.sendall("\r\n".join([f"GET {HANDSHAKE}websocket HTTP/1.1", *lines, "", ""]).encode())
        assert raw.recv(100).split()[1] == b"400"
    assert sockets_held(any_house) <= held


def test_an_upgrade_that_goes_wrong_ends_the_socket(any_house: House):
    for probe in ("x!!", ""):
        poller = Poller(any_house)
        address = poller.url.replace("http", "ws", 1).replace("transport=polling", "transport=websocket")
        upgrading = websocket.create_connection(address, timeout=5, suppress_origin=True)
        upgrading.send(probe)
        wait_for(poller.is_gone, SOON_S)
        upgrading.shutdown()


# --- how many ---


def test_one_address_has_so_many_sockets_and_gets_them_back(tmp_path):
    with a_house(tmp_path, AUCTION_SOCKETS_PER_ADDRESS="5") as house:
        crowd = [house.stranger() for _ in range(5)]
        refused = requests.get(f"{house.server.url}{HANDSHAKE}polling", timeout=5)
        assert (refused.status_code, refused.json()["code"]) == (429, "RATE_LIMITED")
        with pytest.raises(websocket.WebSocketBadStatusException):
            house.stranger()

        crowd.pop().leave()
        wait_for(lambda: sockets_held(house) == 4)
        crowd.append(house.stranger().greet())
        for stranger in crowd:
            stranger.leave()
        house.clean()


# --- whose socket it is ---


def test_08_34_a_polling_request_needs_the_cookie_of_the_session_that_opened_the_socket(any_house: House):
    """Issue 8, number 34: the id in the address was enough to bid."""
    owner, other, nobody = any_house.sign_in("bidder1"), any_house.sign_in("bidder2"), requests.Session()
    polling = f"{any_house.server.url}{HANDSHAKE}polling"
    sid = json.loads(owner.http.get(polling, timeout=5).text[1:])["sid"]
    address = f"{polling}&sid={sid}"

    for thief in (other.http, nobody):
        assert thief.post(address, data="40", timeout=5).status_code == 400
        assert thief.get(address, timeout=5).status_code == 400
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(
            f"ws://127.0.0.1:{any_house.server.port}{HANDSHAKE}websocket&sid={sid}", timeout=5, suppress_origin=True
        )
    assert owner.http.post(address, data="40", timeout=5).status_code == 200
    assert owner.http.get(address, timeout=5).text.startswith("40{")
