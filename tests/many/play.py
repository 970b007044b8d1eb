"""What is played in the tests of many processes: a lot that is open, bidders who bid on, screens that are compared."""

import json
import threading
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from sqlalchemy import bindparam, select

from models.journal import events as events_table
from tests.serving import PATIENCE_S, wait_for

from .screens import Screen, somebody

START, STEP = 10_000_000, 500_000
EVENTS = select(events_table).where(events_table.c.sale == bindparam("sale")).order_by(events_table.c.n)


Keep = Callable[[str], Any]
"""The recorder of a screen's history, by the screen's name."""


def keep_nothing(_name: str) -> None:
    """No history."""


def open_lot(urls: list[str], cast, lot: str = "1", keep: Keep = keep_nothing) -> Screen:
    """The auctioneer's desk, with the gavel taken and a lot opened."""
    desk = somebody(urls, cast.slug, cast.links["auctioneer"], "desk", recorder=keep("desk"))
    told = desk.ask("call", do="take_gavel", key="gavel")
    assert told is not None
    assert "seq" in told, told
    told = desk.ask("call", do="open_lot", lot=lot, key=f"open-{lot}")
    assert told is not None
    assert "seq" in told, told
    return desk


def bidder_at(urls: list[str], cast, number: int, keep: Keep = keep_nothing) -> Screen:
    """A bidder's screen."""
    name = f"bidder{number}"
    return somebody(urls, cast.slug, cast.links[name], seed=number, recorder=keep(name))


class Bidding:
    """Bidders who bid what is the least, each with a key for each bid, until so many are taken together, or until
    told to stop. `answers` are the lasting ones, by key; `took` how
    many seconds each of them took."""

    def __init__(self, bidders: Iterable[Screen], total: int = 1_000_000, pause_s: float = 0.0) -> None:
        self.answers: dict[str, dict] = {}
        self._seqs: list[int] = []
        self.wrong: list[str] = []
        self.took: list[float] = []
        self._total, self._pause_s = total, pause_s
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._bid, args=(bidder, number), daemon=True)
            for number, bidder in enumerate(bidders)
        ]
        for thread in self._threads:
            thread.start()

    def _bid(self, bidder: Screen, number: int) -> None:
        amount, tried = START, 0
        while len(self._seqs) < self._total and not self._stop.is_set():
            key = f"key-{number}-{tried}"
            began = time.monotonic()
            try:
                answer = self.answers[key] = bidder.bid("1", amount, key)
            except AssertionError as error:
                self.wrong.append(str(error))
                self._stop.set()
                return
            self.took.append(time.monotonic() - began)
            tried += 1
            if "code" in answer:
                amount = max(amount, answer["params"].get("minimum_minor", amount))
                self._stop.wait(0.02)
            else:
                self._seqs.append(answer["seq"])
                amount += STEP
                self._stop.wait(self._pause_s)

    @property
    def taken(self) -> list[int]:
        return sorted(self._seqs)

    def end(self, within_s: float = 60) -> "Bidding":
        """Wait until they have had enough."""
        for thread in self._threads:
            thread.join(within_s)
            assert not thread.is_alive(), "bidding hangs"
        assert self.wrong == []
        return self

    def stop(self) -> "Bidding":
        self._stop.set()
        return self.end()


def compare(screens: list[Screen], desk: Screen, within_s: float = PATIENCE_S) -> list[dict]:
    """Every screen comes to the same end by the same stream; the events that they were all told."""
    last = wait_for(lambda: (told := desk.ask("call", do="fair_warning", lot="1", key="warn")) and told.get("seq"))
    everybody = [desk, *screens]
    wait_for(lambda: all(each.seq is not None and each.seq >= last for each in everybody), within_s)
    for each in everybody:
        each.settled()
        each.leave()
    known: dict[int, str] = {}
    for each in everybody:
        assert each.problems == []
        numbers = [number for number, _ in each.stream]
        assert numbers == sorted(set(numbers)), "a number came twice, or came back"
        skipped = {number for what, number in each.history if what == "snapshot"}
        for before, after in pairwise(numbers):
            assert after == before + 1 or after - 1 in skipped, f"{before} is followed by {after}"
        for number, body in each.stream:
            assert known.setdefault(number, body) == body, "two screens were told differently"
    return [json.loads(known[number]) for number in sorted(known)]


def assert_nothing_is_lost(bidding: Bidding, events: list[dict], parts, sale: str) -> None:
    """Every bid that was answered stands in the journal once, where its answer says, and nothing else does."""
    placed = [event["seq"] for event in events if event["kind"] == "bid_placed"]
    assert placed == bidding.taken
    with parts.store.read() as connection:
        kept = [row.seq for row in connection.execute(EVENTS, {"sale": sale}) if row.kind == "bid_placed"]
    assert kept == placed


def watching(urls: list[str], sale: str, count: int, keep: Keep = keep_nothing) -> list[Screen]:
    """So many screens, each beginning at another address."""
    return [Screen(urls, sale, seed=number, recorder=keep(f"watcher{number}")).start() for number in range(count)]
