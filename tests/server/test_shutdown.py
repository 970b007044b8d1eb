"""An end that answers what was taken, a second server that is refused, and a database that others hold up."""

import itertools
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import requests
from socketio.exceptions import SocketIOError

from models.journal import receipts
from tests.serving import ROOT, Person, wait_for

from ..house import House, a_house, bid_when_allowed, bids_go_on

# --- the end ---


@pytest.mark.clock
@pytest.mark.parametrize("mode", ["eventlet", "threading", "gevent"])
def test_the_end_answers_what_was_taken_says_good_bye_and_is_clean(tmp_path: Path, mode):
    with a_house(tmp_path, mode, AUCTION_BIDS_PER_SECOND="1000") as house:
        bidders = house.bidding()
        polling, silent = house.enter(None, transports=["polling"]), house.stranger()
        answers: dict[str, dict] = {}
        under_way = threading.Event()

        def bid_on(person: Person, name: str) -> None:
            person.patience_s = 2
            for number in itertools.count():
                key = f"bid-{name}-{number}"
                try:
                    answers[key] = person.bid("1", 1, key)
                except SocketIOError:  # the socket is closed: this one got no answer
                    return
                if number == 20:
                    under_way.set()

        with ThreadPoolExecutor() as pool:
            done = list(map(partial(pool.submit, bid_on), bidders, "ab"))
            assert under_way.wait(10)
            began = time.monotonic()
            assert house.server.stop() == 0
            assert time.monotonic() - began < 3
            for each in done:
                each.result(10)

        for person in (*bidders, polling):
            wait_for(lambda person=person: person.goodbyes == ["restart"], 2)
        assert silent.is_cut(1)
        assert "Traceback" not in house.server.log
        with house.parts.store.read() as connection:
            kept = {row.key for row in connection.execute(receipts.select()) if row.key.startswith("bid-")}
        told = {key for key, answer in answers.items() if answer.get("code") == "BELOW_START"}
        assert told == kept, "each judged bid was answered, and no other"
        assert {answer["code"] for answer in answers.values()} <= {"BELOW_START", "UNAVAILABLE"}


def run(instance: Path, port: int, **environ: str) -> subprocess.CompletedProcess:
    variables = {**os.environ, "AUCTION_INSTANCE": str(instance), "PORT": str(port), **environ}
    command = [sys.executable, "app.py"]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120, check=False)


def test_a_second_server_is_refused_in_one_line_and_the_first_ends_cleanly_by_an_interrupt_too(tmp_path: Path):
    with a_house(tmp_path) as house:
        watcher = house.enter(None)
        second = run(house.server.instance, house.server.port + 1)

        assert second.returncode == 1
        assert len(second.stderr.strip().splitlines()) == 1, second.stderr
        assert "another server" in second.stderr
        assert "now_ms" in watcher.ask("clock")
        assert house.server.stop(signal.SIGINT) == 0
        wait_for(lambda: watcher.goodbyes == ["restart"])
        assert "Traceback" not in house.server.log


def test_a_port_that_is_taken_is_one_line(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = run(tmp_path, taken.getsockname()[1])

    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1, refused.stderr
    assert refused.stderr.startswith("Cannot listen on 127.0.0.1:")


# --- another process holds the database ---


@contextmanager
def locked(house: House) -> Iterator[None]:
    """Another process writes, and does not come to an end."""
    other = sqlite3.connect(f"{house.server.instance}/auction.sqlite3", timeout=5, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


class Heartbeat:
    """Asks for a page all the time, and remembers the longest that it had to wait."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stop = threading.Event()
        self.longest_s = 0.0
        self.statuses: set[int] = set()
        self._thread = threading.Thread(target=self._beat)

    def _beat(self) -> None:
        session = requests.Session()
        while not self._stop.wait(0.02):
            began = time.monotonic()
            self.statuses.add(session.get(self._url, timeout=10).status_code)
            self.longest_s = max(self.longest_s, time.monotonic() - began)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def health(house: House) -> int:
    return requests.get(f"{house.server.url}/healthz", timeout=10).status_code


@pytest.mark.clock
def test_while_the_database_is_held_bids_are_unavailable_and_everything_else_goes_on(any_house: House):
    bidders = any_house.bidding()
    bids_go_on(bidders)
    page = f"{any_house.server.url}/sales/{any_house.cast.slug}"
    assert health(any_house) == 200

    with locked(any_house), Heartbeat(page) as pages:
        began = time.monotonic()
        answer = bid_when_allowed(bidders[0], "1", 1)
        took_s = time.monotonic() - began
        assert (answer["code"], answer["status"]) == ("UNAVAILABLE", 503)
        assert took_s < 5, took_s
        assert bidders[0].bid("2", 1, "again")["code"] == "UNAVAILABLE"
        assert "now_ms" in bidders[1].ask("clock")
        assert "seq" in bidders[1].ask("since", seq=1)
        wait_for(lambda: health(any_house) == 503, 10)
    assert pages.statuses == {200}
    assert pages.longest_s < 1, "the lock stopped no one else"

    wait_for(lambda: health(any_house) == 200)
    assert bidders[0].bid("2", 1, "again")["code"] == "NOT_LIVE", "what was unavailable left no receipt"
    bids_go_on(bidders)
    assert all(person.goodbyes == [] for person in bidders), "no client was cut"
