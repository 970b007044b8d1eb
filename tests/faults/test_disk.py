"""What a failing disk does to a running server: full, locked, broken. The disk fails for real, under the database."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from socketio.exceptions import SocketIOError

from auction.verify import verify_sale
from tests.serving import Cast, Person, Server, parts_for, wait_for

from .conftest import Copy
from .disk import Disk

Failing = tuple[Server, Cast, dict[str, Person], Path]

START, STEP = 10_000_000, 500_000


@pytest.fixture
def failing(tmp_path: Path, library: Path, staged: Copy) -> Iterator[Failing]:
    """A server with an open lot on a disk that fails when told to, and its people."""
    disk, cast = Disk(tmp_path, library), staged(tmp_path)
    server = Server(tmp_path, disk.environ).start()
    people = {}
    for name, part in (("auctioneer", "desk"), ("bidder1", "bidder"), ("bidder2", "bidder")):
        people[name] = Person(server.url).enter(cast.links[name])
        people[name].connect(cast.slug, part)
    people["auctioneer"].call("take_gavel")
    people["auctioneer"].call("open_lot", lot="1")
    yield server, cast, people, disk.control
    if server.process is not None:
        server.stop()


def test_a_full_disk_refuses_bids_serves_readers_and_bidding_resumes_by_itself(failing):
    server, cast, people, control = failing
    first = people["bidder1"].bid("1", START)
    control.write_text("F")
    refused = people["bidder2"].bid("1", START + STEP, "again")

    assert (refused["code"], refused["status"]) == ("UNAVAILABLE", 503)
    assert people["bidder2"].get(f"/sales/{cast.slug}").status_code == 200
    assert people["bidder2"].ask("since", seq=0)["seq"] == first["seq"]
    wait_for(lambda: people["bidder2"].get("/healthz").status_code == 503)

    control.write_text("-")
    wait_for(lambda: people["bidder2"].get("/healthz").status_code == 200)
    assert people["bidder2"].bid("1", START + STEP, "again") == {"seq": first["seq"] + 1}
    assert "Traceback" not in server.log


def test_a_locked_database_refuses_within_seconds_and_holds_nobody_up(failing):
    server, cast, people, _ = failing
    other = sqlite3.connect(server.instance / "auction.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    refused = people["bidder1"].bid("1", START)
    page = people["bidder1"].get(f"/sales/{cast.slug}")
    other.execute("ROLLBACK")

    assert refused["code"] == "UNAVAILABLE"
    assert page.elapsed.total_seconds() < 1
    assert "seq" in people["bidder1"].bid("1", START)


def test_an_io_error_answers_nobody_ends_the_process_with_its_reason_and_the_next_start_recovers(failing):
    server, cast, people, control = failing
    first = people["bidder1"].bid("1", START)
    control.write_text("E")
    people["bidder2"].patience_s = 3
    with pytest.raises(SocketIOError):  # no answer
        people["bidder2"].bid("1", START + STEP)

    assert server.process.wait(10) == 70
    assert "disk failed" in server.log
    control.write_text("-")
    server.start()
    back = Person(server.url)
    back.http.cookies.update(people["bidder2"].http.cookies)
    joined = back.connect(cast.slug, "bidder")
    assert joined["seq"] >= first["seq"]
    parts = parts_for(server.instance)
    report = verify_sale(parts, cast.slug)
    parts.store.close()
    assert report.ok, report.text
