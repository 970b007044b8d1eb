"""The bench can be believed: its client sees what is wrong with a stream, and its results have what they promise."""

import os
import threading
from collections.abc import Iterator

import pytest

from tests.load import bidding, crowd, exports, fanout, goals, hammers, records, report
from tests.load.client import LoadClient
from tests.load.conditions import conditions
from tests.load.hall import Hall, hall
from tests.load.overload import overload
from tests.load.peers.event import frame
from tests.load.peers.floor import Floor
from tests.load.slow import slow_readers
from tests.load.staging import staged
from tests.load.throughput import through_the_engine
from tests.serving import free_port, wait_for

WATCHERS = 20
TINY = fanout.Size(paced_s=0.3, rounds=1, burst=0.001)


@pytest.fixture
def floor() -> Iterator[Floor]:
    """A server that sends whatever a test gives it to send."""
    port = free_port()
    server = Floor(port, port)
    server.port = port
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server
    server.stop()
    thread.join(5)
    for each in (server.listener, server.control, *server.lines.values()):
        each.close()


@pytest.fixture
def watcher(floor: Floor) -> Iterator[LoadClient]:
    """One client that has joined at number 1."""
    with LoadClient([floor.port], {"sale": "bench"}) as client:
        client.open(1)
        client.mark()
        yield client


@pytest.mark.parametrize(
    ("numbers", "seen"),
    [
        ([2, 3, 4], {"events": 3}),
        ([2, 4], {"events": 2, "gaps": 1}),
        ([2, 9], {"events": 2, "gaps": 6}),
        ([2, 3, 3], {"events": 2, "duplicates": 1}),
        ([2, 4, 3], {"events": 3, "gaps": 1, "late": 1}),
        ([2, 3, 2, 4], {"events": 3, "duplicates": 1}),
        ([1, 2], {"events": 1}),
    ],
    ids=["good", "gap", "long gap", "duplicate", "reordered", "an old one again", "told by the join"],
)
def test_the_client_sees_what_is_wrong_with_the_numbers(floor, watcher, numbers, seen):
    for number in numbers:
        floor.write(frame(number))
    wait_for(lambda: watcher.read()["frames"] == len(numbers))
    answer = watcher.read()
    wrong = {"gaps": 0, "duplicates": 0, "late": 0, "broken": 0}
    assert {name: answer[name] for name in ("events", *wrong)} == {**wrong, **seen}


def test_a_frame_that_leads_further_than_its_events_is_a_gap(floor, watcher):
    floor.write({**frame(2), "seq": 4})
    assert wait_for(lambda: watcher.read()["gaps"]) == 2


@pytest.mark.parametrize(
    "text",
    [
        '42["frame",{"events":[{"seq":2}',
        '42["frame",{"events":[{"seq":"2"}],"seq":2}]',
        '42["frame",{"events":[{"amount_minor":7}],"seq":2}]',
        '42["frame",{"seq":2}]',
        '42["frame",{"events":[],"seq":1}] and more',
        "7",
    ],
)
def test_a_frame_that_cannot_be_read_is_broken(floor, watcher, text):
    floor.send(text)
    assert wait_for(lambda: watcher.read()["broken"]) == 1
    assert watcher.read()["events"] == 0


def test_the_time_of_a_delivery_is_from_its_stamp(floor, watcher):
    message = frame(2)
    message["events"][0]["amount_minor"] -= 250_000
    floor.write(message)
    wait_for(lambda: watcher.read()["events"])
    assert 250 <= watcher.read()["delivery"]["p50_ms"] < 2_000


def test_fan_out_is_measured_with_every_key():
    """Stock compresses for each client, so its stream is read through the load client's own decompression."""
    paced, burst = fanout.measure("stock", WATCHERS, TINY)
    assert [row["mode"] for row in (paced, burst)] == ["paced", "burst"]
    for row in (paced, burst):
        assert {"server", "watchers", "mode", "cpu_us_per_delivery", "delivered_per_s", "p50_ms", "p99_ms"} <= set(row)
        assert (row["lost"], row["gaps"], row["duplicates"], row["cut"]) == (0, 0, 0, 0)
    assert report.page(results_with(fanout=[paced, burst])).count(f"| {WATCHERS} |") == 2


@pytest.fixture(scope="module")
def small() -> Iterator[Hall]:
    with hall(WATCHERS, 4, WATCHERS, "bidder") as each:
        yield each


def test_bids_are_measured_with_every_key(small):
    row = bidding.path(small, 1)
    assert {"store", "watchers", "bids_per_s", "ack_p99_ms", "delivery_p99_ms", "refused_share"} <= set(row)
    assert row["bids_per_s"] > 0
    assert (row["gaps"], row["unanswered"], row["cut"]) == (0, 0, 0)
    calm = bidding.calm(small, 20, 1)
    told = goals.table(results_with(bid_path=[row], calm=calm))
    assert told.count("not measured") == len(goals.LINES) - 2


def test_everybody_comes_back_and_nothing_is_lost(small):
    storm, many = crowd.storm(small, 100), crowd.watchers(small, 1)
    assert storm["back"] == WATCHERS + 4
    assert (many["lost"], many["gaps"]) == (0, 0)
    assert goals.table(results_with(storm=storm, crowd=many)).count("not measured") == len(goals.LINES) - 2


def test_slow_readers_and_overload_are_measured_with_every_key(small):
    slow, much = slow_readers(small, 3, 20, 1, 1), overload(small, {"answered_per_s": 20, "bids_per_s": 20}, 1)
    assert slow["stalled_cut"] + slow["forging_cut"] == 0
    assert much["codes"] or much["accepted_per_s"]
    told = goals.table(results_with(slow_readers=slow, overload=much))
    assert told.count("not measured") == len(goals.LINES) - 2


def test_our_server_publishes_when_it_is_asked_to(small):
    """Last of the hall's: what is published so stands in no journal, and the sale takes no bid after it."""
    small.client.mark()
    small.process.publish(5, 0.01)
    seen = small.client.wait(5 * (WATCHERS + 4), 10)
    assert (seen["events"], seen["gaps"], seen["duplicates"]) == (5 * (WATCHERS + 4), 0, 0)


def test_the_engine_and_the_records_are_measured_with_every_key():
    row = {"through": "engine", **through_the_engine(0.3)}
    assert {"store", "bids_per_s", "ack_p99_ms"} <= set(row)
    assert row["bids_per_s"] > 0
    with staged() as stage:
        rates = records.measure(stage, 200)
    told = goals.table(results_with(throughput=[row], **rates))
    assert told.count("not measured") == len(goals.LINES) - 4


@pytest.mark.skipif(not os.environ.get("LONG"), reason="LONG=1: a minute for two rows of the bench")
def test_exports_and_confirmations_are_measured_with_every_key():
    """The report is long enough for a process of its own."""
    told, sold = exports.exports(6_000, 1), hammers.hammers(2, 0.5, 5, 1)
    assert (sold["confirmations"], sold["failed"], sold["unanswered"]) == (2, 0, 0)
    assert goals.table(results_with(exports=told, hammers=sold)).count("not measured") == len(goals.LINES) - 2


def results_with(**some: object) -> dict[str, object]:
    """Results in which only some things were measured."""
    return {"conditions": conditions() | {"lasted_s": 0}, "fanout": [], **some}
