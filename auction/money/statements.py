"""The ledger for each person: a bidder's deposit, lots and debts, and the house's debts to consignors."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.rows import LotRow

from ..sales.applicants import Applicant
from .ledger import Account, Deposit, Ledger, Purchase


@dataclass(frozen=True, slots=True)
class Bought:
    """A lot that a bidder bought, and his debt for it; after a default, the debt that follows from that."""

    purchase: Purchase
    owed_minor: int
    is_defaulted: bool
    is_resold: bool

    @property
    def credit_minor(self) -> int:
        """The payments for it beyond the debt."""
        return max(0, -self.owed_minor)


@dataclass(frozen=True, slots=True)
class BidderStatement:
    """One bidder's money, in the minor unit. `refund_minor` is to be paid back to him; `kept_minor` was forfeited, and
    is not used yet."""

    party: str
    paddle: str
    name: str
    status: str
    deposit: Deposit
    bought: tuple[Bought, ...]
    refund_minor: int
    kept_minor: int

    @property
    def owed_minor(self) -> int:
        """All his debts."""
        return sum(max(0, each.owed_minor) for each in self.bought)

    @property
    def set_off_minor(self) -> int:
        """How much of his deposit can be set off now."""
        return min(self.owed_minor, self.deposit.frozen_minor)

    @property
    def has_defaulted(self) -> bool:
        """Whether he did not pay for a lot."""
        return any(each.is_defaulted for each in self.bought)


@dataclass(frozen=True, slots=True)
class LotStatement:
    """The house's debt to the consignors of a lot, in the minor unit."""

    lot: str
    title_zh: str
    title_en: str
    consignor: str
    purchase: Purchase
    costs_minor: int
    due_minor: int
    buyer_owes: bool

    @property
    def paid_minor(self) -> int:
        """The sum that they were paid."""
        return self.purchase.net_minor - self.costs_minor - self.due_minor


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of the whole sale, in the minor unit."""

    bank_minor: int
    frozen_minor: int
    owed_minor: int
    refund_minor: int
    due_minor: int
    commission_minor: int
    forfeited_minor: int


def of_bidders(ledger: Ledger, registrations: Iterable[Applicant]) -> list[BidderStatement]:
    """Every bidder with a deposit, a purchase or a paddle, those with paddles first and in their order."""
    found = [_of_bidder(ledger, row) for row in registrations]
    shown = [each for each in found if each.paddle or each.deposit.paid_minor or each.bought]
    return sorted(shown, key=lambda each: (not each.paddle, int(each.paddle or 0)))


def _of_bidder(ledger: Ledger, row: Applicant) -> BidderStatement:
    party = row.id
    bought = [
        Bought(
            purchase,
            ledger.balance(Account.BUYER, party, purchase.lot),
            purchase.lot in ledger.defaulted,
            purchase.lot in ledger.resold,
        )
        for purchase in (*ledger.sold.values(), *ledger.defaulted.values())
        if purchase.party == party
    ]
    return BidderStatement(
        party,
        row.paddle or "",
        row.name,
        row.status.value,
        ledger.deposit(party),
        tuple(bought),
        -ledger.balance(Account.REFUND, party),
        -ledger.balance(Account.FORFEITED, party),
    )


def of_lots(ledger: Ledger, lots: Iterable[LotRow]) -> list[LotStatement]:
    """Every lot that is sold, in the order of the sale."""
    return [
        LotStatement(
            row.lot,
            row.title_zh,
            row.title_en,
            row.consignor,
            purchase,
            -ledger.balance(Account.COSTS, lot=row.lot),
            -ledger.balance(Account.CONSIGNOR, lot=row.lot),
            bool(ledger.owed(purchase.party).get(row.lot)),
        )
        for row in lots
        if (purchase := ledger.sold.get(row.lot)) is not None
    ]


def totals(ledger: Ledger) -> Totals:
    """The sums of the whole sale."""
    owed = (minor for place, minor in ledger.balances.items() if place.account is Account.BUYER and minor > 0)
    return Totals(
        ledger.balance(Account.BANK),
        -ledger.total(Account.DEPOSIT),
        sum(owed),
        -ledger.total(Account.REFUND),
        -ledger.total(Account.CONSIGNOR),
        -ledger.total(Account.BUYER_COMMISSION) - ledger.total(Account.SELLER_COMMISSION),
        -ledger.total(Account.FORFEITED),
    )
