"""Twenty bidders bid at once over their sockets: prices rise, and every screen is told the same, in the same order."""

import threading

import pytest

from tests.recorder import Recorded, checked
from tests.serving import Person, Server, stage, wait_for

BIDDERS, BIDS_EACH = 20, 25
START, STEP = 10_000_000, 500_000


@pytest.fixture(params=["eventlet", "threading"])
def room(request, tmp_path):
    """An open lot, its auctioneer, twenty bidders, and two who only watch."""
    cast = stage(tmp_path, bidders=BIDDERS)
    server = Server(tmp_path, {"AUCTION_ASYNC_MODE": request.param, "AUCTION_BIDS_PER_SECOND": "1000"}).start()
    desk = Recorded(server.url, tmp_path / "desk.jsonl").enter(cast.links["auctioneer"])
    desk.connect(cast.slug, "desk")
    bidders = []
    for number in range(1, BIDDERS + 1):
        bidder = Recorded(server.url, tmp_path / f"bidder{number}.jsonl", str(100 + number))
        bidders.append(bidder.enter(cast.links[f"bidder{number}"]))
    watchers = [Recorded(server.url, tmp_path / f"watcher{number}.jsonl") for number in (1, 2)]
    for person, part in [*((each, "bidder") for each in bidders), *((each, "watcher") for each in watchers)]:
        person.connect(cast.slug, part)
    desk.call("take_gavel")
    desk.call("open_lot", lot="1")
    yield server, desk, bidders, watchers
    for person in (desk, *bidders, *watchers):
        person.leave()
    server.stop()


def bid_away(bidder: Person, answers: list) -> None:
    """Bid what was last said to be the least, again and again."""
    amount = START
    for _ in range(BIDS_EACH):
        answer = bidder.bid("1", amount)
        answers.append(answer)
        amount = answer["params"].get("minimum_minor", amount) if "code" in answer else amount + STEP


def test_500_bids_of_20_clients_at_once_are_told_to_everybody_in_one_order(room):
    server, desk, bidders, watchers = room
    answers: list[dict] = []
    threads = [threading.Thread(target=bid_away, args=(bidder, answers)) for bidder in bidders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = desk.call("fair_warning", lot="1")["seq"]
    everybody = [desk, *bidders, *watchers]
    wait_for(lambda: all(each.events and each.events[-1]["seq"] == last for each in everybody), 30)

    accepted = sorted(answer["seq"] for answer in answers if "seq" in answer)
    told = [event for event in watchers[0].events if event["kind"] == "bid_placed"]
    assert len(answers) == BIDDERS * BIDS_EACH
    assert [event["seq"] for event in told] == accepted
    prices = [event["price_minor"] for event in told]
    assert prices == sorted(set(prices))
    for each in everybody:
        numbers = [event["seq"] for event in each.events]
        assert numbers == list(range(numbers[0], last + 1))
        assert [event for event in each.events if event["kind"] == "bid_placed"] == told
    for each in everybody:
        each.settled()
    found = checked(server, "sale", [each.recorder for each in everybody])
    assert found.ok, found.findings.lines()
    assert found.figures["messages_sent"] == BIDDERS * BIDS_EACH + 3
    assert found.figures["events_received"] >= len(everybody) * len(told)
