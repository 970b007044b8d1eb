"""A real server in each runtime, lots of every format, cuts, retries, a pause and a restart: the histories hold."""

import random
import threading
import uuid

import pytest

from auction.rules.lot import BEGUN
from auction.rules.visibility import lot_of
from tests.recorder import Recorded, checked
from tests.serving import Person, Server, stage, wait_for

START, STEP = 10_000_000, 500_000
ENGLISH = {"start_minor": START, "increment": {"fixed_minor": STEP}}
SEALED, OFFERS = {"start_minor": START, "format": "sealed"}, {"price": "second", "offers": "raise"}
LOTS = [
    ENGLISH,
    {**ENGLISH, "format": "timed", "own": {"ends_ms": 2_500, "window_ms": 500, "extend_ms": 500}},
    {"start_minor": START, "format": "dutch", "own": {"floor_minor": STEP, "step_minor": STEP, "tick_ms": 200}},
    {**SEALED, "own": {**OFFERS, "ends_ms": 2_500}},
    {**ENGLISH, "reserve_minor": START + 2 * STEP},
    {**SEALED, "own": {**OFFERS, "ends_ms": 3_600_000}},
]
BIDDERS, BIDS = 4, 15


@pytest.fixture(params=["eventlet", "threading"])
def sale(request, tmp_path):
    """The server, the auctioneer, the bidders, and one who only watches."""
    cast = stage(tmp_path, LOTS, BIDDERS)
    server = Server(tmp_path, {"AUCTION_ASYNC_MODE": request.param, "AUCTION_BIDS_PER_SECOND": "1000"}).start()
    desk = Recorded(server.url, tmp_path / "desk.jsonl").enter(cast.links["auctioneer"])
    desk.connect(cast.slug, "desk")
    bidders = []
    for number in range(1, BIDDERS + 1):
        each = Recorded(server.url, tmp_path / f"bidder{number}.jsonl").enter(cast.links[f"bidder{number}"])
        each.connect(cast.slug, "bidder")
        bidders.append(each)
    watcher = Recorded(server.url, tmp_path / "watcher.jsonl")
    watcher.connect(cast.slug)
    yield server, desk, bidders, watcher
    for each in (desk, *bidders, watcher):
        each.leave()
    server.stop()


def last(person: Recorded) -> int | None:
    """The last number that a person has."""
    return max((event["seq"] for event in person.events), default=None)


def come_back(person: Recorded, part: str) -> None:
    person.leave()
    person.connect("sale", part, seq=last(person))


def bid_about(person: Recorded, lots: list[str], seed: int) -> None:
    """Bid on these lots, mostly well; send some bids twice, lose the connection, ask again for what is there."""
    dice = random.Random(seed)
    for number in range(BIDS):
        lot, key = dice.choice(lots), uuid.uuid4().hex
        amount = dice.choice([START, START + number * STEP, START + number * STEP, STEP, None])
        person.bid(lot, amount, key)
        if dice.random() < 0.2:
            person.bid(lot, amount, key)
        if dice.random() < 0.1:
            person.ask("maximum", lot=lot, max_minor=START + (number + 3) * STEP, key=uuid.uuid4().hex)
        if dice.random() < 0.1:
            come_back(person, "bidder")
        if dice.random() < 0.1 and last(person) is not None:
            person.ask("since", seq=last(person))


def under_way(server: Server) -> list[str]:
    """The lots that have begun and not ended, as a new client is told."""
    newcomer = Person(server.url)
    rows = newcomer.connect("sale")["snapshot"]["lots"]
    newcomer.leave()
    return [lot["lot"] for lot in map(lot_of, rows) if lot["status"] in BEGUN]


def bid_together(bidders: list[Recorded], *lots: str) -> None:
    threads = [
        threading.Thread(target=bid_about, args=(each, list(lots), number)) for number, each in enumerate(bidders)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def test_what_everybody_saw_agrees_with_the_journal(sale):
    server, desk, bidders, watcher = sale
    everybody = [desk, *bidders, watcher]
    desk.call("take_gavel")
    for lot in ("1", "2", "3", "6"):
        assert "seq" in desk.call("open_lot", lot=lot)
    bid_together(bidders, "1", "2", "3", "6")
    desk.call("pause_sale", reason="BREAK")
    assert bidders[0].bid("1", START + 90 * STEP)["code"] == "NOT_LIVE"
    desk.call("resume_sale")

    server.stop()
    wait_for(lambda: all(each.goodbyes for each in everybody))
    server.start()
    for each in everybody:
        come_back(each, "desk" if each is desk else "watcher" if each is watcher else "bidder")
    desk.call("resume_sale")  # refused, unless the restart took so long that the sale was paused
    # A lot without an extension has at least a minute after a restart, so the offers that are opened are made after it.
    assert "seq" in desk.call("open_lot", lot="4")
    bid_together(bidders, "1", "4", "6")
    desk.call("hammer", lot="1")
    wait_for(lambda: "seq" in desk.call("open_offers", lot="4"), 60)
    wait_for(lambda: under_way(server) == ["6"], 60)  # it runs for an hour: nothing comes after the last call
    desk.call("open_lot", lot="5")
    bidders[0].bid("5", START)
    assert desk.call("hammer", lot="5")["code"] == "RESERVE_NOT_MET"
    end = desk.call("pass", lot="5")["seq"]

    for each in everybody:
        wait_for(lambda each=each: last(each) == end)
        each.settled()
    found = checked(server, "sale", [each.recorder for each in everybody])
    assert found.ok, found.findings.lines()
    assert found.figures["refusals_judged"] > BIDS
    assert found.figures["events_received"] > 100
