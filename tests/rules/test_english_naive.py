"""The rules of English lots against the naive ones: random sales, the same answers and the same state after each step.

LONG=1 plays 10,000 sales instead of 300.
"""

import json
import os
from dataclasses import asdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from auction.rules import commands as cmd
from auction.rules.decide import decide
from auction.rules.formats import ask_minor
from auction.rules.kinds import is_public
from auction.rules.lot import BEGUN, Lot, Status, Terms
from auction.rules.refusals import Code, Refused
from auction.rules.rights import commitment_minor
from auction.rules.sale import Sale, apply
from auction.rules.visibility import public_sale
from tests.rules.naive_english import NaiveSale
from tests.rules.table import begin, go_on, play

LONG = os.environ.get("LONG") == "1"

HOUSE = "org-house"
LOTS = ("1", "2", "3")
PADDLES = ("A", "B", "C", "D")

INCREMENTS = [
    {"fixed_minor": 10},
    {"fixed_minor": 10, "on_step": True},
    {"bands": [[0, 5], [130, 10], [150, 7], [300, 50]], "on_step": True},
    {"percent": "7.5", "round_minor": 5},
    {"percent": "12", "on_step": True},
    {"ladder": "CN258_TIER", "on_step": True},
    {"ladder": "CN258_FULL"},
]
TERMS = st.fixed_dictionaries(
    {
        "start": st.sampled_from([100, 105, 120]),
        "increment": st.sampled_from(INCREMENTS),
        "reserve": st.sampled_from([None, None, 100, 120, 150, 200]),
        "consignor_org": st.sampled_from([None, "org-consignor"]),
        "self_raise": st.booleans(),
    }
)
FREE_BIDDERS = st.fixed_dictionaries(
    {
        "limit": st.sampled_from([None, None, 250, 400]),
        "priority": st.dictionaries(st.sampled_from(LOTS), st.integers(1, 2)),
        "org": st.none(),
        "holds": st.just(()),
    }
)
HELD_BIDDERS = st.fixed_dictionaries(
    {
        "limit": st.sampled_from([150, 250, 400]),
        "priority": st.dictionaries(st.sampled_from(LOTS), st.integers(1, 2)),
        "org": st.sampled_from([None, "org-else", "org-consignor", HOUSE]),
        "holds": st.sampled_from([(), (), ("SUSPENDED",), ("DEPOSIT_MISSING", "DEFAULTER_BARRED")]),
    }
)
AMOUNTS = st.tuples(
    st.sampled_from(["ask", "ask", "ask", "price", "maximum", "maximum", "reserve", "left", "start"]),
    st.sampled_from([0, 0, 0, 10, 10, 1, 5, 20, 60, -1, -10, -100]),
)
STRANGE = st.sampled_from([0, -1, 1.5, "100", True, None, 2**53])
ONE_PADDLE = st.sampled_from([*"AABBCD"])
ANY_PADDLE = st.sampled_from([*PADDLES, "Z"])
ANY_LOT = st.sampled_from([*LOTS, "9"])


def live(machine):
    return machine.naive.lots[machine.block]["status"] in ("open", "fair_warning")


class EnglishSales(RuleBasedStateMachine):
    """One sale, twice."""

    @initialize(
        lots=st.tuples(TERMS, TERMS, TERMS),
        bidders=st.tuples(FREE_BIDDERS, FREE_BIDDERS, FREE_BIDDERS | HELD_BIDDERS, HELD_BIDDERS),
    )
    def begin(self, lots, bidders):
        self.at_ms, self.events, self.lowered, self.block = 0, [], set(), "1"
        self.sale = self.public = Sale("s")
        self.naive = NaiveSale(HOUSE)
        self.take(cmd.PublishSale(0, "CNY", HOUSE))
        for lot, terms in zip(LOTS, lots, strict=True):
            self.naive.add_lot(lot, **terms)
            own = Terms(
                lot,
                "english",
                terms["start"],
                terms["increment"],
                terms["reserve"],
                (terms["consignor_org"],) if terms["consignor_org"] else (),
                terms["self_raise"],
            )
            self.take(cmd.ListLot(0, own))
        for paddle, bidder in zip(PADDLES, bidders, strict=True):
            self.naive.add_bidder(paddle, **bidder)
            assert self.admit(paddle, bidder) == ("OK", {})
        self.both(cmd.OpenLot(0, "1"), self.naive.open_lot("1"))

    # Playing both.

    def take(self, command):
        """Decide and apply; the answer in the words of the naive sale, and the events."""
        decision = decide(self.sale, command, self.at_ms)
        if isinstance(decision, Refused):
            return (decision.code, dict(decision.params)), ()
        for event in decision:
            self.events.append(event)
            self.sale = apply(self.sale, event)
            self.public = apply(self.public, event) if is_public(event) else self.public
        return ("OK", {}), decision

    def both(self, command, expected):
        found, _ = self.take(command)
        assert found == expected, command

    def admit(self, paddle, bidder):
        admission = cmd.AdmitBidder(
            self.at_ms,
            paddle,
            f"account-{paddle}",
            bidder["limit"],
            bidder["org"],
            bidder["priority"],
            bidder["holds"],
        )
        return self.take(admission)[0]

    def now(self):
        self.at_ms += 10
        return self.at_ms

    def amount(self, lot, paddle, drawn):
        """An amount near one that matters now."""
        base, delta = drawn
        it = self.naive.lots.get(lot, self.naive.lots["1"])
        known = {"ask": self.naive.ask(lot) if lot in self.naive.lots else 100, "left": it["start"]}
        limit = self.naive.bidders[paddle]["limit"] if paddle in self.naive.bidders else None
        if limit is not None:
            known["left"] = limit - sum(self.naive.held(other, paddle) for other in LOTS if other != lot)
        return (known.get(base) or it.get(base) or it["start"]) + delta

    # Bids on the lot that is on the block.

    @precondition(live)
    @rule(paddle=ONE_PADDLE, drawn=AMOUNTS)
    def bid(self, paddle, drawn):
        self.place(cmd.PlaceBid, self.block, paddle, self.amount(self.block, paddle, drawn))

    @precondition(live)
    @rule(paddle=ONE_PADDLE, drawn=AMOUNTS)
    def bid_again(self, paddle, drawn):
        self.place(cmd.PlaceBid, self.block, paddle, self.amount(self.block, paddle, drawn))

    @precondition(live)
    @rule(paddle=ONE_PADDLE, drawn=AMOUNTS)
    def leave_maximum(self, paddle, drawn):
        self.place(cmd.PlaceMaximum, self.block, paddle, self.amount(self.block, paddle, drawn))

    @precondition(live)
    @rule(drawn=AMOUNTS)
    def change_own_maximum(self, drawn):
        leader = self.naive.lots[self.block]["leader"]
        if leader in PADDLES:
            self.place(cmd.PlaceMaximum, self.block, leader, self.amount(self.block, leader, drawn))

    @precondition(live)
    @rule(paddle=ONE_PADDLE | st.none(), drawn=AMOUNTS)
    def bid_on_the_floor(self, paddle, drawn):
        self.place(cmd.PlaceFloorBid, self.block, paddle, self.amount(self.block, paddle, drawn))

    def place(self, kind, lot, paddle, amount):
        """A bid of any kind; no screen shows that a leader changed his maximum."""
        leads = lot in self.naive.lots and self.naive.lots[lot]["leader"] == paddle
        found, events = self.take(kind(self.now(), lot, paddle, amount))
        place = self.naive.max_bid if kind is cmd.PlaceMaximum else self.naive.bid
        assert found == place(lot, paddle, amount)
        silent = leads and kind is cmd.PlaceMaximum
        assert found[0] != "OK" or silent != any(is_public(event) for event in events)

    # What the auctioneer does.

    @precondition(live)
    @rule(
        step=st.sampled_from(["ask", "ask", "warn", "void", "void", "assign", "assign"]),
        paddle=ONE_PADDLE,
        drawn=AMOUNTS,
    )
    def call(self, step, paddle, drawn):
        self.desk(step, self.block, paddle, self.amount(self.block, None, drawn))

    @precondition(live)
    @rule(step=st.sampled_from(["hammer", "hammer", "hammer", "pass", "pause", "halt", "withdraw"]))
    def stop(self, step):
        self.desk(step, self.block, None, None, "TITLE_EVIDENCE")

    @precondition(lambda self: not live(self))
    @rule(back=st.booleans())
    def go_on(self, back):
        """Whatever brings a lot to the block: the end of a pause, a lot that comes back, the next lot."""
        if self.naive.halted is not None:
            self.desk("go_on", self.block)
        elif self.naive.lots[self.block]["status"] == "paused":
            self.desk("resume", self.block)
        elif back and self.block in self.naive.reopenable:
            self.desk("reopen", self.block)
        else:
            waiting = [lot for lot in LOTS if self.naive.lots[lot]["status"] == "pending"]
            self.desk("open", waiting[0] if waiting else self.block)

    def desk(self, step, lot, paddle=None, amount=None, reason=None):
        at_ms, naive = self.now(), self.naive
        expected, command = {
            "open": lambda: (naive.open_lot(lot), cmd.OpenLot(at_ms, lot)),
            "ask": lambda: (naive.set_ask(lot, amount), cmd.SetAsk(at_ms, lot, amount)),
            "warn": lambda: (naive.fair_warning(lot), cmd.GiveFairWarning(at_ms, lot)),
            "hammer": lambda: (naive.hammer(lot, at_ms, paddle, amount), cmd.Hammer(at_ms, lot, paddle, amount)),
            "pass": lambda: (naive.pass_lot(lot, at_ms), cmd.PassLot(at_ms, lot)),
            "void": lambda: (naive.void_last(lot), cmd.VoidLastBid(at_ms, lot, "MISHEARD")),
            "withdraw": lambda: (naive.withdraw(lot, at_ms, reason), cmd.WithdrawLot(at_ms, lot, reason)),
            "reopen": lambda: (naive.reopen(lot), cmd.ReopenLot(at_ms, lot, "MISTAKE")),
            "pause": lambda: (naive.pause(lot), cmd.PauseLot(at_ms, lot)),
            "resume": lambda: (naive.resume(lot), cmd.ResumeLot(at_ms, lot)),
            "assign": lambda: (naive.assign_paddle(lot, paddle), cmd.AssignPaddle(at_ms, lot, paddle)),
            "halt": lambda: (naive.pause_sale(), cmd.PauseSale(at_ms)),
            "go_on": lambda: (naive.resume_sale(), cmd.ResumeSale(at_ms)),
        }[step]()
        self.both(command, expected)
        self.block = lot if step == "open" and expected[0] == "OK" else self.block

    # Anything at all, of any lot.

    @rule(
        kind=st.sampled_from([cmd.PlaceBid, cmd.PlaceMaximum, cmd.PlaceFloorBid]),
        lot=ANY_LOT,
        paddle=ANY_PADDLE,
        amount=AMOUNTS | STRANGE,
    )
    def stray_bid(self, kind, lot, paddle, amount):
        amount = self.amount(lot, paddle, amount) if isinstance(amount, tuple) else amount
        self.place(kind, lot, paddle, amount)

    @rule(
        step=st.sampled_from(
            [
                "open",
                "ask",
                "warn",
                "hammer",
                "pass",
                "void",
                "withdraw",
                "reopen",
                "pause",
                "resume",
                "assign",
                "go_on",
            ]
        ),
        lot=ANY_LOT,
        paddle=ANY_PADDLE,
        drawn=AMOUNTS,
    )
    def stray_call(self, step, lot, paddle, drawn):
        """Not of the lot on the block while it is live, which it would too often end."""
        if lot != self.block or not live(self):
            self.desk(step, lot, paddle, self.amount(lot, None, drawn))

    @precondition(live)
    @rule(paddle=ONE_PADDLE, drawn=AMOUNTS)
    def hammer_what_is_on_the_screen(self, paddle, drawn):
        self.desk("hammer", self.block, paddle, self.amount(self.block, None, drawn))

    @rule(paddle=st.sampled_from(["C", "D"]), bidder=FREE_BIDDERS | HELD_BIDDERS)
    def admit_again(self, paddle, bidder):
        before, after = self.naive.bidders[paddle]["limit"], bidder["limit"]
        expected = self.naive.admit_again(paddle, **bidder)
        assert self.admit(paddle, bidder) == expected
        if expected[0] == "OK" and after is not None and (before is None or after < before):
            self.lowered.add(paddle)

    # What holds after every step.

    @invariant()
    def both_stand_the_same(self):
        for lot in LOTS:
            assert document(self.sale.lots[lot]) == self.naive.document(lot)
        for paddle in PADDLES:
            held = sum(commitment_minor(lot, paddle) for lot in self.sale.lots.values())
            assert held == self.naive.exposure(paddle)
        assert self.sale.reopenable == self.naive.reopenable

    @invariant()
    def no_exposure_is_over_its_limit(self):
        for paddle, bidder in self.naive.bidders.items():
            if bidder["limit"] is not None and paddle not in self.lowered:
                assert self.naive.exposure(paddle) <= bidder["limit"]

    @invariant()
    def the_price_lies_between_the_start_and_the_maximum(self):
        for lot in self.sale.lots.values():
            if lot.standing is not None:
                assert lot.terms.start_minor <= lot.standing.price_minor <= lot.standing.maximum_minor
                assert lot.status not in BEGUN or ask_minor(lot, self.at_ms) > lot.standing.price_minor

    @invariant()
    def the_public_events_alone_give_the_public_view(self):
        assert public_sale(self.public) == public_sale(self.sale)

    def teardown(self):
        """Replaying gives the same state; the price fell by nothing but a void; no name is public."""
        again, public = Sale("s"), []
        for event in getattr(self, "events", ()):
            before, again = again, apply(again, event)
            public += [event] if is_public(event) else []
            if type(event).__name__ not in ("BidVoided", "MaximumVoided"):
                assert not fallen(before, again), event
        if public:
            assert again == self.sale
            assert_no_names(public)


def document(lot: Lot):
    begun = lot.status in BEGUN
    return {
        "status": lot.status.value,
        "paddle": lot.leader if lot.status is Status.SOLD else None,
        "hammer_minor": lot.hammer_minor,
        "reserve_met": lot.reserve_met,
        "ended_at_ms": lot.ended_at_ms,
        "bids": lot.bids,
        "price_minor": lot.price_minor if begun else None,
        "leader": lot.leader if begun else None,
        "ask_minor": ask_minor(lot, 0) if begun else None,
        "maximum_minor": lot.standing.maximum_minor if begun and lot.standing else None,
    }


def fallen(before, after):
    """The lots whose price is lower than it was."""
    return [
        lot
        for lot, was in before.lots.items()
        if was.price_minor is not None and (after.lots[lot].price_minor or 0) < was.price_minor
    ]


def assert_no_names(public):
    """The sale's own first event names the house, which is no secret."""
    text = json.dumps([asdict(event) for event in public[1:]])
    assert "org-" not in text
    assert "account-" not in text


EnglishSales.TestCase.settings = settings(
    max_examples=10_000 if LONG else 300,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestEnglishSales = pytest.mark.timeout(7200 if LONG else 900)(EnglishSales.TestCase)


# --- one by one: the formula of rulebook 4.2, and amounts that are none


@given(st.lists(st.integers(100, 130), min_size=1, max_size=5, unique=True), st.randoms(use_true_random=False))
def test_maxima_lead_to_the_same_price_in_any_order(maxima, random):
    """Rulebook 4.2: the formula, as long as none of them is refused on the way."""
    paddles = [f"P{index}" for index in range(len(maxima))]
    table = begin("\n".join(["lot 1 english start=100 by=5", *(f"paddle {paddle}" for paddle in paddles)]))
    go_on(table, "0 desk open | ok")
    order = list(zip(paddles, maxima, strict=True))
    random.shuffle(order)
    decisions = [table.do(cmd.PlaceMaximum(1, "1", paddle, maximum * 100)) for paddle, maximum in order]
    if any(isinstance(decision, Refused) for decision in decisions):
        return
    highest, *rest = sorted(maxima, reverse=True)
    lot = table.sale.lots["1"]
    assert lot.leader == paddles[maxima.index(highest)]
    assert lot.price_minor == max(100, min(highest, rest[0] + 5) if rest else 100) * 100


STRANGE_AMOUNTS = [
    0,
    -1,
    1.5,
    10000.0,
    "１００",
    "1_000",
    "10000",
    "",
    True,
    None,
    float("nan"),
    2**53,
    10**4000,
    [10000],
    {},
]
TWO_LOTS = """
    lot 1,2 english start=100 by=5
    paddle A
    paddle B holds=SUSPENDED
    ---
"""


def amounts(at_ms, lot, paddle, amount):
    """Every step that comes with an amount; the desk's own do not look at the paddle."""
    return [
        cmd.PlaceBid(at_ms, lot, paddle, amount),
        cmd.PlaceMaximum(at_ms, lot, paddle, amount),
        cmd.PlaceFloorBid(at_ms, lot, paddle, amount),
        cmd.PlaceFloorBid(at_ms, lot, None, amount),
        cmd.SetAsk(at_ms, lot, amount),
    ]


@pytest.mark.parametrize("amount", STRANGE_AMOUNTS, ids=lambda amount: repr(amount)[:12])
def test_a_strange_amount_is_refused_in_its_place(amount):
    table = play(TWO_LOTS + "0 desk open on 1 | open\n 1 A bid 100 | A 100")
    malformed, not_live = Refused(Code.MALFORMED_AMOUNT), Refused(Code.NOT_LIVE)
    assert [table.do(command) for command in amounts(2000, "1", "A", amount)] == [
        malformed
    ] * 5  # above ALREADY_LEADING
    assert [table.do(command) for command in amounts(2000, "2", "A", amount)] == [not_live] * 5
    assert [table.do(command).code for command in amounts(2000, "9", "B", amount)] == [Code.UNKNOWN_LOT] * 5
    assert [table.do(command).code for command in amounts(2000, "1", "B", amount)[:3]] == [Code.SUSPENDED] * 3
    assert len(table.events) == 8  # two lots with what is secret of them, two paddles, the opening, the bid


@pytest.mark.parametrize(
    "amount", [each for each in STRANGE_AMOUNTS if each is not None], ids=lambda amount: repr(amount)[:12]
)
def test_a_strange_amount_on_the_screen_is_not_the_lead(amount):
    table = play(TWO_LOTS + "0 desk open on 1 | open\n 1 A bid 100 | A 100")
    assert isinstance(table.do(cmd.Hammer(2000, "1", "A", amount)), Refused)


def test_the_largest_amount_is_an_amount():
    table = play(TWO_LOTS + "0 desk open on 1 | open")
    assert not isinstance(table.do(cmd.PlaceBid(1, "1", "A", 2**53 - 1)), Refused)
    assert table.sale.lots["1"].price_minor == 2**53 - 1


def test_only_who_holds_the_gavel_is_heard():
    """Above all other codes; a command that names no auctioneer, as in a scenario, is not asked."""
    table = play("0 desk open on 1 | open")
    assert not isinstance(table.do(cmd.TakeGavel(1000, auctioneer="one")), Refused)
    assert not isinstance(table.do(cmd.TakeGavel(2000, auctioneer="two")), Refused)
    assert table.do(cmd.Hammer(3000, "9", auctioneer="one")) == Refused(Code.FORBIDDEN)
    assert table.do(cmd.SetAsk(3000, "1", 0, auctioneer="two")) == Refused(Code.MALFORMED_AMOUNT)
    assert not isinstance(table.do(cmd.GiveFairWarning(4000, "1", auctioneer="two")), Refused)
    assert not isinstance(table.do(cmd.PassLot(5000, "1")), Refused)
