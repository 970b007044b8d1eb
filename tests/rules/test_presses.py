"""What a press means (issue 8, 15 and 17): which lead it was made for, and a sum that a person cannot mean."""

import pytest

from auction.rules import commands as cmd
from auction.rules import events as ev
from auction.rules.refusals import Code, Refused
from tests.rules.table import play

NOBODY = cmd.Lead(None, None)
A_LEADS, B_LEADS = cmd.Lead("A", 10_000), cmd.Lead("B", 10_500)
LED_BY_B = """
0 desk open on 1 | ok
1 A bid 100 | A 100
2 B bid 105 | B 105
"""
ENDS = {
    "pass": (lambda seen: cmd.PassLot(9_000, "1", seen), ev.LotPassed),
    "void": (lambda seen: cmd.VoidLastBid(9_000, "1", "MISHEARD", seen=seen), ev.BidVoided),
    "withdraw": (lambda seen: cmd.WithdrawLot(9_000, "1", "AUTHORITY", seen), ev.LotWithdrawn),
}


@pytest.mark.parametrize("name", ENDS)
def test_08_17_a_press_for_an_older_lead_ends_no_other(name):
    press, happens = ENDS[name]
    for older in (A_LEADS, NOBODY, cmd.Lead("B", 10_000)):
        assert play(LED_BY_B).do(press(older)) == Refused(Code.LEAD_CHANGED), older
    for good in (B_LEADS, None):
        assert isinstance(play(LED_BY_B).do(press(good))[0], happens), good


def test_08_17_a_pass_of_a_lot_without_a_bid_does_not_end_the_first_bid():
    assert play(LED_BY_B).do(cmd.PassLot(9_000, "1", NOBODY)) == Refused(Code.LEAD_CHANGED)
    assert isinstance(play("0 desk open on 1 | ok").do(cmd.PassLot(9_000, "1", NOBODY))[0], ev.LotPassed)
    assert isinstance(play("0 desk open on 1 | ok").do(cmd.WithdrawLot(9_000, "2", None, NOBODY))[0], ev.LotWithdrawn)


def test_08_17_a_bid_in_the_room_is_named_by_its_own_number():
    table = play("0 desk open on 1 | ok\n1 room floor 100 | room 100\n2 B bid 105 | B 105")
    (seq, _), *_ = table.sale.lots["1"].standing.rooms
    told = table.do(cmd.VoidLastBid(9_000, "1", "MISHEARD", seq, A_LEADS))
    assert isinstance(told[0], ev.BidVoided), "no matter who leads"


FRACTION = 10_550


@pytest.mark.parametrize(
    "typed",
    [
        cmd.PlaceBid(9_000, "1", "A", FRACTION, whole=True),
        cmd.PlaceMaximum(9_000, "1", "A", FRACTION, whole=True),
        cmd.PlaceFloorBid(9_000, "1", "A", FRACTION, whole=True),
        cmd.SetAsk(9_000, "1", FRACTION, whole=True),
        cmd.LeaveMaximum(9_000, "2", "A", FRACTION, whole=True),
    ],
)
def test_08_15_a_fraction_of_a_yuan_that_was_typed_is_refused(typed):
    assert play("0 desk open on 1 | ok").do(typed) == Refused(Code.NOT_WHOLE)


def test_08_15_a_fraction_to_which_the_ladder_leads_is_good_and_no_other():
    head = "lot 1 english start=100.50 by=5\npaddle A,B\n---\n0 desk open | ok\n"
    assert play(head).do(cmd.PlaceBid(9_000, "1", "A", 10_060, whole=True)) == Refused(Code.NOT_WHOLE)
    assert isinstance(play(head).do(cmd.PlaceBid(9_000, "1", "A", 10_050, whole=True))[0], ev.BidPlaced)
    assert isinstance(play(head).do(cmd.PlaceBid(9_000, "1", "A", 10_100, whole=True))[0], ev.BidPlaced)
    table = play(head + "1 A bid 100.50 | A 100.5")
    assert isinstance(table.do(cmd.PlaceBid(9_000, "1", "B", 10_550, whole=True))[0], ev.BidPlaced), "the next amount"


def test_08_15_a_sale_in_yen_has_no_fractions_and_a_program_may_bid_them():
    table = play("sale currency=JPY\nlot 1 english start=100 by=5\npaddle A,B\n---\n0 desk open | ok")
    assert isinstance(table.do(cmd.PlaceBid(9_000, "1", "A", 10_001, whole=True))[0], ev.BidPlaced)
    assert isinstance(play("0 desk open on 1 | ok").do(cmd.PlaceBid(9_000, "1", "A", FRACTION))[0], ev.BidPlaced)
