"""The ledger follows the record of the sale: lots that were sold, reopened, or taken by a priority right.

Pure; the entries that make both agree.
"""

from collections.abc import Iterator, Mapping

from .ledger import Account, Entry, Kind, Ledger, LedgerLine, Place, Purchase, moved


def sold(purchase: Purchase) -> Entry:
    """The entry of a lot that the hammer sold: what the buyer owes goes to the consignors and the house."""
    return Entry(Kind.LOT_SOLD, _of_purchase(purchase), purchase)


def undone(ledger: Ledger, lot: str) -> Entry:
    """The entry of a sale that the record took back (reopened, or taken by a priority right). Its payments are to be
    paid back."""
    purchase = ledger.sold[lot]
    lines = [LedgerLine(line.place, -line.amount_minor) for line in _of_purchase(purchase)]
    buyer = Place(Account.BUYER, purchase.party, lot)
    paid_minor = purchase.all_in_minor - ledger.balances.get(buyer, 0)
    if paid_minor:
        lines += moved(paid_minor, buyer, Place(Account.REFUND, purchase.party))
    return Entry(Kind.SALE_UNDONE, tuple(lines), purchase)


def following(ledger: Ledger, record: Mapping[str, Purchase]) -> Iterator[Entry]:
    """The entries that make the ledger agree with the record. `record` are the lots sold, by lot, without those that a
    priority right may still take. Lots that were not paid, and those of `at_odds`, stay as they are."""
    stuck = at_odds(ledger, record)
    for lot, purchase in ledger.sold.items():
        if record.get(lot) != purchase and lot not in stuck:
            yield undone(ledger, lot)
    for lot, purchase in record.items():
        if ledger.sold.get(lot) != purchase and lot not in ledger.defaulted and lot not in stuck:
            yield sold(purchase)


def at_odds(ledger: Ledger, record: Mapping[str, Purchase]) -> frozenset[str]:
    """The lots whose sale the record took back after their consignors were paid or charged. A person has to take that
    entry back first."""
    return frozenset(
        lot
        for lot, purchase in ledger.sold.items()
        if record.get(lot) != purchase and -ledger.balance(Account.CONSIGNOR, lot=lot) < purchase.net_minor
    )


def _of_purchase(purchase: Purchase) -> tuple[LedgerLine, ...]:
    lot = purchase.lot
    lines = (
        LedgerLine(Place(Account.BUYER, purchase.party, lot), purchase.all_in_minor),
        LedgerLine(Place(Account.CONSIGNOR, lot=lot), -purchase.net_minor),
        LedgerLine(Place(Account.BUYER_COMMISSION, lot=lot), -purchase.buyer_commission_minor),
        LedgerLine(Place(Account.SELLER_COMMISSION, lot=lot), -purchase.seller_commission_minor),
    )
    return tuple(line for line in lines if line.amount_minor)
