"""The entry that an act leads to: `decide(ledger, act)` gives it or raises Rejected with a code; it writes nothing.

Pure. Sources: rulebook 2.6 (deposits), 拍卖法 39 (default), 法释〔2016〕18号 23 and 24 (deposits set off, kept).
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..base.rejected import Rejected
from ..rules.lot import MAX_AMOUNT
from ..rules.money import default_liability_minor
from .acts import (
    ConsignorPaid,
    CostsCharged,
    CreditReturned,
    DayClosed,
    Defaulted,
    DepositApplied,
    DepositArrived,
    DepositForfeited,
    DepositReleased,
    DepositsReleased,
    ForfeitUsed,
    LedgerAct,
    PaymentArrived,
    RefundPaid,
    Resold,
    Reversed,
)
from .ledger import Account, Entry, Kind, Ledger, LedgerLine, Place, moved

_BANK = Place(Account.BANK)

REVERSIBLE = frozenset(
    {
        Kind.DEPOSIT_ARRIVED,
        Kind.DEPOSIT_APPLIED,
        Kind.DEPOSIT_RELEASED,
        Kind.FORFEIT_USED,
        Kind.PAYMENT_ARRIVED,
        Kind.CREDIT_RETURNED,
        Kind.REFUND_PAID,
        Kind.COSTS_CHARGED,
        Kind.CONSIGNOR_PAID,
    }
)
"""Entries that a person makes, and may have made wrongly. Only the record undoes those that follow from the record."""


def decide(ledger: Ledger, act: LedgerAct) -> Entry:
    """The entry that an act leads to. Raises Rejected."""
    return _DECIDE[type(act)](ledger, act)


# --- deposits --------------------------------------------------------------------------------------------------------


def _deposit_arrived(_ledger: Ledger, act: DepositArrived) -> Entry:
    _positive(act.amount_minor)
    return Entry(Kind.DEPOSIT_ARRIVED, moved(act.amount_minor, _BANK, Place(Account.DEPOSIT, act.party)))


def _deposit_applied(ledger: Ledger, act: DepositApplied) -> Entry:
    owed = ledger.owed(act.party)
    _at_most(act.amount_minor, min(ledger.deposit(act.party).frozen_minor, sum(owed.values())))
    paid, _left = _paying(act.party, owed, act.amount_minor)
    return Entry(Kind.DEPOSIT_APPLIED, (LedgerLine(Place(Account.DEPOSIT, act.party), act.amount_minor), *paid))


def _deposit_released(ledger: Ledger, act: DepositReleased) -> Entry:
    if ledger.owed(act.party):
        raise Rejected("STILL_OWES")
    _at_most(act.amount_minor, ledger.deposit(act.party).frozen_minor)
    places = Place(Account.DEPOSIT, act.party), Place(Account.REFUND, act.party)
    return Entry(Kind.DEPOSIT_RELEASED, moved(act.amount_minor, *places))


def _deposits_released(ledger: Ledger, act: DepositsReleased) -> Entry:
    lines: list[LedgerLine] = []
    for party, deposit in ledger.deposits.items():
        if deposit.frozen_minor and party not in act.kept and not ledger.owed(party):
            lines += moved(deposit.frozen_minor, Place(Account.DEPOSIT, party), Place(Account.REFUND, party))
    if not lines:
        raise Rejected("NO_DEPOSIT_TO_RELEASE")
    return Entry(Kind.DEPOSIT_RELEASED, tuple(lines))


def _deposit_forfeited(ledger: Ledger, act: DepositForfeited) -> Entry:
    if act.party not in {purchase.party for purchase in ledger.defaulted.values()}:
        raise Rejected("NO_DEFAULT")
    frozen_minor = ledger.deposit(act.party).frozen_minor
    _positive(frozen_minor)
    places = Place(Account.DEPOSIT, act.party), Place(Account.FORFEITED, act.party)
    return Entry(Kind.DEPOSIT_FORFEITED, moved(frozen_minor, *places))


def _forfeit_used(ledger: Ledger, act: ForfeitUsed) -> Entry:
    _at_most(act.amount_minor, -ledger.balance(Account.FORFEITED, act.party))
    _at_most(act.amount_minor, ledger.owed(act.party).get(act.lot, 0))
    places = Place(Account.FORFEITED, act.party), Place(Account.BUYER, act.party, act.lot)
    return Entry(Kind.FORFEIT_USED, moved(act.amount_minor, *places))


# --- payments --------------------------------------------------------------------------------------------------------


def _payment_arrived(ledger: Ledger, act: PaymentArrived) -> Entry:
    _positive(act.amount_minor)
    owed = {lot: minor for lot, minor in ledger.owed(act.party).items() if act.lot in ("", lot)}
    if not owed:
        raise Rejected("NOTHING_OWED")
    paid, left_minor = _paying(act.party, owed, act.amount_minor)
    too_much = (LedgerLine(Place(Account.REFUND, act.party), -left_minor),) if left_minor else ()
    return Entry(Kind.PAYMENT_ARRIVED, (LedgerLine(_BANK, act.amount_minor), *paid, *too_much))


def _credit_returned(ledger: Ledger, act: CreditReturned) -> Entry:
    buyer = Place(Account.BUYER, act.party, act.lot)
    credit_minor = -ledger.balances.get(buyer, 0)
    if act.lot in ledger.defaulted and act.lot not in ledger.resold:
        raise Rejected("NOT_RESOLD")
    _positive(credit_minor)
    return Entry(Kind.CREDIT_RETURNED, moved(credit_minor, buyer, Place(Account.REFUND, act.party)))


def _refund_paid(ledger: Ledger, act: RefundPaid) -> Entry:
    _at_most(act.amount_minor, -ledger.balance(Account.REFUND, act.party))
    return Entry(Kind.REFUND_PAID, moved(act.amount_minor, Place(Account.REFUND, act.party), _BANK))


def _costs_charged(ledger: Ledger, act: CostsCharged) -> Entry:
    _at_most(act.amount_minor, -ledger.balance(Account.CONSIGNOR, lot=act.lot))
    places = Place(Account.CONSIGNOR, lot=act.lot), Place(Account.COSTS, lot=act.lot)
    return Entry(Kind.COSTS_CHARGED, moved(act.amount_minor, *places))


def _consignor_paid(ledger: Ledger, act: ConsignorPaid) -> Entry:
    purchase = ledger.sold.get(act.lot) or ledger.defaulted.get(act.lot)
    if purchase is None or ledger.owed(purchase.party).get(act.lot, 0):
        raise Rejected("BUYER_OWES")
    _at_most(act.amount_minor, -ledger.balance(Account.CONSIGNOR, lot=act.lot))
    return Entry(Kind.CONSIGNOR_PAID, moved(act.amount_minor, Place(Account.CONSIGNOR, lot=act.lot), _BANK))


# --- default ---------------------------------------------------------------------------------------------------------


def _defaulted(ledger: Ledger, act: Defaulted) -> Entry:
    purchase = ledger.sold.get(act.lot)
    if purchase is None or not ledger.owed(purchase.party).get(act.lot, 0):
        raise Rejected("NOTHING_OWED")
    if -ledger.balance(Account.CONSIGNOR, lot=act.lot) < purchase.net_minor:
        raise Rejected("CONSIGNOR_WAS_PAID")
    liable_minor = purchase.buyer_commission_minor + purchase.seller_commission_minor
    lines = (
        LedgerLine(Place(Account.BUYER, purchase.party, act.lot), liable_minor - purchase.all_in_minor),
        LedgerLine(Place(Account.CONSIGNOR, lot=act.lot), purchase.net_minor),
    )
    return Entry(Kind.DEFAULTED, lines, purchase)


def _resold(ledger: Ledger, act: Resold) -> Entry:
    purchase = ledger.defaulted.get(act.lot)
    if purchase is None or act.lot in ledger.resold:
        raise Rejected("NO_DEFAULT")
    _positive(act.second_minor)
    commissions = purchase.buyer_commission_minor, purchase.seller_commission_minor
    liable_minor = default_liability_minor(purchase.hammer_minor, *commissions, act.second_minor)
    shortfall_minor = liable_minor - sum(commissions)
    places = Place(Account.BUYER, purchase.party, act.lot), Place(Account.CONSIGNOR, lot=act.lot)
    return Entry(Kind.RESOLD, moved(shortfall_minor, *places) if shortfall_minor else (), purchase)


# --- corrections and the day -----------------------------------------------------------------------------------------


def _reversed(ledger: Ledger, act: Reversed) -> Entry:
    if not 1 <= act.entry <= len(ledger.entries):
        raise Rejected("UNKNOWN_ENTRY")
    wrong = ledger.entries[act.entry - 1]
    if act.entry in ledger.reversed or wrong.kind not in REVERSIBLE:
        raise Rejected("NOT_REVERSIBLE")
    lines = tuple(LedgerLine(line.place, -line.amount_minor) for line in wrong.lines)
    if not all(_bears(ledger, line) for line in lines):
        raise Rejected("USED_SINCE")
    return Entry(Kind.REVERSED, lines, reverses=act.entry)


def _day_closed(ledger: Ledger, act: DayClosed) -> Entry:
    bank_minor = ledger.balance(Account.BANK)
    if act.counted_minor != bank_minor:
        raise Rejected("BANK_DIFFERS", "counted", should_minor=bank_minor)
    return Entry(Kind.DAY_CLOSED)


_DECIDE: Mapping[type, Callable[[Ledger, Any], Entry]] = {
    DepositArrived: _deposit_arrived,
    DepositApplied: _deposit_applied,
    DepositReleased: _deposit_released,
    DepositsReleased: _deposits_released,
    DepositForfeited: _deposit_forfeited,
    ForfeitUsed: _forfeit_used,
    PaymentArrived: _payment_arrived,
    CreditReturned: _credit_returned,
    RefundPaid: _refund_paid,
    CostsCharged: _costs_charged,
    ConsignorPaid: _consignor_paid,
    Defaulted: _defaulted,
    Resold: _resold,
    Reversed: _reversed,
    DayClosed: _day_closed,
}


# --- what an entry needs ---------------------------------------------------------------------------------------------


def _paying(party: str, owed: Mapping[str, int], amount_minor: int) -> tuple[list[LedgerLine], int]:
    """The lines that pay debts in their order, and what is left of the amount."""
    lines: list[LedgerLine] = []
    for lot, owed_minor in owed.items():
        if part := min(amount_minor, owed_minor):
            lines.append(LedgerLine(Place(Account.BUYER, party, lot), -part))
            amount_minor -= part
    return lines, amount_minor


def _positive(amount_minor: int) -> None:
    if not 1 <= amount_minor <= MAX_AMOUNT:
        raise Rejected("MALFORMED_AMOUNT", "amount")


def _at_most(amount_minor: int, most_minor: int) -> None:
    _positive(amount_minor)
    if amount_minor > most_minor:
        raise Rejected("MORE_THAN_THERE_IS", "amount", most_minor=most_minor)


def _bears(ledger: Ledger, line: LedgerLine) -> bool:
    """Whether a balance bears a line that takes another one back. Money that was used since is not taken, and no debt
    comes back for a sale that fell."""
    place = line.place
    balance_minor = ledger.balances.get(place, 0) + line.amount_minor
    if place.account is Account.BANK:
        return balance_minor >= 0
    if place.account is Account.BUYER:
        purchase = ledger.sold.get(place.lot) or ledger.defaulted.get(place.lot)
        return purchase is not None and purchase.party == place.party
    return place.account is Account.COSTS or balance_minor <= 0
