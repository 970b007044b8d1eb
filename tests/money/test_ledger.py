"""The ledger: entries by hand with every balance told, the law's own figures, and what may not be entered."""

import pytest

from auction.base.rejected import Rejected
from auction.money import acts
from auction.money.decide import decide
from auction.money.following import following, sold, undone
from auction.money.ledger import Account, Deposit, Entry, Kind, Ledger, LedgerBroken, LedgerLine, Place, Purchase

P1 = Purchase("1", "anna", 500_000_00, 25_000_00, 25_000_00)
"""The sale of rulebook 2.1, art. 39: 500,000 yuan with five percent on both sides."""


def after(*steps: acts.LedgerAct | Purchase, ledger: Ledger | None = None) -> Ledger:
    """The ledger after purchases of the record and acts."""
    ledger = ledger or Ledger()
    for step in steps:
        ledger = ledger.after(sold(step) if isinstance(step, Purchase) else decide(ledger, step))
    return ledger


def refused(ledger: Ledger, act: acts.LedgerAct) -> str:
    with pytest.raises(Rejected) as caught:
        decide(ledger, act)
    return caught.value.code


def test_a_sale_is_settled_to_the_last_fen():
    ledger = after(
        acts.DepositArrived("anna", 100_000_00),
        acts.DepositArrived("ben", 100_000_00),
        P1,
        acts.DepositApplied("anna", 100_000_00),
        acts.PaymentArrived("anna", 400_000_00),
    )
    assert ledger.owed("anna") == {"1": 25_000_00}
    assert refused(ledger, acts.ConsignorPaid("1", 475_000_00)) == "BUYER_OWES"

    ledger = after(acts.PaymentArrived("anna", 25_000_00), acts.DepositReleased("ben", 100_000_00), ledger=ledger)
    ledger = after(acts.RefundPaid("ben", 100_000_00), acts.ConsignorPaid("1", 475_000_00), ledger=ledger)
    assert ledger.owed("anna") == {}
    assert ledger.deposit("anna") == Deposit(paid_minor=100_000_00, applied_minor=100_000_00)
    assert ledger.deposit("ben") == Deposit(paid_minor=100_000_00, released_minor=100_000_00)
    assert ledger.total(Account.CONSIGNOR) == ledger.total(Account.REFUND) == ledger.total(Account.DEPOSIT) == 0
    assert ledger.balance(Account.BANK) == 50_000_00, "the commission of both sides is what stays"
    assert -ledger.total(Account.BUYER_COMMISSION) == -ledger.total(Account.SELLER_COMMISSION) == 25_000_00


@pytest.mark.parametrize(("second_minor", "liable_minor"), [(420_000_00, 130_000_00), (560_000_00, 50_000_00)])
def test_a_default_costs_both_commissions_and_the_shortfall(second_minor: int, liable_minor: int):
    """拍卖法 39, with the figures of rulebook 2.1."""
    ledger = after(acts.DepositArrived("anna", 100_000_00), P1, acts.Defaulted("1"))
    assert ledger.owed("anna") == {"1": 50_000_00}
    assert ledger.balance(Account.CONSIGNOR, lot="1") == 0
    ledger = after(acts.DepositForfeited("anna"), acts.Resold("1", second_minor), ledger=ledger)
    assert ledger.owed("anna") == {"1": liable_minor}
    assert ledger.deposit("anna").forfeited_minor == 100_000_00
    part_minor = min(100_000_00, liable_minor)
    ledger = after(acts.ForfeitUsed("anna", "1", part_minor), ledger=ledger)
    assert sum(ledger.owed("anna").values()) == liable_minor - part_minor


def test_a_payment_in_parts_pays_the_oldest_debt_first_and_too_much_is_paid_back():
    second = Purchase("2", "anna", 10_000_00, 500_00)
    ledger = after(P1, second, acts.PaymentArrived("anna", 530_000_00))
    assert ledger.owed("anna") == {"2": 5_500_00}
    ledger = after(acts.PaymentArrived("anna", 6_000_00), ledger=ledger)
    assert ledger.owed("anna") == {}
    assert -ledger.balance(Account.REFUND, "anna") == 500_00


def test_a_lot_that_is_reopened_pays_back_what_was_paid_for_it():
    ledger = after(P1, acts.PaymentArrived("anna", 525_000_00))
    ledger = ledger.after(undone(ledger, "1"))
    assert -ledger.balance(Account.REFUND, "anna") == 525_000_00
    assert ledger.total(Account.BUYER) == ledger.total(Account.CONSIGNOR) == ledger.total(Account.BUYER_COMMISSION) == 0
    assert refused(ledger, acts.Reversed(2)) == "USED_SINCE"


def test_the_ledger_follows_the_record_and_only_where_it_differs():
    taken = Purchase("1", "ben", 500_000_00, 25_000_00, 25_000_00)
    ledger = after(P1)
    assert list(following(ledger, {"1": P1})) == []
    ledger = ledger.after(*following(ledger, {"1": taken}))
    assert ledger.owed("anna") == {}
    assert ledger.owed("ben") == {"1": 525_000_00}
    ledger = after(acts.Defaulted("1"), ledger=ledger)
    assert list(following(ledger, {"1": taken})) == [], "a default is no change of the record"


def test_what_there_is_not_cannot_be_moved():
    ledger = after(acts.DepositArrived("anna", 100), P1)
    for act, code in (
        (acts.DepositReleased("anna", 100), "STILL_OWES"),
        (acts.DepositApplied("anna", 101), "MORE_THAN_THERE_IS"),
        (acts.DepositApplied("ben", 1), "MORE_THAN_THERE_IS"),
        (acts.DepositArrived("anna", 0), "MALFORMED_AMOUNT"),
        (acts.PaymentArrived("ben", 1), "NOTHING_OWED"),
        (acts.RefundPaid("anna", 1), "MORE_THAN_THERE_IS"),
        (acts.ForfeitUsed("anna", "1", 1), "MORE_THAN_THERE_IS"),
        (acts.DepositsReleased(), "NO_DEPOSIT_TO_RELEASE"),
        (acts.DepositForfeited("anna"), "NO_DEFAULT"),
        (acts.Resold("1", 1), "NO_DEFAULT"),
        (acts.Defaulted("2"), "NOTHING_OWED"),
        (acts.Reversed(9), "UNKNOWN_ENTRY"),
        (acts.Reversed(2), "NOT_REVERSIBLE"),
        (acts.DayClosed(99), "BANK_DIFFERS"),
    ):
        assert refused(ledger, act) == code, act
    assert decide(ledger, acts.DayClosed(100)) == Entry(Kind.DAY_CLOSED)


def test_a_wrong_entry_is_taken_back_by_another_unless_its_money_was_used():
    ledger = after(acts.DepositArrived("anna", 100), acts.Reversed(1))
    assert ledger.deposit("anna") == Deposit()
    assert refused(ledger, acts.Reversed(1)) == "NOT_REVERSIBLE"
    ledger = after(acts.DepositArrived("anna", 100), acts.DepositReleased("anna", 100), ledger=ledger)
    assert refused(ledger, acts.Reversed(3)) == "USED_SINCE"


@pytest.mark.parametrize(
    "entry",
    [
        Entry(Kind.DEPOSIT_ARRIVED, (LedgerLine(Place(Account.BANK), 1),)),
        Entry(Kind.REFUND_PAID, (LedgerLine(Place(Account.REFUND, "anna"), 1), LedgerLine(Place(Account.BANK), -1))),
        Entry(
            Kind.DEPOSIT_RELEASED,
            (LedgerLine(Place(Account.DEPOSIT, "a"), 1), LedgerLine(Place(Account.REFUND, "a"), -1)),
        ),
        Entry(
            Kind.CONSIGNOR_PAID,
            (LedgerLine(Place(Account.CONSIGNOR, lot="1"), 1), LedgerLine(Place(Account.COSTS), -1)),
        ),
    ],
)
def test_an_entry_that_cannot_be_is_a_defect_and_not_taken(entry: Entry):
    with pytest.raises(LedgerBroken):
        Ledger().after(entry)


def test_a_release_of_all_is_told_by_no_list_of_those_it_keeps():
    """What tells a second press from another act is kept in a short column; the order of a set changes by process."""
    many = acts.DepositsReleased(frozenset(str(number) * 32 for number in range(200)))
    assert repr(many) == repr(acts.DepositsReleased())
