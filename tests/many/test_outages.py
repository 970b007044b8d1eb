"""Redis goes, hangs and comes back; PostgreSQL is restarted the hard way: bids go on, and no screen stays behind."""

import os
import signal
import time

import pytest

from tests import postgres
from tests.serving import wait_for

from .machines import house, own_postgres
from .play import Bidding, assert_nothing_is_lost, bidder_at, compare, open_lot, watching

LONG = os.environ.get("LONG") == "1"
AWAY_S = 20 if LONG else 4


class Pace:
    """How long each bid took from here on, and how far the screens of the other process were behind."""

    def __init__(self, bidding: Bidding, screens) -> None:
        self._bidding, self._screens = bidding, screens

    def goes_on(self, for_s: float) -> None:
        """Bids are taken all the time, and every screen has each of them within two seconds."""
        end = time.monotonic() + for_s
        while time.monotonic() < end:
            last = self._bidding.taken[-1]
            wait_for(lambda last=last: all(each.seq >= last for each in self._screens), 2)
            wait_for(lambda last=last: self._bidding.taken[-1] > last, 2)


def test_redis_is_killed_hangs_and_comes_back_while_bids_go_on(tmp_path, database_url, valkey):
    """Fault row 9."""
    with house(tmp_path, database_url, broker_url=valkey.url) as made:
        desk = open_lot(made.urls[:1], made.cast)
        screens = watching(made.urls, made.cast.slug, 4)
        bidders = [bidder_at([url], made.cast, number) for number, url in enumerate(made.urls, 1)]
        bidding = Bidding(bidders)
        wait_for(lambda: len(bidding.taken) > 5)
        pace = Pace(bidding, [*screens, *bidders])
        pace.goes_on(1)
        valkey.kill()
        pace.goes_on(AWAY_S)
        valkey.start()
        wait_for(lambda: all(log.count("redis answers") == 2 for log in (each.log for each in made.servers)), 5)
        valkey.send(signal.SIGSTOP)
        began = time.monotonic()
        pace.goes_on(AWAY_S)
        valkey.send(signal.SIGCONT)
        wait_for(lambda: all("redis answers" in each.log for each in made.servers), 5)
        assert time.monotonic() - began > AWAY_S
        pace.goes_on(1)
        slowest = max(bidding.stop().took)
        happened = {what for each in screens for what, _ in each.history}
        events = compare([*screens, *bidders], desk, 2)

        assert_nothing_is_lost(bidding, events, made.parts(), made.cast.sale)
        assert happened == {"snapshot"}, "nobody was cut, and nobody had to ask for what he missed"
        assert slowest < 2, slowest
        assert "Traceback" not in made.servers[0].log + made.servers[1].log


@pytest.mark.timeout(300)
def test_postgres_is_restarted_at_once_again_and_again_while_bids_go_on(tmp_path):
    """Fault row 8: an outcome that nobody knows is found out by the bid's key."""
    with own_postgres() as server, house(tmp_path, postgres.database(server.url)) as made:
        desk = open_lot(made.urls[:1], made.cast)
        screens = watching(made.urls, made.cast.slug, 4)
        bidders = [bidder_at([url], made.cast, number) for number, url in enumerate(made.urls, 1)]
        bidding = Bidding(bidders)
        for _ in range(10 if LONG else 3):
            taken = len(bidding.taken)
            wait_for(lambda taken=taken: len(bidding.taken) > taken + 20, 20)
            server.stop(signal.SIGQUIT)
            server.start()
        taken = len(bidding.taken)
        wait_for(lambda: len(bidding.taken) > taken + 5, 20)
        bidding.stop()
        events = compare([*screens, *bidders], desk)

        assert_nothing_is_lost(bidding, events, made.parts(), made.cast.sale)
        assert not [event for event in events if event["kind"] == "sale_paused"]
