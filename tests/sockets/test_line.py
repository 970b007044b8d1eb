"""Many readers, some of them slow: the server cuts a slow one, no other waits for it, and the others miss nothing."""

import os
import socket
import time
from contextlib import suppress

import pytest
import requests
import websocket

from auction.sockets import frames
from auction.sockets.line import MOST_WAITING, MOST_WAITING_BYTES, Line
from auction.sockets.packets import Message
from tests.serving import Person, Server, stage, wait_for

from .test_frames import sent

RUNTIMES = ("eventlet", "gevent", "threading") if os.environ.get("LONG") else ("eventlet", "gevent")


@pytest.fixture(params=RUNTIMES)
def sale(request, tmp_path):
    cast = stage(tmp_path, [{"start_minor": 100, "increment": {"fixed_minor": 100}}], bidders=2)
    environ = {"AUCTION_ASYNC_MODE": request.param, "AUCTION_BIDS_PER_SECOND": "1000"}
    server = Server(tmp_path, environ).start()
    yield server, cast
    server.stop()


# --- one line, without a server ---


@pytest.fixture
def line():
    """A line over a pair of sockets whose buffers are small, and the client's end."""
    near, far = socket.socketpair()
    near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
    far.settimeout(10)
    made = Line(near, b"", "test")
    yield made, far
    made.release()
    near.close()
    far.close()


def read_all(far: socket.socket) -> bytes:
    """Everything until the other side's end."""
    heard = b""
    while came := far.recv(3_000):
        heard += came
    return heard


def test_what_the_kernel_does_not_take_at_once_comes_in_its_order(line):
    made, far = line
    messages = [Message(f"{number:04}" + "x" * 2_000) for number in range(200)]
    for message in messages:
        made.write(message)
    made.close(frames.NORMAL)
    made.write(Message("too late"))

    assert read_all(far) == b"".join(message.wire for message in messages) + frames.close_frame(frames.NORMAL)
    assert made.is_told


@pytest.mark.parametrize("size", [10, 100_000])
def test_a_client_that_reads_nothing_is_cut_by_count_and_by_bytes(line, size):
    made, far = line
    message = Message("x" * size)
    for _ in range(MOST_WAITING + 5_000):  # so many small ones the kernel itself does not hold
        made.write(message)

    assert made.closed
    assert len(read_all(far)) < MOST_WAITING_BYTES, "what waited is freed, not sent"


def test_answers_to_messages_that_came_together_go_out_together(line):
    made, far = line
    far.sendall(b"".join(sent(f"{number}".encode() * 100) for number in range(10)))
    messages = made.messages()
    for number in range(10):
        assert next(messages)[0] == str(number)
        made.write(Message(f"to {number}"))
    far.setblocking(False)
    with pytest.raises(BlockingIOError):
        far.recv(1)
    far.settimeout(10)
    far.shutdown(socket.SHUT_WR)
    assert list(messages) == []

    assert far.recv(1_000) == b"".join(Message(f"to {number}").wire for number in range(10))


def test_after_a_close_nothing_is_heard_and_the_client_s_end_is_waited_for(line):
    made, far = line
    made.close(frames.NORMAL)
    far.sendall(sent(b"late") * 100)
    far.shutdown(socket.SHUT_WR)

    assert list(made.messages()) == []
    assert read_all(far) == frames.close_frame(frames.NORMAL)


def deaf_reader(server: Server, slug: str) -> websocket.WebSocket:
    """Joins, and never reads again: its receive buffer is small and soon full."""
    deaf = websocket.create_connection(
        f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket",
        sockopt=((socket.SOL_SOCKET, socket.SO_RCVBUF, 2048),),
        timeout=5,
    )
    deaf.recv()
    deaf.send("40")
    deaf.recv()
    deaf.send(f'420["join",{{"sale":"{slug}"}}]')
    return deaf


def cut(server: Server) -> float:
    lines = requests.get(f"{server.url}/metrics", timeout=5).text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("auction_sockets_cut_total{"))


def test_a_reader_that_does_not_read_is_cut_and_the_others_miss_nothing(sale):
    """Row 12 of the faults in docs/reliability.md; a hundred of each kind are in tests/faults/test_slow_readers.py."""
    server, cast = sale
    desk, first, second = (Person(server.url).enter(cast.links[name]) for name in ("auctioneer", "bidder1", "bidder2"))
    for person, part in ((desk, "desk"), (first, "bidder"), (second, "bidder")):
        person.connect(cast.slug, part)
    desk.call("take_gavel")
    desk.call("open_lot", lot="1")
    deaf = [deaf_reader(server, cast.slug) for _ in range(3)]
    watcher = Person(server.url)
    watcher.connect(cast.slug)

    amount, last = 100, {}
    give_up = time.monotonic() + 60
    while cut(server) < len(deaf) and time.monotonic() < give_up:
        for each in deaf:
            with suppress(OSError):
                each.send("3")  # a pong without a ping, as an attacker sends it to seem alive
        for _ in range(50):
            bidder = first if (amount // 100) % 2 else second
            last = bidder.bid("1", amount)
            amount += 100

    assert cut(server) == len(deaf)
    wait_for(lambda: watcher.events and watcher.events[-1]["seq"] == last["seq"])
    numbers = [event["seq"] for event in watcher.events]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    for person in (desk, first, second, watcher):
        person.leave()
