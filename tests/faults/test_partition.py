"""A network that is lost without a word (measures rows 10 and 11): no connection is closed, nothing comes any more.

What the bidder's own screen does then is in tests/browser/test_connection.py.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.cable import Cable
from tests.serving import ROOT, Person, Server, wait_for

from .conftest import Copy, Say
from .load import House

MODES = ["eventlet", "threading", "gevent"] if os.environ.get("LONG") else ["eventlet"]
NOTICED_WITHIN_S = 10
HERE, THERE = "10.213.77.1", "10.213.77.2"
NEVER = "LONG=1 as root: it makes a network of its own"


@pytest.fixture(params=MODES)
def house(request, tmp_path: Path, staged: Copy) -> Iterator[House]:
    cast = staged(tmp_path)
    server = Server(tmp_path, {"AUCTION_ASYNC_MODE": request.param}).start()
    made = House(server, cast)
    made.open("1")
    yield made
    server.stop()


@pytest.fixture
def cable(house: House) -> Iterator[Cable]:
    made = Cable()
    made.lead_to(house.server.port)
    yield made
    made.pull()


def paddles_seen_by(desk: Person) -> Callable[[], set[str]]:
    """The paddles that are there, as the auctioneer's console was last told."""
    last: dict = {}
    desk.socket.on("presence", last.update)
    return lambda: {each["paddle"] for each in last.get("bidders", [])}


@pytest.mark.clock
def test_who_is_gone_without_a_word_is_away_on_the_desk_within_ten_seconds(house, cable, say: Say):
    """Rows 10 and 11: by websocket and by polling; the others bid on, and who comes back gets what he missed."""
    desk, near = house.enter("auctioneer", "desk"), house.enter("bidder3")
    there = paddles_seen_by(desk)
    away = [house.enter("bidder1", url=cable.url), house.enter("bidder2", url=cable.url, transports=["polling"])]
    wait_for(lambda: there() == {"101", "102", "103"})
    cable.cut()
    began = time.monotonic()
    told = near.bid("1", 10_000_000)
    wait_for(lambda: there() == {"103"}, NOTICED_WITHIN_S + 5)
    took_s = time.monotonic() - began
    say(f"a lost peer is away after {took_s:.1f} s")
    assert took_s < NOTICED_WITHIN_S
    assert near.goodbyes == desk.goodbyes == []

    cable.mend()
    back = house.enter("bidder1", url=cable.url)
    joined = back.ask("join", sale=house.cast.slug, seq=told["seq"] - 1, **{"as": "bidder"})
    assert [event["seq"] for event in joined["events"]] == [told["seq"]]
    wait_for(lambda: there() == {"101", "103"})
    for person in (desk, near, back, *away):
        person.leave()


class Reachable(Server):
    """A server that another machine can reach."""

    @property
    def url(self) -> str:
        return f"http://{HERE}:{self.port}"


def ip(*arguments: str) -> bool:
    return subprocess.run(["ip", *arguments], capture_output=True, check=False).returncode == 0


@contextmanager
def another_machine() -> Iterator[str]:
    """A network namespace with a line of its own to this one; its name."""
    name, near, far = f"auction{os.getpid()}", f"va{os.getpid()}", f"vb{os.getpid()}"
    if not (ip("netns", "add", name) and ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", name)):
        pytest.skip(NEVER)
    try:
        for command in (
            ("addr", "add", f"{HERE}/24", "dev", near),
            ("link", "set", near, "up"),
            ("-n", name, "addr", "add", f"{THERE}/24", "dev", far),
            ("-n", name, "link", "set", far, "up"),
        ):
            assert ip(*command), command
        yield name
    finally:
        ip("netns", "del", name)
        ip("link", "del", near)


@pytest.mark.clock
@pytest.mark.skipif(not os.environ.get("LONG"), reason=NEVER)
def test_a_machine_that_drops_off_the_network_is_away_within_ten_seconds(tmp_path, staged, say: Say):
    """Row 11: with a real network, where what the server sends is never acknowledged."""
    with another_machine() as name:
        cast = staged(tmp_path)
        house = House(Reachable(tmp_path, {"AUCTION_HOST": HERE}).start(), cast)
        house.open("1")
        desk = house.enter("auctioneer", "desk")
        there = paddles_seen_by(desk)
        command = ["ip", "netns", "exec", name, sys.executable, "-m", "tests.faults.stay", house.server.url]
        far = subprocess.Popen([*command, cast.slug, house.cookie("bidder1")], stdin=subprocess.PIPE, cwd=ROOT)
        try:
            wait_for(lambda: there() == {"101"})
            assert ip("-n", name, "link", "set", f"vb{os.getpid()}", "down")
            began = time.monotonic()
            near = house.enter("bidder2")
            assert "seq" in near.bid("1", 10_000_000)
            wait_for(lambda: there() == {"102"}, NOTICED_WITHIN_S + 5)
            took_s = time.monotonic() - began
            say(f"a machine off the network is away after {took_s:.1f} s")
            assert took_s < NOTICED_WITHIN_S
        finally:
            far.kill()
            far.wait()
            house.server.stop()
