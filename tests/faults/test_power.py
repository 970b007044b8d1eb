"""Power cuts (measures row 3): all that a client was told is on the disk, with or without the rest.

A server runs on a disk that takes down every write and every sync, and every byte that leaves the process. A cut is
then played at any moment of that run: synced bytes are there, of the others each sector as luck has it. The real parts
open what is found.
"""

import os
import shutil
import signal
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from auction.audit.verify import verify_sale
from auction.database.store import sqlite_module
from auction.engine.orders import Order
from auction.parts import Parts
from auction.record import journal
from auction.rules import commands as cmd
from models.journal import receipts
from tests.serving import Server, parts_for, wait_for

from .conftest import Copy
from .disk import Cut, Disk, lines_of, power_cuts
from .load import Crowd, House, Sent

LONG = bool(os.environ.get("LONG"))
RUNS, CUTS, BIDS = (5, 100, 450) if LONG else (1, 30, 150)
"""Runs of a server, power cuts played on each, and bids accepted in each."""


@dataclass(frozen=True)
class Run:
    """What a server did: its folder before, the disk's trace, and the accepted bids and the journal at its end."""

    before: Path
    trace: Path
    sale: str
    slug: str
    accepted: list[Sent]
    bodies: list[bytes]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, library: Path, staged: Copy) -> list[Run]:
    """What sound servers did."""
    disks = [Disk(tmp_path_factory.mktemp("run"), library) for _ in range(RUNS)]
    return [a_run(disk, staged, BIDS) for disk in disks]


def a_run(disk: Disk, staged: Copy, bids: int, defect: str = "") -> Run:
    """Bidding at three lots, hammers among it, on a disk that remembers."""
    before, instance = disk.folder / "before", disk.folder / "instance"
    staged(before)
    cast = staged(instance)
    entry = "tests/faults/unsound.py" if defect else "app.py"
    environ = {"AUCTION_BIDS_PER_SECOND": "2000", "DEFECT": defect, **disk.remembering}
    server = Server(instance, environ, entry=entry).start()
    try:
        house = House(server, cast)
        for lot in ("1", "2", "3"):
            house.open(lot)
            enough = len(house.accepted) + bids / 3
            with Crowd(house):
                wait_for(lambda enough=enough: len(house.accepted) >= enough, 60)
            house.desk(("hammer", {"lot": lot}))
    finally:
        server.stop(signal.SIGKILL)
    parts = parts_for(instance)
    with parts.store.read() as connection:
        bodies = [record.body for record in journal.read(connection, cast.sale)]
    parts.store.close()
    return Run(before, disk.trace, cast.sale, cast.slug, house.accepted, bodies)


def last_number(folder: Path) -> int:
    """The last public number in a database, 0 where it is no database any more."""
    try:
        with closing(sqlite_module().connect(folder / "auction.sqlite3")) as connection:
            return connection.execute("SELECT max(seq) FROM events").fetchone()[0] or 0
    except sqlite_module().DatabaseError:
        return 0


def lost(run: Run, **options: bool) -> list[int]:
    """How many numbers that a client had been told are not there after each of ten cuts."""
    cuts = power_cuts(run.before, run.trace, list(range(10)), **options)
    return [max(0, cut.told - last_number(cut.folder)) for cut in cuts]


def check(run: Run, cut: Cut) -> None:
    """What was told is there, what is there is whole and true, and the sale goes on from it."""
    parts = parts_for(cut.folder)
    parts.engine.start()
    try:
        book = parts.engine.book(run.sale)
        with parts.store.read() as connection:
            bodies = [record.body for record in journal.read(connection, run.sale)]
            answered = {row.key: row.seq for row in connection.execute(select(receipts)) if row.code is None}
        report = verify_sale(parts, run.slug)
        kept = [each for each in run.accepted if each.answer["seq"] <= book.head.seq]
        assert report.ok, report.text
        assert book.head.seq >= cut.told, "a client was told what is not there"
        assert bodies == run.bodies[: len(bodies)]
        assert [each for each in kept if answered.get(each.key) != each.answer["seq"]] == []
        goes_on(parts, run, kept)
    finally:
        parts.engine.stop()
        parts.store.close()
        shutil.rmtree(cut.folder)


def goes_on(parts: Parts, run: Run, kept: list[Sent]) -> None:
    """A key gets its first answer again, and the sale takes the next command."""
    book = parts.engine.book(run.sale)
    for each in kept[-1:]:
        paddle = str(100 + int(each.bidder.removeprefix("bidder")))
        bid = cmd.PlaceBid(0, each.lot, paddle, each.amount)
        told = parts.engine.ask(Order(run.sale, book.sale.bidders[paddle].bidder, bid, each.key))
        assert told.seq == each.answer["seq"]
    gavel = parts.engine.ask(Order(run.sale, "another", cmd.TakeGavel(0, auctioneer="another")))
    assert gavel.seq == book.head.seq + 1


@pytest.mark.timeout(900)
def test_nothing_that_anybody_was_told_is_lost_in_a_power_cut(runs):
    """Row 3."""
    for number, run in enumerate(runs):
        written = {line.file for line in lines_of(run.trace) if line.what == b"W"}
        assert written == {b"d", b"w"}, "the run was too short for a checkpoint"
        for cut in power_cuts(run.before, run.trace, list(range(number * CUTS, (number + 1) * CUTS))):
            check(run, cut)


def test_a_disk_that_only_says_that_it_has_synced_is_seen_to_lose(runs):
    """Row 3, the test itself: no design helps against a lying sync, and the cuts are such that it shows."""
    assert sum(lost(runs[0], lies=True)) > 0


@pytest.mark.parametrize("defect", ["EARLY", "NORMAL"])
def test_a_server_that_answers_too_soon_is_seen_to_lose(tmp_path, library, staged, defect):
    """Row 3, the test itself: an answer before the commit, and `synchronous=NORMAL`."""
    assert sum(lost(a_run(Disk(tmp_path, library), staged, 30, defect))) > 0
