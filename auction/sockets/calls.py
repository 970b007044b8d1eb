"""The auctioneer's calls over the wire, each as the command that it makes."""

from collections.abc import Callable, Mapping
from typing import Any

from ..rules import commands as cmd
from ..web.access import CALLS
from ..web.errors import Problem

Maker = Callable[[int, Mapping[str, Any], str], cmd.Command]


def _lot(message: Mapping[str, Any]) -> str:
    if message["lot"] is None:
        raise Problem("MALFORMED", field="lot")
    return str(message["lot"])


def _needed(message: Mapping[str, Any], name: str) -> str:
    if message[name] is None:
        raise Problem("MALFORMED", field=name)
    return str(message[name])


def _seen(message: Mapping[str, Any]) -> cmd.Lead | None:
    """The lead that the console showed when it was pressed."""
    return None if message["seen"] is None else cmd.Lead(*message["seen"])


MAKERS: dict[str, Maker] = {
    "take_gavel": lambda at, _m, who: cmd.TakeGavel(at, auctioneer=who),
    "open_lot": lambda at, m, who: cmd.OpenLot(at, _lot(m), auctioneer=who),
    "floor_bid": lambda at, m, who: cmd.PlaceFloorBid(
        at, _lot(m), m["paddle"], m["amount_minor"], m["sure"], whole=True, auctioneer=who
    ),
    "assign_paddle": lambda at, m, who: cmd.AssignPaddle(
        at, _lot(m), _needed(m, "paddle"), m["of_seq"], auctioneer=who
    ),
    "set_ask": lambda at, m, who: cmd.SetAsk(at, _lot(m), m["amount_minor"], m["sure"], whole=True, auctioneer=who),
    "fair_warning": lambda at, m, who: cmd.GiveFairWarning(at, _lot(m), auctioneer=who),
    "hammer": lambda at, m, who: cmd.Hammer(
        at, _lot(m), m["paddle"], m["amount_minor"], m["even_held"], auctioneer=who
    ),
    "pass": lambda at, m, who: cmd.PassLot(at, _lot(m), _seen(m), auctioneer=who),
    "void_last": lambda at, m, who: cmd.VoidLastBid(
        at, _lot(m), _needed(m, "reason"), m["of_seq"], _seen(m), auctioneer=who
    ),
    "void_held": lambda at, m, who: cmd.VoidHeld(at, _needed(m, "paddle"), auctioneer=who),
    "withdraw": lambda at, m, who: cmd.WithdrawLot(at, _lot(m), m["reason"], _seen(m), auctioneer=who),
    "reopen": lambda at, m, who: cmd.ReopenLot(at, _lot(m), _needed(m, "reason"), auctioneer=who),
    "pause": lambda at, m, who: cmd.PauseLot(at, _lot(m), m["reason"], auctioneer=who),
    "resume": lambda at, m, who: cmd.ResumeLot(at, _lot(m), auctioneer=who),
    "pause_sale": lambda at, m, who: cmd.PauseSale(at, m["reason"], auctioneer=who),
    "resume_sale": lambda at, _m, who: cmd.ResumeSale(at, auctioneer=who),
    "open_offers": lambda at, m, who: cmd.OpenOffers(at, _lot(m), auctioneer=who),
    "decline_priority": lambda at, m, who: cmd.DeclinePriority(at, _lot(m), _needed(m, "paddle"), auctioneer=who),
    "exercise_priority": lambda at, m, who: cmd.ExercisePriority(at, _lot(m), _needed(m, "paddle"), auctioneer=who),
}
"""Each of the auctioneer's calls as the command that it makes."""

assert set(MAKERS) == set(CALLS)
