"""Holds (issue 8, number 4): a held paddle neither wins nor bids on, and the vectors of the scenario contract."""

import pytest

from auction.audit.replay import replay
from auction.record.journal import event_from, facts
from auction.rules import commands as cmd
from auction.rules.kinds import is_public
from auction.rules.visibility import lot_of, public_lot, public_sale, row_of
from tests.rules.table import play

ENGLISH = {"lot": "1", "format": "english", "start_minor": 100_000, "increment": {"fixed_minor": 10_000}}
TIMED = {**ENGLISH, "format": "timed", "ends_ms": 60_000, "window_ms": 10_000, "extend_ms": 20_000}
SEALED = {"lot": "1", "format": "sealed", "start_minor": 100_000, "ends_ms": 10_000}


def played(lot, *steps, bidders=None, **sale):
    """The lot after some steps, one a second, and the answers: "ok" or a code. A pair (ms, step) says when."""
    written = []
    for place, each in enumerate(steps):
        at_ms, step = each if isinstance(each, tuple) else (1000 * place, each)
        where = {} if step["do"] in ("hold", "release", "tick") else {"lot": "1"}
        written.append({"at_ms": at_ms, **where, **step})
    paddles = bidders or [{"paddle": each} for each in "ABCD"]
    told = replay({"sale": sale, "bidders": paddles, "lots": [lot], "steps": written})
    return told["lots"][0], ["ok" if each["ok"] else each["code"] for each in told["answers"]]


OPEN = {"do": "open_lot"}
HAMMER = {"do": "hammer"}


def most(paddle, amount):
    return {"do": "max_bid", "paddle": paddle, "max_minor": amount}


def bid(paddle, amount):
    return {"do": "bid", "paddle": paddle, "amount_minor": amount}


def room(amount):
    return {"do": "floor_bid", "amount_minor": amount}


def hold(paddle, standing="void", reason="SUSPENDED", **lot):
    return {"do": "hold", "paddle": paddle, "reason": reason, "standing": standing, **lot}


def lead(lot):
    return lot["leader"], lot["price_minor"]


@pytest.mark.parametrize(
    ("steps", "leader", "price"),
    [
        ([most("B", 400_000), most("A", 500_000)], "B", 100_000),
        ([most("A", 500_000), bid("C", 300_000)], "C", 300_000),
        ([most("B", 400_000), bid("A", 150_000)], "B", 100_000),
    ],
)
def test_08_04_the_vectors_of_the_contract(steps, leader, price):
    lot, answers = played(ENGLISH, OPEN, *steps, hold("A"))
    assert (answers[-1], lead(lot), lot["bids"]) == ("ok", (leader, price), 1)


def test_08_04_a_suspended_leader_does_not_win_and_his_maximum_does_not_bid_on():
    lot, answers = played(ENGLISH, OPEN, most("A", 500_000), hold("A", "keep"), bid("B", 110_000), HAMMER)
    assert answers == ["ok"] * 5
    assert (lot["paddle"], lot["hammer_minor"]) == ("B", 110_000)
    lot, answers = played(ENGLISH, OPEN, most("A", 500_000), hold("A", "keep"), HAMMER, {**HAMMER, "even_held": True})
    assert answers[3:] == ["LEADER_HELD", "ok"]
    assert (lot["paddle"], lot["hammer_minor"]) == ("A", 100_000)


def test_08_04_the_record_says_that_a_held_paddle_won_and_of_no_other():
    table = play("0 desk open on 1 | ok\n1 A max 500 | A 100\n2 desk hold A SUSPENDED keep | ok")
    assert table.do(cmd.Hammer(3_000, "1")).code == "LEADER_HELD"
    (sold,) = table.do(cmd.Hammer(4_000, "1", even_held=True))
    assert (sold.even_held, facts(sold)["even_held"], table.sale.lots["1"].even_held) == (True, True, True)
    assert public_lot(table.public.lots["1"])["even_held"] is True
    assert lot_of(row_of(public_lot(table.public.lots["1"]))) == public_lot(table.public.lots["1"])

    free = play("0 desk open on 1 | ok\n1 A max 500 | A 100")
    (sold,) = free.do(cmd.Hammer(4_000, "1", even_held=True))
    assert not sold.even_held
    assert "even_held" not in facts(sold), "records from before have no such fact"
    assert event_from({**facts(sold), "sale": "s"}) == sold
    again = play("0 desk open on 1 | ok\n1 A max 500 | A 100\n2 desk hold A SUSPENDED keep | ok")
    again.do(cmd.Hammer(4_000, "1", even_held=True))
    again.do(cmd.ReopenLot(5_000, "1", "DISPUTE"))
    assert not again.sale.lots["1"].even_held


def test_08_04_leader_held_comes_after_no_bid_and_before_the_reserve():
    reserved = {**ENGLISH, "reserve_minor": 300_000}
    _, answers = played(reserved, OPEN, hold("A", "keep"), HAMMER)
    assert answers[-1] == "NO_BID"
    steps = [OPEN, most("A", 500_000), hold("A", "keep"), HAMMER, {**HAMMER, "even_held": True}]
    _, answers = played(reserved, *steps)
    assert answers[3:] == ["LEADER_HELD", "RESERVE_NOT_MET"], "a cut maximum is not lifted to the reserve"


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("SUSPENDED", "SUSPENDED"),
        ("DEFAULTER_BARRED", "DEFAULTER_BARRED"),
        ("DEPOSIT_MISSING", "DEPOSIT_MISSING"),
        ("CONFLICT", "CONFLICT_OF_INTEREST"),
    ],
)
def test_08_04_a_held_paddle_is_refused_with_the_reason_until_it_is_released(reason, code):
    steps = [OPEN, hold("A", reason=reason), bid("A", 100_000), {"do": "release", "paddle": "A"}, bid("A", 100_000)]
    _, answers = played(ENGLISH, *steps)
    assert answers == ["ok", "ok", code, "ok", "ok"]


def test_08_04_a_hold_for_a_conflict_may_be_on_one_lot():
    _, answers = played(ENGLISH, OPEN, hold("A", reason="CONFLICT", lot="1"), bid("A", 100_000))
    assert answers[-1] == "CONFLICT_OF_INTEREST"
    _, answers = played(ENGLISH, OPEN, hold("A", reason="CONFLICT", lot="2"), hold("Z"))
    assert answers[1:] == ["UNKNOWN_LOT", "NO_PADDLE"]


def test_08_04_nothing_comes_back_by_a_release_a_void_or_a_reopening():
    steps = [OPEN, most("A", 500_000), bid("B", 150_000), hold("A", "keep"), {"do": "release", "paddle": "A"}]
    void = {"do": "void_last", "reason": "x"}
    lot, _ = played(ENGLISH, *steps, void, bid("B", 110_000))
    assert lead(lot) == ("B", 110_000), "a void does not bring the maximum back"
    lot, _ = played(ENGLISH, *steps, HAMMER, {"do": "reopen", "reason": "x"}, bid("B", 170_000))
    assert lead(lot) == ("B", 170_000)


def test_08_04_on_a_reopening_the_bids_of_who_was_held_since_fall_or_stay_as_his_hold_says():
    steps = [OPEN, bid("B", 100_000), most("A", 500_000), HAMMER]
    back = {"do": "reopen", "reason": "x"}
    lot, _ = played(ENGLISH, *steps, hold("A"), back)
    assert (lead(lot), lot["bids"]) == (("B", 100_000), 1)
    lot, answers = played(ENGLISH, *steps, hold("A", "keep"), back, HAMMER, bid("B", 120_000))
    assert (lead(lot), answers[-2:]) == (("B", 120_000), ["LEADER_HELD", "ok"])


def test_08_04_a_revived_bid_above_its_bidders_limit_does_not_lead():
    lots = [{**ENGLISH, "lot": each} for each in "12"] + [{**TIMED, "lot": "3"}]
    bidders = [{"paddle": "A"}, {"paddle": "B", "limit_minor": 300_000}, {"paddle": "C"}]
    steps = [
        {"at_ms": 0, "do": "open_lot", "lot": "1"},
        {"at_ms": 0, "do": "open_lot", "lot": "3"},
        {"at_ms": 1, **bid("C", 100_000), "lot": "1"},
        {"at_ms": 2, **bid("B", 200_000), "lot": "1"},
        {"at_ms": 3, **bid("A", 210_000), "lot": "1"},
        {"at_ms": 4, **most("B", 150_000), "lot": "3"},
        {"at_ms": 5, **hold("A")},
    ]
    told = replay({"sale": {}, "bidders": bidders, "lots": lots, "steps": steps})
    assert lead(told["lots"][0]) == ("C", 100_000)


def test_08_04_a_timed_lot_with_another_leader_ends_no_sooner_than_one_extension_later():
    steps = [OPEN, bid("B", 100_000), bid("A", 110_000)]
    lot, _ = played(TIMED, *steps, (59_000, hold("A")))
    assert (lead(lot), lot["deadline_ms"]) == (("B", 100_000), 79_000)
    lot, _ = played({**TIMED, "hard_end_ms": 60_000}, *steps, (59_000, hold("A")), (78_000, bid("C", 110_000)))
    assert lot["deadline_ms"] == 79_000, "the hard end moved with it, and no further"
    lot, _ = played(TIMED, *steps, (59_000, hold("B")))
    assert (lead(lot), lot["deadline_ms"]) == (("A", 110_000), 60_000), "the same leader: nothing moves"


def test_08_04_a_timed_lot_led_by_a_held_paddle_pauses_at_its_end():
    steps = [OPEN, bid("B", 100_000), most("A", 500_000), hold("A", "keep"), (90_000, {"do": "tick"})]
    lot, _ = played(TIMED, *steps)
    assert (lot["status"], lead(lot), lot["ended_at_ms"]) == ("paused", ("A", 110_000), None)
    lot, answers = played(TIMED, *steps, (91_000, HAMMER), (92_000, {**HAMMER, "even_held": True}))
    assert (answers[-2:], lot["status"], lot["hammer_minor"]) == (["LEADER_HELD", "ok"], "sold", 110_000)
    lot, _ = played(TIMED, *steps, (91_000, {"do": "pass"}))
    assert lot["status"] == "passed"
    lot, _ = played(TIMED, *steps, (91_000, {"do": "withdraw", "reason": "OTHER"}))
    assert lot["status"] == "withdrawn"
    lot, _ = played(TIMED, *steps, (91_000, {"do": "resume"}))
    assert (lot["status"], lot["deadline_ms"]) == ("open", 111_000), "one full period"
    lot, _ = played(TIMED, *steps, (91_000, hold("A")), (92_000, {"do": "resume"}), (120_000, {"do": "tick"}))
    assert (lot["status"], lot["paddle"]) == ("sold", "B")
    lot, _ = played(TIMED, *steps, (91_000, {"do": "void_last", "reason": "x"}))
    assert (lot["status"], lead(lot)) == ("paused", ("B", 100_000))


def test_08_04_below_the_reserve_a_timed_lot_passes_also_where_a_held_paddle_leads():
    steps = [OPEN, most("A", 500_000), hold("A", "keep"), (90_000, {"do": "tick"})]
    lot, _ = played({**TIMED, "reserve_minor": 300_000}, *steps)
    assert lot["status"] == "passed"


def test_08_04_no_person_pauses_a_lot_as_if_the_clock_had():
    _, answers = played(TIMED, OPEN, {"do": "pause", "reason": "LEADER_HELD"})
    assert answers[-1] == "NOT_ALLOWED_NOW"


def test_08_04_sealed_offers_of_a_held_paddle():
    steps = [OPEN, bid("A", 300_000), bid("B", 200_000)]
    opened = (11_000, {"do": "open_offers"})
    lot, _ = played(SEALED, *steps, hold("A"), opened)
    assert (lot["paddle"], lot["hammer_minor"], lot["bids"]) == ("B", 200_000, 1)
    lot, _ = played(SEALED, *steps, hold("A", "keep"), opened)
    assert (lot["status"], lot["bids"]) == ("paused", 2)
    even = {**HAMMER, "even_held": True}
    lot, answers = played(SEALED, *steps, hold("A", "keep"), opened, (12_000, HAMMER), (13_000, even))
    assert (answers[-2:], lot["paddle"], lot["hammer_minor"]) == (["LEADER_HELD", "ok"], "A", 300_000)
    lot, _ = played(SEALED, *steps, hold("A", "keep"), opened, (12_000, hold("A")), (13_000, HAMMER))
    assert (lot["paddle"], lot["hammer_minor"]) == ("B", 200_000)
    _, answers = played(SEALED, *steps, hold("A", "keep"), opened, (12_000, {"do": "resume"}))
    assert answers[-1] == "NOT_ALLOWED_NOW"


SECRETS = """
    lot 1 english start=100 by=10
    lot 2 timed start=100 by=10 ends=60s window=10s extend=20s
    lot 3 sealed start=100 ends=50s
    paddle A,B,C
    ---
    0  desk open on 1 | ok
    0  desk open on 2 | ok
    0  desk open on 3 | ok
    1  A max {most} on 1 | A 100
    2  B bid 150 on 1 | A 160
    3  A bid 100 on 2 | A 100
    3  A bid {most} on 3 | ok
    4  desk warn on 1 | fair_warning
    55 desk hold A {reason} {standing} | ok
"""


@pytest.mark.parametrize("standing", ["void", "keep"])
def test_08_04_the_public_learns_no_reason_and_no_maximum(standing):
    seen = []
    for most_, reason in (("400", "SUSPENDED"), ("900", "DEFAULTER_BARRED")):
        table = play(SECRETS.format(most=most_, reason=reason, standing=standing))
        seen.append(([*filter(is_public, table.events)], public_sale(table.sale)))
    assert seen[0] == seen[1]
    assert "HELD" in repr(seen[0][0])
    assert "SUSPENDED" not in repr(seen[0][0])
