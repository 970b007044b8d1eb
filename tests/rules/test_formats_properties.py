"""What holds for every auction: the rules against the naive ones, and what no sequence of steps may break.

LONG=1 plays 10,000 auctions of each format instead of 300.
"""

import json
import os
from dataclasses import fields
from itertools import permutations
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from auction.audit.replay import Play, canonical, replay
from auction.audit.scenario import parse
from auction.rules import events as ev
from auction.rules.kinds import is_public
from auction.rules.refusals import Refused
from auction.rules.rights import commitment_minor
from auction.rules.sale import Sale, apply
from auction.rules.visibility import public_sale
from tests.rules.naive_english import next_amount
from tests.rules.naive_formats import Naive

LONG = os.environ.get("LONG") == "1"
often = settings(
    max_examples=10_000 if LONG else 300,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
pytestmark = [pytest.mark.timeout(3600 if LONG else 240)]

PADDLES = "ABCD"
INCREMENTS = [
    {"fixed_minor": 10},
    {"fixed_minor": 10, "on_step": True},
    {"bands": [[0, 5], [130, 10], [150, 25]], "on_step": True},
    {"percent": "7.5", "round_minor": 5},
]
ASCENDING = {
    "start_minor": [100, 105],
    "increment": INCREMENTS,
    "reserve_minor": [None, None, 120, 150],
    "consignor_org": [None, "seller"],
    "self_raise": [False, False, True],
}
TIMED = {
    **ASCENDING,
    "cap_minor": [None, None, 160, 185],
    "hard_end_ms": [None, None, 25, 45, 60],
    "extend": ["reset", "add"],
    "group": [None, "g", "g"],
}
PERIODS = {**TIMED, "free_ms": [0, 10, 20], "limit_ms": [5, 10], "no_bid_in_free": ["fail", "continue"]}
SOFT = {**TIMED, "ends_ms": [15, 30], "window_ms": [0, 5, 10], "extend_ms": [5, 10], "max_extensions": [None, 0, 1, 2]}
FORMATS = {
    "english": [ASCENDING],
    "timed": [PERIODS, SOFT],
    "dutch": [{"start_minor": [160, 165], "floor_minor": [100, 118, 160], "step_minor": [10, 7], "tick_ms": [5, 8]}],
    "sealed": [
        {
            "start_minor": [100, 120],
            "reserve_minor": [None, 120, 150],
            "ends_ms": [20, 35],
            "price": ["first", "second"],
            "offers": ["one", "raise"],
        }
    ],
}
BIDDER = {
    "limit_minor": [None, None, 170, 260],
    "priority": [{}, {}, {"1": 1}, {"1": 2, "2": 1}],
    "org": [None, None, None, None, "seller", "house"],
}
BIDS = ("bid", "bid", "bid", "max_bid", "max_bid", "floor_bid")
RIGHTS = ("decline_priority", "exercise_priority")
MODES = [{}, {"priority_mode": "A"}, {"priority_mode": "B"}, {"priority_mode": "C", "priority_days": 1}]
TERM = 3 * 86_400_000
REST = (
    "set_ask", "fair_warning", "hammer", "hammer", "pass", "void_last", "void_last", "withdraw", "pause", "resume",
    "resume", "tick", "open_offers", "pause_sale", "resume_sale", "resume_sale", "open_lot", *RIGHTS, *RIGHTS,
)  # fmt: skip
STRANGE = (0, -5, "100", None, 1.5, True)


class Dice(Random):
    """Draws a scenario. The seed is hypothesis's; amounts grow with the steps, so that many bids are good."""

    def one_of_each(self, choices):
        return {name: self.choice(values) for name, values in choices.items()}

    def lot(self, form, name):
        return {"lot": name, "format": form, **self.one_of_each(self.choice(FORMATS[form]))}

    def scenario(self, form):
        others = self.choices(list(FORMATS), k=self.randint(0, 2))
        lots = [self.lot(each, str(place)) for place, each in enumerate([form, *others], 1)]
        bidders = [{"paddle": paddle, **self.one_of_each(BIDDER)} for paddle in PADDLES]
        sale = {"currency": "CNY", "house_org": "house", **self.choice(MODES)}
        steps = list(self.steps({each["lot"]: each["format"] for each in lots}))
        return {"sale": sale, "bidders": bidders, "lots": lots, "steps": steps}

    def steps(self, formats):
        lots = list(formats)
        yield from ({"at_ms": 0, "do": "open_lot", "lot": lot} for lot in lots)
        at, disturbed, rest = 0, self.choice([0, 0.1, 0.3]), self.choice([0.3, 1])
        for place in range(self.randint(3, 28)):
            at += self.choice([0, 0, 1, 1, 2, 3, 5])
            yield self.step(at, self.choice(REST if self.random() < disturbed else BIDS), self.choice(lots), place)
        for lot in lots:
            if self.random() < rest:
                at += self.choice([0, 20, 90])
                do = "open_offers" if formats[lot] == "sealed" else self.choice(["hammer", "hammer", "resume"])
                yield {"at_ms": at, "do": do, "lot": lot}
        for place in range(self.choice([0, 3])):
            at += self.choice([0, 0, 0, TERM])
            yield self.step(at, self.choice(RIGHTS), self.choice(lots), place)

    def step(self, at, do, lot, place):
        if do in ("pause_sale", "resume_sale"):
            return {"at_ms": at, "do": do.removesuffix("_sale")}
        if do == "tick":
            return {"at_ms": at, "do": do}
        step = {"at_ms": at, "do": do, "lot": lot}
        if do in RIGHTS:
            return step | {"paddle": self.choice(PADDLES)}
        amount = 100 + 5 * (place // 2 + self.randint(-2, 6))
        amount = self.choice(STRANGE) if self.random() < 0.02 else amount
        if do in BIDS:
            return step | {"paddle": self.choice(PADDLES), "max_minor" if do == "max_bid" else "amount_minor": amount}
        if do == "set_ask":
            return step | {"amount_minor": amount}
        return step | ({"reason": "OTHER"} if do in ("void_last", "withdraw") else {})


seeds = st.integers(0, 2**64 - 1)
every_format = pytest.mark.parametrize("form", FORMATS)


def plays(scenario):
    """The play after each step, with what the step led to."""
    plan, play = parse(scenario), Play()
    yield play, play.take(plan.sale, 0)
    for step in plan.steps:
        happened = play.clock(step.at_ms)
        decision = play.step(step)
        yield play, happened if isinstance(decision, Refused) else (*happened, *decision)


# --- against the naive rules ----------------------------------------------------------------------------------------


@every_format
@given(seed=seeds)
@often
def test_the_same_answers_and_outcomes_as_the_naive_rules(form, seed):
    scenario = Dice(seed).scenario(form)
    naive = Naive(scenario)
    expected = naive.play()
    found = replay(scenario)
    answers = [("ok", {}) if each["ok"] else (each["code"], each["params"]) for each in found["answers"]]
    for step, ours, theirs in zip(scenario["steps"], answers, expected, strict=True):
        assert ours == theirs, step
    assert found["lots"] == naive.outcomes()


# --- what always holds ----------------------------------------------------------------------------------------------


@every_format
@given(seed=seeds)
@often
def test_what_holds_after_every_step(form, seed):
    scenario = Dice(seed).scenario(form)
    checks = [Prices(), Limits(scenario), PublicView(), Journal(), Groups()]
    for play, events in plays(scenario):
        for check in checks:
            check(play.sale, events)


class Prices:
    """Never fall but by a void, no bidder pays more than he said, and no lot is sold below start, reserve or floor."""

    def __init__(self):
        self.prices, self.told = {}, {}

    def __call__(self, sale, events):
        for event in events:
            self.told |= said_by(event)
            if isinstance(event, ev.PriorityExercised):
                self.told |= {(event.lot, event.paddle, sale.lots[event.lot].hammer_minor): True}
            if isinstance(event, ev.BidVoided):
                self.prices.pop(event.lot, None)
        for lot in sale.lots.values():
            if lot.price_minor is not None:
                assert lot.price_minor >= self.prices.get(lot.id, 0)
                assert lot.price_minor <= lot.standing.maximum_minor
                self.prices[lot.id] = lot.price_minor
            if lot.status == "sold":
                a_sale_is_right(lot, self.told)


class Limits:
    """No exposure over the limit. A void ends this: it may bring back a lead whose limit has been used elsewhere."""

    def __init__(self, scenario):
        self.limits = {each["paddle"]: each["limit_minor"] for each in scenario["bidders"]}

    def __call__(self, sale, events):
        if any(isinstance(event, ev.BidVoided | ev.MaximumVoided) for event in events):
            self.limits = {}
        for paddle, limit in self.limits.items():
            held = sum(commitment_minor(lot, paddle) for lot in sale.lots.values())
            assert limit is None or held <= limit


class Groups:
    """No lot of a group that runs ends before the latest, but at its own hard end."""

    def __call__(self, sale, events):
        running = [lot for lot in sale.lots.values() if lot.group is not None and lot.next_deadline_ms is not None]
        for lot in running:
            hard_end = lot.terms.own.get("hard_end_ms")
            latest = max(lot.deadline_ms for lot in running)
            assert lot.deadline_ms == latest or lot.deadline_ms == lot.origin_ms + (hard_end or 0)


class PublicView:
    """The public events alone give the public view."""

    def __init__(self):
        self.outside = Sale("replay")

    def __call__(self, sale, events):
        for event in filter(is_public, events):
            self.outside = apply(self.outside, event)
        assert public_sale(self.outside) == public_sale(sale)


class Journal:
    """What was written gives the same state again, through JSON and back."""

    def __init__(self):
        self.again = Sale("replay")

    def __call__(self, sale, events):
        for event in events:
            kept = json.loads(canonical({each.name: getattr(event, each.name) for each in fields(event)}))
            self.again = apply(self.again, type(event)(**kept))
        assert self.again == sale


def said_by(event):
    """How far a bidder said that he would go on a lot, at the most."""
    if isinstance(event, ev.BidPlaced) and event.amount_minor is not None:
        return {(event.lot, event.paddle, event.amount_minor): True}
    if isinstance(event, ev.MaximumSet):
        return {(event.lot, event.paddle, event.max_minor): True}
    return {(event.lot, event.paddle, event.amount_minor): True} if isinstance(event, ev.OfferPlaced) else {}


def a_sale_is_right(lot, told):
    most = max(amount for where, who, amount in told if (where, who) == (lot.id, lot.leader))
    assert lot.hammer_minor <= most, "paid more than he said"
    assert lot.hammer_minor >= (lot.terms.reserve_minor or 0)
    if lot.terms.format == "dutch":
        assert lot.terms.own["floor_minor"] <= lot.hammer_minor <= lot.terms.start_minor
    else:
        assert lot.hammer_minor >= lot.terms.start_minor


@given(seed=seeds)
@often
def test_a_falling_ask_never_rises(seed):
    dice, asks = Dice(seed), []
    lot = dice.lot("dutch", "1")
    for at in sorted(dice.choices(range(60), k=8)):
        steps = [{"at_ms": 0, "do": "open_lot", "lot": "1"}, {"at_ms": at, "do": "tick"}]
        outcome = replay({"sale": {}, "bidders": [], "lots": [lot], "steps": steps})["lots"][0]
        asks.append(outcome.get("ask_minor", 0))
    assert asks == sorted(asks, reverse=True)


@every_format
@given(seed=seeds)
@often
def test_a_repeated_key_changes_nothing(form, seed):
    scenario = Dice(seed).scenario(form)
    tick = {"do": "tick"}  # a repeated step lets the clock take effect, as any step does
    keyed = [{**step, "key": f"k{place}"} for place, step in enumerate(scenario["steps"])]
    once = replay({**scenario, "steps": [each for step in keyed for each in (step, tick | {"at_ms": step["at_ms"]})]})
    twice = replay({**scenario, "steps": [each for step in keyed for each in (step, step)]})
    assert (twice["head"], twice["seq"], twice["lots"]) == (once["head"], once["seq"], once["lots"])
    first = [{**answer, "step": 0} for answer in once["answers"][::2]]
    again = [{**answer, "step": 0} for answer in twice["answers"]]
    assert again == [answer for answer in first for _ in (1, 2)]


# --- maxima -----------------------------------------------------------------------------------------------------------

FAIR = [{"fixed_minor": 10}, {"percent": "10"}, {"ladder": "CN258_TIER"}, {"bands": [[0, 5], [150, 10], [300, 50]]}]


def settle(increment, maxima, form="english"):
    """Leader and price after these maxima, None where one of them was refused."""
    own = {"ends_ms": 10**6, "window_ms": 0, "extend_ms": 1} if form == "timed" else {}
    lot = {"lot": "1", "format": form, "start_minor": 10_000, "increment": increment, **own}
    bids = [{"do": "max_bid", "lot": "1", "paddle": who, "max_minor": most} for who, most in maxima]
    steps = [{"at_ms": at, **step} for at, step in enumerate([{"do": "open_lot", "lot": "1"}, *bids])]
    bidders = [{"paddle": who} for who, _ in maxima]
    found = replay({"sale": {}, "bidders": bidders, "lots": [lot], "steps": steps})
    if not all(answer["ok"] for answer in found["answers"]):
        return None
    return found["lots"][0]["leader"], found["lots"][0]["price_minor"]


MAXIMA = st.lists(st.integers(10_000, 40_000), min_size=1, max_size=5)


@pytest.mark.parametrize("form", ["english", "timed"])
@given(increment=st.sampled_from(FAIR), amounts=MAXIMA)
@often
def test_4_2_the_formula_whatever_the_order(form, increment, amounts):
    """rank by M desc, then earliest; price = start | M1 if equal | max(start, min(M1, next(M2)))."""
    named = list(zip("ABCDE", amounts, strict=False))
    for order in list(permutations(named))[:24]:
        found = settle(increment, order, form)
        if found is None:
            continue
        first, *rest = sorted(amounts, reverse=True)
        price = 10_000 if not rest else first if first == rest[0] else min(first, next_amount(increment, rest[0]))
        earliest = next(who for who, most in order if most == first)
        assert found == (earliest, max(10_000, price))


@given(increment=st.sampled_from(FAIR), amounts=MAXIMA, more=st.integers(10_000, 40_000), place=st.integers(0, 5))
@often
def test_4_2_a_losers_maximum_never_lowers_the_price(increment, amounts, more, place):
    named = list(zip("ABCDE", amounts, strict=False))
    before = settle(increment, named)
    assume(more < max(amounts) and before is not None)
    after = settle(increment, [*named[:place], ("Z", more), *named[place:]])
    assume(after is not None)
    assert after[0] == before[0]
    assert after[1] >= before[1]
