"""The one table of the acts that bidders and auctioneers ask of a sale.

A line has the act's name, its command, its fields and the console's key. The socket's messages, the scenario's steps
and the console's keys follow from it. A test holds the protocol's tables to it. Every act carries a key of its own: the
same act, sent again, gets its first answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from . import commands as cmd
from .decide import WITHDRAWN_FOR


class FieldKind(StrEnum):
    """The kind of value that a field holds."""

    NAME = "name"
    """The name of a lot or a paddle."""
    PADDLE_OR_ROOM = "paddle_or_room"
    """A paddle, or null for a bid in the room."""
    AMOUNT = "amount"
    """Anything: whether it is a good amount is for the rules to say."""
    SEEN_AMOUNT = "seen_amount"
    """A good amount, in the minor unit."""
    SEQ = "seq"
    """The number of a public event."""
    FLAG = "flag"
    """True or false; left out it is false."""
    LEAD = "lead"
    """The leader and the price that a screen showed (`commands.Lead`)."""
    CHANNEL = "channel"
    """One of `rights.CHANNELS`."""
    REASON = "reason"
    """A code of `CALL_REASONS`."""


class Presence(StrEnum):
    """Whether a field may be null or left out."""

    NEEDED = "needed"
    NULLABLE = "nullable"
    """It is said, null too: null means something, or the rules refuse it. In a call, one left out is null."""
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an act, of the same name in its command."""

    name: str
    kind: FieldKind
    presence: Presence = Presence.NEEDED


class LeftOut(ValueError):
    """A field that the act needs is null; the message is its name."""


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the table. `reasons` are the codes that the console offers for it, in their order."""

    name: str
    command: type[cmd.Command]
    fields: tuple[Field, ...] = ()
    console_key: str | None = None
    reasons: tuple[str, ...] = ()

    @property
    def has_amount(self) -> bool:
        """Whether it says an amount, as a bid does."""
        return any(each.kind is FieldKind.AMOUNT for each in self.fields)

    def command_of(self, arrived_ms: int, said: Mapping[str, Any], **who: str) -> cmd.Command:
        """The command of what a person said, which holds good values by name; `who`: its `paddle` or its `auctioneer`.

        Raises LeftOut.
        """
        values: dict[str, Any] = {}
        for field in self.fields:
            value = said.get(field.name)
            if value is None and field.presence is Presence.NEEDED:
                raise LeftOut(field.name)
            values[field.name] = _read(field.kind, value)
        if issubclass(self.command, cmd.SumCommand):
            values["whole"] = True
        return self.command(arrived_ms, **values, **who)


def _read(kind: FieldKind, value: Any) -> Any:
    if kind is FieldKind.FLAG:
        return bool(value)
    return cmd.Lead(*value) if kind is FieldKind.LEAD and value is not None else value


_LOT = Field("lot", FieldKind.NAME)
_PADDLE = Field("paddle", FieldKind.NAME)
_AMOUNT = Field("amount_minor", FieldKind.AMOUNT, Presence.NULLABLE)
_MAXIMUM = Field("max_minor", FieldKind.AMOUNT, Presence.NULLABLE)
_SEEN_ASK = Field("seen_ask_minor", FieldKind.SEEN_AMOUNT, Presence.OPTIONAL)
_PADDLE_OR_ROOM = Field("paddle", FieldKind.PADDLE_OR_ROOM, Presence.OPTIONAL)
_LEADER = Field("paddle", FieldKind.NAME, Presence.OPTIONAL)
_PRICE = Field("amount_minor", FieldKind.AMOUNT, Presence.OPTIONAL)
_EVEN_HELD = Field("even_held", FieldKind.FLAG, Presence.OPTIONAL)
_SURE = Field("sure", FieldKind.FLAG, Presence.OPTIONAL)
_WHY = Field("reason", FieldKind.REASON)
_PERHAPS_WHY = Field("reason", FieldKind.REASON, Presence.OPTIONAL)
_SEEN = Field("seen", FieldKind.LEAD, Presence.OPTIONAL)
_WHICH_BID = Field("of_seq", FieldKind.SEQ, Presence.OPTIONAL)
_MISTAKES = ("MISHEARD", "WRONG_PADDLE", "MISTYPED", "DISPUTE", "TECHNICAL", "OTHER")
_STOPS = ("BREAK", "DISPUTE", "TECHNICAL", "OTHER")

OF_BIDDERS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("bid", cmd.PlaceBid, (_LOT, _AMOUNT, _SEEN_ASK)),
        Act("maximum", cmd.PlaceMaximum, (_LOT, _MAXIMUM)),
        Act("leave_max", cmd.LeaveMaximum, (_LOT, _MAXIMUM)),
        Act("decline_priority", cmd.DeclinePriority, (_LOT,)),
        Act("exercise_priority", cmd.ExercisePriority, (_LOT,)),
        Act("channel", cmd.SetChannel, (Field("channel", FieldKind.CHANNEL),)),
    )
}
"""The acts of a bidder, in the name of his own paddle. Over the socket each is a message."""

OF_DESK: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("take_gavel", cmd.TakeGavel, console_key="g"),
        Act("open_lot", cmd.OpenLot, (_LOT,), "n"),
        Act("floor_bid", cmd.PlaceFloorBid, (_LOT, _PADDLE_OR_ROOM, _AMOUNT, _SURE), "f"),
        Act("assign_paddle", cmd.AssignPaddle, (_LOT, _PADDLE, _WHICH_BID)),
        Act("set_ask", cmd.SetAsk, (_LOT, _AMOUNT, _SURE), "a"),
        Act("fair_warning", cmd.GiveFairWarning, (_LOT,), "w"),
        Act("hammer", cmd.Hammer, (_LOT, _LEADER, _PRICE, _EVEN_HELD), "h"),
        Act("pass", cmd.PassLot, (_LOT, _SEEN), "p"),
        Act("void_last", cmd.VoidLastBid, (_LOT, _WHY, _WHICH_BID, _SEEN), "u", _MISTAKES),
        Act("void_held", cmd.VoidHeld, (_PADDLE,)),
        Act("withdraw", cmd.WithdrawLot, (_LOT, _PERHAPS_WHY, _SEEN), "x", ("CONSIGNOR", *WITHDRAWN_FOR)),
        Act("reopen", cmd.ReopenLot, (_LOT, _WHY), "r", ("MISHEARD", "DISPUTE", "TECHNICAL", "OTHER")),
        Act("pause", cmd.PauseLot, (_LOT, _PERHAPS_WHY), "b", _STOPS),
        Act("resume", cmd.ResumeLot, (_LOT,)),
        Act("pause_sale", cmd.PauseSale, (_PERHAPS_WHY,), "s", _STOPS),
        Act("resume_sale", cmd.ResumeSale),
        Act("open_offers", cmd.OpenOffers, (_LOT,), "o"),
        Act("decline_priority", cmd.DeclinePriority, (_LOT, _PADDLE)),
        Act("exercise_priority", cmd.ExercisePriority, (_LOT, _PADDLE)),
    )
}
"""The auctioneer's calls. Over the socket a `call` names one as what it does (`do`)."""

CALL_REASONS: tuple[str, ...] = tuple(dict.fromkeys(reason for act in OF_DESK.values() for reason in act.reasons))
"""Why something was taken back or stopped: codes, because the journal holds no free text. Any call may give any."""

KEY_CHARS = 64
"""How long an act's key may be."""
