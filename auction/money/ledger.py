"""The ledger of one sale, in double entry: accounts, entries, and the balances that the entries lead to.

Pure: `Ledger.after(entry)` is the only way to a new state. The lines of an entry sum to zero. An entry is never
changed; a wrong one is reversed by another. Amounts are integers in the minor unit (`_minor`), debit positive and
credit negative. Every entry is checked (rulebook 2.6).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType


class Account(StrEnum):
    """An account of the ledger. Assets have a debit balance, debts and income a credit balance."""

    BANK = "bank"
    BUYER = "buyer"
    DEPOSIT = "deposit"
    REFUND = "refund"
    FORFEITED = "forfeited"
    CONSIGNOR = "consignor"
    BUYER_COMMISSION = "buyer_commission"
    SELLER_COMMISSION = "seller_commission"
    COSTS = "costs"


class Kind(StrEnum):
    """The kind of an entry: the thing that it records."""

    DEPOSIT_ARRIVED = "deposit_arrived"
    DEPOSIT_APPLIED = "deposit_applied"
    DEPOSIT_RELEASED = "deposit_released"
    DEPOSIT_FORFEITED = "deposit_forfeited"
    FORFEIT_USED = "forfeit_used"
    LOT_SOLD = "lot_sold"
    SALE_UNDONE = "sale_undone"
    PAYMENT_ARRIVED = "payment_arrived"
    CREDIT_RETURNED = "credit_returned"
    REFUND_PAID = "refund_paid"
    COSTS_CHARGED = "costs_charged"
    CONSIGNOR_PAID = "consignor_paid"
    DEFAULTED = "defaulted"
    RESOLD = "resold"
    REVERSED = "reversed"
    DAY_CLOSED = "day_closed"


@dataclass(frozen=True, slots=True)
class Place:
    """An account, with its bidder (`party`, the id of a registration) and its lot, if it has them."""

    account: Account
    party: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One side of an entry: debit positive, credit negative, in the minor unit."""

    place: Place
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """A lot sold: to whom, at what price, with which commissions, all in the minor unit."""

    lot: str
    party: str
    hammer_minor: int
    buyer_commission_minor: int = 0
    seller_commission_minor: int = 0

    @property
    def all_in_minor(self) -> int:
        """The buyer's debt: the hammer price and his commission."""
        return self.hammer_minor + self.buyer_commission_minor

    @property
    def net_minor(self) -> int:
        """The house's debt to the consignors: the hammer price less their commission."""
        return self.hammer_minor - self.seller_commission_minor


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that happened once, with its lines. `purchase` stands in entries about a lot that was sold. `reverses` is
    the number of the entry that this one takes back."""

    kind: Kind
    lines: tuple[LedgerLine, ...] = ()
    purchase: Purchase | None = None
    reverses: int | None = None


@dataclass(frozen=True, slots=True)
class Deposit:
    """The parts of a bidder's deposit, in the minor unit: paid = frozen + applied + released + forfeited."""

    paid_minor: int = 0
    applied_minor: int = 0
    released_minor: int = 0
    forfeited_minor: int = 0

    @property
    def frozen_minor(self) -> int:
        """The part that the house still keeps safe."""
        return self.paid_minor - self.applied_minor - self.released_minor - self.forfeited_minor


def moved(amount_minor: int, debit: Place, credit: Place) -> tuple[LedgerLine, LedgerLine]:
    """The two lines that move an amount from the credit side to the debit side."""
    return LedgerLine(debit, amount_minor), LedgerLine(credit, -amount_minor)


class LedgerBroken(Exception):
    """An entry would leave the ledger in a state that cannot be. It is a defect, and nothing was written."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The state after some entries. `sold` are the purchases that stand, `defaulted` those that were not paid."""

    entries: tuple[Entry, ...] = ()
    balances: Mapping[Place, int] = field(default_factory=lambda: MappingProxyType({}))
    deposits: Mapping[str, Deposit] = field(default_factory=lambda: MappingProxyType({}))
    sold: Mapping[str, Purchase] = field(default_factory=lambda: MappingProxyType({}))
    defaulted: Mapping[str, Purchase] = field(default_factory=lambda: MappingProxyType({}))
    resold: frozenset[str] = frozenset()
    reversed: frozenset[int] = frozenset()

    # --- reading ---

    def balance(self, account: Account, party: str = "", lot: str = "") -> int:
        """The balance of one place: debit positive."""
        return self.balances.get(Place(account, party, lot), 0)

    def total(self, account: Account) -> int:
        """The balance of an account over all its places."""
        return sum(amount for place, amount in self.balances.items() if place.account is account)

    def deposit(self, party: str) -> Deposit:
        """A bidder's deposit."""
        return self.deposits.get(party, Deposit())

    def owed(self, party: str) -> dict[str, int]:
        """A bidder's debts by lot, in the order in which they arose. Paid lots are left out."""
        return {
            place.lot: amount
            for place, amount in self.balances.items()
            if place.account is Account.BUYER and place.party == party and amount > 0
        }

    # --- writing ---

    def after(self, *entries: Entry) -> "Ledger":
        """The state after some entries more. Raises Broken where it cannot be."""
        fold = _Fold(self)
        for entry in entries:
            fold.take(entry)
        return fold.ledger()


class _Fold:
    """A state that is changed in place, so that thousands of entries are read without copying all balances for each."""

    def __init__(self, before: Ledger) -> None:
        self.entries = list(before.entries)
        self.balances, self.deposits = dict(before.balances), dict(before.deposits)
        self.sold, self.defaulted = dict(before.sold), dict(before.defaulted)
        self.resold, self.reversed = set(before.resold), set(before.reversed)

    def ledger(self) -> Ledger:
        return Ledger(
            tuple(self.entries),
            MappingProxyType(self.balances),
            MappingProxyType(self.deposits),
            MappingProxyType(self.sold),
            MappingProxyType(self.defaulted),
            frozenset(self.resold),
            frozenset(self.reversed),
        )

    def take(self, entry: Entry) -> None:
        kind = entry.kind if entry.reverses is None else self.entries[entry.reverses - 1].kind
        self.entries.append(entry)
        for line in entry.lines:
            self.balances[line.place] = self.balances.get(line.place, 0) + line.amount_minor
            if line.place.account is Account.DEPOSIT:
                self._move_deposit(line, _FLOWS[kind])
        if entry.reverses is not None:
            self.reversed.add(entry.reverses)
        if entry.purchase is not None:
            self._stand(entry.kind, entry.purchase)
        self._check(entry)

    def _move_deposit(self, line: LedgerLine, flow: str) -> None:
        deposit = self.deposits.get(line.place.party, Deposit())
        moved_minor = -line.amount_minor if flow == "paid_minor" else line.amount_minor
        self.deposits[line.place.party] = replace(deposit, **{flow: getattr(deposit, flow) + moved_minor})

    def _stand(self, kind: Kind, purchase: Purchase) -> None:
        """Which lots are sold, and which were not paid."""
        if kind is Kind.LOT_SOLD:
            self.sold[purchase.lot] = purchase
        elif kind is Kind.SALE_UNDONE:
            del self.sold[purchase.lot]
        elif kind is Kind.DEFAULTED:
            self.defaulted[purchase.lot] = self.sold.pop(purchase.lot)
        elif kind is Kind.RESOLD:
            self.resold.add(purchase.lot)

    def _check(self, entry: Entry) -> None:
        """Raise Broken unless the entry and what it touched hold (rulebook 2.6).

        The lines sum to zero. The bank is never overdrawn. No deposit, refund, forfeit or consignor is below nothing.
        Of every deposit, what was paid is frozen, applied, released or forfeited; what is frozen is the balance.
        """
        if sum(line.amount_minor for line in entry.lines):
            raise LedgerBroken(f"{entry.kind}: the lines do not sum to zero")
        if self.balances.get(Place(Account.BANK), 0) < 0:
            raise LedgerBroken(f"{entry.kind}: the bank is overdrawn")
        for line in entry.lines:
            place = line.place
            if place.account in _NEVER_DEBIT and self.balances[place] > 0:
                raise LedgerBroken(f"{entry.kind}: {place.account} of {place.party or place.lot} is below nothing")
            if place.account is Account.DEPOSIT and not _adds_up(self.deposits[place.party], self.balances[place]):
                raise LedgerBroken(f"{entry.kind}: the deposit of {place.party} does not add up")


_FLOWS = {
    Kind.DEPOSIT_ARRIVED: "paid_minor",
    Kind.DEPOSIT_APPLIED: "applied_minor",
    Kind.DEPOSIT_RELEASED: "released_minor",
    Kind.DEPOSIT_FORFEITED: "forfeited_minor",
}
"""The part of a deposit that an entry of each kind adds to."""
_NEVER_DEBIT = (Account.DEPOSIT, Account.REFUND, Account.FORFEITED, Account.CONSIGNOR)


def _adds_up(deposit: Deposit, balance_minor: int) -> bool:
    flows = (deposit.paid_minor, deposit.applied_minor, deposit.released_minor, deposit.forfeited_minor)
    return deposit.frozen_minor == -balance_minor and min(flows) >= 0
