"""The cases of the Engine.IO 4 and Socket.IO 5 protocol suites, in every runtime: one server each for this module.

Written anew after https://socket.io/docs/v4/engine-io-protocol/ and https://socket.io/docs/v4/socket-io-protocol/. The
suites' server echoes; ours answers `clock`. Theirs takes binary packets and other namespaces; ours refuses them.
"""

import json
import threading
import time
from collections.abc import Iterator

import pytest
import requests
import websocket

from auction.server.process import PING_EVERY_S
from tests.serving import wait_for

from ..house import House, a_house

PATH = "/socket.io/"
RUNTIMES = ("eventlet", "gevent", "threading")
CLOCK = '421["clock",{}]'


@pytest.fixture(scope="module", params=RUNTIMES)
def _server(request, tmp_path_factory) -> Iterator[House]:
    with a_house(tmp_path_factory.mktemp(request.param), request.param) as house:
        yield house


@pytest.fixture
def server(_server: House) -> Iterator[House]:
    yield _server
    _server.clean()


def url(server: House, **query: str) -> str:
    asked = {"EIO": "4", "transport": "polling", **query}
    return f"{server.server.url}{PATH}?" + "&".join(f"{name}={value}" for name, value in asked.items() if value)


def opening(server: House) -> tuple[requests.Session, str, dict]:
    """A polling session: its HTTP client, its address, and what its opening packet says."""
    http = requests.Session()
    answer = http.get(url(server), timeout=5)
    assert (answer.status_code, answer.text[0]) == (200, "0")
    told = json.loads(answer.text[1:])
    return http, url(server, sid=told["sid"]), told


def greeted(server: House) -> tuple[requests.Session, str]:
    """A polling session that is let into the namespace, and has joined the sale."""
    http, address, _ = opening(server)
    assert http.post(address, data="40", timeout=5).text == "ok"
    assert http.get(address, timeout=5).text.startswith('40{"sid":"')
    assert http.post(address, data=f"427{joining(server)}", timeout=5).text == "ok"
    assert http.get(address, timeout=5).text.startswith("437[")
    return http, address


def joining(server: House, part: str = "watcher") -> str:
    """The message that joins the sale: without it a client is sent away after some seconds."""
    return json.dumps(["join", {"sale": server.cast.slug, "as": part}])


def next_kind(get) -> str:
    """The next packet that is no frame: frames come every two seconds."""
    while not (packets := [each for each in get().split("\x1e") if not each.startswith('42["frame"')]):
        pass
    return packets[0]


def websocket_of(address: str) -> websocket.WebSocket:
    """The websocket that a polling session tries."""
    there = address.replace("http", "ws", 1).replace("transport=polling", "transport=websocket")
    return websocket.create_connection(there, timeout=5, suppress_origin=True)


class Waiting:
    """A polling request that waits for news beside the test."""

    def __init__(self, address: str) -> None:
        self.answer: requests.Response | None = None
        self._address = address
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()

    def _ask(self) -> None:
        self.answer = requests.get(self._address, timeout=15)

    def end(self) -> requests.Response:
        self._thread.join(15)
        assert self.answer is not None
        return self.answer


def status(address: str) -> int:
    return requests.get(address, timeout=15).status_code


def upgraded(server: House) -> tuple[websocket.WebSocket, str]:
    """A client that has gone over from polling to a websocket."""
    _, address = greeted(server)
    waiting = Waiting(address)
    line = websocket_of(address)
    line.send("2probe")
    assert line.recv() == "3probe"
    assert waiting.end().text == "6"
    line.send("5")
    return line, address


# --- Engine.IO: handshake ---


def test_a_polling_handshake_says_how_the_session_goes(server: House):
    _, _, told = opening(server)

    assert set(told) == {"sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"}
    assert told["upgrades"] == ["websocket"]
    assert (told["pingInterval"], told["pingTimeout"]) == (PING_EVERY_S * 1000, PING_EVERY_S * 1000)
    assert told["maxPayload"] == 16_384


def test_a_websocket_handshake_says_the_same(server: House):
    line = websocket.create_connection(
        url(server, transport="websocket").replace("http", "ws", 1), timeout=5, suppress_origin=True
    )
    told = json.loads(line.recv()[1:])

    assert told["upgrades"] == []
    assert (told["pingInterval"], told["pingTimeout"], told["maxPayload"]) == (4500, 4500, 16_384)
    line.shutdown()


@pytest.mark.parametrize(
    "wrong", [{"EIO": ""}, {"EIO": "3"}, {"EIO": "abc"}, {"transport": ""}, {"transport": "abc"}], ids=str
)
@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_a_handshake_with_a_wrong_query_is_refused(server: House, wrong, transport):
    asked = {"transport": transport, **wrong}
    if transport == "polling" or "transport" in wrong:
        assert status(url(server, **asked)) == 400
        return
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(url(server, **asked).replace("http", "ws", 1), timeout=5, suppress_origin=True)
    assert refused.value.status_code == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_handshake_by_another_method_is_refused(server: House, method):
    assert requests.request(method, url(server), data="40", timeout=5).status_code == 400


# --- Engine.IO: heartbeat ---


def test_both_transports_are_pinged_as_often_as_they_are_told_and_cut_if_they_do_not_answer(server: House):
    http, address = greeted(server)
    silent_poller = greeted(server)[1]
    lines = [server.stranger().greet(), server.stranger().greet()]
    for line in lines:
        assert "seq" in line.ask_raw(joining(server))
    began_s = time.monotonic()
    for _ in range(2):
        assert next_kind(lambda: http.get(address, timeout=6).text) == "2"
        assert http.post(address, data="3", timeout=5).text == "ok"
        assert next_kind(lines[0].ws.recv) == "2"
        lines[0].say("3")
    took_s = time.monotonic() - began_s
    assert 2 * PING_EVERY_S - 1 < took_s < 2 * PING_EVERY_S + 2

    assert lines[1].is_cut(2), "it was asked and said nothing"
    wait_for(lambda: status(silent_poller) == 400, 3)
    lines[0].leave()


def test_a_websocket_s_own_ping_is_answered(server: House):
    stranger = server.stranger()
    stranger.ws.ping("hi")

    assert stranger.ws.recv_data(control_frame=True) == (websocket.ABNF.OPCODE_PONG, b"hi")
    stranger.leave()


# --- Engine.IO: close ---


def test_a_polling_client_closes_its_session_and_its_waiting_request_is_answered(server: House):
    http, address = greeted(server)
    waiting = Waiting(address)
    time.sleep(0.2)  # there is nothing to be seen of a request that waits
    assert http.post(address, data="1", timeout=5).text == "ok"

    assert (waiting.end().status_code, waiting.end().text) == (200, "6")
    assert status(address) == 400


def test_a_websocket_client_closes_its_session(server: House):
    stranger = server.stranger().greet()
    stranger.say("1")

    assert stranger.is_cut(1)


def test_a_close_frame_is_answered_by_one(server: House):
    stranger = server.stranger().greet()
    stranger.ws.send_close(1000, b"bye")

    opcode, said = stranger.ws.recv_data(control_frame=True)
    assert (opcode, said[:2]) == (websocket.ABNF.OPCODE_CLOSE, b"\x03\xe8")


# --- Engine.IO: messages ---


def test_a_polling_client_sends_several_packets_and_gets_several(server: House):
    http, address = greeted(server)
    assert http.post(address, data="\x1e".join([CLOCK, CLOCK.replace("421", "422")]), timeout=5).text == "ok"

    answers: list[str] = []
    while len(answers) < 2:
        came = http.get(address, timeout=5).text.split("\x1e")
        answers += [each[:4] for each in came if each.startswith("43")]
    assert answers == ["431[", "432["]


def test_a_packet_of_no_kind_closes_a_polling_session(server: House):
    http, address = greeted(server)

    assert http.post(address, data="abc", timeout=5).status_code == 400
    assert status(address) == 400


def test_two_requests_that_wait_at_once_close_a_polling_session(server: House):
    _, address = greeted(server)
    waiting = [Waiting(address), Waiting(address)]

    assert sorted(each.end().status_code for each in waiting) == [200, 400]
    assert status(address) == 400


@pytest.mark.parametrize(("said", "code"), [("abc", 1002), ("", 1002), (b"\x01\x02", 1003)])
def test_what_is_no_packet_closes_a_websocket_with_a_code(server: House, said, code):
    stranger = server.stranger().greet()
    opcode = websocket.ABNF.OPCODE_BINARY if isinstance(said, bytes) else websocket.ABNF.OPCODE_TEXT
    stranger.ws.send(said, opcode)

    opcode, told = stranger.ws.recv_data(control_frame=True)
    assert (opcode, int.from_bytes(told[:2], "big")) == (websocket.ABNF.OPCODE_CLOSE, code)


# --- Engine.IO: upgrade ---


def test_a_client_goes_over_to_a_websocket_with_its_identity_and_what_waited_for_it(server: House):
    person = server.sign_in("bidder1")
    http, address = person.http, None
    told = json.loads(http.get(url(server), timeout=5).text[1:])
    address = url(server, sid=told["sid"])
    assert http.post(address, data="40", timeout=5).text == "ok"
    assert http.get(address, timeout=5).text.startswith("40")
    cookie = "; ".join(f"{each.name}={each.value}" for each in http.cookies)
    there = address.replace("http", "ws", 1).replace("transport=polling", "transport=websocket")
    line = websocket.create_connection(there, timeout=5, suppress_origin=True, cookie=cookie)
    line.send("2probe")
    assert line.recv() == "3probe"
    assert http.get(address, timeout=5).text == "6"
    assert http.post(address, data=f"427{joining(server, 'bidder')}", timeout=5).text == "ok", (
        "it may post until it has gone over"
    )
    line.send("5")

    packet = line.recv()
    while not packet.startswith("437"):
        packet = line.recv()
    assert json.loads(packet[3:])[0]["document"]["paddle"] == "101"
    line.shutdown()


def test_after_the_upgrade_neither_polling_nor_another_websocket_is_let_in(server: House):
    line, address = upgraded(server)

    assert status(address) == 400
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket_of(address)
    line.send(CLOCK)
    assert next_kind(line.recv).startswith("431[")
    line.shutdown()


@pytest.mark.parametrize("probes", [True, False])
def test_a_client_that_gives_its_websocket_up_polls_on(server: House, probes):
    http, address = greeted(server)
    line = websocket_of(address)
    if probes:
        line.send("2probe")
        assert line.recv() == "3probe"
    line.shutdown()
    wait_for(lambda: http.get(address, timeout=5).text != "6" or None, 8)

    assert http.post(address, data=CLOCK, timeout=5).text == "ok"
    assert next_kind(lambda: http.get(address, timeout=5).text).startswith("431[")


def test_an_upgraded_client_is_pinged_and_cut_like_any_other(server: House):
    line, _ = upgraded(server)
    line.settimeout(2 * PING_EVERY_S + 1)

    assert next_kind(line.recv) == "2"
    with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
        next_kind(line.recv)
    wait_for(lambda: "reason=silent" in server.server.log)


# --- Socket.IO: namespaces ---


@pytest.mark.parametrize("said", ["40", '40{"token":"123"}'])
def test_the_one_namespace_lets_everybody_in(server: House, said):
    stranger = server.stranger()
    stranger.say(said)

    assert set(json.loads(stranger.hear()[2:])) == {"sid"}
    stranger.leave()


@pytest.mark.parametrize("namespace", ["/random", "/custom"])
def test_another_namespace_lets_nobody_in(server: House, namespace):
    stranger = server.stranger()
    stranger.say(f"40{namespace},")

    head = f"44{namespace},"
    assert (packet := stranger.hear()).startswith(head)
    assert set(json.loads(packet[len(head) :])) == {"message"}
    stranger.say("40")
    assert stranger.hear().startswith("40{")
    stranger.leave()


def test_who_leaves_the_namespace_is_heard_no_more_until_he_is_let_in_again(server: House):
    stranger = server.stranger().greet()
    stranger.say("41")
    stranger.say(CLOCK)
    stranger.say("40")

    assert stranger.hear().startswith("40{"), "no answer came before"
    assert "now_ms" in stranger.ask("clock", {})
    stranger.leave()


# --- Socket.IO: messages and answers ---


def test_a_message_with_a_number_is_answered_under_it_and_one_without_is_not(server: House):
    stranger = server.stranger().greet()
    stranger.say('42["clock",{}]')
    stranger.say('42456["clock",{}]')

    assert stranger.hear().startswith("43456[")
    stranger.leave()


@pytest.mark.parametrize("said", ["4{}", "4abc", "42{}", "42[]", '452-["a",{"_placeholder":true,"num":0}]', "43[]"])
def test_a_message_that_cannot_be_read_closes_the_session(server: House, said):
    stranger = server.stranger().greet()
    stranger.say(said)

    assert stranger.is_cut(1)
