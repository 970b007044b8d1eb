"""The deposit of a sale: how much each bidder lays down, and whether a paddle waits for it."""

from collections.abc import Iterable, Sequence

from models.rows import DepositTerm

from ..rules.money import DEPOSIT_SHARES_BP, deposit_minor
from ..rules.refusals import Code


def is_possible(deposit: DepositTerm | None) -> bool:
    """Whether a sale may ask for it: a share lies within `DEPOSIT_SHARES_BP`."""
    share_bp = None if deposit is None else deposit.get("share_bp")
    least_bp, most_bp = DEPOSIT_SHARES_BP
    return share_bp is None or least_bp <= share_bp <= most_bp


def due_minor(deposit: DepositTerm | None, starts_minor: Iterable[int | None]) -> int | None:
    """The deposit that a sale asks of every bidder, in the minor unit. None: none, or not known yet.

    A share is one of the highest start price, so a bidder who has paid it may bid on every lot.
    """
    if deposit is None:
        return None
    if "fixed_minor" in deposit:
        return deposit["fixed_minor"]
    highest = max((start for start in starts_minor if start is not None), default=None)
    return None if highest is None else deposit_minor(highest, deposit["share_bp"])


def with_deposit(holds: Sequence[str], deposit: DepositTerm | None, arrived_ms: int | None) -> list[str]:
    """The holds of a paddle. If its sale asks for a deposit, `DEPOSIT_MISSING` follows from `arrived_ms` alone."""
    if deposit is None:
        return list(holds)
    others = [hold for hold in holds if hold != Code.DEPOSIT_MISSING]
    return others if arrived_ms is not None else [*others, Code.DEPOSIT_MISSING.value]
