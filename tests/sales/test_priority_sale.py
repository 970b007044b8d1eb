"""A sale with a group and a right exercised after the hammer, from its rows to results, record and verification."""

import json
from dataclasses import replace

from auction.audit.verify import public_record, verify_record, verify_sale
from auction.papers.reports import PUBLIC_REPORT, source
from auction.papers.writers import to_bytes
from auction.people.accounts import Role
from auction.rules import commands as cmd
from auction.rules.visibility import lot_of, public_lot, row_of

from ..played import START, STEP, Played
from ..serving import lot_row

TIMED = {
    "format": "timed",
    "start_minor": START,
    "increment": {"fixed_minor": STEP},
    "own": {"ends_ms": 60_000, "window_ms": 60_000, "extend_ms": 60_000, "group": "g"},
}


def publish(parts, clock) -> Played:
    """Two timed lots of one group; paddle 101 has the right to lot 1, of mode C with five working days."""
    parts.engine.clock = clock
    sale = parts.sales.create("c", title_en="Mode C", priority_mode="C", priority_days=5)
    parts.sales.add_lots(sale, [(lot_row(lot, **TIMED), []) for lot in "12"])
    organizer = parts.accounts.create("o@c.invalid", "Organizer", Role.ORGANIZER)
    for number in (1, 2):
        user = parts.accounts.create(f"b{number}@c.invalid", f"Bidder {number}", Role.BIDDER)
        row = parts.registration.apply(sale, user)
        parts.registration.admit(row, organizer)
        parts.registration.set_priority(row, organizer, {"1": 1} if number == 1 else {})
    assert parts.sales.publish(sale, organizer).ok
    return Played(parts, clock, sale, "c")


def exported(sale: Played, report: str) -> list[dict]:
    return json.loads(to_bytes(source(sale.parts, sale.parts.sales.by_id(sale.id), report), report, "json", "en"))


def test_who_exercised_the_right_is_the_buyer_everywhere(parts, clock, tmp_path):
    sale = publish(parts, clock)
    for lot in "12":
        assert sale.do(cmd.OpenLot, lot).ok
    assert sale.bid("1", "102", START).ok
    clock.at_ms += 120_000
    assert sale.do(cmd.Tick).ok
    assert {lot.ended_at_ms for lot in parts.engine.book(sale.id).sale.lots.values()} == {
        clock.at_ms - 121_000 + 60_000
    }
    assert exported(sale, PUBLIC_REPORT)[0]["paddle"] == "102"
    assert parts.sales.close(sale.id, "desk").ok
    assert sale.do(cmd.ExercisePriority, "1", "101", by="101").ok

    assert [row["paddle"] for row in exported(sale, PUBLIC_REPORT)] == ["101", None]
    assert exported(sale, "results")[0]["buyer"] == "Bidder 1"
    taken = exported(sale, "bids")[-1]
    assert (taken["paddle"], taken["way"], taken["outcome"]) == ("101", "priority_right", "accepted")
    assert [row["lots_won"] for row in exported(sale, "bidders")] == [1, 0]

    report = verify_sale(parts, "c")
    assert report.ok, report.text
    assert "lot 1: provisionally sold to 101 for" in report.text, "a better right may still take it"
    assert ", until 2018-12-05 16:00:00Z: a priority right is open" in report.text
    assert "lots: 1 provisionally sold, 1 passed; hammer total 0.00 CNY" in report.text
    clock.at_ms = parts.engine.book(sale.id).sale.lots["1"].match_until_ms
    assert "lot 1: sold to 101 for" in verify_sale(parts, "c").text
    record = tmp_path / "record.jsonl"
    record.write_bytes(b"".join(public_record(parts.store, sale.id)))
    assert verify_record(record).ok, verify_record(record).text
    kinds = [json.loads(line).get("event", {}).get("kind") for line in record.read_bytes().splitlines()]
    assert {"group_extended", "priority_exercised"} <= set(kinds)
    assert b'"priority":' not in record.read_bytes(), "who holds a right is no public matter"


def test_08_10_lists_and_exports_say_that_a_right_is_open_and_who_took_the_lot(parts, clock):
    sale = publish(parts, clock)
    assert sale.do(cmd.OpenLot, "1").ok
    assert sale.bid("1", "102", START).ok
    clock.at_ms += 120_000
    assert sale.do(cmd.Tick).ok
    until = parts.engine.book(sale.id).sale.lots["1"].match_until_ms
    first = exported(sale, PUBLIC_REPORT)[0]
    assert (first["paddle"], first["right_until"][:10], first["taken_from"]) == ("102", "2018-12-06", None)
    assert _won(sale, until - 1) == {"101": (0, 0), "102": (0, 1)}, "while the right is open no bidder has won"
    assert _won(sale, until) == {"101": (0, 0), "102": (1, 0)}

    assert sale.do(cmd.ExercisePriority, "1", "101", by="101").ok
    taken = exported(sale, PUBLIC_REPORT)[0]
    assert (taken["paddle"], taken["taken_from"]) == ("101", "102")
    assert public_lot(parts.engine.book(sale.id).sale.lots["1"])["taken_from"] == "102"
    row = row_of(public_lot(parts.engine.book(sale.id).sale.lots["1"]))
    assert row[-1] == "102"
    assert lot_of(row)["taken_from"] == "102"
    assert _won(sale, until) == {"101": (1, 0), "102": (0, 0)}


def _won(sale: Played, now_ms: int) -> dict[str, tuple[int, int]]:
    """By paddle: the lots it has won at a moment, and those that fell to it while a right is open."""
    read = replace(source(sale.parts, sale.parts.sales.by_id(sale.id), "bidders"), now_ms=now_ms)
    rows = json.loads(to_bytes(read, "bidders", "json", "en"))
    return {row["paddle"]: (row["lots_won"], row["lots_in_term"]) for row in rows}
