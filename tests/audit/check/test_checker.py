"""The checker sees every falsehood that was planted, and nothing where there is none.

LONG=1 tries every kind of falsehood in 100 worlds, and 1,000 worlds without one.
"""

import os
from collections import Counter, defaultdict
from hashlib import sha256
from random import Random

import pytest

from auction.audit.check.checking import Checked, check
from auction.audit.check.together import Terms
from auction.record.journal import canonical

from . import of_journals, of_screens, of_the_hall
from .falsehoods import FALSEHOODS, NoSite
from .simulated import simulate
from .world import World

LONG = os.environ.get("LONG") == "1"
WORLDS, EACH = (1_000, 100) if LONG else (30, 2)
TERMS = Terms(complete=True, answer_ms=5_000)
assert all((of_journals, of_screens, of_the_hall))

pytestmark = [pytest.mark.timeout(3600 if LONG else 120)]


def verdict(world: World, folder) -> Checked:
    return check(*world.write(folder), TERMS)


def shortened(world: World) -> World:
    """The same, with hashes in the place of most events, as a client writes that has no time for more."""
    for lines in world.clients.values():
        for place, entry in enumerate(lines):
            if entry.get("what") == "frame" and place % 3:
                events = [
                    {"seq": e["seq"], "sha256": sha256(canonical(e)).hexdigest()} for e in entry["frame"]["events"]
                ]
                lines[place] = {**entry, "frame": {**entry["frame"], "events": events}}
    return world


def test_no_false_alarm(tmp_path):
    looked_at: Counter[str] = Counter()
    for seed in range(WORLDS):
        world = simulate(seed)
        found = verdict(shortened(world.copy()) if seed % 5 == 0 else world, tmp_path)
        assert found.ok, (seed, found.findings.lines())
        looked_at.update(found.figures)
        kinds = {row["event"]["kind"] for row in world.rows}
        looked_at.update(kinds)
    assert looked_at["events_received"] > 300 * WORLDS
    assert looked_at["refusals_judged"] > 30 * WORLDS
    kinds = ("lot_sold", "offers_opened", "lot_paused", "lot_reopened", "bid_voided", "maximum_set")
    kinds += ("paddle_held", "paddle_released", "channel_set", "paddle_assigned", "deadline_moved", "maximum_left")
    for kind in (*kinds, "group_extended", "priority_declined", "priority_exercised"):
        assert looked_at[kind] > WORLDS / 20, f"no world has seen {kind}"


def test_every_falsehood_is_found(tmp_path):
    tried: Counter[str] = Counter()
    missed = defaultdict(list)
    seed = 0
    while any(tried[name] < EACH for name in FALSEHOODS):
        assert seed < 20 * EACH + 40, [name for name in FALSEHOODS if tried[name] < EACH]
        world = simulate(seed)
        for name, (invariant, falsehood) in FALSEHOODS.items():
            if tried[name] == EACH:
                continue
            false = world.copy()
            try:
                falsehood(false, Random(seed))
            except NoSite:
                continue
            tried[name] += 1
            if invariant not in verdict(false, tmp_path).findings.counts:
                missed[name].append(seed)
        seed += 1
    assert missed == {}
    assert len(tried) >= 60
