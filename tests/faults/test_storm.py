"""A server that dies with everybody connected (measures row 13): all come back at one moment, and all are let in."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from .conftest import Copy, Say, Serve
from .load import START, STEP, House
from .many import Many, room_for

CLIENTS = 3_000 if os.environ.get("LONG") else 300
BACK_WITHIN_S = 5
"""For a few hundred, on any machine; how long thousands take is measured, not tested."""


def listen_overflows() -> int:
    """How many connections this machine's kernel has dropped because no process took them in time."""
    names, values = [
        line.split() for line in Path("/proc/net/netstat").read_text().splitlines() if line.startswith("TcpExt:")
    ]
    return int(values[names.index("ListenOverflows")])


class Bidders:
    """Two who were back first, and bid on while everybody else comes."""

    def __init__(self, house: House) -> None:
        self._people = [house.enter("bidder1"), house.enter("bidder2")]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._bid)
        self.answers: list[dict] = []
        self.longest_s = 0.0

    def _bid(self) -> None:
        while not self._stop.wait(0.05):
            number, began = len(self.answers), time.monotonic()
            self.answers.append(self._people[number % 2].bid("1", START + STEP * number))
            self.longest_s = max(self.longest_s, time.monotonic() - began)

    def __enter__(self) -> "Bidders":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


@pytest.mark.clock
@pytest.mark.timeout(300)
def test_everybody_who_was_cut_off_at_once_is_back_with_identity_and_snapshot(
    tmp_path, staged: Copy, serve: Serve, say: Say
):
    """Row 13. No client is cut for the server's own lateness, and bids are heard all the time."""
    room_for(2 * CLIENTS)
    cast = staged(tmp_path)
    house = House(serve(tmp_path, {"AUCTION_BIDS_PER_SECOND": "1000"}), cast)
    house.open("1")
    cookies = [house.cookie(name) for name in house.bidders]
    before = Many(house.server.port, cast.slug)
    crowd = before.add(CLIENTS, cookies, part="bidder")
    assert before.run(lambda: all(line.joined for line in crowd), 120)
    house.server.stop(signal.SIGKILL)
    assert before.run(lambda: all(line.is_cut for line in crowd), 10)
    before.close()

    dropped = listen_overflows()
    house.server.start()
    house.desk(("resume_sale", {}))  # refused, unless the restart took so long that the sale was paused
    after = Many(house.server.port, cast.slug)
    with Bidders(house) as bidders:
        began = time.monotonic()
        back = after.add(CLIENTS, cookies, part="bidder")
        assert after.run(lambda: all(line.joined for line in back), 120)
        took_s = time.monotonic() - began
    say(
        f"{CLIENTS} back with identity and snapshot in {took_s:.2f} s, {listen_overflows() - dropped} dropped; "
        f"the longest wait for a bid's answer {bidders.longest_s:.2f} s"
    )
    after.close()
    assert {len(line.joined["snapshot"]["lots"]) for line in back} == {3}
    assert {line.joined["document"]["paddle"] for line in back} == {"101", "102", "103", "104"}
    assert all("seq" in answer for answer in bidders.answers)
    assert "reason=idle" not in house.server.log
    assert took_s < BACK_WITHIN_S or CLIENTS > 300
    assert listen_overflows() == dropped
