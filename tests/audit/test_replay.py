"""`replay` against the scenario contract: answers, codes in their order, keys, what is malformed, and the story."""

import copy
import json
import os
import re
from hashlib import sha256
from pathlib import Path
from time import perf_counter

import pytest

from auction.audit.replay import Play, explain, replay
from auction.audit.scenario import BadScenario, parse
from auction.audit.story import WHY_REFUSED
from auction.rules.formats import FORMATS
from auction.rules.kinds import KINDS, ONLY_WHERE_TRUE
from auction.rules.refusals import Code
from auction.rules.sale import Sale, apply
from tests.rules.table import play

EXAMPLE = {
    "sale": {"currency": "CNY"},
    "bidders": [{"paddle": "A", "limit_minor": None}],
    "lots": [{"lot": "1", "format": "english", "start_minor": 10000000, "increment": {"fixed_minor": 500000}}],
    "steps": [
        {"at_ms": 0, "do": "open_lot", "lot": "1"},
        {"at_ms": 900, "do": "bid", "lot": "1", "paddle": "A", "amount_minor": 10000000},
        {"at_ms": 5000, "do": "hammer", "lot": "1"},
    ],
}
ENGLISH = {"lot": "E", "format": "english", "start_minor": 100, "increment": {"fixed_minor": 10}}
TIMED = {
    "lot": "T",
    "format": "timed",
    "start_minor": 100,
    "increment": {"fixed_minor": 10},
    "free_ms": 50,
    "limit_ms": 9,
}
DUTCH = {"lot": "D", "format": "dutch", "start_minor": 100, "floor_minor": 50, "step_minor": 10, "tick_ms": 10}
SEALED = {"lot": "S", "format": "sealed", "start_minor": 100, "ends_ms": 50}


def scenario(*steps, lots=(ENGLISH, TIMED, DUTCH, SEALED), bidders=None, sale=None):
    """A scenario; a step is (at_ms, do, lot, more…), more being paddle and amount or a dict."""
    return {
        "sale": sale or {"currency": "CNY"},
        "bidders": bidders or [{"paddle": "A", "limit_minor": None}, {"paddle": "B"}, {"paddle": "C"}],
        "lots": list(lots),
        "steps": [step(*each) for each in steps],
    }


def step(at_ms, do, lot=None, *more):
    made = {"at_ms": at_ms, "do": do} | ({"lot": lot} if lot is not None else {})
    names = {"max_bid": ("paddle", "max_minor"), "set_ask": ("amount_minor",)}.get(do, ("paddle", "amount_minor"))
    for each in more:
        if isinstance(each, dict):
            made |= each
        else:
            made[next(name for name in names if name not in made)] = each
    return made


def said(answer):
    return "ok" if answer["ok"] else " ".join([answer["code"], *map(str, answer["params"].values())])


def run(*steps, **facts):
    outcome = replay(scenario(*steps, **facts))
    return [said(answer) for answer in outcome["answers"]], {lot["lot"]: lot for lot in outcome["lots"]}


# --- the answer -----------------------------------------------------------------------------------------------------


def test_the_example_of_the_contract():
    outcome = replay(EXAMPLE)
    assert outcome["answers"] == [
        {"step": 0, "ok": True, "seq": 5},
        {"step": 1, "ok": True, "seq": 6},
        {"step": 2, "ok": True, "seq": 7},
    ]
    assert outcome["lots"] == [
        {
            "lot": "1",
            "status": "sold",
            "paddle": "A",
            "hammer_minor": 10000000,
            "reserve_met": True,
            "ended_at_ms": 5000,
            "bids": 1,
        }
    ]
    assert outcome["seq"] == 7
    assert len(bytes.fromhex(outcome["head"])) == 32
    json.dumps(outcome)


def test_the_head_is_a_chain_over_every_event():
    plan = parse(EXAMPLE)
    played = Play()
    events = list(played.take(plan.sale, 0))
    for each in plan.steps:
        events += played.step(each)
    head, names = bytes(32), {kind: name for name, kind in KINDS.items()}
    for event in events:
        facts = {name: getattr(event, name) for name in type(event).__dataclass_fields__}
        facts["kind"] = names[type(event)]
        for name in ONLY_WHERE_TRUE.get(type(event), ()):
            facts = {each: fact for each, fact in facts.items() if each != name or fact}
        head = sha256(
            head + json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        ).digest()
    assert replay(EXAMPLE)["head"] == head.hex()
    again = Sale("replay")
    for event in events:
        again = apply(again, event)
    assert again == played.sale


def test_another_outcome_has_another_head():
    other = copy.deepcopy(EXAMPLE)
    other["steps"][1]["at_ms"] = 901
    assert replay(other)["head"] != replay(EXAMPLE)["head"]
    assert replay(copy.deepcopy(EXAMPLE)) == replay(EXAMPLE)


def test_an_open_lot_says_price_leader_ask_and_deadline():
    _, lots = run(
        (0, "open_lot", "E"),
        (0, "open_lot", "T"),
        (0, "open_lot", "D"),
        (0, "open_lot", "S"),
        (1, "bid", "T", "A", 120),
        (2, "bid", "S", "A", 120),
        (25, "tick"),
    )
    four = ("price_minor", "leader", "ask_minor", "deadline_ms")
    assert {lot: tuple(facts[name] for name in four) for lot, facts in lots.items()} == {
        "E": (None, None, 100, None),
        "T": (120, "A", 130, 59),
        "D": (None, None, 80, 60),
        "S": (None, None, None, 50),
    }
    assert [facts["bids"] for facts in lots.values()] == [0, 1, 0, 1]


def test_the_deadline_of_a_timed_lot_is_the_free_end_while_fail_threatens():
    assert run((0, "open_lot", "T"))[1]["T"]["deadline_ms"] == 50
    goes_on = {**TIMED, "no_bid_in_free": "continue"}
    assert run((0, "open_lot", "T"), lots=[goes_on])[1]["T"]["deadline_ms"] == 59


def test_a_pending_and_an_ended_lot_say_no_price():
    _, lots = run((0, "open_lot", "E"), (1, "pass", "E"))
    assert set(lots["E"]) == {"lot", "status", "paddle", "hammer_minor", "reserve_met", "ended_at_ms", "bids"}
    assert lots["T"] == {
        "lot": "T",
        "status": "pending",
        "paddle": None,
        "hammer_minor": None,
        "reserve_met": False,
        "ended_at_ms": None,
        "bids": 0,
    }


def test_a_paused_lot_keeps_its_deadline_and_its_ask():
    _, lots = run((0, "open_lot", "D"), (15, "pause", "D"), (500, "tick"))
    assert lots["D"]["status"] == "paused"
    assert (lots["D"]["ask_minor"], lots["D"]["deadline_ms"]) == (90, 60)


def test_after_the_last_step_the_clock_stops():
    assert run((0, "open_lot", "T"), (49, "tick"))[1]["T"]["status"] == "open"
    assert run((0, "open_lot", "T"), (50, "tick"))[1]["T"]["status"] == "passed"


def test_seq_rises_and_a_refusal_uses_none():
    outcome = replay(
        scenario(
            (0, "open_lot", "E"), (1, "bid", "E", "A", 1), (2, "bid", "E", "A", 100), (3, "max_bid", "E", "A", 200)
        )
    )
    seqs = [answer.get("seq") for answer in outcome["answers"]]
    assert seqs[1] is None
    assert seqs[0] + 1 == seqs[2]
    assert seqs[2] < seqs[3] == outcome["seq"]


def test_deadlines_before_a_step_take_effect_even_before_a_refused_one():
    answers, lots = run((0, "open_lot", "T"), (1, "bid", "T", "A", 100), (80, "bid", "X", "A", 1))
    assert answers[-1] == "UNKNOWN_LOT"
    assert (lots["T"]["status"], lots["T"]["ended_at_ms"]) == ("sold", 59)


# --- the codes, in their order --------------------------------------------------------------------------------------

CONFLICTED = [
    {"paddle": "A"},
    {"paddle": "B"},
    {"paddle": "H", "org": "house"},
    {"paddle": "L", "limit_minor": 150},
]
LADDERED = {**ENGLISH, "increment": {"fixed_minor": 10, "on_step": True}}
CAPPED = {**TIMED, "increment": {"fixed_minor": 10, "on_step": True}, "cap_minor": 200}
RAISED = {**SEALED, "lot": "R", "offers": "raise"}
BEGIN = [(0, "open_lot", lot) for lot in "ETDSR"]


@pytest.mark.parametrize(
    ("before", "last", "expected"),
    [
        # Each line breaks the rule of its code and every later one that it can; the first that applies is the answer.
        ([], (9, "bid", "X", "nobody", -1), "UNKNOWN_LOT"),
        ([], (9, "bid", "P", "nobody", -1), "NO_PADDLE"),
        ([], (9, "bid", "P", "H", -1), "CONFLICT_OF_INTEREST"),
        ([], (9, "max_bid", "P", "A", -1), "NOT_LIVE"),
        ([(2, "pause", "D")], (9, "max_bid", "D", "A", -1), "NOT_LIVE"),
        ([], (400, "max_bid", "D", "A", -1), "CLOSED"),
        ([], (400, "max_bid", "S", "A", -1), "CLOSED"),
        ([], (9, "max_bid", "D", "A", -1), "NOT_ALLOWED_NOW"),
        ([(1, "bid", "E", "A", 100)], (9, "bid", "E", "A", -1), "MALFORMED_AMOUNT"),
        ([(1, "bid", "E", "A", 100)], (9, "bid", "E", "A", 99), "ALREADY_LEADING"),
        ([(1, "bid", "S", "A", 100)], (9, "bid", "S", "A", 99), "ALREADY_OFFERED"),
        ([(1, "bid", "E", "A", 150)], (9, "bid", "E", "L", 99), "BELOW_START 160"),
        ([(1, "bid", "E", "A", 150)], (9, "bid", "E", "L", 153), "BELOW_MIN 160"),
        ([(1, "bid", "E", "A", 150)], (9, "bid", "E", "L", 163), "NOT_ON_STEP 160"),
        ([(1, "bid", "T", "A", 150)], (9, "bid", "T", "L", 203), "NOT_ON_STEP 160"),
        ([(1, "bid", "T", "A", 150)], (9, "bid", "T", "L", 210), "ABOVE_CAP 200"),
        ([(1, "bid", "T", "A", 150)], (9, "bid", "T", "L", 160), "OVER_LIMIT 150"),
        ([(1, "bid", "R", "A", 100)], (9, "bid", "R", "A", 99), "BELOW_START 101"),
        ([(1, "bid", "R", "A", 100)], (9, "bid", "R", "A", 100), "BELOW_MIN 101"),
        ([], (9, "bid", "D", "L", 99), "BELOW_MIN 100"),
        ([], (9, "hammer", "E", {"paddle": "A"}), "NOT_ALLOWED_NOW"),
        ([], (9, "hammer", "E"), "NO_BID"),
        ([(1, "bid", "E", "A", 100)], (9, "hammer", "E"), "RESERVE_NOT_MET"),
        ([(1, "bid", "E", "A", 100)], (9, "hammer", "E", {"paddle": "B"}), "NOT_ALLOWED_NOW"),
        ([(1, "bid", "E", "A", 100)], (9, "hammer", "E", {"paddle": "A", "amount_minor": 110}), "NOT_ALLOWED_NOW"),
        ([], (9, "void_last", "E", {"reason": "x"}), "NO_BID"),
        ([], (9, "void_last", "P", {"reason": "x"}), "NOT_LIVE"),
        ([], (9, "open_lot", "T"), "NOT_ALLOWED_NOW"),
        ([], (9, "open_lot", "P"), "NOT_ALLOWED_NOW"),
        ([], (9, "resume", "P"), "NOT_ALLOWED_NOW"),
        ([], (9, "reopen", "P", {"reason": "x"}), "NOT_ALLOWED_NOW"),
        ([], (400, "reopen", "T", {"reason": "x"}), "NOT_ALLOWED_NOW"),
        ([], (9, "withdraw", "P"), "ok"),
        ([], (9, "withdraw", "E"), "NOT_ALLOWED_NOW"),
        ([], (9, "withdraw", "E", {"reason": "CONSIGNOR"}), "NOT_ALLOWED_NOW"),
        ([], (9, "withdraw", "E", {"reason": "OTHER"}), "ok"),
        ([(1, "pause", "E")], (9, "withdraw", "E", {"reason": "AUTHORITY"}), "ok"),
        ([(1, "withdraw", "E", {"reason": "OTHER"})], (9, "withdraw", "E", {"reason": "OTHER"}), "NOT_LIVE"),
        ([], (400, "withdraw", "T", {"reason": "OTHER"}), "CLOSED"),
    ],
)
def test_the_first_code_that_applies_is_the_answer(before, last, expected):
    lots = [{**LADDERED, "reserve_minor": 500}, CAPPED, DUTCH, SEALED, RAISED, {**ENGLISH, "lot": "P"}]
    answers, _ = run(*BEGIN, *before, last, lots=lots, bidders=CONFLICTED, sale={"house_org": "house"})
    assert answers[-1] == expected
    assert answers[:-1] == ["ok"] * (len(answers) - 1)


@pytest.mark.parametrize("amount", [0, -1, 1.5, 100.0, "100", None, True, [], 2**53, 10**400])
@pytest.mark.parametrize("lot", ["E", "T", "S"])
def test_a_bad_amount_is_a_refusal_and_no_malformed_file(lot, amount):
    answers, _ = run((0, "open_lot", lot), (1, "bid", lot, "A", amount))
    assert answers[-1] == "MALFORMED_AMOUNT"


@pytest.mark.parametrize(("do", "more"), [("max_bid", "max_minor"), ("floor_bid", "amount_minor")])
def test_a_bad_maximum_or_floor_bid_too(do, more):
    assert run((0, "open_lot", "E"), (1, do, "E", {"paddle": "A", more: "9"}))[0][-1] == "MALFORMED_AMOUNT"
    assert run((0, "open_lot", "E"), (1, "set_ask", "E", {"amount_minor": -1}))[0][-1] == "MALFORMED_AMOUNT"


def test_a_falling_ask_needs_no_amount():
    _, lots = run((0, "open_lot", "D"), (25, "bid", "D", "A"))
    assert (lots["D"]["hammer_minor"], lots["D"]["ended_at_ms"], lots["D"]["bids"]) == (80, 25, 1)


# --- rulings --------------------------------------------------------------------------------------------------------


def test_reopening_lasts_until_any_lot_is_opened():
    sold = [(0, "open_lot", "E"), (1, "bid", "E", "A", 100), (2, "hammer", "E")]
    again = (4, "reopen", "E", {"reason": "misheard"})
    assert run(*sold, again)[0][-1] == "ok"
    assert run(*sold, (3, "open_lot", "D"), again)[0][-1] == "NOT_ALLOWED_NOW"
    assert run(*sold, (3, "open_lot", "E"), again)[0][-2:] == ["NOT_ALLOWED_NOW", "ok"]


def test_the_pause_of_the_whole_sale_stops_every_clock():
    answers, lots = run(
        (0, "open_lot", "T"),
        (0, "open_lot", "D"),
        (5, "pause"),
        (6, "bid", "T", "A", 100),
        (6, "bid", "D", "A"),
        (6, "pause"),
        (100, "resume"),
        (101, "resume"),
        (102, "bid", "T", "A", 100),
    )
    assert answers == ["ok", "ok", "ok", "NOT_LIVE", "NOT_LIVE", "NOT_LIVE", "ok", "NOT_ALLOWED_NOW", "ok"]
    assert (lots["T"]["deadline_ms"], lots["D"]["deadline_ms"]) == (59 + 95, 60 + 95)


def test_the_limit_counts_every_format():
    bidders = [{"paddle": "A", "limit_minor": 500}, {"paddle": "B"}]
    answers, _ = run(
        *[(0, "open_lot", lot) for lot in "ETDS"],
        (1, "max_bid", "E", "A", 150),
        (1, "bid", "S", "A", 100),
        (1, "bid", "D", "A", 9999),
        (2, "bid", "T", "A", 151),
        (3, "bid", "T", "A", 150),
        (4, "max_bid", "E", "A", 151),
        bidders=bidders,
    )
    assert answers[4:] == ["ok", "ok", "ok", "OVER_LIMIT 150", "ok", "OVER_LIMIT 150"]


# --- keys -----------------------------------------------------------------------------------------------------------


def keyed(*steps):
    outcome = replay(scenario((0, "open_lot", "E"), *steps))
    return outcome["answers"][1:], outcome


def test_the_same_step_with_the_same_key_gets_the_first_answer_and_changes_nothing():
    bid = {"paddle": "A", "amount_minor": 100, "key": "k"}
    once, first = keyed((1, "bid", "E", bid))
    answers, outcome = keyed((1, "bid", "E", bid), (2, "bid", "E", bid), (9, "bid", "E", bid))
    assert [answer["seq"] for answer in answers] == [once[0]["seq"]] * 3
    assert [answer["step"] for answer in answers] == [1, 2, 3]
    assert (outcome["head"], outcome["seq"], outcome["lots"]) == (first["head"], first["seq"], first["lots"])


def test_a_refusal_is_repeated_too():
    low = {"paddle": "A", "amount_minor": 99, "key": "k"}
    answers, _ = keyed(
        (1, "bid", "E", low), (2, "bid", "E", {"paddle": "B", "amount_minor": 200}), (3, "bid", "E", low)
    )
    assert said(answers[0]) == said(answers[2]) == "BELOW_START 100"


def test_the_same_key_with_another_step_is_a_conflict_before_anything_else():
    bid = {"paddle": "A", "amount_minor": 100, "key": "k"}
    for other in (
        (2, "bid", "E", {**bid, "amount_minor": 110}),
        (2, "bid", "nowhere", bid),
        (2, "bid", "E", {**bid, "amount_minor": 100.0}),
        (2, "max_bid", "E", {"paddle": "A", "max_minor": 100, "key": "k"}),
    ):
        answers, _ = keyed((1, "bid", "E", bid), other, (3, "bid", "E", bid))
        assert [said(answer) for answer in answers] == ["ok", "KEY_CONFLICT", "ok"]
        assert answers[1]["params"] == {}


def test_true_is_not_one():
    odd = {"paddle": "A", "key": "k"}
    answers, _ = keyed((1, "bid", "E", {**odd, "amount_minor": 1}), (2, "bid", "E", {**odd, "amount_minor": True}))
    assert [said(answer) for answer in answers] == ["BELOW_START 100", "KEY_CONFLICT"]


def test_every_paddle_has_its_own_keys_and_steps_without_one_share_theirs():
    answers, _ = keyed(
        (1, "bid", "E", {"paddle": "A", "amount_minor": 100, "key": "k"}),
        (2, "bid", "E", {"paddle": "B", "amount_minor": 110, "key": "k"}),
        (3, "fair_warning", "E", {"key": "k"}),
        (4, "hammer", "E", {"key": "k"}),
        (5, "fair_warning", "E", {"key": "k"}),
        (6, "tick", None, {"key": "k"}),
        (7, "bid", "E", {"paddle": "nobody", "amount_minor": 110, "key": "k"}),
        (8, "bid", "E", {"paddle": "nobody", "amount_minor": 111, "key": "k"}),
    )
    assert [said(answer) for answer in answers] == [
        "ok", "ok", "ok", "KEY_CONFLICT", "ok", "KEY_CONFLICT", "NO_PADDLE", "KEY_CONFLICT",
    ]  # fmt: skip


# --- malformed files ------------------------------------------------------------------------------------------------


def broken(**changes):
    return EXAMPLE | changes


def with_step(**facts):
    return broken(steps=[facts])


def with_lot(**facts):
    return broken(lots=[EXAMPLE["lots"][0] | facts])


BID = EXAMPLE["steps"][1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "scenario: an object"),
        ({}, "scenario.sale: missing"),
        (broken(extra=1), "scenario.extra: unknown key"),
        (broken(steps={}), "scenario.steps: a list"),
        (broken(sale={"currency": 1}), "sale.currency: a text"),
        (broken(sale={"curency": "CNY"}), "sale.curency: unknown key"),
        (broken(bidders=["A"]), "bidders[0]: an object"),
        (broken(bidders=[{}]), "bidders[0].paddle: missing"),
        (broken(bidders=[{"paddle": 1}]), "bidders[0].paddle: a text"),
        (broken(bidders=[{"paddle": "A"}, {"paddle": "A"}]), "bidders[1].paddle: 'A' is there twice"),
        (
            broken(bidders=[{"paddle": "A", "limit_minor": "5"}]),
            "bidders[0].limit_minor: a whole number from 0 up, or null",
        ),
        (broken(bidders=[{"paddle": "A", "limit": 5}]), "bidders[0].limit: unknown key"),
        (broken(bidders=[{"paddle": "A", "priority": {"1": "1"}}]), "bidders[0].priority: ranks from 1 up, by lot"),
        (broken(bidders=[{"paddle": "A", "org": 7}]), "bidders[0].org: a text, or null"),
        (broken(lots=EXAMPLE["lots"] * 2), "lots[1].lot: '1' is there twice"),
        (with_lot(format="raffle"), "lots[0].format: one of english, timed, dutch, sealed"),
        (with_lot(start_minor=0), "lots[0].start_minor: a whole number from 1 to 2^53-1"),
        (with_lot(start_minor="100"), "lots[0].start_minor: a whole number from 1 to 2^53-1"),
        (with_lot(increment=None), "lots[0].increment: missing"),
        (with_lot(increment=5), "lots[0].increment: an object, or null"),
        (with_lot(increment={}), "lots[0].increment: increment: one of fixed_minor, ladder, bands, percent"),
        (
            with_lot(increment={"fixed_minor": 0}),
            "lots[0].increment: fixed_minor: a whole number from 1 up",
        ),
        (with_lot(increment={"ladder": "X"}), "lots[0].increment: ladder: one of"),
        (with_lot(increment={"fixed_minor": 5, "on_step": 1}), "lots[0].increment: on_step: true or false"),
        (with_lot(increment={"bands": [[10, 5]]}), "lots[0].increment: bands: the first begins at 0"),
        (with_lot(reserve_minor="5"), "lots[0].reserve_minor: a whole number from 0 up, or null"),
        (with_lot(self_raise=1), "lots[0].self_raise: true or false"),
        (with_lot(colour="red"), "lots[0].colour: not a term of this english lot"),
        (with_lot(floor_minor=5), "lots[0].floor_minor: not a term of this english lot"),
        (with_lot(group="a"), "lots[0].group: not a term of this english lot"),
        (broken(lots=[{**TIMED, "limit_ms": 0}]), "lots[0].limit_ms: a whole number from 1 up"),
        (broken(lots=[{**TIMED, "tick_ms": 5}]), "lots[0].tick_ms: not a term of this timed lot"),
        (broken(lots=[{**TIMED, "groups": "a"}]), "lots[0].groups: not a term of this timed lot"),
        (broken(lots=[{**TIMED, "cap_minor": 99}]), "lots[0].cap_minor: not under the start"),
        (broken(lots=[{**DUTCH, "floor_minor": 101}]), "lots[0].floor_minor: not above the start"),
        (broken(lots=[{**DUTCH, "reserve_minor": 60}]), "lots[0].reserve_minor: null, the floor is the reserve"),
        (broken(lots=[{**SEALED, "tie": "lots"}]), "lots[0].tie: one of earliest"),
        (broken(steps=[7]), "steps[0]: an object"),
        (with_step(at_ms=0), "steps[0].do: missing"),
        (with_step(at_ms=0, do=5), "steps[0].do: a text"),
        (with_step(at_ms=0, do="dance"), "steps[0].do: 'dance' is none of"),
        (with_step(do="tick"), "steps[0].at_ms: missing"),
        (with_step(at_ms=1.0, do="tick"), "steps[0].at_ms: a whole number"),
        (with_step(at_ms=True, do="tick"), "steps[0].at_ms: a whole number"),
        (with_step(at_ms=0, do="tick", lot="1"), "steps[0].lot: unknown key"),
        (with_step(at_ms=0, do="hammer"), "steps[0].lot: missing"),
        (with_step(at_ms=0, do="bid", lot="1", paddle="A"), "steps[0].amount_minor: missing"),
        (with_step(at_ms=0, do="bid", lot="1", paddle=None, amount_minor=1), "steps[0].paddle: a text"),
        (with_step(at_ms=0, do="max_bid", lot="1", paddle="A", amount_minor=1), "steps[0].max_minor: missing"),
        (with_step(at_ms=0, do="void_last", lot="1"), "steps[0].reason: missing"),
        (with_step(at_ms=0, do="reopen", lot="1", reason=5), "steps[0].reason: a text"),
        (with_step(**BID, key=5), "steps[0].key: a text"),
        (with_step(**BID, kee="k"), "steps[0].kee: unknown key"),
        (with_step(at_ms=0, do="tick", key="\ud800"), "steps[0].key: a text"),
        (broken(steps=[BID, {"at_ms": 899, "do": "tick"}]), "steps[1].at_ms: 899 comes after 900"),
    ],
)
def test_a_malformed_file_is_told_in_one_line_that_says_where(given, message):
    with pytest.raises(BadScenario) as error:
        replay(copy.deepcopy(given))
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


# --- the story ------------------------------------------------------------------------------------------------------


def plain(msgid, **params):
    return msgid % params


def test_the_story_says_who_led_when_and_why_a_bid_was_refused():
    told = explain(
        scenario(
            (0, "open_lot", "E"),
            (1000, "bid", "E", "A", 100),
            (2000, "max_bid", "E", "B", 200),
            (3000, "bid", "E", "C", 90),
            (4000, "bid", "E", "C", 150),
            (5000, "bid", "E", "Z", 300),
            (6000, "hammer", "E"),
            lots=[ENGLISH],
        ),
        plain,
    )
    assert told == [
        "Lot E (english), start CNY 1.00, no reserve",
        "  0:00:00.000  Opened; the ask is CNY 1.00.",
        "  0:00:01.000  A bids CNY 1.00 and leads.",
        "  0:00:02.000  B leaves a maximum of CNY 2.00 and leads at CNY 1.10.",
        "  0:00:03.000  C's bid of CNY 0.90 is refused: it is below the start; the least is CNY 1.20. [BELOW_START]",
        "  0:00:04.000  C bids CNY 1.50, beaten by the earlier maximum of B: CNY 1.60.",
        "  0:00:05.000  Z's bid of CNY 3.00 is refused: there is no such paddle. [NO_PADDLE]",
        "  0:00:06.000  Sold to B for CNY 1.60.",
    ]


def test_the_story_of_every_format_can_be_told():
    steps = [
        *[(0, "open_lot", lot) for lot in "ETDS"],
        (1, "bid", "T", "A", 100),
        (2, "bid", "S", "A", 100),
        (2, "bid", "S", "B", 120),
        (3, "max_bid", "T", "A", 200),
        (3, "void_last", "T", {"reason": "misheard"}),
        (3, "bid", "T", "B", 150),
        (3, "void_last", "T", {"reason": "misheard"}),
        (4, "pause"),
        (4, "bid", "E", "A", "x"),
        (5, "resume"),
        (5, "pause", "E"),
        (6, "resume", "E"),
        (7, "set_ask", "E", {"amount_minor": 130}),
        (8, "fair_warning", "E"),
        (8, "bid", "E", "A", 130),
        (9, "void_last", "E", {"reason": "misheard"}),
        (10, "withdraw", "E", {"reason": "title"}),
        (11, "bid", "D", "A"),
        (12, "bid", "nowhere", "A", 5),
        (60, "open_offers", "S"),
        (90, "tick"),
    ]
    told = explain(scenario(*steps), plain)
    assert "  0:00:00.060  Sold to A for CNY 1.00." in told
    assert "  0:00:00.060  The offers are opened: B CNY 1.20, A CNY 1.00." in told
    assert told[-2:] == [
        "The sale",
        "  0:00:00.012  A's bid of CNY 0.05 is refused: there is no such lot. [UNKNOWN_LOT]",
    ]


def test_every_code_has_its_reason_in_the_story():
    servers_own = {Code.UNAUTHENTICATED, Code.FORBIDDEN, Code.RATE_LIMITED, Code.UNAVAILABLE}
    assert set(WHY_REFUSED) == set(Code) - servers_own


# --- the pages about the formats ------------------------------------------------------------------------------------

PAGES = sorted((Path(__file__).parents[2] / "docs" / "rules").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page(page):
    tables = re.findall(r"```table\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert tables or page.stem not in FORMATS
    for table in tables:
        play(table)


def test_every_format_has_its_page():
    assert {page.stem for page in PAGES} == {*FORMATS, "priority", "holds"}


def test_every_term_of_a_format_stands_on_its_page():
    for page in PAGES:
        if page.stem not in FORMATS:
            continue
        text = page.read_text(encoding="utf-8")
        form = FORMATS[page.stem]
        for own in ({}, {"ends_ms": 1}):
            assert all(f"`{name}`" in text for name in form.own_terms(own)), page


@pytest.mark.skipif(os.environ.get("LONG") != "1", reason="measured with LONG=1")
@pytest.mark.parametrize("do", ["bid", "max_bid"])
def test_a_hundred_thousand_bids_take_at_most_five_seconds(do):
    amount = "max_minor" if do == "max_bid" else "amount_minor"
    bidders = [{"paddle": f"P{each}", "limit_minor": 10**9} for each in range(50)]
    bids = [
        {"at_ms": at, "do": do, "lot": "E", "paddle": f"P{at % 50}", amount: 100 + 10 * at} for at in range(100_000)
    ]
    steps = [{"at_ms": 0, "do": "open_lot", "lot": "E"}, *bids]
    started = perf_counter()
    outcome = replay({"sale": {}, "bidders": bidders, "lots": [ENGLISH], "steps": steps})
    assert perf_counter() - started <= 5
    assert outcome["lots"][0]["bids"] == 100_000
