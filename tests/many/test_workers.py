"""Many workers under one parent, behind nginx: one may die, and all may be replaced, in the middle of a lot."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog

from auction.base.config import BadSetting, read
from tests.serving import ROOT, Person, wait_for

from .machines import fleet, is_open
from .play import Bidding, assert_nothing_is_lost, bidder_at, compare, open_lot, watching

log = structlog.get_logger()


@pytest.fixture
def workers(tmp_path, database_url, valkey):
    with fleet(tmp_path, database_url, valkey.url) as made:
        yield made


def test_a_worker_is_killed_and_all_are_replaced_while_bids_go_on(workers):
    """Fault rows 19 and 31."""
    desk = open_lot([workers.url], workers.cast)
    screens = watching([workers.url], workers.cast.slug, 8)
    bidders = [bidder_at([workers.url], workers.cast, number) for number in (1, 2)]
    polling = Person(workers.url)
    assert "seq" in polling.connect(workers.cast.slug, transports=["polling"]), "long polling stays with one process"
    bidding = Bidding(bidders)
    wait_for(lambda: len(bidding.taken) >= 10)
    for _ in range(5):
        assert "now_ms" in polling.ask("clock")

    first = workers.pids()
    os.kill(first[0], signal.SIGKILL)
    taken = len(bidding.taken)
    wait_for(lambda: len(bidding.taken) >= taken + 10, 15)
    wait_for(lambda: len(workers.pids()) == 2 and all(map(is_open, workers.ports)), 20)
    second = workers.pids()
    assert len(set(first) & set(second)) == 1, "the parent started the one that died again, and only that"

    workers.parent.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "every worker is replaced" in workers.parent.log, 60)
    assert set(workers.pids()) & set(second) == set()
    taken = len(bidding.taken)
    wait_for(lambda: len(bidding.taken) >= taken + 10, 15)
    bidding.stop()
    polling.leave()
    events = compare([*screens, *bidders], desk)

    assert_nothing_is_lost(bidding, events, workers.parts(), workers.cast.sale)
    assert {"restart"} == {value for each in screens for what, value in each.history if what == "bye"}
    gaps = [each.longest_gap_s for each in screens]
    log.info("away while a worker died and all were replaced", longest_s=max(gaps), screens=len(gaps))
    assert max(gaps) < 10, gaps
    assert "Traceback" not in workers.parent.log


def test_a_parent_that_is_killed_leaves_no_worker_and_one_that_is_told_ends_them(tmp_path, database_url):
    with fleet(tmp_path, database_url) as made:
        made.parent.process.kill()
        made.parent.process.wait()
        wait_for(lambda: not any(map(is_open, made.ports)))
        made.parent.process = None
        made.parent.start("--workers", "2")
        wait_for(lambda: all(map(is_open, made.ports)), 20)
        began = time.monotonic()
        assert made.parent.stop() == 0
        assert time.monotonic() - began < 10
        assert not any(map(is_open, made.ports))


def run(tmp_path, *arguments, **environ):
    variables = {**os.environ, "AUCTION_INSTANCE": str(tmp_path), **environ}
    command = [sys.executable, "app.py", "serve", *arguments]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120, check=False)


def test_on_sqlite_many_workers_are_refused_in_one_sentence(tmp_path):
    refused = run(tmp_path, "--workers", "2")

    assert refused.returncode == 2
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "PostgreSQL" in refused.stderr
    assert "AUCTION_DATABASE_URL" in refused.stderr


def test_workers_that_cannot_start_are_given_up(tmp_path, database_url):
    told = run(tmp_path, "--workers", "2", AUCTION_DATABASE_URL=database_url, AUCTION_HOST="192.0.2.1")

    assert told.returncode == 1
    assert "Cannot listen on 192.0.2.1" in told.stderr
    assert "a worker did not start" in told.stderr


def test_processes_that_start_together_for_the_first_time_have_one_secret(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda _: read({"AUCTION_INSTANCE": str(tmp_path)}).secret_key, range(64)))

    assert len(set(keys)) == 1
    assert {each.name for each in tmp_path.iterdir()} == {"secret_key", "offer_keys"}


def test_an_address_that_is_none_of_redis_is_refused(tmp_path):
    with pytest.raises(BadSetting, match="AUCTION_REDIS_URL"):
        read({"AUCTION_INSTANCE": str(tmp_path), "AUCTION_REDIS_URL": "http://127.0.0.1"})
