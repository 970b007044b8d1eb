"""What else crosses from one process to another: who may not stay, presence, sealed offers, time, forged messages."""

import json
import os
import signal
import threading
import time

import pytest
from cryptography.fernet import Fernet

from auction.cluster.broker import CHANNEL
from auction.engine.orders import Order
from auction.people.accounts import Role
from auction.rules import commands as cmd
from tests.serving import parts_for, stage, wait_for

from .machines import house
from .play import START, STEP, Bidding, assert_nothing_is_lost, bidder_at, compare, open_lot, watching
from .screens import Screen, somebody

ENDS = {"ends_ms": 8_000}
TIMED = {"own": {**ENDS, "window_ms": 1_000, "extend_ms": 1_000}, "increment": {"fixed_minor": STEP}}
LOTS = [{"format": "sealed", "start_minor": START, "own": ENDS}, {"format": "timed", "start_minor": START, **TIMED}]


def test_a_desk_sees_who_is_connected_to_any_process(pair):
    desk = open_lot(pair.urls[:1], pair.cast)
    watchers = watching(pair.urls[1:], pair.cast.slug, 2)
    bidder = bidder_at(pair.urls[1:], pair.cast, 2)
    bidder.ask("clock", rtt_ms=38)

    def everybody() -> bool:
        last = desk.presence[-1] if desk.presence else {"count": {}}
        return last["count"] == {"desk": 1, "watcher": 2, "bidder": 1} and last["bidders"] == [
            {"paddle": "102", "rtt_ms": 38}
        ]

    wait_for(everybody)
    bidder.leave()
    wait_for(lambda: "bidder" not in desk.presence[-1]["count"])
    for each in (desk, *watchers):
        each.leave()


def test_what_others_write_into_redis_changes_no_screen(pair):
    desk = open_lot(pair.urls[:1], pair.cast)
    screens = watching(pair.urls, pair.cast.slug, 4)
    bidders = [bidder_at([url], pair.cast, number) for number, url in enumerate(pair.urls, 1)]
    redis, sale, stop = pair.broker.client(), pair.cast.sale, threading.Event()
    sealed = Fernet.generate_key()
    forged = [
        b"", b"\xff\x00" * 500, b"null", b"[]", b"{", sealed, b"9" * 100_000,
        *(json.dumps(each).encode() for each in (
            {"from": "x", "number": 1, "at_ms": int(time.time() * 1000), "heads": {sale: 10**9}},
            {"from": "x", "number": 2, "at_ms": int(time.time() * 1000), "heads": {sale: -1, "no": 5, "": None}},
            {"from": "x", "number": 3, "presence": {sale: {"count": {"bidder": 999}, "bidders": [["u", 1]]}}},
            {"sale": sale, "seq": 10**6}, [sale, 3], {"events": [{"kind": "lot_sold", "seq": 4}], "sale": sale},
        )),
    ]  # fmt: skip
    signed = [b"0" * 64 + each for each in forged]

    def forge() -> None:
        while not stop.is_set():
            for each in (*forged, *signed):
                redis.publish(CHANNEL, each)
                redis.publish("flask-socketio", each)

    liar = threading.Thread(target=forge)
    liar.start()
    bidding = Bidding(bidders, 30).end()
    seen = list(desk.presence)
    stop.set()
    liar.join()
    events = compare([*screens, *bidders], desk)

    assert_nothing_is_lost(bidding, events, pair.parts(), sale)
    assert all(each["count"].get("bidder", 0) <= 2 and len(each["bidders"]) <= 2 for each in seen)
    assert "Traceback" not in pair.servers[0].log + pair.servers[1].log


def test_who_may_not_stay_is_cut_in_every_process(pair):
    parts = pair.parts()
    screens = {number: bidder_at(pair.urls[1:], pair.cast, number) for number in (1, 2, 3)}
    parts.accounts.suspend(pair.cast.users["bidder1"], suspended=True)
    parts.accounts.set_role(pair.cast.users["bidder2"], Role.ORGANIZER)
    for number in (1, 2):
        wait_for(lambda number=number: ("bye", "signed_out") in screens[number].history)
    assert ("bye", "signed_out") not in screens[3].history


def test_a_bidder_has_one_rate_at_all_processes(tmp_path, database_url, valkey):
    with house(tmp_path, database_url, broker_url=valkey.url, environ={}) as made:
        open_lot(made.urls[:1], made.cast)
        tabs = [bidder_at([url], made.cast, 1) for url in made.urls]
        codes: list[str] = []

        def bid(tab: Screen) -> None:
            codes.extend(tab.ask("bid", lot="1", amount_minor=1, key=f"{id(tab)}-{n}")["code"] for n in range(12))

        threads = [threading.Thread(target=bid, args=(tab,)) for tab in tabs]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        allowed = 10 + 5 * (time.monotonic() - began) + 1
        assert 10 <= codes.count("BELOW_START") <= allowed, codes
        assert codes.count("RATE_LIMITED") == 24 - codes.count("BELOW_START")


@pytest.mark.clock
def test_one_process_dies_and_another_keeps_time_and_opens_what_the_first_one_took(tmp_path, database_url):
    """The outage rule: no process pauses a sale of another, and the processes that are left meet the deadlines."""
    with house(tmp_path, database_url, lots=LOTS) as made:
        desk = open_lot(made.urls[:1], made.cast)
        assert "seq" in desk.ask("call", do="open_lot", lot="2", key="open-2")
        bidder, elsewhere = (bidder_at([url], made.cast, 1) for url in made.urls)
        assert bidder.bid("1", START + STEP).get("code") is None
        wait_for(lambda: elsewhere.documents and elsewhere.documents[-1]["offers"]["1"][0] == START + STEP)
        made.servers[0].process.send_signal(signal.SIGKILL)
        made.servers[0].process.wait()

        desk = somebody(made.urls[1:], made.cast.slug, made.cast.links["auctioneer"], "desk")
        wait_for(lambda: {"lot_passed", "offers_closed"} <= kinds(elsewhere))
        opened = desk.ask("call", do="open_offers", lot="1", key="open-offers")
        wait_for(lambda: elsewhere.seq >= opened["seq"])
        assert "offers_opened" in kinds(elsewhere)
        assert "sale_paused" not in kinds(elsewhere)


def kinds(screen: Screen) -> set[str]:
    return {json.loads(body)["kind"] for _, body in screen.stream}


def test_every_process_looks_after_every_sale_that_runs(tmp_path, database_url):
    cast = stage(tmp_path, AUCTION_DATABASE_URL=database_url)
    one, other = (parts_for(tmp_path, AUCTION_DATABASE_URL=database_url) for _ in range(2))
    for each in (one, other):
        each.engine.start()
    one.engine.ask(Order(cast.sale, "desk", cmd.OpenLot(one.clock.now_ms(), "1"), "k"))
    one.timekeeper.look()
    assert other.engine.books == []
    other.timekeeper.look()
    assert [book.sale.id for book in other.engine.books] == [cast.sale]
    for each in (one, other):
        each.engine.stop()
        each.store.close()


def test_a_process_that_hangs_holds_nobody_up_for_long(tmp_path, database_url):
    with house(tmp_path, database_url) as made:
        desk = open_lot(made.urls[:1], made.cast)
        bidder = bidder_at(made.urls[:1], made.cast, 1)
        os.kill(made.servers[1].process.pid, signal.SIGSTOP)
        assert "seq" in bidder.bid("1", START)
        os.kill(made.servers[1].process.pid, signal.SIGCONT)
        late = somebody(made.urls[1:], made.cast.slug, made.cast.links["bidder2"])
        assert "seq" in late.bid("1", START + STEP)
        wait_for(lambda: desk.seq == late.seq)
