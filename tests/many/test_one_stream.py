"""Many processes show one stream: the same events in the same order, whoever took the bids."""

import json
import threading

import pytest

from tests.serving import wait_for

from .machines import House, house
from .screens import Screen, somebody

START, STEP = 10_000_000, 500_000


def open_lot(made: House, lot: str = "1") -> Screen:
    desk = somebody(made.urls[:1], made.cast.slug, made.cast.links["auctioneer"], "desk")
    assert "seq" in desk.ask("call", do="take_gavel", key="gavel")
    assert "seq" in desk.ask("call", do="open_lot", lot=lot, key=f"open-{lot}")
    return desk


def bidders_of(made: House) -> list[Screen]:
    """A bidder at each process."""
    links = [made.cast.links[f"bidder{number}"] for number in range(1, len(made.urls) + 1)]
    return [somebody([made.urls[number]], made.cast.slug, link, seed=number) for number, link in enumerate(links)]


def bid_away(bidder: Screen, count: int, answers: list) -> None:
    """Bid what was last said to be the least, until so many are taken."""
    amount, taken = START, 0
    while taken < count:
        answer = bidder.bid("1", amount)
        answers.append(answer)
        taken += "seq" in answer
        amount = answer["params"].get("minimum_minor", amount) if "code" in answer else amount + STEP


@pytest.mark.parametrize("with_broker", [True, False])
def test_bids_at_two_processes_are_one_stream_on_every_screen(tmp_path, database_url, valkey, with_broker):
    with house(tmp_path, database_url, broker_url=valkey.url if with_broker else "") as made:
        desk = open_lot(made)
        watchers = [Screen([url], made.cast.slug).start() for url in made.urls * 2]
        bidders = bidders_of(made)
        answers: list[dict] = []
        threads = [threading.Thread(target=bid_away, args=(bidder, 20, answers)) for bidder in bidders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        last = desk.ask("call", do="fair_warning", lot="1", key="warn")["seq"]
        everybody = [desk, *watchers, *bidders]
        wait_for(lambda: all(each.seq == last for each in everybody), 5)
        for each in everybody:
            each.leave()

        longest = max((each.stream for each in everybody), key=len)
        for each in everybody:
            assert each.stream == longest[-len(each.stream) :]
            assert each.problems == []
            assert [what for what, _ in each.history if what == "gap"] == []
        told = [json.loads(body) for _, body in longest]
        placed = [event["seq"] for event in told if event["kind"] == "bid_placed"]
        assert placed == sorted(answer["seq"] for answer in answers if "seq" in answer)
        assert len(placed) == 40
