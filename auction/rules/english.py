"""English: the auctioneer opens, calls, warns and hammers; no clock ends the lot (拍卖法 50, 51)."""

from . import commands as cmd
from . import events as ev
from .format import ending
from .lot import ROOM, Lot
from .proxy import Ascending
from .refusals import Code, Refused


class English(Ascending):
    """Led by a person: every step of the auctioneer's is of this format."""

    name = "english"
    steps = frozenset(
        {
            cmd.PlaceBid,
            cmd.PlaceMaximum,
            cmd.PlaceFloorBid,
            cmd.AssignPaddle,
            cmd.SetAsk,
            cmd.GiveFairWarning,
            cmd.Hammer,
            cmd.PassLot,
            cmd.VoidLastBid,
            cmd.ReopenLot,
        }
    )

    def tick(self, lot: Lot, at_ms: int) -> tuple[ev.Event, ...]:  # noqa: ARG002 - no deadline ever comes
        return ()


def hammer(lot: Lot, command: cmd.Hammer, at_ms: int) -> tuple[ev.Event, ...] | Refused:
    """Sell to the leader at the price, lifted to the reserve where his maximum reaches it; below it nothing is sold."""
    seen = ((command.paddle, lot.leader), (command.amount_minor, lot.price_minor))
    if any(named is not None and (type(named) is not type(now) or named != now) for named, now in seen):
        return Refused(Code.NOT_ALLOWED_NOW)
    if lot.standing is None:
        return Refused(Code.NO_BID)
    if lot.standing.leader == ROOM:
        return Refused(Code.NO_PADDLE)
    if not lot.reserve_met:
        return Refused(Code.RESERVE_NOT_MET)
    return (ending(lot, at_ms, at_ms, "person"),)
