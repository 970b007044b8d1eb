"""Redis goes, hangs and comes back; PostgreSQL is restarted the hard way: bids go on, and no screen stays behind."""

import os
import signal
import time
from dataclasses import replace

import pytest
import structlog
from sqlalchemy import create_engine, func, select, text

from auction.database.store import OutcomeUnknown
from auction.engine import engine
from models.journal import events
from tests import postgres
from tests.engine.staging import START, bid, opened
from tests.serving import parts_for, wait_for

from .machines import house, own_postgres
from .play import Bidding, assert_nothing_is_lost, bidder_at, compare, open_lot, watching

log = structlog.get_logger()
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


@pytest.mark.clock
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
        took = sorted(bidding.stop().took)
        slowest, p99 = took[-1], took[int(len(took) * 0.99)]
        log.info("bids while redis was away", count=len(took), p99_s=round(p99, 3), slowest_s=round(slowest, 3))
        happened = {what for each in screens for what, _ in each.history}
        events = compare([*screens, *bidders], desk, 2)

        assert_nothing_is_lost(bidding, events, made.parts(), made.cast.sale)
        assert happened == {"snapshot"}, "no client was cut, and none had to ask for missed events"
        assert slowest < 2, slowest
        assert "Traceback" not in made.servers[0].log + made.servers[1].log


@pytest.mark.timeout(300)
def test_postgres_is_restarted_at_once_again_and_again_while_bids_go_on(tmp_path):
    """Fault row 8: an unknown outcome is found out by the bid's key."""
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


def sql(url: str, statement: str) -> list:
    """Run it at once, outside of a transaction, without waiting."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            result = connection.execute(text(statement))
            return list(result) if result.returns_rows else []
    finally:
        engine.dispose()


@pytest.mark.parametrize("is_in", [True, False], ids=["it is in", "it is not"])
def test_an_outcome_that_stays_unknown_is_called_that_and_its_key_gets_the_true_answer_later(
    tmp_path, monkeypatch, is_in
):
    """PostgreSQL dies while it commits, once after the commit is on disk, once before, and stays away."""
    monkeypatch.setattr(engine, "ASK_THE_JOURNAL_S", 1)
    with own_postgres() as server:
        url = postgres.database(server.url)
        parts = parts_for(tmp_path, AUCTION_DATABASE_URL=url)
        parts.engine.start()
        order = bid(parts, opened(parts), 1, START, "the key")
        before = parts.engine.book(order.sale).head
        if is_in:  # it waits for a standby that does not exist, between the disk and the answer
            sql(url, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            sql(url, "SELECT pg_reload_conf()")
            promise = parts.engine.submit(order)
            wait_for(lambda: sql(url, "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'"))
            sql(url, "ALTER SYSTEM RESET synchronous_standby_names")
            server.stop(signal.SIGQUIT)
        else:  # it dies when everything is written but COMMIT
            promise = parts.engine.submit(replace(order, rows=lambda _connection: server.stop(signal.SIGQUIT)))
        with pytest.raises(OutcomeUnknown):
            promise.result(20)

        server.start()
        answer = parts.engine.ask(order)
        again = parts.engine.ask(order)
        with parts.store.read() as connection:
            bids = connection.scalar(select(func.count()).where(events.c.kind == "bid_placed"))
        parts.engine.stop()
        parts.store.close()

    assert answer.ok
    assert again == answer
    assert (answer.seq, bids) == (before.seq + 1, 1)
