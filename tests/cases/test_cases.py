"""After the sale: the steps of a sold lot, what the ledger says of them, and later offers for lots that were passed."""

import pytest

from auction.base.rejected import Rejected
from auction.cases.steps import CaseState, CaseStep, LaterOffer, StepEntry, StepTold, steps_of
from auction.money import acts
from auction.money.books import Press
from auction.rules import commands as cmd

from ..sales.test_holding import START, Room

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def room(parts, database):
    """Lot 1 is sold to paddle 101, lot 2 was passed, lot 3 has not come up."""
    made = Room(parts, lots=3)
    made.comes("a")
    assert made.do(cmd.OpenLot, "1").ok
    assert made.do(cmd.PlaceBid, "1", "101", START).ok
    assert made.do(cmd.Hammer, "1").ok
    assert made.do(cmd.OpenLot, "2").ok
    assert made.do(cmd.PassLot, "2").ok
    return made


def cases(room):
    return room.parts.cases.of_sale(room.parts.sales.by_id(room.sale))


def tell(room, step, lot="1", **said):
    room.parts.cases.set_step(room.parts.sales.by_id(room.sale), lot, StepTold(step, **said), room.organizer)


def offer(room, lot="2", **said):
    made = LaterOffer(said.pop("who", "甲公司"), **said)
    room.parts.cases.add_offer(room.parts.sales.by_id(room.sale), lot, made, room.organizer)


def test_each_lot_that_ended_has_a_case(room):
    sold, passed = cases(room)
    assert (sold.lot, sold.state) == ("1", CaseState.OPEN)
    assert (sold.paddle, sold.buyer, sold.hammer_minor) == ("101", "a", START)
    assert sold.next_step.step is CaseStep.CONFIRMED
    assert (passed.lot, passed.state, passed.steps) == ("2", CaseState.PASSED, ())


def test_a_step_has_a_day_a_person_and_a_moment_that_stays(room):
    tell(room, CaseStep.CONFIRMED, due_on="2001-01-01", who="王")
    view = cases(room)[0].steps[0]
    assert (view.entry.due_on, view.entry.who, view.is_done, view.is_overdue) == ("2001-01-01", "王", False, True)
    tell(room, CaseStep.CONFIRMED, who="王", is_done=True)
    first_ms = cases(room)[0].steps[0].entry.done_ms
    tell(room, CaseStep.CONFIRMED, who="王", note="原件存档", is_done=True)
    view = cases(room)[0].steps[0]
    assert (view.entry.done_ms, view.entry.note, view.is_overdue) == (first_ms, "原件存档", False)
    tell(room, CaseStep.CONFIRMED)
    assert not cases(room)[0].steps[0].is_done, "what was ticked wrongly is taken back"


def test_only_the_ledger_says_that_a_lot_is_paid(room):
    with pytest.raises(Rejected, match="CASE_PAID_BY_LEDGER"):
        tell(room, CaseStep.PAID, is_done=True)
    tell(room, CaseStep.PAID, due_on="2001-01-01")
    assert cases(room)[0].overdue[0].step is CaseStep.PAID
    paid = Press(room.organizer, "k")
    room.parts.books.act(room.sale, paid, acts.PaymentArrived(room.rows["a"], START))
    assert cases(room)[0].steps[1].is_done
    assert cases(room)[0].overdue == ()
    for step in CaseStep:
        if step is not CaseStep.PAID:
            tell(room, step, is_done=True)
    assert cases(room)[0].state is CaseState.DONE


def test_a_lot_that_is_not_paid_is_in_default(room):
    room.parts.books.act(room.sale, Press(room.organizer, "k"), acts.Defaulted("1"))
    assert cases(room)[0].state is CaseState.DEFAULTED


def test_later_offers_are_kept_for_passed_lots_only(room):
    offer(room, amount_minor=5_000_000, note="电话")
    offer(room, who="乙大学")
    kept = [(each.who, each.amount_minor) for each in cases(room)[1].offers]
    assert sorted(kept) == [("乙大学", None), ("甲公司", 5_000_000)]
    for lot, code in (("1", "CASE_NOT_PASSED"), ("3", "CASE_NOT_ENDED"), ("9", "CASE_NOT_ENDED")):
        with pytest.raises(Rejected, match=code):
            offer(room, lot)
    with pytest.raises(Rejected, match="CASE_NOT_SOLD"):
        tell(room, CaseStep.CONTRACT, "2")
    row, gone = (
        room.parts.sales.by_id(room.sale),
        next(each.id for each in cases(room)[1].offers if each.who == "乙大学"),
    )
    room.parts.cases.remove_offer(row, gone)
    assert [each.who for each in cases(room)[1].offers] == ["甲公司"]
    with pytest.raises(Rejected, match="NOT_FOUND"):
        room.parts.cases.remove_offer(row, gone)


def test_a_step_is_overdue_from_the_day_after(database):
    entries = {CaseStep.CONTRACT: StepEntry(due_on="2018-12-28")}
    assert not steps_of(entries, is_paid=False, today="2018-12-28")[2].is_overdue
    assert steps_of(entries, is_paid=False, today="2018-12-29")[2].is_overdue
