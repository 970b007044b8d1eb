"""Everything a sale can be asked to do: imperatives, small and frozen.

`arrived_ms` is the moment the server received the command (UTC). It alone meets deadlines and extensions. Amounts come
as they were sent, in the minor unit if they are numbers at all. The rules say whether one is good.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .lot import Terms
from .money import Tier


class Lead(NamedTuple):
    """The leader and the price (minor unit) that a screen showed; both None: the lot had no leader."""

    leader: str | None
    price_minor: int | None


@dataclass(frozen=True, slots=True)
class Command:
    """The facts that every command has. `auctioneer`: whose call it is, so that only who holds the gavel is heard."""

    arrived_ms: int
    auctioneer: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class LotCommand(Command):
    """A command about one lot."""

    lot: str


@dataclass(frozen=True, slots=True)
class PublishSale(Command):
    """Open the sale's journal: its currency, the organization that runs it, its lots and the paddles given so far, and
    the commission of either side (no slices: none).

    `priority_mode` and `priority_days` say how priority rights are exercised (`priority`).
    """

    currency: str
    house_org: str | None
    lots: tuple[Terms, ...] = ()
    bidders: "tuple[AdmitBidder, ...]" = ()
    buyer_commission: tuple[Tier, ...] = ()
    seller_commission: tuple[Tier, ...] = ()
    priority_mode: str = "A"
    priority_days: int | None = None
    highest_minor: int | None = None


@dataclass(frozen=True, slots=True)
class SetHighest(Command):
    """Change the most that any bid or maximum may be."""

    highest_minor: int | None


@dataclass(frozen=True, slots=True)
class Together(Command):
    """Several commands about the sale as one: all of them, or none."""

    steps: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class StateTerms(Command):
    """Put legal terms of the sale into its record, or change them for a reason (`record`)."""

    terms: Mapping[str, Any]
    reason: str | None = None
    anew: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StateTexts(Command):
    """Put fingerprints of rows that are shown into the record, or change them for a reason (`record`)."""

    digests: Mapping[str, str]
    reason: str | None = None
    anew: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IdentifyPaddles(Command):
    """Put fingerprints of who holds these paddles into the record."""

    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StateWork(Command):
    """Put into the record that an account works for the sale in a role (`record.WORKS`), or does no more."""

    account: str
    role: str
    works: bool


@dataclass(frozen=True, slots=True)
class ListLot(Command):
    """Put a lot under the hammer's terms, or change them while it has not opened; `anew`: its patents are others."""

    terms: Terms
    anew: bool = False


@dataclass(frozen=True, slots=True)
class AdmitBidder(Command):
    """Give a bidder a paddle, or change what is known of its holder.

    `bidder` is the account's random id (None for a paddle of the floor), `limit_minor` None means no limit, `priority`
    gives the rank of a priority right by lot (1 is highest), `holds` the codes that keep the paddle from bidding.
    `also` are further ids by which he is known, of organizations that bear his own name.
    """

    paddle: str
    bidder: str | None = None
    limit_minor: int | None = None
    org: str | None = None
    priority: Mapping[str, int] = field(default_factory=dict)
    holds: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    channel: str = "both"


@dataclass(frozen=True, slots=True)
class SetChannel(Command):
    """Say where a paddle bids: `online`, `floor` or `both`."""

    paddle: str
    channel: str


@dataclass(frozen=True, slots=True)
class HoldPaddle(Command):
    """Take a paddle out of the bidding, of one lot or of all (scenario contract, *Holds*).

    With `void` its bids are as if they had never been made. With `keep` they bind, and its maximum goes no further.
    """

    paddle: str
    reason: str
    standing: str = "void"
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class AskVoid(Command):
    """Ask the auctioneer to let the bids of a held paddle fall; `why` is a code."""

    paddle: str
    why: str


@dataclass(frozen=True, slots=True)
class VoidHeld(Command):
    """The auctioneer agrees: the bids of the held paddle fall, as the organizer has asked."""

    paddle: str


@dataclass(frozen=True, slots=True)
class ReleasePaddle(Command):
    """Let a held paddle bid again; nothing comes back."""

    paddle: str


@dataclass(frozen=True, slots=True)
class TakeGavel(Command):
    """An auctioneer takes the lead of the sale. The auctioneer who held the gavel before can no longer call."""


@dataclass(frozen=True, slots=True)
class OpenLot(LotCommand):
    """Bring a lot to the block."""


@dataclass(frozen=True, slots=True)
class SumCommand(LotCommand):
    """A command with an amount. `whole`: a person sent it, so a fraction of the currency's unit is a slip of his."""

    whole: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class PlaceBid(SumCommand):
    """A bidder's own bid; in a falling auction without an amount he takes the ask of the moment he arrived.

    `seen_ask_minor`: the next amount that his screen showed; None where a program bids.
    """

    paddle: str
    amount_minor: Any = None
    seen_ask_minor: int | None = None


@dataclass(frozen=True, slots=True)
class PlaceMaximum(SumCommand):
    """A bidder says the most he will pay; the rules bid for him up to it (rulebook 4.2).

    `left`: it was left before and is taken with the opening, so it is never late.
    """

    paddle: str
    max_minor: Any
    left: bool = False


@dataclass(frozen=True, slots=True)
class LeaveMaximum(SumCommand):
    """A bidder leaves a maximum for a lot that has not opened, another one, or with None none any more."""

    paddle: str
    max_minor: Any


@dataclass(frozen=True, slots=True)
class PlaceFloorBid(SumCommand):
    """The auctioneer takes a bid from the floor; paddle None is a bid "in the room" whose paddle comes later.

    `sure`: he has been asked about an amount that is far above the next.
    """

    paddle: str | None
    amount_minor: Any
    sure: bool = True


@dataclass(frozen=True, slots=True)
class AssignPaddle(LotCommand):
    """Give bids "in the room" a paddle: the one with the public number `of_seq`, or all without a paddle."""

    paddle: str
    of_seq: int | None = None


@dataclass(frozen=True, slots=True)
class SetAsk(SumCommand):
    """The auctioneer calls another next amount. `sure`: he has been asked about one that is far above the last."""

    amount_minor: Any
    sure: bool = True


@dataclass(frozen=True, slots=True)
class GiveFairWarning(LotCommand):
    """Last call."""


@dataclass(frozen=True, slots=True)
class Hammer(LotCommand):
    """Sell to the leader; paddle and amount, where named, are those on the auctioneer's screen.

    A held leader gets the lot only with `even_held`.
    """

    paddle: str | None = None
    amount_minor: Any = None
    even_held: bool = False


@dataclass(frozen=True, slots=True)
class PassLot(LotCommand):
    """End the lot unsold. `seen`: the lead for which it was pressed; None: not said, as by a program."""

    seen: Lead | None = None


@dataclass(frozen=True, slots=True)
class VoidLastBid(LotCommand):
    """Take back the last bid, or the bid in the room with the number `of_seq`; the record stays (rulebook, art. 36).

    `seen` as for `PassLot`.
    """

    reason: str
    of_seq: int | None = None
    seen: Lead | None = None


@dataclass(frozen=True, slots=True)
class DeclinePriority(LotCommand):
    """A holder of a priority right does not take the lot at its price (modes B and C)."""

    paddle: str


@dataclass(frozen=True, slots=True)
class ExercisePriority(LotCommand):
    """After the hammer, a holder of a priority right takes the lot at its hammer price (mode C)."""

    paddle: str


@dataclass(frozen=True, slots=True)
class OpenOffers(LotCommand):
    """Open the sealed offers of a lot whose time for offers is over."""


@dataclass(frozen=True, slots=True)
class WithdrawLot(LotCommand):
    """Take a lot out of the sale. Once it has begun, that takes a reason of the law's (rulebook 2.4, A29).

    `seen` as for `PassLot`.
    """

    reason: str | None = None
    seen: Lead | None = None


@dataclass(frozen=True, slots=True)
class ReopenLot(LotCommand):
    """Take the hammer or the pass back, until the next lot opens."""

    reason: str


@dataclass(frozen=True, slots=True)
class PauseLot(LotCommand):
    """Stop one lot and its clock."""

    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ResumeLot(LotCommand):
    """Let one lot go on."""


@dataclass(frozen=True, slots=True)
class PauseSale(Command):
    """Stop every lot and their clocks. `since_ms`: the clocks have stood still from that earlier moment on."""

    reason: str | None = None
    since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ResumeSale(Command):
    """Let the sale go on."""


@dataclass(frozen=True, slots=True)
class MoveDeadlines(Command):
    """The house was away from `since_ms` (UTC) until now: who could not bid gets the time back."""

    since_ms: int


@dataclass(frozen=True, slots=True)
class CloseSale(Command):
    """End the sale: nothing is under way, and nothing opens any more."""


@dataclass(frozen=True, slots=True)
class Tick(Command):
    """Time has passed: every deadline up to `arrived_ms` takes effect."""
