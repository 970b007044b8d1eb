"""How far a budget goes: the inverse of the all-in price, on the lot's ladder (rulebook 2.2)."""

from collections.abc import Callable

from .formats import FORMATS, ask_minor
from .ladder import Named
from .lot import Lot, Status
from .money import all_in_minor, highest_hammer_minor
from .sale import Sale


def highest_bid_minor(sale: Sale, lot: Lot, budget_minor: int, at_ms: int) -> int | None:
    """The highest allowed amount on the ladder whose all-in price is within the budget, in the minor unit. None if the
    next amount is above the budget already, or the lot has no ladder or has ended."""
    ask = ask_minor(lot, at_ms) if lot.status is not Status.PENDING else lot.terms.start_minor
    if lot.ladder is None or ask is None or lot.hammer_minor is not None:
        return None
    tiers, price, cap = sale.buyer_commission, lot.price_minor, FORMATS[lot.terms.format].cap_minor(lot)
    first = ask if price is None else lot.ladder.next_minor(price)
    highest = highest_hammer_minor(budget_minor, tiers, first, _steps(lot))
    if highest is None or highest < ask:  # the auctioneer called another next amount, which is always taken
        highest = ask if all_in_minor(ask, tiers) <= budget_minor else None
    return highest if highest is None or cap is None else min(highest, cap)


def _steps(lot: Lot) -> Callable[[int], int]:
    """From one amount to the next; where only whole steps are taken, they are all as long as the first."""
    assert lot.ladder is not None, "a lot without a ladder has no steps"
    if not lot.on_step or lot.price_minor is None or isinstance(lot.ladder, Named):
        return lot.ladder.next_minor
    step = lot.ladder.next_minor(lot.price_minor) - lot.price_minor
    return lambda amount_minor: amount_minor + step
