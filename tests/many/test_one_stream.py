"""Many processes make one stream: the same events in the same order, whichever took the bids (rows 15, 16, 20)."""

import os

import pytest

from tests.serving import wait_for

from .machines import FAST, house
from .play import START, STEP, Bidding, assert_nothing_is_lost, bidder_at, compare, open_lot, watching
from .screens import Screen

LONG = os.environ.get("LONG") == "1"
RUNTIMES = [("eventlet", True), ("threading", True), ("eventlet", False)]
RUNTIMES += [("gevent", True), ("threading", False)] if LONG else []


@pytest.mark.parametrize(("runtime", "with_broker"), RUNTIMES)
def test_bids_at_two_processes_are_one_stream_on_every_screen(tmp_path, database_url, valkey, runtime, with_broker):
    environ = {**FAST, "AUCTION_ASYNC_MODE": runtime}
    with house(tmp_path, database_url, broker_url=valkey.url if with_broker else "", environ=environ) as made:
        desk = open_lot(made.urls[:1], made.cast)
        screens = watching(made.urls, made.cast.slug, 4)
        bidders = [bidder_at([url], made.cast, number) for number, url in enumerate(made.urls, 1)]
        bidding = Bidding(bidders, 40).end()
        events = compare([*screens, *bidders], desk, 2)

        assert len(bidding.taken) >= 40
        assert_nothing_is_lost(bidding, events, made.parts(), made.cast.sale)
        for screen in (*screens, *bidders):
            assert [what for what, _ in screen.history if what == "gap"] == [], "each process sends in order"


def test_one_bidder_at_two_processes_is_one_bidder(pair):
    desk = open_lot(pair.urls[:1], pair.cast)
    here, there = (bidder_at([url], pair.cast, 1) for url in pair.urls)
    rival = bidder_at(pair.urls[1:], pair.cast, 2)
    first = here.bid("1", START, "once")
    again = [there.bid("1", START, "once"), here.bid("1", START, "once")]
    refused = there.bid("1", START + STEP, "twice")

    assert "seq" in first
    assert again == [first, first], "a key sent again, also to the other process, gets the first answer"
    assert refused["code"] == "ALREADY_LEADING"
    assert here.bid("1", START + STEP, "twice") == refused, "a refusal has its receipt too"
    assert there.bid("1", START + 2 * STEP, "once")["code"] == "KEY_CONFLICT"

    assert "seq" in rival.bid("1", START + STEP)
    assert "seq" in there.ask("maximum", lot="1", max_minor=START + 9 * STEP, key="m")
    for tab in (here, there):  # what is his alone reaches both, wherever it was given
        wait_for(lambda tab=tab: tab.documents and tab.documents[-1]["maxima"].get("1") == START + 9 * STEP)
    assert all(not document["maxima"].get("1", 0) > START + STEP for document in rival.documents)
    compare([here, there, rival], desk)


def test_who_knows_more_than_a_process_is_not_sent_back(tmp_path, database_url):
    with house(tmp_path, database_url) as made:  # no Redis: the other process looks only once a second
        open_lot(made.urls[:1], made.cast)
        bidder = bidder_at(made.urls[:1], made.cast, 1)
        watcher = Screen(made.urls[1:], made.cast.slug).start()
        seq = bidder.bid("1", START)["seq"]
        told = watcher.ask("since", seq=seq)

        assert told is not None
        assert (told["seq"], told["events"]) == (seq, [])
