"""Cases of seven other auction systems through an adapter; rules that we do not have are listed with the reason.

A case is played on one lot whose terms say the other system's rule; the test prints how many agree.
"""

import json
from decimal import Decimal

import pytest

from auction.audit.replay import Play, outcome
from auction.rules import commands as cmd
from auction.rules.formats import ask_minor
from auction.rules.lot import Terms
from auction.rules.refusals import Code, Refused
from tests.data import NO_DATA, SHARED

CASES = SHARED / "cases"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason=NO_DATA)

SILENT = "the leader's own raise is silent here, and may be equal or lower"
SERVER = "about the server around the rules, not about the rules"
PHASES = "a falling auction followed by sealed offers and a best bid is a format that we do not have"
PAYMENTS = "payments and the papers around a sale are not the rules of a lot"
NO_STEPS = "a note without steps"
SECOND = "there the price is the second maximum itself; here one step above it"

NOT_OURS = {
    "fraction-rejected-in-whole-dollar-auction": "a maximum need not be on step here",
    "raise-own-max-after-tie-does-not-selfbid": SILENT,
    "not-higher-than-own-max-rejected": SILENT,
    "own-raise-must-exceed-own-max": SILENT,
    "bid-after-end-is-ignored-for-winner": "a bid after the end followed by one before it: time never goes back here",
    "anonymous-401": SERVER,
    "unknown-404": SERVER,
    "api-unknown-auction-404": SERVER,
    "api-bidder-masked-as-number": SERVER,
    "api-bad-type-string-400": SERVER,
    "push-failure-does-not-lose-bid": SERVER,
    "mail-failure-does-not-fail-bid": SERVER,
    "empty-form": SERVER,
    "hammer-missing-params": SERVER,
    "hammer-needs-permission": SERVER,
    "closed-invoice-blocks-bidding": "an unpaid invoice of an earlier lot does not bar a bidder here",
    "raising-reserve-above-bids-then-rebid": "the terms of an open lot stand",
    "late-bid-extends-to-15-minutes-capped-at-hard-end": NO_STEPS,
    "in-person-lot-does-not-end-by-clock": NO_STEPS,
    "max-over-reserve-jumps-to-reserve": "here the lead is lifted to the reserve only at the end",
    "second-outbids": SECOND,
    "second-fails-to-outbid-but-lifts-price": SECOND,
    "bid-at-ask-when-min-is-ask-plus-one-rejected": "here the first bid may equal the start",
    "retract-late-rejected": "here no bidder takes a bid back, early or late",
    "cancel-late-with-bids-rejected": "here withdrawing asks for a reason, not for the hour",
    "vickrey-one-bid-pays-own": "here a single offer pays the start or the reserve",
    "dutch-schedule-length": PHASES,
    "dutch-stale-stage-rejected": "a bid names no stage here; an amount above the ask pays the ask",
    "sealed-highest-over-dutch-winner": PHASES,
    "sealed-must-beat-dutch": PHASES,
    "sealed-nobody-else-ends": PHASES,
    "bestbid-only-dutch-winner": PHASES,
    "texas-each-bid-opens-new-round": "rounds with pauses; here a bid moves the end of one period",
    "last-lot-moves-auction-to-settlement": PAYMENTS,
    "sold-lot-cannot-be-edited-moved-deleted": PAYMENTS,
    "undo-refused-when-it-would-owe-the-bidder": PAYMENTS,
    "same-paddle-two-auctions-isolated": PAYMENTS,
    "payment-math": PAYMENTS,
    "donation-only-with-full-payment": PAYMENTS,
    "refund-lots-before-donation": PAYMENTS,
    "refund-rules": PAYMENTS,
    "payment-outside-settlement-refused": PAYMENTS,
    "payment-callback-idempotent": PAYMENTS,
    "export-needs-role-and-auction": PAYMENTS,
    "uncollected-export-excludes-collected": PAYMENTS,
}
OURS = {
    "below_reserve": {Code.BELOW_START},
    "below_increment": {Code.BELOW_MIN},
    "too_low": {Code.BELOW_MIN, Code.BELOW_START},
    "too_high": {Code.ABOVE_CAP},
    "invalid_amount": {Code.MALFORMED_AMOUNT, Code.NOT_ON_STEP},
    "wrong_amount": {Code.BELOW_MIN},
    "own_lot": {Code.CONFLICT_OF_INTEREST},
    "not_registered": {Code.NO_PADDLE},
    "banned": {Code.SUSPENDED},
    "removed": {Code.NOT_LIVE},
    "closed": {Code.NOT_LIVE, Code.CLOSED},
    "not_started": {Code.NOT_LIVE},
    "ended": {Code.CLOSED},
    "already_bid": {Code.ALREADY_OFFERED},
    "already_recorded": {Code.NOT_LIVE},
}
"""Their codes in ours."""

END_MS = 2_678_400_000
CLOCK = {"ends_ms": END_MS, "window_ms": 0, "extend_ms": 1}
DUTCH = {"floor_minor": 1, "step_minor": 1, "tick_ms": 300_000}


def minor(amount):
    """An amount in the minor unit, as a bidder's screen would send it; what is none stays as it is."""
    try:
        cents = Decimal(amount) * 100
    except ArithmeticError:
        return amount
    return int(cents) if cents == int(cents) else float(cents)


def terms(source, case):
    """The other system's rule as the terms of a lot."""
    rules = case.get("rules_override", {})
    if source.startswith("wallymathieu"):
        own = {"ends_ms": END_MS, "price": "second" if "second" in case["format"] else "first"}
        reserve = minor(rules["reserve"]) if "reserve" in rules else None
        if case["format"].startswith("sealed"):
            return Terms("1", "sealed", 1, None, None, ("seller",), own=own)
        return Terms(
            "1", "timed", 1, {"fixed_minor": minor(rules.get("min_raise", "1"))}, reserve, ("seller",), True, CLOCK
        )
    if case["format"] in ("dutch", "any"):
        return Terms("1", "dutch", 3_500_000, own=DUTCH)
    start, step, own, reserve = "1", {"fixed_minor": 100}, {}, None
    if source.startswith("fishauctions"):
        start = rules.get("reserve", "5")
        step = {"fixed_minor": 100} if rules.get("whole_dollars", True) else {"percent": "5"}
        own = {"cap_minor": minor(rules["buy_now"])} if "buy_now" in rules else {}
    if source.startswith("flask"):
        start, step, own = "10", {"fixed_minor": 1}, {"cap_minor": minor("999999")}
    if source.startswith("python_ddd"):
        start = "10"
    if source.startswith("webid"):
        start, step = rules["minimum"], {"fixed_minor": minor(rules["increment"])}
        reserve = minor(rules["reserve"]) if "reserve" in rules else None
    if case["format"] == "english_rounds":
        start, step = "1015", {"fixed_minor": 3500, "on_step": True}
    return Terms("1", "timed", minor(start), step, reserve, ("seller",), own={**CLOCK, **own})


class Peer:
    """Plays the steps of one case."""

    def __init__(self, source, case):
        self.case = case
        self.terms = terms(source, case)
        if case["format"] == "clerk":
            self.terms = Terms("1", "english", 100, {"fixed_minor": 100})
        named = {str(step[key]) for step in case["steps"] for key in ("bidder", "paddle", "who") if key in step}
        paddles = named - {"outsider"} - {"101.5"}
        seller = {"seller", "x1"}
        bidders = tuple(cmd.AdmitBidder(0, name, None, None, "seller" if name in seller else None) for name in paddles)
        self.play, self.now = Play(), -(10**9)
        self.do(cmd.PublishSale(0, "USD", None, (self.terms,), bidders))

    @property
    def lot(self):
        return self.play.sale.lots["1"]

    def do(self, command):
        self.play.clock(self.now)
        return self.play.take(command, self.now)

    def run(self):
        for step in self.case["steps"]:
            self.now = int(step["t"] * 1000) if isinstance(step.get("t"), int) else self.now
            pending = step["op"] == "phase" or step.get("auction_state") == "setup" or step.get("t", 0) < 0
            if self.lot.status == "pending" and not pending and self.case["id"] != "outside-any-phase":
                opening, self.now = self.now, 0
                assert not isinstance(self.do(cmd.OpenLot(0, "1")), Refused)
                self.now = max(opening, 0)
            decision = getattr(self, step["op"])(step)
            self.compare(step, decision)
        self.compare_end(self.case.get("expect", {}))

    def compare(self, step, decision):
        expect = step.get("expect")
        if not isinstance(expect, dict) or isinstance(decision, dict):
            return
        refused = isinstance(decision, Refused)
        accepted = expect.get("result") in ("accepted", "cancelled") or expect.get("http") == 200
        assert refused != accepted, f"{step}: {decision}"
        if "code" in expect:
            assert decision.code in OURS[expect["code"]], f"{step}: {decision}"

    def compare_end(self, expect):
        ended = outcome(self.lot, self.now)
        if "winner" in expect:
            assert ended["paddle"] == expect["winner"]
        if expect.get("price"):
            assert ended["hammer_minor"] == minor(expect["price"])

    # The other systems' steps.

    def bid(self, step):
        lot = "2" if step.get("lot") == "missing" else "1"
        amount = minor(step["amount"])
        by_maximum = self.case["format"] == "proxy" and "buy_now" not in self.case.get("rules_override", {})
        if by_maximum:
            return self.do(cmd.PlaceMaximum(self.now, lot, step["bidder"], amount))
        return self.do(cmd.PlaceBid(self.now, lot, step["bidder"], amount))

    def raw_bid(self, step):
        return self.bid(step)

    def existing(self, step):
        assert not isinstance(self.bid(step), Refused)

    def state(self, step):
        expect, now = step["expect"], outcome(self.lot, self.now)
        if "shown_price" in expect:
            shown = now["price_minor"] or self.terms.start_minor
            assert shown == minor(expect["shown_price"]), f"{step}: {now}"
        if "leader" in expect:
            assert now["leader"] == expect["leader"]
        if "winner" in expect:
            assert now["paddle"] == expect["winner"]
        if "max" in expect:
            assert self.lot.standing.maximum_minor == minor(expect["max"])
        if expect.get("status") == "ended":
            assert now["status"] == "passed"
        return expect

    def close(self, _step):
        self.now = max(self.now, END_MS)
        sealed = self.terms.format == "sealed"
        return self.do(cmd.OpenOffers(self.now, "1") if sealed else cmd.Tick(self.now))

    def advance_past_end(self, _step):
        self.now = END_MS + 1

    def set_time_left(self, step):
        self.now = END_MS - step["hours"] * 3_600_000

    def remove_lot(self, _step):
        return self.do(cmd.WithdrawLot(self.now, "1", "OTHER"))

    def cancel(self, _step):
        return self.remove_lot(_step)

    def ban(self, step):
        return self.do(cmd.AdmitBidder(self.now, step["who"], holds=("SUSPENDED",)))

    def next_dutch_amount(self, step):
        start, tick = minor(step["current"]), 300_000
        own = {"floor_minor": 1, "step_minor": minor(step["initial"]) // 100, "tick_ms": tick}
        peer = Play()
        peer.take(cmd.PublishSale(0, "UAH", None, (Terms("1", "dutch", start, own=own),)), 0)
        peer.take(cmd.OpenLot(0, "1"), 0)
        assert ask_minor(peer.sale.lots["1"], tick) == minor(step["expect"])

    def dutch_at(self, step):
        assert ask_minor(self.lot, self.now) == minor(step["amount"])

    def end_dutch(self, _step):
        self.now = self.lot.deadline_ms
        return self.do(cmd.Tick(self.now))

    def round_at(self, step):
        """A round begins at a minimum: one step below it stands a bid."""
        before = minor(step["min"]) - 3500
        self.do(cmd.AdmitBidder(self.now, "Z"))
        if before >= self.terms.start_minor:
            assert not isinstance(self.do(cmd.PlaceBid(self.now, "1", "Z", before)), Refused)

    def phase(self, step):
        if step["name"] == "pause":
            self.now = 0
            self.do(cmd.OpenLot(0, "1"))
            assert not isinstance(self.do(cmd.PauseLot(0, "1")), Refused)

    def hammer(self, step):
        """A clerk records paddle and price: here the bid from the floor, then the hammer."""
        placed = self.do(cmd.PlaceFloorBid(self.now, "1", str(step["paddle"]), minor(step["price"])))
        return placed if isinstance(placed, Refused) else self.do(cmd.Hammer(self.now, "1"))

    def undo_hammer(self, step):
        return self.do(cmd.ReopenLot(self.now, "2" if step.get("lot") else "1", "MISHEARD"))


def every_case():
    for path in sorted(CASES.glob("*.json")) if CASES.exists() else []:
        for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
            yield pytest.param(path.name, case, id=f"{path.stem}-{case['id']}")


@pytest.mark.parametrize(("source", "case"), [each for each in every_case() if each.values[1]["id"] not in NOT_OURS])
def test_a_case_of_another_system(source, case):
    Peer(source, case).run()


def test_what_other_systems_have_and_we_not(capsys):
    cases = [each.values for each in every_case()]
    others = [(source, case["id"]) for source, case in cases if case["id"] in NOT_OURS]
    with capsys.disabled():
        print(f"\ncases of other systems: {len(cases) - len(others)} of {len(cases)} agree; not ours:")  # noqa: T201
        for source, name in others:
            print(f"  {source.removesuffix('.json')}, {name}: {NOT_OURS[name]}")  # noqa: T201
    assert {name for _, name in others} == set(NOT_OURS)
