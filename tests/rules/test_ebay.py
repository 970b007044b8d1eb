"""2,811 real maximum bids in 149 auctions through the engine (xbox.csv; see the data's own README).

There the step is added to the price, so the increments are the eBay table as bands. Where the data's formula explains
the closing price it must come out to the cent, except where the leader raised his own maximum after another had met
it: that market computes the price anew, here it is silent.
"""

import csv
from bisect import bisect_right
from collections import defaultdict

import pytest

from auction.audit.replay import Play
from auction.audit.scenario import parse
from auction.rules import events as ev
from auction.rules.refusals import Refused
from tests.data import NO_DATA, SHARED

DATA = SHARED / "ebay" / "xbox.csv"
BANDS = [
    [0, 5], [100, 25], [500, 50], [2500, 100], [10000, 250], [25000, 500], [50000, 1000], [100000, 2500],
    [250000, 5000], [500000, 10000],
]  # fmt: skip
DAY_MS = 86_400_000


def auctions():
    """Of every auction: the opening price, the closing price, and (time, bidder, maximum) in order; in cents."""
    found = defaultdict(lambda: [0, 0, []])
    with DATA.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            auction = found[row["auctionid"]]
            auction[0], auction[1] = round(float(row["openbid"]) * 100), round(float(row["price"]) * 100)
            auction[2].append((round(float(row["bidtime"]) * DAY_MS), row["bidder"], round(float(row["bid"]) * 100)))
    return {name: (start, price, sorted(bids, key=lambda bid: bid[0])) for name, (start, price, bids) in found.items()}


def by_formula(start, bids):
    """min(highest maximum, the second bidder's + increment), at least the opening bid."""
    highest = defaultdict(int)
    for _, bidder, maximum in bids:
        highest[bidder] = max(highest[bidder], maximum)
    best, second = [*sorted(highest.values(), reverse=True), 0][:2]
    step = BANDS[bisect_right([edge for edge, _ in BANDS], second) - 1][1]
    return max(start, min(best, second + step if second else 0))


def scenario(start, bids):
    lot = {"lot": "1", "format": "english", "start_minor": start, "increment": {"bands": BANDS}}
    steps = [{"at_ms": 0, "do": "open_lot", "lot": "1"}]
    steps += [{"at_ms": at, "do": "max_bid", "lot": "1", "paddle": who, "max_minor": most} for at, who, most in bids]
    bidders = [{"paddle": each} for each in sorted({who for _, who, _ in bids})]
    return {"sale": {"currency": "USD"}, "bidders": bidders, "lots": [lot], "steps": steps}


def played(start, bids):
    """The closing price, and whether the closing leader raised his own maximum while he led."""
    plan, play, raised = parse(scenario(start, bids)), Play(), set()
    play.take(plan.sale, 0)
    for step in plan.steps:
        decision = play.step(step)
        if not isinstance(decision, Refused):
            raised |= {event.paddle for event in decision if isinstance(event, ev.MaximumSet) and event.silent}
    lot = play.sale.lots["1"]
    return lot.price_minor, lot.leader in raised


def reason(price, start, bids, raised):
    """Why an auction comes out differently; None: there is no good reason."""
    formula = by_formula(start, bids)
    if formula != price:
        return f"the formula gives {formula / 100:.2f}: a met reserve, a retracted bid or a truncated list"
    return "the leader raised his own maximum afterwards, which is silent here" if raised else None


@pytest.mark.skipif(not DATA.exists(), reason=NO_DATA)
def test_real_auctions_come_out_to_the_cent(capsys):
    agree, others = [], {}
    for name, (start, price, bids) in auctions().items():
        ours, raised = played(start, bids)
        if ours == price:
            agree.append(name)
        else:
            others[name] = (ours, price, reason(price, start, bids, raised))
    with capsys.disabled():
        print(f"\nxbox.csv: {len(agree)} of {len(agree) + len(others)} auctions agree to the cent; the others:")  # noqa: T201 - asked for
        for name, (ours, theirs, why) in others.items():
            print(f"  {name}: here {ours / 100:.2f}, there {theirs / 100:.2f}: {why}")  # noqa: T201
    assert len(agree) + len(others) == 149
    assert all(why for _, _, why in others.values())
    assert len(agree) == 144
