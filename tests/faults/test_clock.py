"""The machine's clock is put right while people bid: no end comes early or late, and no user is signed out."""

import re
import signal

import pytest

from tests.serving import Person, Server, stage, wait_for

from .clock import WrongClock

HOUR = 3_600_000
TIMED = {
    "format": "timed",
    "start_minor": 10_000_000,
    "increment": {"fixed_minor": 500_000},
    "own": {"ends_ms": HOUR // 2, "window_ms": 2_000, "extend_ms": 2_000},
}


@pytest.fixture
def house(tmp_path):
    """A server whose clock can jump, its auctioneer and a bidder who stands on a page; a timed lot is open."""
    clock, cast = WrongClock.made(tmp_path), stage(tmp_path, [TIMED])
    server = Server(tmp_path, clock.environ).start()
    desk, bidder = (Person(server.url).enter(cast.links[name]) for name in ("auctioneer", "bidder1"))
    for person, part in ((desk, "desk"), (bidder, "bidder")):
        person.connect(cast.slug, part)
    assert "seq" in desk.call("take_gavel")
    assert "seq" in desk.call("open_lot", lot="1")
    yield clock, server, desk, bidder
    for person in (desk, bidder):
        person.leave()
    server.stop(signal.SIGKILL)


def steps(server: Server) -> float:
    found = re.search(r"^auction_clock_steps_total (\S+)", Person(server.url).get("/metrics").text, re.MULTILINE)
    assert found
    return float(found.group(1))


@pytest.mark.clock
def test_08_07_a_clock_that_is_put_right_ends_nothing_moves_nothing_and_signs_nobody_out(house):
    clock, server, desk, bidder = house
    before_ms, amount = bidder.ask("clock")["now_ms"], 10_000_000
    for step_ms in (-20_000, HOUR, -HOUR):
        counted = steps(server)
        clock.is_wrong_by(step_ms)
        answer = bidder.bid("1", amount)
        assert "seq" in answer or answer["code"] == "ALREADY_LEADING", answer
        assert bidder.get("/account", allow_redirects=False).status_code == 200
        wait_for(lambda counted=counted: steps(server) > counted, 30)
        assert abs(bidder.ask("clock")["now_ms"] - before_ms) < 120_000
        assert "seq" in desk.ask("since", seq=0)
    kinds = {event["kind"] for event in desk.events}
    assert kinds <= {"gavel_taken", "lot_opened", "bid_placed"}, "nothing was paused, moved, or sold"
    assert bidder.goodbyes == []


@pytest.mark.parametrize("step_ms", [-HOUR, -20_000, 2 * HOUR])
def test_08_07_a_start_by_a_clock_before_the_journal_or_long_after_it_pauses_the_sale(house, step_ms):
    clock, server, _desk, _bidder = house
    server.stop(signal.SIGKILL)
    clock.is_wrong_by(step_ms)
    server.start()
    record = "/sales/sale/record.jsonl"
    wait_for(lambda: '"kind":"sale_paused","lots":["1"],"reason":"SYSTEM_FAULT"' in Person(server.url).get(record).text)
