"""The acts of a cashier in the ledger of a sale. Amounts are in the minor unit."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DepositArrived:
    """A bidder's deposit came into the bank."""

    party: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class DepositApplied:
    """A part of a frozen deposit is set off against what its bidder owes, the oldest debt first."""

    party: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class DepositReleased:
    """A part of a frozen deposit is to be paid back."""

    party: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class DepositsReleased:
    """The frozen deposits of all who owe nothing are to be paid back (法释〔2016〕18号 23), but those of `kept`."""

    kept: frozenset[str] = field(default=frozenset(), repr=False)  # follows from the record, and may be long


@dataclass(frozen=True, slots=True)
class DepositForfeited:
    """All of a defaulter's frozen deposit is kept (法释〔2016〕18号 24)."""

    party: str


@dataclass(frozen=True, slots=True)
class ForfeitUsed:
    """A part of a kept deposit is used for what its bidder owes after a default."""

    party: str
    lot: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PaymentArrived:
    """A buyer paid. Without a lot the oldest debt is paid first; what is too much is to be paid back."""

    party: str
    amount_minor: int
    lot: str = ""


@dataclass(frozen=True, slots=True)
class CreditReturned:
    """The money that a bidder has paid for a lot beyond his debt is to be paid back."""

    party: str
    lot: str


@dataclass(frozen=True, slots=True)
class RefundPaid:
    """A bidder was paid back."""

    party: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class CostsCharged:
    """The consignors of a lot are charged with costs that were agreed."""

    lot: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ConsignorPaid:
    """The consignors of a lot were paid, never before its buyer has paid all."""

    lot: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Defaulted:
    """A buyer does not pay: the sale falls, and he owes both commissions of it (拍卖法 39)."""

    lot: str


@dataclass(frozen=True, slots=True)
class Resold:
    """A lot that was not paid was sold again, at `second_minor`: the first buyer owes the shortfall (拍卖法 39)."""

    lot: str
    second_minor: int


@dataclass(frozen=True, slots=True)
class Reversed:
    """A wrong entry is taken back, by its number."""

    entry: int


@dataclass(frozen=True, slots=True)
class DayClosed:
    """A cashier closes the day: `counted_minor` is what the bank's statement says."""

    counted_minor: int


LedgerAct = (
    DepositArrived
    | DepositApplied
    | DepositReleased
    | DepositsReleased
    | DepositForfeited
    | ForfeitUsed
    | PaymentArrived
    | CreditReturned
    | RefundPaid
    | CostsCharged
    | ConsignorPaid
    | Defaulted
    | Resold
    | Reversed
    | DayClosed
)
