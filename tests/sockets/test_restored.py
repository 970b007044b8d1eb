"""After a backup is put back, numbers are used again: who knew more is told so (issue 8, number 28)."""

import shutil

import pytest

from tests.serving import Person, Server, stage, wait_for

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
    """What the README says of a restore: the copy takes the place of the database, its log goes."""
    server.stop()
    for side in ("-wal", "-shm"):
        server.instance.joinpath(f"auction.sqlite3{side}").unlink(missing_ok=True)
    shutil.copy(copy, server.instance / "auction.sqlite3")
    server.start()


def test_08_28_who_knew_more_is_told_that_an_older_record_was_put_back(house, tmp_path):
    server, cast, people, before = house
    after = {name: known(person) for name, person in people.items()}
    for person in people.values():
        person.leave()
    put_back(server, tmp_path / "copy")

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
