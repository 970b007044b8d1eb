"""English: the auctioneer opens, calls, warns and hammers; no clock ends the lot (拍卖法 50, 51)."""

from collections.abc import Collection

from . import commands as cmd
from . import events as ev
from .lot import Lot
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


def hammer(lot: Lot, command: cmd.Hammer, held: Collection[str], at_ms: int) -> tuple[ev.Event, ...] | Refused:
    """Sell to the leader at the price, lifted to the reserve if his maximum reaches it. Below that nothing is sold.

    `held` are the paddles that are held on this lot.
    """
    now = lot.standing
    refused = unlike(command, lot.leader, lot.price_minor)
    if refused or now is None:
        return refused or Refused(Code.NO_BID)
    if now.rooms:
        return Refused(Code.NO_PADDLE)
    if now.leader in held and not command.even_held:
        return Refused(Code.LEADER_HELD)
    if not lot.reserve_met:
        return Refused(Code.RESERVE_NOT_MET)
    is_held = now.leader in held
    return (ev.LotSold(at_ms, lot.id, now.leader, lot.lifted_minor, at_ms, "person", even_held=is_held),)


def unlike(command: cmd.Hammer, leader: str | None, price_minor: int | None) -> Refused | None:
    """Refuse a hammer for another paddle, or at another price, than leads now."""
    seen = ((command.paddle, leader), (command.amount_minor, price_minor))
    differs = any(named is not None and (type(named) is not type(now) or named != now) for named, now in seen)
    return Refused(Code.NOT_ALLOWED_NOW) if differs else None
