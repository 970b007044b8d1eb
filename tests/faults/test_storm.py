"""A server that dies with everybody connected (measures row 13): all come back at one moment, and all are let in."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.serving import Server

from .conftest import Copy, Say
from .load import House
from .many import Many, room_for

CLIENTS = 3_000 if os.environ.get("LONG") else 300
BACK_WITHIN_S = 5


def listen_overflows() -> int:
    """How many connections this machine's kernel has dropped because nobody took them in time."""
    names, values = [
        line.split() for line in Path("/proc/net/netstat").read_text().splitlines() if line.startswith("TcpExt:")
    ]
    return int(values[names.index("ListenOverflows")])


@pytest.mark.timeout(300)
def test_everybody_who_was_cut_off_at_once_is_back_with_identity_and_snapshot(tmp_path, staged: Copy, say: Say):
    """Row 13."""
    room_for(2 * CLIENTS)
    cast = staged(tmp_path)
    house = House(Server(tmp_path).start(), cast)
    house.open("1")
    cookies = [house.cookie(name) for name in house.bidders]
    before = Many(house.server.port, cast.slug)
    crowd = before.add(CLIENTS, cookies, part="bidder")
    assert before.run(lambda: all(line.joined for line in crowd), 60)
    house.server.stop(signal.SIGKILL)
    assert before.run(lambda: all(line.is_cut for line in crowd), 10)
    before.close()

    dropped = listen_overflows()
    house.server.start()
    after = Many(house.server.port, cast.slug)
    began = time.monotonic()
    back = after.add(CLIENTS, cookies, part="bidder")
    assert after.run(lambda: all(line.joined for line in back), 60)
    took_s = time.monotonic() - began
    say(f"{CLIENTS} back with identity and snapshot in {took_s:.2f} s, {listen_overflows() - dropped} dropped")
    after.close()
    house.server.stop()
    assert {len(line.joined["snapshot"]["lots"]) for line in back} == {3}
    assert {line.joined["document"]["paddle"] for line in back} == {"101", "102", "103", "104"}
    assert took_s < BACK_WITHIN_S
    assert listen_overflows() == dropped
