"""Who speaks nonsense, who says nothing, and a handler that breaks (measures rows 21, 22, 23), in numbers.

Each kind of nonsense by itself is in tests/sockets/test_handshake.py and tests/sockets/test_messages.py.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.house import Stranger
from tests.serving import Person, Server, wait_for
from tests.sockets.test_handshake import FIRST_PACKETS

from .conftest import Copy, Say
from .load import START, STEP, House
from .many import Many, room_for

LONG = bool(os.environ.get("LONG"))
MALFORMED, AT_ONCE = (10_000, 500) if LONG else (300, 100)
IDLE = 1_000
MESSAGES = 600 if LONG else 40
MEMORY_KB = 20_000


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, staged: Copy) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    cast = staged(folder)
    made = House(Server(folder, {"AUCTION_BIDS_PER_SECOND": "1000"}).start(), cast)
    made.open("1")
    yield made
    made.server.stop()


def held(house: House) -> int:
    """How many sockets the server holds."""
    text = requests.get(f"{house.server.url}/metrics", timeout=10).text
    return int(float(re.search(r"^auction_sockets (\S+)", text, re.MULTILINE).group(1)))


def memory_kb(house: House) -> int:
    """What the server takes of the machine's memory."""
    status = Path(f"/proc/{house.server.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


def bid(house: House, people: list[Person], number: int) -> None:
    assert "seq" in people[number % 2].bid("1", START + STEP * number)


@pytest.mark.timeout(600)
def test_nonsense_by_the_thousand_is_closed_and_freed_at_once_and_bidding_goes_on(house, say: Say):
    """Row 21."""
    room_for(2 * AT_ONCE)
    people = [house.enter("bidder1"), house.enter("bidder2")]
    before, memory = held(house), []
    for number in range(MALFORMED // AT_ONCE):
        many = Many(house.server.port, house.cast.slug)
        packets = [packet for packet in FIRST_PACKETS if packet and len(packet) < 1_000]
        for place in range(AT_ONCE):
            many.add(1, first=packets[(number * AT_ONCE + place) % len(packets)])
        assert many.run(lambda many=many: all(line.is_cut for line in many.lines), 60)
        many.close()
        bid(house, people, number)
        memory.append(memory_kb(house))
    left = [held(house) for _ in range(20) if not time.sleep(0.1)]
    grown_kb = memory[-1] - memory[len(memory) // 2]  # what so many at once need is not given back
    say(f"{MALFORMED} bad first packets: {left[-1] - before} held, then + {grown_kb / 1000:.1f} MB")
    assert left[-1] <= before, left
    assert grown_kb < MEMORY_KB
    assert all(person.goodbyes == [] for person in people)
    for person in people:
        person.leave()


def test_who_comes_and_goes_leaves_nothing_behind(tmp_path, staged, serve):
    """The garbage collector looks among the old once in hours: a socket that held itself would be there until then."""
    cast = staged(tmp_path)
    asked, told = tmp_path / "asked", tmp_path / "told"
    server = serve(tmp_path, {"CIRCLES_ASKED": str(asked), "CIRCLES_TOLD": str(told)}, entry="tests/faults/circles.py")
    house = House(server, cast, tmp_path)
    many = Many(server.port, cast.slug)
    watchers, strangers = many.add(20), many.add(20, first="nonsense")
    assert many.run(lambda: all(line.joined for line in watchers) and all(line.is_cut for line in strangers), 20)
    wait_for(lambda: held(house) == len(watchers))
    many.close()
    wait_for(lambda: held(house) == 0)

    asked.touch()
    wait_for(told.exists)
    circles = json.loads(told.read_text())
    kinds = ("LiveClient", "Line", "FrameReader", "Protocol")
    assert {kind: circles.get(kind, 0) for kind in kinds} == dict.fromkeys(kinds, 0)
    assert circles.get("Request", 0) < len(watchers), "those of a few pages are young when they are found"


@pytest.mark.skipif(not LONG, reason="LONG=1: a few of each kind are in tests/sockets/test_handshake.py")
def test_a_thousand_sockets_that_never_say_what_they_came_for_are_cut(house, say: Say):
    """Row 22: they answer every ping."""
    room_for(2 * IDLE)
    before = held(house)
    many = Many(house.server.port, house.cast.slug)
    idle = many.add(IDLE, first="")
    assert many.run(lambda: all(line.is_upgraded for line in idle), 30)
    began = time.monotonic()
    assert many.run(lambda: all(line.is_cut for line in idle), 15)
    say(f"{IDLE} idle sockets cut {time.monotonic() - began:.1f} s after the last had come")
    wait_for(lambda: held(house) == before, 1)
    many.close()


def test_a_message_that_breaks_its_handler_is_answered_with_an_incident_that_the_log_has(tmp_path, staged, serve):
    """Row 23: every second message does; the socket lives on, and nothing of the defect is told."""
    cast = staged(tmp_path)
    server = serve(tmp_path, {"DEFECT": "RAISES"}, entry="tests/faults/unsound.py")
    stranger = Stranger(server.url).greet()
    answers = []
    for number in range(MESSAGES):
        name, message = [("clock", {}), ("join", {"sale": cast.slug}), ("since", {"seq": 1})][number // 2 % 3]
        answers.append(stranger.ask(name, message))
        if number % 40 == 39:
            time.sleep(1.5)  # within what one socket may send
    broken = [answer for answer in answers if answer.get("code") == "BROKEN"]
    stranger.leave()

    assert len(broken) == MESSAGES // 2
    assert {answer.get("code") for answer in answers} <= {"BROKEN", "NOT_JOINED", None}
    assert all(answer["params"]["incident"] in server.log for answer in broken)
    assert not any("secret defect" in str(answer) for answer in answers)
