"""The books over a real database: they follow the record, one press enters once, and two cashiers never pay twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from auction.base.rejected import Rejected
from auction.money import acts
from auction.money.books import Press
from auction.money.ledger import Account, Kind
from auction.money.statements import of_bidders, of_lots, totals
from auction.rules import commands as cmd
from models.money import ledger_entries, ledger_lines

from ..sales.test_holding import START, Room

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
TERMS = {"buyer_commission": [[0, 500]], "seller_commission": [[0, 1000]], "deposit": {"fixed_minor": 1_000_000}}


@pytest.fixture
def room(parts, database):
    made = Room(parts, lots=2, **TERMS)
    made.comes("a")
    made.comes("b")
    return made


def press(room, key="k", **said):
    return Press(room.organizer, key, **said)


def sell(room, lot="1", paddle="101"):
    assert room.do(cmd.OpenLot, lot).ok
    assert room.do(cmd.PlaceBid, lot, paddle, START).ok
    assert room.do(cmd.Hammer, lot).ok


def lays_down(room, name="a", minor=1_000_000, key=""):
    books = room.parts.books
    books.act(room.sale, press(room, key or f"deposit-{name}"), acts.DepositArrived(room.rows[name], minor))
    return room.parts.cover.follow(room.sale, books.follow(room.sale), room.organizer)


def test_a_deposit_in_the_books_lets_its_paddle_bid_and_one_that_bounced_holds_it(room):
    assert room.bidder().holds == ("DEPOSIT_MISSING",)
    assert lays_down(room, minor=999_999) == []
    assert room.bidder().holds == ("DEPOSIT_MISSING",), "a fen is missing"
    assert lays_down(room, minor=1, key="rest") == []
    assert room.bidder().holds == ()
    books = room.parts.books
    books.act(room.sale, press(room, "bounced"), acts.Reversed(1))
    assert room.parts.cover.follow(room.sale, books.follow(room.sale), room.organizer) == []
    bidder = room.bidder()
    assert "DEPOSIT_MISSING" in {*bidder.holds, *(each.reason for each in bidder.held)}


def test_a_deposit_that_arrived_before_there_was_a_ledger_counts_until_it_is_taken_back(room):
    cover, row = room.parts.cover, room.rows["a"]
    assert room.parts.holding.deposit(row, room.organizer, arrived=True).ok
    assert lays_down(room, "b") == []
    assert (room.bidder("101").holds, room.bidder("101").held) == ((), ()), "another's deposit holds no paddle"
    cover.settle(room.sale, row, room.organizer, arrived=False)
    bidder = room.bidder("101")
    assert "DEPOSIT_MISSING" in {*bidder.holds, *(each.reason for each in bidder.held)}


def test_a_hammer_is_in_the_books_and_a_reopened_lot_out_of_them(room):
    lays_down(room)
    sell(room)
    ledger = room.parts.books.follow(room.sale)
    assert ledger.owed(room.rows["a"]) == {"1": START * 105 // 100}
    assert -ledger.balance(Account.CONSIGNOR, lot="1") == START * 9 // 10
    assert len(room.parts.books.follow(room.sale).entries) == len(ledger.entries), "it is entered once"

    assert room.do(cmd.ReopenLot, "1", "MISHEARD").ok
    ledger = room.parts.books.follow(room.sale)
    assert ledger.owed(room.rows["a"]) == {}
    assert [entry.kind for entry in ledger.entries] == [Kind.DEPOSIT_ARRIVED, Kind.LOT_SOLD, Kind.SALE_UNDONE]


def test_a_second_press_enters_nothing_more_and_its_key_is_for_nothing_else(room):
    act = acts.DepositArrived(room.rows["a"], 100)
    assert room.parts.books.act(room.sale, press(room), act) == room.parts.books.act(room.sale, press(room), act) == 1
    with pytest.raises(Rejected, match="KEY_CONFLICT"):
        room.parts.books.act(room.sale, press(room), acts.DepositArrived(room.rows["a"], 101))
    assert len(room.parts.books.entries(room.sale)) == 1


def test_deposits_stay_until_the_sale_is_closed_and_all_are_released_at_once(room):
    lays_down(room)
    lays_down(room, "b")
    sell(room)
    books, anna, ben = room.parts.books, room.rows["a"], room.rows["b"]
    for act in (acts.DepositReleased(ben, 1_000_000), acts.DepositsReleased()):
        with pytest.raises(Rejected, match="SALE_RUNS"):
            books.act(room.sale, press(room), act)
    room.parts.sales.close(room.sale, room.organizer)
    books.act(room.sale, press(room, "all"), acts.DepositsReleased(books.in_term(room.sale)))
    ledger = books.follow(room.sale)
    assert (ledger.deposit(ben).released_minor, ledger.deposit(anna).released_minor) == (1_000_000, 0)
    bidders = {each.paddle: each for each in of_bidders(ledger, room.parts.registration.of_sale(room.sale))}
    assert (bidders["101"].owed_minor, bidders["101"].set_off_minor) == (10_500_000, 1_000_000)
    assert bidders["102"].refund_minor == 1_000_000
    assert totals(ledger).bank_minor == 2_000_000


def test_two_cashiers_at_once_never_pay_one_deposit_twice(room):
    lays_down(room)
    books, anna = room.parts.books, room.rows["a"]
    room.parts.sales.close(room.sale, room.organizer)
    books.act(room.sale, press(room, "release"), acts.DepositReleased(anna, 1_000_000))

    def pay(number):
        try:
            return books.act(room.sale, press(room, f"pay-{number}"), acts.RefundPaid(anna, 1_000_000))
        except Rejected as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(pay, range(8)))
    assert sorted(answers, key=str) == [3, *["MORE_THAN_THERE_IS"] * 7]
    assert books.follow(room.sale).balance(Account.BANK) == 0


def test_the_same_press_from_two_windows_at_once_enters_once(room):
    act = acts.DepositArrived(room.rows["a"], 100)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: room.parts.books.act(room.sale, press(room), act), range(8)))
    assert answers == [1] * 8
    assert len(room.parts.books.entries(room.sale)) == 1


def test_consignors_are_shown_what_they_are_due_and_were_paid(room):
    lays_down(room)
    sell(room)
    books, anna = room.parts.books, room.rows["a"]
    books.act(room.sale, press(room, "1"), acts.PaymentArrived(anna, 10_500_000))
    books.act(room.sale, press(room, "2"), acts.CostsCharged("1", 1_000))
    books.act(room.sale, press(room, "3", reference="B-7", note="by hand"), acts.ConsignorPaid("1", 8_000_000))
    (lot,) = of_lots(books.follow(room.sale), room.parts.sales.lots(room.sale))
    assert (lot.costs_minor, lot.paid_minor, lot.due_minor, lot.buyer_owes) == (1_000, 8_000_000, 999_000, False)
    last = books.entries(room.sale)[-1]
    assert (last.n, last.actor, last.reference, last.note) == (5, room.organizer, "B-7", "by hand")


def test_the_database_itself_refuses_to_change_or_delete_an_entry(room):
    lays_down(room)
    changes = (
        update(ledger_lines).values(amount_minor=2),
        update(ledger_entries).values(note="x"),
        delete(ledger_lines),
        delete(ledger_entries),
    )
    for change in changes:
        with pytest.raises(DBAPIError, match="never changed"), room.parts.store.write() as connection:
            connection.execute(change)
    assert room.parts.books.entries(room.sale)[0].entry.lines[0].amount_minor == 1_000_000


def test_several_acts_are_entered_all_or_none_and_once(room):
    books, mine, other = room.parts.books, room.rows["a"], room.rows["b"]
    good = (press(room, "bank:1"), acts.DepositArrived(mine, 1_000_000))
    bad = (press(room, "bank:2"), acts.PaymentArrived(other, 5))
    with pytest.raises(Rejected, match="NOTHING_OWED") as refused:
        books.act_all(room.sale, [good, bad])
    assert refused.value.params["press"] == "bank:2"
    assert books.entries(room.sale) == []
    more = (press(room, "bank:3"), acts.DepositArrived(other, 1_000_000))
    first = books.act_all(room.sale, [good, more])
    assert books.act_all(room.sale, [more, good]) == first[::-1], "the same lines again enter nothing more"
    assert books.keys(room.sale) == {"bank:1", "bank:3"}
    assert totals(books.follow(room.sale)).frozen_minor == 2_000_000
