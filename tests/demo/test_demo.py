"""The demo: a sale that robots bid in and lead, until a person takes the gavel, and again once he has left."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from auction.demo import sale as demo
from auction.demo.bots import falling_minor
from auction.demo.client import Screen
from auction.engine.orders import Order
from auction.parts import Parts
from auction.rules import commands as cmd
from auction.rules.lot import Status
from auction.sales.publication import By

from ..serving import ROOT, Person, Server, parts_for, wait_for

CALLS = {"lot_opened", "fair_warning_given", "lot_sold", "lot_passed", "gavel_taken"}
PACE = 0.07


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path).start("--demo", "--pace", str(PACE))
    yield made
    made.stop()


def link(server: Server, name: str) -> str:
    """The token of the last link that was printed for a person."""
    return re.findall(rf"{name} +\S+/link/(\S+)\?", server.log)[-1]


def robots(server: Server) -> list[int]:
    """The processes that the server has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if path.read_text().rsplit(")", 1)[1].split()[1] == str(server.process.pid):
                found.append(int(path.parent.name))
    return found


def watch(server: Server) -> tuple[Person, Screen]:
    """A person in the hall, with a screen as it was when he came."""
    hall, screen = Person(server.url), Screen()
    screen.load(hall.connect("demo"))
    return hall, screen


def sees(person: Person, *kinds: str, after: int = 0) -> dict:
    """The first event of one of the kinds after a number."""
    return wait_for(
        lambda: next((each for each in person.events if each["kind"] in kinds and each["seq"] > after), None), 25
    )


def test_robots_hold_a_sale_until_a_person_takes_the_gavel(server):
    hall, screen = watch(server)
    opened = sees(hall, "lot_opened")
    first = sees(hall, "bid_placed")
    ended = sees(hall, "lot_sold", "lot_passed")
    assert opened["lot"] == first["lot"] == ended["lot"]

    command_line = Path(f"/proc/{wait_for(lambda: robots(server))[0]}/cmdline").read_bytes().split(b"\0")
    assert command_line[1:-1] == [b"-m", b"auction.demo.bots", b"--pace", str(PACE).encode(), b"--log", b"text"]

    sees(hall, "lot_opened", after=ended["seq"])
    person = Person(server.url).enter(link(server, "Auctioneer"))
    person.connect("demo", "desk")
    taken = person.call("take_gavel")["seq"]
    time.sleep(25 * PACE)  # longer than a robot waits for anything but a person who has gone
    assert not [each for each in hall.events if each["seq"] > taken and each["kind"] in CALLS]

    fresh = Screen()
    fresh.load(hall.ask("since", seq=0))
    wait_for(lambda: hall.events[-1]["seq"] >= fresh.seq)
    screen.fold([each for each in hall.events if each["seq"] <= fresh.seq], fresh.seq)
    assert not screen.behind
    assert {lot: (each["status"], each.get("price_minor")) for lot, each in fresh.lots.items()} == {
        lot: (each["status"], each.get("price_minor")) for lot, each in screen.lots.items()
    }

    goes_on_after_a_restart(server, taken)
    person.leave()
    hall.leave()


def goes_on_after_a_restart(server: Server, taken: int) -> None:
    """The person is gone with the old server; a minute later, as robots count, one of them goes on with his lot."""
    before, away_s = robots(server), time.monotonic()
    server.stop(signal.SIGKILL)
    wait_for(lambda: not any(Path(f"/proc/{each}").exists() for each in before))
    server.start("--demo", "--pace", str(PACE))
    away_s = time.monotonic() - away_s

    hall, screen = watch(server)
    lot = screen.first(Status.OPEN, Status.FAIR_WARNING, Status.PAUSED)
    assert lot is not None
    assert away_s > 4 or lot["status"] != Status.PAUSED
    assert sees(hall, "gavel_taken")["seq"] > taken
    assert sees(hall, "lot_sold", "lot_passed")["lot"] == lot["lot"]
    assert server.log.count("Traceback") == 0
    hall.leave()


def test_a_robot_knows_a_falling_ask_from_the_deadline():
    lot = {"start_minor": 100, "deadline_ms": 1_000 + 5 * 500}
    own = {"floor_minor": 65, "step_minor": 10, "tick_ms": 500}

    asks = [falling_minor(lot, own, now_ms) for now_ms in (1_000, 1_499, 1_500, 2_999, 3_000, 3_499)]
    assert asks == [100, 100, 90, 70, 65, 65]


def test_robots_sell_lots_of_every_format(tmp_path):
    """A person opens a lot of each at once and leaves the rest to the clock and the robots."""
    server = Server(tmp_path).start("--demo", "--pace", str(PACE))
    try:
        hall, _ = watch(server)
        desk = Person(server.url).enter(link(server, "Auctioneer"))
        desk.connect("demo", "desk")
        for lot in ("4", "6", "9"):
            wait_for(lambda lot=lot: "seq" in desk.call("take_gavel") and "seq" in desk.call("open_lot", lot=lot))
        desk.leave()
        ended = {lot: wait_for(lambda lot=lot: ends(hall, lot), 90) for lot in ("6", "4", "9")}
        assert {each["ended_by"] for each in ended.values()} <= {"clock", "bid"}
        assert next(each for each in hall.events if each["kind"] == "offers_opened")["offers"]
        assert any(each["kind"] == "lot_sold" for each in ended.values())
        hall.leave()
    finally:
        server.stop()


def ends(person: Person, lot: str) -> dict | None:
    kinds = ("lot_sold", "lot_passed")
    return next((each for each in person.events if each["kind"] in kinds and each["lot"] == lot), None)


def withdraw_all(parts: Parts, sale: str) -> None:
    for lot in parts.engine.book(sale).sale.lots:
        assert parts.engine.ask(Order(sale, "somebody", cmd.WithdrawLot(parts.clock.now_ms(), lot, None))).ok


def test_a_finished_sale_is_archived_and_the_next_one_made(parts, monkeypatch):
    demo.make(parts)
    first = parts.sales.find(demo.DEMO_SLUG)
    keeper = demo.Keeper(parts, pace=0.0)
    monkeypatch.setattr(keeper, "_start_robots", lambda: None)
    keeper.look()
    assert parts.sales.find(demo.DEMO_SLUG).id == first.id

    withdraw_all(parts, first.id)
    keeper.look()
    assert parts.sales.find(demo.DEMO_SLUG).id == first.id  # it is shown for a while
    keeper.look()

    second = parts.sales.find(demo.DEMO_SLUG)
    assert (second.status, len(parts.sales.lots(second.id))) == ("published", 36)
    assert second.id != first.id
    archived = parts.sales.by_id(first.id)
    assert archived.status == "archived"
    assert archived.slug.startswith("demo-")
    assert parts.engine.book(second.id).sale.paddles == parts.engine.book(first.id).sale.paddles


def test_a_real_sale_with_the_same_slug_is_left_alone(parts):
    demo.make(parts)
    sale = parts.sales.find(demo.DEMO_SLUG).id
    parts.sales.edit(sale, by=By("o", "CORRECTION"), invented=False)
    withdraw_all(parts, sale)
    demo.renew(parts)

    assert parts.sales.find(demo.DEMO_SLUG).id == sale


def test_what_a_start_that_was_cut_off_has_left_is_finished(parts, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(parts.registration, "floor_paddle", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            demo.make(parts)
    demo.make(parts)

    sale = parts.engine.book(parts.sales.find(demo.DEMO_SLUG).id).sale
    assert sale.published
    assert sorted(sale.bidders) == [str(number) for number in range(101, 111)]
    assert len(sale.lots) == 36


@pytest.mark.parametrize(("setting", "started"), [("0", 0), ("1", 1)])
def test_robots_can_be_turned_off(tmp_path, monkeypatch, setting, started):
    parts = parts_for(tmp_path, BOTS=setting)
    parts.engine.start()
    keeper, starts = demo.Keeper(parts, pace=1.0), []
    monkeypatch.setattr(keeper, "_start_robots", lambda: starts.append(1))
    demo.make(parts)
    keeper.look()

    assert len(starts) == started
    parts.engine.stop()
    parts.store.close()


def test_a_start_does_not_load_what_it_does_not_need():
    code = "import app, sys; print([m for m in ('alembic', 'openpyxl', 'xlsxwriter') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"
