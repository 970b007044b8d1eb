"""After a backup is put back, numbers are used again: who knew more is told so (issue 8, number 28)."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.serving import ROOT, Person, Server, stage, wait_for

START, STEP = 10_000_000, 500_000


def known(person):
    """The last number that a person was told, with its head."""
    return {"seq": person.frames[-1]["seq"], "head": person.frames[-1]["head"]}


@pytest.fixture
def house(tmp_path):
    """A server with an open lot, a backup of it, six bids after the backup, and the people who heard them."""
    cast = stage(tmp_path / "instance")
    server = Server(tmp_path / "instance").start()
    people = {name: Person(server.url) for name in ("auctioneer", "bidder1", "bidder2", "hall")}
    for name, person in people.items():
        if name in cast.links:
            person.enter(cast.links[name])
    join(people, cast)
    people["auctioneer"].call("take_gavel")
    assert "seq" in people["auctioneer"].call("open_lot", lot="1")
    wait_for(lambda: all(person.frames for person in people.values()))
    before = {name: known(person) for name, person in people.items()}
    server.cli("backup", str(tmp_path / "copy"))
    last = 0
    for number in range(6):
        last = people[f"bidder{1 + number % 2}"].bid("1", START + number * STEP)["seq"]
    wait_for(lambda: all(person.frames[-1]["seq"] == last for person in people.values()))
    yield server, cast, people, before
    for person in people.values():
        person.leave()
    server.stop()


def join(people, cast, **more):
    part = {"auctioneer": "desk", "hall": "watcher"}
    told = {}
    for name, person in people.items():
        told[name] = person.connect(cast.slug, part.get(name, "bidder"), **more.get(name, {}))
        assert "seq" in told[name], told[name]
    return told


def put_back(server, copy):
    """A restore with the command. What it said."""
    server.stop()
    said = server.cli("restore", str(copy)).stdout
    server.start()
    return said


def test_08_28_who_knew_more_is_told_that_an_older_record_was_put_back(house, tmp_path):
    server, cast, people, before = house
    after = {name: known(person) for name, person in people.items()}
    for person in people.values():
        person.leave()
    said = put_back(server, tmp_path / "copy")
    assert "kept as auction.sqlite3.before-1" in said
    assert f"{cast.slug} is paused" in said

    stranger = Person(server.url)  # who knows no older number is told by the record
    paused = stranger.connect(cast.slug)["snapshot"]
    assert (paused["paused"], paused["pause_reason"]) == (True, "RECORD_RESTORED")
    stranger.leave()
    told = join(people, cast, **after)
    assert {name: answer.get("restored") for name, answer in told.items()} == dict.fromkeys(people, True)
    assert all("snapshot" in answer for answer in told.values())
    people["auctioneer"].call("resume_sale")
    for number in range(6):
        answer = people[f"bidder{1 + number % 2}"].bid("1", START + (6 + number) * STEP)
        assert "seq" in answer, answer
    now = answer["seq"]
    assert now >= after["hall"]["seq"], "the same numbers are used again"
    late = Person(server.url)
    assert late.connect(cast.slug, **after["hall"]).get("restored"), "by the head, though the number is there again"
    assert late.ask("since", **after["hall"]).get("restored")
    assert "restored" not in late.ask("since", **before["hall"]), "this one knew nothing that is gone"
    assert "restored" not in late.ask("since", seq=now, head=late.ask("since", seq=now)["head"])
    late.leave()


def test_08_28_a_head_is_no_way_in(house):
    _server, _cast, people, _before = house
    for head in ("", "0", "g" * 64, "A" * 64, "0" * 65, 7, "0" * 64 + "\n"):
        assert people["hall"].ask("since", seq=1, head=head)["code"] == "MALFORMED", head
    assert people["hall"].ask("since", seq=1, head="0" * 64)["restored"]


def test_08_28_no_backup_is_put_back_under_a_server_and_nothing_else_ever(house, tmp_path):
    server, cast, _people, _before = house
    assert "Stop it first" in server.cli("restore", str(tmp_path / "copy"), check=False).stderr
    server.stop()
    cut = tmp_path / "cut"
    cut.write_bytes((tmp_path / "copy").read_bytes()[:40_000])
    other = tmp_path / "other"
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE sales (id)")
    for wrong in (cut, other, tmp_path / "none"):
        assert str(wrong) in server.cli("restore", str(wrong), check=False).stderr
    full = 'ulimit -f 100; exec "$@"'  # no file may grow further, as on a disk that is full
    environ = {**os.environ, "AUCTION_INSTANCE": str(server.instance)}
    command = ["sh", "-c", full, "sh", sys.executable, "app.py", "restore", str(tmp_path / "copy")]
    told = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert (told.returncode, told.stderr.count("\n")) == (1, 1), told.stderr
    assert "could not be copied" in told.stderr
    assert not list(server.instance.glob("*.coming*"))
    assert "good" in server.cli("verify", cast.slug).stdout, "the record of the six bids is untouched"
    assert not list(server.instance.glob("*.before-*"))
    server.start()
