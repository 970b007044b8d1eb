"""A sum that a person cannot mean: 1.5 times the next amount or more, or part of a yuan."""

from typing import Any

from . import commands as cmd
from .currency import exponent
from .lot import Lot
from .refusals import Code, Refused


def far_from_ask(ask_minor: int | None, command: cmd.PlaceBid | cmd.PlaceFloorBid | cmd.SetAsk) -> Refused | None:
    """Refuse a floor bid or an ask far above the next amount, unless the auctioneer was asked about it.

    Refuse a bid whose sender saw a far higher next amount than it is now. `ask_minor` None: the next amounts of the lot
    do not rise.
    """
    if isinstance(command, cmd.PlaceBid):
        is_sure = command.seen_ask_minor is None or not _is_far(command.seen_ask_minor, ask_minor)
    else:
        is_sure = command.sure
    if is_sure or not _is_far(command.amount_minor, ask_minor):
        return None
    return Refused(Code.FAR_FROM_ASK, {"minimum_minor": ask_minor or 1})


def _is_far(amount_minor: int, ask_minor: int | None) -> bool:
    return ask_minor is not None and 2 * amount_minor >= 3 * ask_minor


def not_whole(
    lot: Lot, currency: str, command: cmd.SumCommand, amount_minor: Any, ask_minor: int | None
) -> Refused | None:
    """Refuse a fraction of the currency's unit that a person sent. Where the ladder leads to one, that very amount is
    good, and so is the price for a priority right. A falling ask is taken, not typed.
    """
    is_typed = command.whole and lot.terms.format != "dutch"
    is_fraction = is_typed and amount_minor % 10 ** exponent(currency) != 0
    return Refused(Code.NOT_WHOLE) if is_fraction and amount_minor not in (ask_minor, lot.price_minor) else None
