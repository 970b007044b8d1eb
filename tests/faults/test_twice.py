"""The same act more than once (measures rows 15 and 16), over several sockets and from two tabs: it counts once."""

import os
import random
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from auction.record import journal
from auction.rules import events as ev
from tests.serving import Server, parts_for, wait_for

from .conftest import Copy
from .load import START, STEP, House

BIDS = 300 if os.environ.get("LONG") else 40
CLICKS = 100 if os.environ.get("LONG") else 15


@pytest.fixture(scope="module", params=["eventlet", "threading"] if os.environ.get("LONG") else ["eventlet"])
def house(request, tmp_path_factory: pytest.TempPathFactory, staged: Copy) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    cast = staged(folder)
    server = Server(folder, {"AUCTION_BIDS_PER_SECOND": "1000", "AUCTION_ASYNC_MODE": request.param})
    made = House(server.start(), cast)
    yield made
    server.stop()


def placed(house: House, lot: str) -> list[int]:
    """What was bid on a lot, as the journal has it."""
    parts = parts_for(house.server.instance)
    with parts.store.read() as connection:
        events = [record.event for record in journal.read(connection, house.cast.sale)]
    parts.store.close()
    return [event.amount_minor for event in events if isinstance(event, ev.BidPlaced) and event.lot == lot]


def test_a_bid_that_is_sent_one_to_five_times_is_one_bid_with_one_answer(house):
    """Row 15: at the same moment and later, over the socket it began on and over others that came after it."""
    house.open("1")
    luck = random.Random(15)
    old = [house.enter("bidder1"), house.enter("bidder2")]
    new = [house.enter("bidder1"), house.enter("bidder2")]
    accepted, sent = [], []
    with ThreadPoolExecutor(5) as pool:
        for number in range(BIDS):
            amount, key = START + STEP * number, uuid.uuid4().hex
            lines = [old[number % 2], new[number % 2]]
            tries = [pool.submit(luck.choice(lines).bid, "1", amount, key) for _ in range(luck.randint(1, 5))]
            answers = [each.result() for each in tries]
            sent.append((number % 2, amount, key, answers[0]))
            assert answers == [answers[0]] * len(answers)
            accepted.append(answers[0]["seq"])
    for line in old:
        line.leave()
    for who, amount, key, answer in luck.sample(sent, 20):
        assert new[who].bid("1", amount, key) == answer
        assert new[who].bid("1", amount + STEP, key)["code"] == "KEY_CONFLICT"

    assert len(set(accepted)) == BIDS
    assert placed(house, "1") == [START + STEP * number for number in range(BIDS)]
    for line in new:
        line.leave()


def test_two_tabs_of_one_bidder_show_the_same_and_a_click_in_either_counts_once(house):
    """Row 16: both press the same button at the same moment, each with a key of its own."""
    house.desk(("hammer", {"lot": "1"}))
    house.open("2")
    tabs, rival = [house.enter("bidder1"), house.enter("bidder1")], house.enter("bidder2")
    for number in range(CLICKS):
        amount = START + 2 * STEP * number
        with ThreadPoolExecutor(2) as pool:
            answers = [each.result() for each in [pool.submit(tab.bid, "2", amount) for tab in tabs]]
        assert sorted(answer.get("code", "") for answer in answers) == ["", "ALREADY_LEADING"]
        last = rival.bid("2", amount + STEP)
        assert "seq" in last
    for tab in tabs:
        wait_for(lambda tab=tab: tab.events[-1]["seq"] == last["seq"])
        numbers = [event["seq"] for event in tab.events]
        assert numbers == list(range(numbers[0], last["seq"] + 1))
        documents = [each for each in tab.documents if each["of"] == "bidder"]
        assert {each["paddle"] for each in documents} == {"101"}

    first, second = ({event["seq"]: event for event in tab.events} for tab in tabs)
    both = first.keys() & second.keys()  # the one that came first may have seen the lot being opened
    assert len(both) >= 2 * CLICKS
    assert [first[seq] for seq in both] == [second[seq] for seq in both]
    assert placed(house, "2") == [START + STEP * number for number in range(2 * CLICKS)]
    for person in (*tabs, rival):
        person.leave()
