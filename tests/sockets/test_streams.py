"""Snapshot + events = fresh snapshot, after every kind of event: in Python, and in the browser's own modules.

The same recorded streams go through both: what the rules fold from public events alone, and static/js/core/fold.js
under node.
"""

import json
import os
import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from auction.record.journal import event_from, facts
from auction.rules import commands as cmd
from auction.rules import events as ev
from auction.rules.decide import decide
from auction.rules.formats import FORMATS, ask_minor
from auction.rules.kinds import KINDS, PUBLIC, is_public
from auction.rules.lot import Terms
from auction.rules.money import COURT_TIERS
from auction.rules.refusals import Refused
from auction.rules.sale import Sale, apply
from auction.rules.visibility import lot_of, public_lot, public_sale
from tests.chromium import find_node

ROOT = Path(__file__).resolve().parents[2]
STEPS = 150
SEEDS = range(6)


@dataclass
class Stream:
    """The public events of a sale as they go over the wire, and the fresh snapshot after each."""

    name: str
    sale: Sale = field(default_factory=lambda: Sale("s"))
    events: list[dict[str, Any]] = field(default_factory=list)
    snapshots: list[dict[str, Any]] = field(default_factory=list)

    def happen(self, *events: ev.Event) -> None:
        for event in events:
            self.sale = apply(self.sale, event)
            if is_public(event):
                self.events.append(as_sent({**facts(event), "sale": "s", "seq": len(self.events) + 1}))
                self.snapshots.append(as_sent(public_sale(self.sale)))

    def do(self, command: cmd.Command) -> bool:
        decision = decide(self.sale, command, command.arrived_ms)
        if isinstance(decision, Refused):
            return False
        self.happen(*decision)
        return True


def as_sent(value: Any) -> Any:
    """A value as it comes out at the other end of a wire."""
    return json.loads(json.dumps(value))


OWN: dict[str, dict[str, Any]] = {
    "english": {},
    "timed": {"ends_ms": 400, "window_ms": 60, "extend_ms": 90, "cap_minor": 900, "group": "g"},
    "dutch": {"floor_minor": 40, "step_minor": 7, "tick_ms": 30},
    "sealed": {"ends_ms": 300, "offers": "raise"},
}


def terms(lot: str, form: str, **more: Any) -> Terms:
    increment = {"fixed_minor": 10} if FORMATS[form].needs_increment else None
    return Terms(lot, form, 100, increment, own=OWN[form], **more)


def walk(seed: int) -> Stream:
    """A sale with lots of every format, and steps that chance chose among those that may be."""
    chance = random.Random(seed)
    stream = Stream(f"walk {seed}")
    forms = [form for form in FORMATS for _ in range(3)]
    lots = tuple(
        terms(str(i), form, reserve_minor=None if form == "dutch" or i % 2 else 150) for i, form in enumerate(forms)
    )
    lots += (Terms("no start", "english", None), Terms("no start either", "sealed", None, own=OWN["sealed"]))
    paddles = tuple(cmd.AdmitBidder(0, name, f"bidder {name}") for name in "ABC")
    assert stream.do(cmd.PublishSale(0, "CNY", "house", lots, paddles))
    now = 0
    for _ in range(STEPS):
        now += chance.choice((0, 1, 5, 20, 60))
        stream.do(cmd.Tick(now))
        stream.do(step(stream.sale, chance, now))
    return stream


def step(sale: Sale, chance: random.Random, now: int) -> cmd.Command:
    """Mostly a bid on a lot under way, now and then anything else."""
    lot = chance.choice(sale.begun or tuple(sale.lots.values()))
    other = chance.choice(tuple(sale.lots))
    paddle, amount = chance.choice("ABC"), (ask_minor(lot, now) or 100) + chance.choice((0, 0, 10, 20, 50))
    bids = (cmd.PlaceBid(now, lot.id, paddle, amount), cmd.PlaceMaximum(now, lot.id, paddle, amount + 30))
    calls = (
        cmd.OpenLot(now, other), cmd.OpenLot(now, other), cmd.PlaceFloorBid(now, lot.id, None, amount),
        cmd.AssignPaddle(now, lot.id, paddle), cmd.SetAsk(now, lot.id, amount + 5), cmd.GiveFairWarning(now, lot.id),
        cmd.Hammer(now, lot.id), cmd.PassLot(now, lot.id), cmd.VoidLastBid(now, lot.id, "MISHEARD"),
        cmd.OpenOffers(now, lot.id), cmd.ReopenLot(now, other, "DISPUTE"), cmd.PauseLot(now, lot.id),
        cmd.ResumeLot(now, lot.id), cmd.PauseSale(now), cmd.ResumeSale(now), cmd.ResumeSale(now),
        cmd.TakeGavel(now, auctioneer="a"), cmd.ListLot(now, terms(other, "english")),
    )  # fmt: skip
    rare = cmd.WithdrawLot(now, lot.id, "OTHER")
    return rare if chance.random() < 0.02 else chance.choice(bids if chance.random() < 0.45 else calls)


def every_kind() -> Stream:
    """One sale in which every kind of event happens."""
    stream = Stream("every kind")
    lots = (terms("1", "english", reserve_minor=150), terms("2", "english"), terms("3", "sealed"), terms("4", "dutch"))
    lots += (terms("5", "timed"), terms("6", "timed"))
    ranks = {"A": {}, "B": {"5": 1}, "C": {"5": 2}}
    paddles = tuple(cmd.AdmitBidder(0, name, f"bidder {name}", priority=ranks[name]) for name in "ABC")
    script = (
        cmd.PublishSale(0, "CNY", "house", lots, paddles, COURT_TIERS, COURT_TIERS, "C", 5),
        cmd.TakeGavel(1, auctioneer="a"),
        cmd.OpenLot(2, "1"),
        cmd.PlaceMaximum(3, "1", "A", 130),
        cmd.PlaceBid(4, "1", "B", 120),
        cmd.PlaceMaximum(5, "1", "A", 170),
        cmd.SetAsk(6, "1", 145),
        cmd.VoidLastBid(7, "1", "MISHEARD"),  # a silent step: the public hears that the call is lifted
        cmd.PlaceFloorBid(8, "1", None, 150),
        cmd.AssignPaddle(9, "1", "C"),
        cmd.PauseLot(10, "1", "BREAK"),
        cmd.ResumeLot(11, "1"),
        cmd.GiveFairWarning(12, "1"),
        cmd.VoidLastBid(13, "1", "WRONG_PADDLE"),
        cmd.PlaceMaximum(14, "1", "B", 200),
        cmd.Hammer(15, "1"),
        cmd.ReopenLot(16, "1", "DISPUTE"),
        cmd.PauseSale(17, "TECHNICAL", 16),
        cmd.ResumeSale(18),
        cmd.Hammer(19, "1"),
        cmd.OpenLot(20, "2"),
        cmd.PassLot(21, "2"),
        cmd.OpenLot(22, "3"),
        cmd.PlaceBid(23, "3", "A", 140),
        cmd.Tick(400),
        cmd.OpenOffers(401, "3"),
        cmd.WithdrawLot(402, "4", "AUTHORITY"),
        cmd.OpenLot(403, "5"),
        cmd.OpenLot(404, "6"),
        cmd.PlaceBid(800, "5", "A", 100),
        cmd.Tick(1000),
        cmd.DeclinePriority(1001, "5", "B"),
        cmd.ExercisePriority(1002, "5", "C"),
        cmd.SetHighest(1003, 100_000),
        *(cmd.ListLot(1004, terms("7", "english")), cmd.OpenLot(1005, "7"), cmd.PlaceBid(1006, "7", "B", 100)),
        *(cmd.PlaceMaximum(1007, "7", "A", 200), cmd.GiveFairWarning(1008, "7")),
        *(cmd.HoldPaddle(1009, "A", "SUSPENDED"), cmd.ReleasePaddle(1010, "A"), cmd.PassLot(1011, "7")),
        *(cmd.StateTerms(1012, {"place": "Shanghai"}), cmd.StateTexts(1013, {"sale": "digest"})),
        *(cmd.ListLot(1014, terms("8", "timed")), cmd.OpenLot(1015, "8"), cmd.MoveDeadlines(1020, 1016)),
        cmd.WithdrawLot(1021, "8", "OTHER"),
        cmd.CloseSale(1022),
    )
    for command in script:
        assert stream.do(command), command
    return stream


@pytest.fixture(scope="module")
def streams() -> list[Stream]:
    return [every_kind(), *(walk(seed) for seed in SEEDS)]


def test_the_hand_made_stream_holds_every_public_kind(streams):
    assert {each["kind"] for each in streams[0].events} == {
        name for name, event_type in KINDS.items() if event_type in PUBLIC
    }


def test_chance_meets_every_format(streams):
    ended = {lot.terms.format for stream in streams[1:] for lot in stream.sale.lots.values() if lot.ended_at_ms}
    assert ended == set(FORMATS)


def test_public_events_alone_lead_to_the_snapshot_of_the_whole_sale(streams):
    for stream in streams:
        seen = Sale("s")
        for place, body in enumerate(stream.events):
            seen = apply(seen, event_from(body))
            assert as_sent(public_sale(seen)) == stream.snapshots[place], (stream.name, body)


def test_a_row_tells_the_whole_lot(streams):
    for stream in streams:
        for lot, row in zip(stream.sale.lots.values(), stream.snapshots[-1]["lots"], strict=True):
            assert lot_of(row) == public_lot(lot)


def test_what_is_left_out_shows(streams):
    """The comparison sees something: without the voids the sale ends elsewhere."""
    events = [event_from(body) for body in streams[0].events if body["kind"] != "bid_voided"]
    seen = Sale("s")
    for event in events:
        seen = apply(seen, event)
    assert public_sale(seen) != streams[0].snapshots[-1]


def test_the_browsers_modules_pass_their_own_tests_over_the_same_streams(streams, tmp_path):
    node = find_node()
    if node is None:
        pytest.skip("node is not here")
    recorded = tmp_path / "streams.json"
    recorded.write_text(
        json.dumps([{"name": s.name, "events": s.events, "snapshots": s.snapshots} for s in streams]), "utf-8"
    )
    tests = sorted(map(str, (ROOT / "tests" / "js").glob("*.test.mjs")))
    assert tests
    done = subprocess.run(
        [node, "--test", *tests],
        env={**os.environ, "STREAMS": str(recorded)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
