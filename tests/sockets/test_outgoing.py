"""Many readers, some of them slow: who does not read is cut and keeps nobody waiting, the others miss nothing."""

import os
import socket
import time
from contextlib import suppress

import pytest
import requests
import websocket

from tests.serving import Person, Server, stage, wait_for

WAYS = {"direct": "1", "library": "0"} if os.environ.get("LONG") else {"direct": "1"}


@pytest.fixture(params=WAYS.values(), ids=WAYS.keys())
def sale(request, tmp_path):
    cast = stage(tmp_path, bidders=2)
    environ = {"AUCTION_DIRECT_SEND": request.param, "AUCTION_BIDS_PER_SECOND": "1000"}
    server = Server(tmp_path, environ).start()
    yield server, cast
    server.stop()


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

    amount, last = 10_000_000, {}
    give_up = time.monotonic() + 60
    while cut(server) < len(deaf) and time.monotonic() < give_up:
        for each in deaf:
            with suppress(OSError):
                each.send("3")  # a pong that nobody asked for, as an attacker sends it to seem alive
        for _ in range(50):
            bidder = first if (amount // 500_000) % 2 else second
            last = bidder.bid("1", amount)
            amount += 500_000

    assert cut(server) == len(deaf)
    wait_for(lambda: watcher.events and watcher.events[-1]["seq"] == last["seq"])
    numbers = [event["seq"] for event in watcher.events]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    for person in (desk, first, second, watcher):
        person.leave()
