"""Holds, room bids, left maxima, the highest bid and withdrawals: random sales through `replay`, against the naive one.

Only scenarios go in and only outcomes come out, so nothing here knows how the rules do it. LONG=1 plays 20,000 of each.
"""

import os
from functools import cache

import pytest

from auction.audit.replay import outcome, replay
from auction.rules.standing import ROOM
from tests.rules.naive_formats import Refusal
from tests.rules.naive_holds import BEGUN, REASONS, WITHDRAWN_FOR, Hall
from tests.rules.test_formats_properties import BIDDER, PADDLES, Dice, plays

LONG = os.environ.get("LONG") == "1"
PLAYED = 20_000 if LONG else 600
pytestmark = [pytest.mark.timeout(7200 if LONG else 300)]

BIDS = ("bid", "bid", "max_bid", "max_bid")
HOLDS = ("hold", "hold", "hold", "release", "void_last", "hammer", "hammer_held", "resume", "reopen")
ROOMS = ("room", "room", "room", "assign", "assign", "assign_named", "assign_named", "void_named", "void_named", "hold")
LEFT = ("hold", "release")
REST = (
    *("set_ask", "fair_warning", "hammer", "pass", "void_last", "withdraw", "withdraw", "pause", "pause", "resume"),
    *("resume", "resume", "pause_sale", "resume_sale", "resume_sale", "open_offers", "open_lot", "reopen", "tick"),
    *("decline_priority", "hold", "release", "hammer_held", "hammer_held", "open_lot"),
)
WHILE_PAUSED = ("void_last", "hold", "pass", "withdraw", "void_named")
WHILE_ASKED = ("hammer", "hammer_held", "hammer_held", "pass", "void_last", "hold", "hold", "release", "resume")
SUBJECTS = {
    "holds on english": (HOLDS, ["english"]),
    "holds on timed": (HOLDS, ["timed", "timed", "english"]),
    "holds on sealed": (
        ("hold", "hold", "release", "open_offers", "hammer_held", "pass"),
        ["sealed", "sealed", "dutch"],
    ),
    "rooms": (ROOMS, ["english"]),
    "left": (LEFT, ["english", "timed"]),
    "all": ((*HOLDS, *ROOMS), ["english", "timed", "english", "sealed"]),
}
NEEDS = {"rooms": "void_last", "left": "leave_max", "all": "void_last"}
ASKED = {
    "hold": {"do": "hold", "paddle": "A", "reason": "SUSPENDED"},
    "void_last": {"do": "void_last", "lot": "1", "reason": "x", "of_step": 0},
    "leave_max": {"do": "leave_max", "lot": "1", "paddle": "A", "max_minor": 100},
}


@cache
def known(do):
    """Whether `replay` can read a step."""
    try:
        replay({"sale": {}, "bidders": [], "lots": [], "steps": [{"at_ms": 0, **ASKED[do]}]})
    except ValueError:
        return False
    return True


def landed(subject):
    """Whether the rules know yet what a subject is about."""
    return known(NEEDS.get(subject, "hold"))


every_subject = pytest.mark.parametrize(
    "subject", [pytest.param(each, marks=pytest.mark.skipif(not landed(each), reason="to come")) for each in SUBJECTS]
)


class Desk(Dice):
    """Draws a sale in which people are held, raise their hands in the room, and leave maxima before.

    A naive sale is played along, so that most steps are about what stands just now.
    """

    def __init__(self, seed, subject):
        super().__init__(seed)
        self.news, formats = SUBJECTS[subject]
        self.with_left = subject in ("left", "all") and known("leave_max")
        bidders = [{"paddle": paddle, **self.one_of_each(BIDDER)} for paddle in PADDLES]
        for each in bidders[:2]:
            each.update(org=None, limit_minor=None)
        formats = [self.choice(formats) for _ in range(self.choice([1, 1, 2, 3]))]
        sale = {"currency": "CNY", "house_org": "house", **self.choice([{}, {}, {"priority_mode": "B"}])}
        sale |= {"highest_minor": self.choice([None, None, None, 200, 240])} if known("hold") else {}
        lots = [self.lot(each, str(place)) for place, each in enumerate(formats, 1)]
        self.scenario = {"sale": sale, "bidders": bidders, "lots": lots, "steps": []}
        self.naive, self.answers, self.at = Hall(self.scenario), [], 0
        self.begin()
        self.bid_and_call()

    def say(self, do, **facts):
        step = {"at_ms": self.at, "do": do, **facts}
        self.naive.number = len(self.answers)
        self.scenario["steps"].append(step)
        self.answers.append(self.naive.play_one(step))

    def begin(self):
        for _ in range(self.randint(1, 8) if self.with_left else 0):
            most = self.choice([None, *(100 + 5 * self.randint(-2, 16) for _ in range(4))])
            lot = self.choice(list(self.naive.lots))
            self.say("leave_max", lot=lot, paddle=self.choice(PADDLES), max_minor=most)
            if self.random() < 0.15:
                self.one(self.choice(("hold", "release")), lot)
        for lot in self.naive.lots:
            self.say("open_lot", lot=lot)

    def bid_and_call(self):
        disturbed, new = self.choice([0.05, 0.15]), self.choice([0.15, 0.3, 0.45])
        for _ in range(self.randint(4, 30)):
            self.at += self.choice([0, 0, 0, 1, 1, 2, 4])
            drawn = self.random()
            kinds = REST if drawn < disturbed else self.news if drawn < disturbed + new else BIDS
            do = self.choice(kinds)
            self.one(do, self.some_lot(do))
            self.go_on()
        for lot in self.naive.lots:
            self.at += self.choice([0, 20, 90])
            sealed = self.naive.lots[lot]["spec"]["format"] == "sealed"
            self.one("open_offers" if sealed else self.choice(["hammer", "hammer_held", "resume", "tick"]), lot)
            for _ in range(self.choice([0, 0, 3])):
                self.one(self.choice(WHILE_ASKED), lot)

    def some_lot(self, do):
        rooms = [name for name, lot in self.naive.lots.items() if self.naive.open_room_bids(lot)]
        if rooms and do.startswith(("assign", "void")) and self.random() < 0.9:
            return self.choice(rooms)
        under_way = [name for name, lot in self.naive.lots.items() if lot["status"] in BEGUN]
        return self.choice(under_way if under_way and self.random() < 0.9 else list(self.naive.lots))

    def go_on(self):
        """Mostly the auctioneer sees to it that bidding can go on."""
        if self.random() < 0.5:
            return
        paused = [name for name, lot in self.naive.lots.items() if lot["status"] == "paused"]
        asking = [name for name in paused if self.naive.lots[name]["asking"]]
        held = [paddle for paddle, holds in self.naive.held.items() if holds]
        if paused and self.random() < 0.5:
            self.one(self.choice(WHILE_ASKED if asking else WHILE_PAUSED), self.choice(asking or paused))
        elif self.naive.sale_paused is not None:
            self.say("resume")
        elif paused:
            self.say("resume", lot=self.choice(paused))
        elif len(held) > 1:
            self.say("release", paddle=self.choice(held))
        elif not any(lot["status"] in BEGUN for lot in self.naive.lots.values()):
            self.say("open_lot", lot=self.choice(list(self.naive.lots)))

    def amount(self, lot):
        ask = self.naive.ask(self.naive.lots[lot]) or self.naive.lots[lot]["spec"]["start_minor"]
        return ask + self.choice([0, 0, 0, 0, 10, 10, 20, -10, -5, 5])

    def any_paddle(self, lot):
        """Mostly one who may bid here now."""
        free = []
        for paddle in PADDLES:
            try:
                self.naive.may_bid(self.naive.lots[lot], paddle)
                free.append(paddle)
            except Refusal:
                continue
        free = [paddle for paddle in free if paddle != self.naive.lots[lot]["leader"]]
        return self.choice(free if free and self.random() < 0.85 else PADDLES)

    def one(self, do, lot):
        """One step, of the words above."""
        by = {"lot": lot, "paddle": self.any_paddle(lot)}
        if do in ("pause_sale", "resume_sale", "tick"):
            self.say(do.removesuffix("_sale"))
        elif do == "bid":
            self.say("floor_bid" if self.random() < 0.1 else do, **by, amount_minor=self.amount(lot))
        elif do == "max_bid":
            self.say(do, **by, max_minor=self.amount(lot) + self.choice([0, 0, 20, 50]))
        elif do == "room":
            self.say("floor_bid", lot=lot, amount_minor=self.amount(lot))
        elif do == "set_ask":
            self.say(do, lot=lot, amount_minor=self.amount(lot))
        elif do == "decline_priority":
            self.say(do, **by)
        elif do in ("hold", "release"):
            self.hold_or_release(do, lot)
        elif do.startswith(("assign", "void")):
            self.name(do, by)
        else:
            self.call(do, lot)

    def call(self, do, lot):
        if do == "hammer_held":
            self.say("hammer", lot=lot, even_held=self.choice([True, True, False]))
        elif do == "withdraw":
            reason = self.choice([None, "CONSIGNOR", *WITHDRAWN_FOR])
            self.say(do, lot=lot, **({"reason": reason} if reason else {}))
        else:
            self.say(do, lot=lot, **({"reason": "x"} if do == "reopen" else {}))

    def hold_or_release(self, do, lot):
        """Mostly the leader is held, or one who is held is released."""
        of_lot = self.naive.lots[lot]
        leader = of_lot["leader"] or max(of_lot["offers"], key=lambda each: each[1], default=(None,))[0]
        held = [paddle for paddle, holds in self.naive.held.items() if holds]
        if do == "release":
            self.say(do, paddle=self.choice(held or PADDLES))
            return
        reason = self.choice(REASONS)
        paddle = leader if leader in self.naive.bidders and self.random() < 0.6 else self.choice(PADDLES)
        facts = {"paddle": paddle, "reason": reason}
        facts |= {"lot": lot} if reason == "CONFLICT" and self.random() < 0.5 else {}
        standing = self.choice(["void", "keep", "keep", None])
        self.say(do, **facts, **({"standing": standing} if standing else {}))

    def name(self, do, by):
        """An assignment or a void, of the last bid or of a room bid by its step."""
        steps = self.scenario["steps"]
        rooms = [each["number"] for each in self.naive.open_room_bids(self.naive.lots[by["lot"]])]
        others = [number for number, each in enumerate(steps) if each["do"] == "floor_bid"]
        rooms = rooms if rooms and self.random() < 0.9 else others
        named = {"of_step": self.choice(rooms)} if do.endswith("_named") and rooms else {}
        if do.startswith("assign"):
            self.say("assign_paddle", **by, **named)
        else:
            self.say("void_last", lot=by["lot"], reason="x", **named)


@every_subject
def test_the_same_answers_and_outcomes_as_the_naive_sale(subject):
    for seed in range(PLAYED):
        desk = Desk(seed, subject)
        found = replay(desk.scenario)
        answers = [("ok", {}) if each["ok"] else (each["code"], each["params"]) for each in found["answers"]]
        for number, (ours, theirs) in enumerate(zip(answers, desk.answers, strict=True)):
            assert ours == theirs, (seed, number, desk.scenario["steps"][number])
        assert found["lots"] == desk.naive.outcomes(), seed


# --- what always holds ----------------------------------------------------------------------------------------------


@every_subject
def test_08_a_held_paddle_never_wins_and_no_deadline_comes_earlier(subject):
    for seed in range(PLAYED):
        scenario, watch = Desk(seed, subject).scenario, Watch()
        for number, (play, _) in enumerate(plays(scenario)):
            if number:
                step, answer = scenario["steps"][number - 1], play.answers[-1]
                lots = [outcome(lot, step["at_ms"]) for lot in play.sale.lots.values()]
                watch.see(step, answer["ok"], {each["lot"]: each for each in lots}, seed)
                watch.no_higher_than_was_said(number - 1, step, answer["ok"], play.sale, seed)


class Watch:
    """Follows a sale from its outcomes; of maxima, from what was said that still stands."""

    def __init__(self):
        self.held, self.before = [], {}
        self.said, self.left = {}, {}

    def no_higher_than_was_said(self, number, step, accepted, sale, seed):
        """No maximum is raised by a step that was taken out: it is at most what its bidder's standing steps say."""
        if accepted:
            self.note(number, step, sale)
        for lot in sale.lots.values():
            if lot.standing is not None and lot.status in ("open", "fair_warning", "paused"):
                own = [most for _, paddle, most in self.said.get(lot.id, []) if paddle == lot.leader]
                assert lot.standing.maximum_minor <= max(own, default=0), (seed, number, step, lot.leader)

    def note(self, number, step, sale):
        """What stands of what was said, by lot: the step's number, its paddle, how far it goes."""
        do, said = step["do"], self.said.setdefault(step.get("lot"), [])
        most, paddle = step.get("max_minor", step.get("amount_minor")), step.get("paddle", ROOM)
        if do in ("bid", "max_bid", "floor_bid"):
            said.append((number, paddle, most))
        elif do == "leave_max":
            self.left.setdefault(step["lot"], {}).pop(paddle, None)
            self.left[step["lot"]] |= {} if most is None else {paddle: most}
        elif do == "open_lot":
            taken = self.left.pop(step["lot"], {})
            refused = sale.lots[step["lot"]].left_ended
            said += [(number, each, left) for each, left in taken.items() if each not in refused]
        elif do == "assign_paddle":
            one = step.get("of_step")
            said[:] = [
                (place, paddle if who == ROOM and one in (None, place) else who, amount) for place, who, amount in said
            ]
        elif do == "void_last":
            self.void(said, step.get("of_step"))
        elif do == "hold" and step.get("standing", "void") == "void":
            begun = [name for name, lot in sale.lots.items() if lot.status in (*BEGUN, "pending")]
            self.fall(paddle, [name for name in begun if step.get("lot") in (None, name)])
        elif do == "reopen":
            held = [
                each for each in sale.bidders if any(h.standing == "void" for h in sale.holds_on(step["lot"], each))
            ]
            for each in held:
                self.fall(each, [step["lot"]])

    def void(self, said, one):
        gone = said[-1:] if one is None else [each for each in said if each[0] == one]
        said[:] = [each for each in said if each not in gone]

    def fall(self, paddle, lots):
        for name in lots:
            self.said[name] = [each for each in self.said.get(name, []) if each[1] != paddle]
            self.left.get(name, {}).pop(paddle, None)

    def see(self, step, accepted, lots, seed):
        if step["do"] == "release" and accepted:
            self.held = [each for each in self.held if each["paddle"] != step["paddle"]]
        for name, lot in lots.items():
            self.of_a_lot(step, lot, self.before.get(name, lot), seed)
        if step["do"] == "hold" and accepted:
            self.held.append({"standing": "void", **step})
        for each in self.held:
            for lot in lots.values():
                void = each["standing"] == "void" and each.get("lot") in (None, lot["lot"])
                assert not (void and lot.get("leader") == each["paddle"]), (seed, step)
        self.before = lots

    def of_a_lot(self, step, lot, was, seed):
        standing = {
            each["standing"]
            for each in self.held
            if each.get("lot") in (None, lot["lot"]) and each["paddle"] == (lot["paddle"] or lot.get("leader"))
        }
        if lot["status"] == "sold" != was["status"]:
            assert "void" not in standing, (seed, step)
            assert not standing or (step["do"] == "hammer" and step["even_held"]), (seed, step)
        if standing and lot.get("leader") is not None and lot["leader"] == was.get("leader"):
            assert lot["price_minor"] <= was["price_minor"], (seed, step)
        if (lot.get("deadline_ms") or 0) and was.get("deadline_ms"):
            assert lot["deadline_ms"] >= was["deadline_ms"], (seed, step)
        if step["do"] == "hold" and was.get("price_minor"):
            under_a_step = (was.get("ask_minor") or 0) - 1  # a right's leader may have to pass an equal right's maximum
            assert (lot.get("price_minor") or 0) <= max(was["price_minor"], under_a_step), (seed, step)


@pytest.mark.skipif(not landed("holds"), reason="to come")
@pytest.mark.parametrize("form", ["english", "timed"])
def test_08_04_after_a_void_the_lot_is_as_if_the_paddle_had_never_bid(form):
    """The rules against themselves: what the others were granted, granted again in a sale without the held paddle."""
    lot = {"lot": "1", "format": form, "start_minor": 100, "increment": {"fixed_minor": 10}, "self_raise": True}
    lot |= {"ends_ms": 1000, "window_ms": 0, "extend_ms": 1} if form == "timed" else {}
    for seed in range(PLAYED):
        dice = Dice(seed)
        bidders = [{"paddle": each, "priority": dice.choice([{}, {}, {"1": 1}, {"1": 2}])} for each in PADDLES]
        steps = [{"at_ms": 0, "do": "open_lot", "lot": "1"}]
        for place in range(dice.randint(1, 12)):
            amount = 100 + 10 * (place // 2 + dice.randint(-1, 5)) + dice.choice([0, 0, 5])
            do, name = dice.choice([("bid", "amount_minor"), ("max_bid", "max_minor")])
            steps.append({"at_ms": 0, "do": do, "lot": "1", "paddle": dice.choice("ABCD"), name: amount})
        sale = {"sale": {}, "bidders": bidders, "lots": [lot]}
        granted = [each["ok"] for each in replay({**sale, "steps": steps})["answers"]]
        hold = {"at_ms": 0, "do": "hold", "paddle": "A", "reason": "SUSPENDED", "standing": "void"}
        held = replay({**sale, "steps": [*steps, hold]})["lots"]
        others = [step for step, ok in zip(steps, granted, strict=True) if ok and step.get("paddle") != "A"]
        alone = replay({**sale, "steps": others})
        assert all(each["ok"] for each in alone["answers"]), seed
        assert held == alone["lots"], seed


def steps_of(*said):
    """Steps on lot 1: (paddle, do, amount) or a whole step."""
    amount = {"bid": "amount_minor", "max_bid": "max_minor"}
    made = [{"do": "open_lot", "lot": "1"}]
    for each in said:
        if isinstance(each, dict):
            made.append(each)
        else:
            paddle, do, minor = each
            made.append({"do": do, "lot": "1", "paddle": paddle, amount[do]: minor})
    return [{"at_ms": at, **each} for at, each in enumerate(made)]


HELD = {"do": "hold", "paddle": "A", "reason": "SUSPENDED"}
VECTORS = [
    ([("B", "max_bid", 400_000), ("A", "max_bid", 500_000), HELD], ("B", 100_000)),
    ([("A", "max_bid", 500_000), ("C", "bid", 300_000), HELD], ("C", 300_000)),
    ([("B", "max_bid", 400_000), ("A", "bid", 150_000), HELD], ("B", 100_000)),
]


@pytest.mark.skipif(not landed("holds"), reason="to come")
@pytest.mark.parametrize("form", ["english", "timed"])
@pytest.mark.parametrize(("said", "lead"), VECTORS)
def test_08_04_the_vectors_of_holds(said, lead, form):
    lot = {"lot": "1", "format": form, "start_minor": 100_000, "increment": {"fixed_minor": 10_000}}
    lot |= {"free_ms": 1000, "limit_ms": 100} if form == "timed" else {}
    bidders = [{"paddle": each} for each in "ABC"]
    found = replay({"sale": {}, "bidders": bidders, "lots": [lot], "steps": steps_of(*said)})
    assert all(each["ok"] for each in found["answers"])
    assert (found["lots"][0]["leader"], found["lots"][0]["price_minor"]) == lead
    assert found["lots"][0]["bids"] == 1
