"""A sum that a person cannot mean: half as much again as the next amount, and more."""

from . import commands as cmd
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
