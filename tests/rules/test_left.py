"""Maxima left before a lot opens, through `replay` and the rules (scenario contract, *Left before*)."""

import pytest

from auction.audit.replay import replay
from auction.rules import commands as cmd
from auction.rules import events as ev
from auction.rules.decide import decide
from auction.rules.kinds import SECRET
from auction.rules.lot import Terms
from auction.rules.redecide import expected
from auction.rules.refusals import Refused
from auction.rules.sale import Sale, apply
from auction.rules.visibility import bidder_document, public_lot

ENGLISH = {"lot": "1", "format": "english", "start_minor": 100, "increment": {"fixed_minor": 10}}
TIMED = {**ENGLISH, "format": "timed", "ends_ms": 1000, "window_ms": 0, "extend_ms": 10, "cap_minor": 300}
BIDDERS = [{"paddle": "A"}, {"paddle": "B"}, {"paddle": "C", "limit_minor": 150}, {"paddle": "D", "org": "maker"}]


def played(*steps, lot=ENGLISH, **sale):
    """The answers, each as True or its code, and where the lot stands."""
    steps = [{"at_ms": place, "lot": "1", **step} for place, step in enumerate(steps)]
    for step in steps:
        if step["do"] in ("hold", "release"):
            step.pop("lot")
    said = replay({"sale": {"currency": "CNY", **sale}, "bidders": BIDDERS, "lots": [lot], "steps": steps})
    return [each["ok"] or each["code"] for each in said["answers"]], said["lots"][0], said["answers"]


def leave(paddle, most):
    return {"do": "leave_max", "paddle": paddle, "max_minor": most}


OPEN = {"do": "open_lot"}


def test_left_maxima_are_taken_as_maxima_at_the_opening():
    answers, lot, _ = played(leave("A", 300), leave("B", 200), OPEN)
    assert answers == [True, True, True]
    assert (lot["leader"], lot["price_minor"], lot["bids"]) == ("A", 210, 2)


def test_of_equal_ones_the_earlier_change_leads():
    assert played(leave("A", 200), leave("B", 200), OPEN)[1]["leader"] == "A"
    assert played(leave("A", 190), leave("B", 200), leave("A", 200), OPEN)[1]["leader"] == "B"
    assert played(leave("A", 200), leave("B", 200), leave("A", 200), OPEN)[1]["leader"] == "A", (
        "the same keeps its place"
    )


def test_one_that_is_taken_back_is_no_bid():
    answers, lot, _ = played(leave("A", 200), leave("A", None), OPEN)
    assert answers == [True, True, True]
    assert (lot["leader"], lot["bids"]) == (None, 0)


@pytest.mark.parametrize(
    ("steps", "lot", "code", "params"),
    [
        ([leave("X", 200)], ENGLISH, "NO_PADDLE", {}),
        ([leave("D", 200)], {**ENGLISH, "consignor_org": "maker"}, "CONFLICT_OF_INTEREST", {}),
        ([leave("A", 99)], ENGLISH, "BELOW_START", {"minimum_minor": 100}),
        ([leave("A", "200")], ENGLISH, "MALFORMED_AMOUNT", {}),
        ([leave("A", 301)], TIMED, "ABOVE_CAP", {"cap_minor": 300}),
        ([OPEN, leave("A", 200)], ENGLISH, "NOT_ALLOWED_NOW", {}),
        ([{"do": "hold", "paddle": "A", "reason": "SUSPENDED"}, leave("A", 200)], ENGLISH, "SUSPENDED", {}),
        (
            [leave("A", 200)],
            {"lot": "1", "format": "sealed", "start_minor": 100, "ends_ms": 9},
            "NOT_ALLOWED_NOW",
            {},
        ),
    ],
)
def test_what_cannot_be_left_is_refused_at_once(steps, lot, code, params):
    answers, _, said = played(*steps, lot=lot)
    assert answers[-1] == code
    assert said[-1]["params"] == params


def test_the_highest_bid_bounds_it():
    answers, _, said = played(leave("A", 501), highest_minor=500)
    assert (answers, said[0]["params"]) == (["OVER_LIMIT"], {"available_minor": 500})


def test_a_hold_takes_it_out_or_refuses_it_at_the_opening():
    hold = {"do": "hold", "paddle": "A", "reason": "SUSPENDED"}
    for standing in ("void", "keep"):
        _, lot, _ = played(leave("A", 300), {**hold, "standing": standing}, leave("B", 200), OPEN)
        assert (lot["leader"], lot["price_minor"]) == ("B", 100)
    _, lot, _ = played(leave("A", 300), {**hold, "standing": "keep"}, {"do": "release", "paddle": "A"}, OPEN)
    assert lot["leader"] == "A"


def test_it_counts_to_the_limit_from_the_opening_on():
    answers, lot, _ = played(leave("C", 200), OPEN)
    assert answers == [True, True], "whether it is within the limit is seen when it counts"
    assert lot["leader"] is None


def test_a_cap_that_is_reached_sells_to_the_first():
    _, lot, _ = played(leave("A", 300), leave("B", 300), OPEN, lot=TIMED)
    assert (lot["status"], lot["paddle"], lot["hammer_minor"]) == ("sold", "A", 300)


def test_what_was_left_is_in_time_however_short_the_free_period():
    lot = {**ENGLISH, "format": "timed", "free_ms": 0, "limit_ms": 5}
    _, lot, _ = played(leave("A", 200), OPEN, lot=lot)
    assert (lot["leader"], lot["bids"]) == ("A", 1)


# --- events, and who sees them ---


def published() -> Sale:
    sale = Sale("s")
    terms = Terms("1", "english", 100, {"fixed_minor": 10})
    bidders = tuple(
        cmd.AdmitBidder(0, each, f"user {each}", limit_minor=150 if each == "C" else None) for each in "ABC"
    )
    return after(sale, cmd.PublishSale(0, "CNY", None, (terms,), bidders))


def after(sale: Sale, *commands: cmd.Command) -> Sale:
    for command in commands:
        decision = decide(sale, command, command.arrived_ms)
        assert not isinstance(decision, Refused), decision
        for event in decision:
            sale = apply(sale, event)
    return sale


def test_a_bidder_sees_his_own_and_nobody_anything():
    sale = after(published(), cmd.LeaveMaximum(1, "1", "A", 300), cmd.LeaveMaximum(2, "1", "B", 200))
    assert bidder_document(sale, "A")["left"] == {"1": 300}
    assert bidder_document(sale, "C")["left"] == {}
    assert "300" not in str(public_lot(sale.lots["1"]))
    assert ev.MaximumLeft in SECRET
    assert bidder_document(sale, "A")["exposure_minor"] == 0


def test_who_is_refused_at_the_opening_is_told_why():
    sale = after(published(), cmd.LeaveMaximum(1, "1", "C", 200), cmd.LeaveMaximum(2, "1", "A", 120))
    sale = after(sale, cmd.OpenLot(3, "1"))
    assert bidder_document(sale, "C")["left_ended"] == {"1": "OVER_LIMIT"}
    assert bidder_document(sale, "C")["left"] == bidder_document(sale, "A")["left"] == {}
    assert bidder_document(sale, "A")["maxima"] == {"1": 120}


@pytest.mark.parametrize(
    ("terms", "anew", "stands"),
    [
        (Terms("1", "english", 100, {"fixed_minor": 10}), False, True),
        (Terms("1", "english", 100, {"fixed_minor": 10}, None, ("maker",)), False, True),
        (Terms("1", "english", 100, {"fixed_minor": 10}), True, False),
        (Terms("1", "english", 110, {"fixed_minor": 10}), False, False),
        (Terms("1", "english", 100, {"fixed_minor": 20}), False, False),
        (Terms("1", "english", 100, {"fixed_minor": 10}, 500), False, False),
        (Terms("1", "timed", 100, {"fixed_minor": 10}, own={"free_ms": 1, "limit_ms": 1}), False, False),
    ],
)
def test_another_lot_ends_what_was_left_for_it(terms, anew, stands):
    """Start, step, format, terms, or its patents; its consignor does not count."""
    sale = after(published(), cmd.LeaveMaximum(1, "1", "A", 300), cmd.ListLot(2, terms, anew))
    document = bidder_document(sale, "A")
    assert (document["left"], document["left_ended"]) == (({"1": 300}, {}) if stands else ({}, {"1": "CHANGED"}))


def test_the_record_of_an_opening_is_decided_again_just_so():
    sale = after(published(), cmd.LeaveMaximum(1, "1", "C", 200), cmd.LeaveMaximum(2, "1", "A", 120))
    decision = decide(sale, cmd.OpenLot(3, "1"), 3)
    assert [type(each).__name__ for each in decision] == ["LotOpened", "MaximumLeft", "BidPlaced", "MaximumSet"]
    assert expected(sale, decision[0], decision[1]) == decision
