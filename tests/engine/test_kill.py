"""kill -9 at random moments under load: what was answered is on disk, once, and a key is good for ever."""

import os
import random
import signal
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from socketio.exceptions import SocketIOError

from auction import journal
from auction.rules import events as ev
from auction.store import Store
from auction.verify import verify_sale
from tests.recorder import Recorded, Recorder, checked
from tests.serving import Person, Server, parts_for, stage

BIDDERS = 4
KILLS = 100 if os.environ.get("LONG") else 10
START, STEP = 10_000_000, 500_000


@dataclass
class Sent:
    """A bid on its way, and the answer that came, if one came."""

    bidder: str
    amount: int
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    answer: dict | None = None


def bid_until_cut(person: Person, name: str, sent: list[Sent], prices: list[int]) -> None:
    """Bid above the last price known, again and again, until the server is gone."""
    while True:
        mine = Sent(name, prices[0] + STEP)
        sent.append(mine)
        try:
            mine.answer = person.bid("1", mine.amount, mine.key)
        except (SocketIOError, OSError):  # the line is dead, which is the point
            return
        if "seq" in mine.answer:
            prices[0] = max(prices[0], mine.amount)
        elif mine.answer["code"] in ("BELOW_MIN", "NOT_ON_STEP"):
            prices[0] = max(prices[0], mine.answer["params"]["minimum_minor"] - STEP)
        elif mine.answer["code"] == "RATE_LIMITED":
            time.sleep(0.05)


def come_back(server: Server, cast, name: str) -> Recorded:
    """A bidder as he comes back: with the last number that he has, in the file that he began with."""
    person = Recorded(server.url, cast.files[name])
    person.http.cookies.update(cast.cookies[name])
    person.connect(cast.slug, "bidder", seq=cast.last.get(name))
    return person


def go(cast, people: dict[str, Recorded]) -> None:
    for name, person in people.items():
        person.leave()
        cast.last[name] = max((event["seq"] for event in person.events), default=cast.last.get(name))


def one_kill(server: Server, cast, sent: list[Sent], prices: list[int], seed: int) -> None:
    people = {name: come_back(server, cast, name) for name in cast.files}
    for person in people.values():
        person.patience_s = 1.0
    threads = [
        threading.Thread(target=bid_until_cut, args=(person, name, sent, prices), daemon=True)
        for name, person in people.items()
    ]
    for thread in threads:
        thread.start()
    time.sleep(random.Random(seed).uniform(0.1, 0.6))
    server.stop(signal.SIGKILL)
    go(cast, people)
    for thread in threads:
        thread.join(20)


def begin(folder: Path, entry: str = "app.py"):
    cast = stage(folder, bidders=BIDDERS)
    server = Server(folder, {"AUCTION_BIDS_PER_SECOND": "500"}, entry=entry).start()
    cast.last = {}
    cast.files = {
        f"bidder{number}": Recorder(folder / f"bidder{number}.jsonl", f"bidder{number}", str(100 + number))
        for number in range(1, BIDDERS + 1)
    }
    cast.cookies = {name: Person(server.url).enter(token).http.cookies for name, token in cast.links.items()}
    desk(server, cast, "take_gavel", "open_lot")
    return cast, server


def desk(server: Server, cast, *calls: str) -> None:
    auctioneer = Person(server.url)
    auctioneer.http.cookies.update(cast.cookies["auctioneer"])
    auctioneer.connect(cast.slug, "desk")
    for do in calls:
        auctioneer.call(do, **({"lot": "1"} if do == "open_lot" else {}))
    auctioneer.leave()


def missing(folder: Path, cast, sent: list[Sent]) -> list[Sent]:
    """The accepted bids whose event is not in the journal at the number that was answered."""
    store = Store(f"sqlite:///{folder}/auction.sqlite3")
    with store.read() as connection:
        bids = {r.seq: r.event for r in journal.read(connection, cast.sale) if isinstance(r.event, ev.BidPlaced)}
    store.close()
    accepted = [each for each in sent if each.answer and "seq" in each.answer]
    return [each for each in accepted if getattr(bids.get(each.answer["seq"]), "amount_minor", None) != each.amount]


def test_no_acknowledged_bid_is_lost_and_none_is_there_twice(tmp_path):
    cast, server = begin(tmp_path)
    sent: list[Sent] = []
    prices = [START - STEP]
    for kill in range(KILLS):
        one_kill(server, cast, sent, prices, seed=kill)
        assert missing(tmp_path, cast, sent) == []
        server.start()
        desk(server, cast, "resume_sale")  # refused, unless the restart took so long that the sale was paused
    again(server, cast, sent)
    server.stop()
    no_bid_twice(tmp_path, cast, sent)
    found = checked(server, cast.slug, cast.files.values())
    assert found.ok, found.findings.lines()

    accepted = [each for each in sent if each.answer and "seq" in each.answer]
    assert len(accepted) > KILLS, "the load was no load"


def again(server: Server, cast, sent: list[Sent]) -> None:
    """Send every key once more: who was answered gets the same answer; who was not gets one now."""
    people = {}
    for each in sent[-400:]:
        if each.bidder not in people:
            people[each.bidder] = come_back(server, cast, each.bidder)
        answer = people[each.bidder].bid("1", each.amount, each.key)
        while answer.get("code") == "RATE_LIMITED":
            time.sleep(0.02)
            answer = people[each.bidder].bid("1", each.amount, each.key)
        if each.answer is not None and each.answer.get("code") != "RATE_LIMITED":
            assert answer == each.answer
        each.answer = answer
    go(cast, people)


def no_bid_twice(folder: Path, cast, sent: list[Sent]) -> None:
    assert missing(folder, cast, sent) == []
    parts = parts_for(folder)
    report = verify_sale(parts, cast.slug)
    placed = list(_bids(parts, cast.sale))
    parts.store.close()

    assert report.ok, report.text
    assert len({event.price_minor for event in placed}) == len(placed)
    accepted = {each.answer["seq"] for each in sent if each.answer and "seq" in each.answer}
    assert len(accepted) == len({each.key for each in sent if each.answer and "seq" in each.answer})


def _bids(parts, sale):
    with parts.store.read() as connection:
        return [r.event for r in journal.read(connection, sale) if isinstance(r.event, ev.BidPlaced)]


@pytest.mark.parametrize("tries", [6])
def test_the_test_sees_a_server_that_answers_before_the_commit(tmp_path, tries):
    cast, server = begin(tmp_path, entry="tests/engine/answers_early.py")
    sent: list[Sent] = []
    prices = [START - STEP]
    for kill in range(tries):
        one_kill(server, cast, sent, prices, seed=kill)
        if missing(tmp_path, cast, sent):
            assert checked(server, cast.slug, cast.files.values()).findings.counts[18]
            return
        server.start()
        desk(server, cast, "resume_sale")
    server.stop()
    pytest.fail("bids were answered before the commit, and the test did not notice")
