"""When more bid at once than can be decided: who is heard, and who is told at once that he is not."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from websocket import WebSocketException

from auction.sockets.admission import BIDS_AT_ONCE, CROWDED

from ..house import House, Stranger, a_house

pytestmark = pytest.mark.clock


@contextmanager
def a_hall(folder: Path, screens: int, bids_per_second: int) -> Iterator[tuple[House, list[Stranger]]]:
    """A house with an open lot, and one bidder at many screens."""
    environ = {"AUCTION_BIDS_PER_SECOND": str(bids_per_second), "AUCTION_SOCKETS_PER_ADDRESS": "1000"}
    with a_house(folder, **environ) as house:
        bidder, _ = house.bidding()
        everybody = [house.stranger(bidder).greet() for _ in range(screens)]
        for each in everybody:
            assert "seq" in each.ask("join", {"sale": house.cast.slug, "as": "bidder"})
        yield house, everybody
        for each in everybody:
            each.leave()


@pytest.fixture(scope="module")
def hall(tmp_path_factory) -> Iterator[tuple[House, list[Stranger]]]:
    with a_hall(tmp_path_factory.mktemp("crowd"), BIDS_AT_ONCE + 1, 1000) as made:
        yield made


@contextmanager
def nothing_is_decided(house: House) -> Iterator[None]:
    """Another process holds the database, for less long than the server tries."""
    other = sqlite3.connect(house.server.instance / "auction.sqlite3", isolation_level=None, timeout=5)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def bid(screen: Stranger, number: int, amount_minor: int) -> None:
    """Send a bid without waiting for its answer."""
    key = f"{id(screen)}-{number}-{amount_minor}"
    screen.say(f'42{number}["bid",{{"lot":"1","amount_minor":{amount_minor},"key":"{key}"}}]')


def is_read(probe: Stranger) -> None:
    """Wait until the server has read what others sent before: it takes them in the order in which they come."""
    assert "now_ms" in probe.ask("clock", {}, number=99)


def answer(screen: Stranger) -> tuple[int, str]:
    """The next answer: its number, and its code."""
    while not (packet := screen.hear()).startswith("43"):
        pass
    number, _, told = packet[2:].partition("[")
    return int(number), told


def test_two_bids_of_one_screen_wait_for_each_other_while_it_is_calm(hall):
    house, screens = hall
    with nothing_is_decided(house):
        for screen in screens[: CROWDED - 1]:
            bid(screen, 1, 1)
        bid(screens[0], 2, 2)
    told = [answer(screens[0]) for _ in range(2)]
    assert [number for number, _ in told] == [1, 2]
    assert all("RATE_LIMITED" not in each for _, each in told)
    assert all("RATE_LIMITED" not in answer(screen)[1] for screen in screens[1 : CROWDED - 1])


def test_in_a_crowd_the_second_bid_of_a_screen_is_refused_while_the_first_still_waits(hall):
    house, screens = hall
    crowd = screens[: CROWDED + 1]
    with nothing_is_decided(house):
        for screen in crowd:
            bid(screen, 1, 3)
        is_read(screens[-1])
        bid(screens[0], 2, 4)
        number, told = answer(screens[0])
        assert number == 2, "refused before the first is decided"
        assert "RATE_LIMITED" in told
    assert all("RATE_LIMITED" not in answer(screen)[1] for screen in crowd), "who waits is heard"


def test_a_second_bid_is_refused_in_a_crowd_however_its_packet_is_written(hall):
    house, screens = hall
    crowd, refused = screens[: CROWDED + 1], screens[0]
    with nothing_is_decided(house):
        for screen in crowd:
            bid(screen, 1, 7)
        is_read(screens[-1])
        for packet in (
            '422["bid",{}]',
            '42/,3["bid",{}]',
            '424[ "bid",{}]',
            '425["maximum",{}]',
            '426["\\u0062id",{}]',
        ):
            refused.say(packet)
        told = [answer(refused) for _ in range(5)]
        assert [number for number, _ in told] == [2, 3, 4, 5, 6]
        assert all("RATE_LIMITED" in each for _, each in told)
    assert all("RATE_LIMITED" not in answer(screen)[1] for screen in crowd)


def test_one_more_than_can_be_decided_in_time_is_refused_at_once(hall):
    house, screens = hall
    *crowd, last = screens
    with nothing_is_decided(house):
        for screen in crowd:
            bid(screen, 1, 5)
        is_read(last)
        bid(last, 1, 6)
        assert "RATE_LIMITED" in answer(last)[1]
    assert all("RATE_LIMITED" not in answer(screen)[1] for screen in crowd)
    bid(last, 2, 6)
    assert "BELOW_START" in answer(last)[1], "and heard when there is room"


def test_who_sends_without_end_in_a_crowd_is_cut_and_the_others_are_heard(tmp_path):
    with a_hall(tmp_path, CROWDED + 2, 100) as (house, [*crowd, flooder]):
        heard: list[str] = []

        def read_on() -> None:
            with suppress(OSError, WebSocketException):
                while packet := flooder.ws.recv():
                    heard.append(packet)

        reader = threading.Thread(target=read_on, daemon=True)
        with nothing_is_decided(house):
            for screen in crowd:
                bid(screen, 1, 1)
            is_read(flooder)
            reader.start()
            with suppress(OSError, WebSocketException):
                for number in range(10_000):
                    bid(flooder, number, 2)
        reader.join(15)
        assert any("RATE_LIMITED" in packet for packet in heard)
        assert any(packet.startswith('42["bye"') and "flood" in packet for packet in heard), heard[-2:]
        assert all("RATE_LIMITED" not in answer(screen)[1] for screen in crowd)
        assert "Traceback" not in house.server.log
