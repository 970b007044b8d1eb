"""Everything that can have happened in a sale: facts in the past tense, small and frozen.

`at_ms` is the writer's time (UTC) and never goes back. Amounts are in the minor unit of the sale's currency. Which
kinds are public is said in `visibility`, and only there. A reason is a code, never free text: names and free text
live in rows that can be deleted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .event import Event as Event
from .event import LotEvent as LotEvent
from .event import PaddlesIdentified as PaddlesIdentified
from .event import TermsStated as TermsStated
from .event import TextsStated as TextsStated
from .event import WorkStated as WorkStated


@dataclass(frozen=True, slots=True)
class SalePublished(Event):
    """The sale's journal begins. `priority_mode`, and in mode C `priority_days`: as in `priority`."""

    currency: str
    house_org: str | None
    buyer_commission: Sequence[Sequence[int]] = ()
    """Slices `[from_minor, rate_bp]`; none: the buyer pays the hammer price."""
    priority_mode: str = "A"
    priority_days: int | None = None
    highest_minor: int | None = None
    """The most that any bid or maximum may be; None: there is no such term."""


@dataclass(frozen=True, slots=True)
class HighestChanged(Event):
    """From here on this is the most that any bid or maximum may be."""

    highest_minor: int | None


@dataclass(frozen=True, slots=True)
class SellerCommissionAgreed(Event):
    """The consignors' commission on a hammer price, in slices as the buyer's. It is between them and the house."""

    seller_commission: Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class LotListed(LotEvent):
    """A lot with its public terms, as in a scenario; the later hold. `anew`: it is another now, in terms or patents."""

    format: str
    start_minor: int | None
    increment: Mapping[str, Any] | None
    has_reserve: bool
    self_raise: bool
    own: Mapping[str, Any]
    anew: bool = False


@dataclass(frozen=True, slots=True)
class LotConsigned(LotEvent):
    """The consignor's secrets: the reserve (art. 28), and the consignors' ids (art. 21)."""

    reserve_minor: int | None
    consignor_orgs: Sequence[str]


@dataclass(frozen=True, slots=True)
class BidderAdmitted(Event):
    """A paddle and its holder; admitted again, the later facts hold. `also`: further ids by which he is known."""

    paddle: str
    bidder: str | None
    limit_minor: int | None
    org: str | None
    priority: Mapping[str, int]
    holds: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    channel: str = "both"


@dataclass(frozen=True, slots=True)
class ChannelSet(Event):
    """The channel of a paddle from here on: `online`, `floor` or `both`."""

    paddle: str
    channel: str


@dataclass(frozen=True, slots=True)
class HoldPlaced(Event):
    """Why a paddle is held, and what becomes of its bids: `void` or `keep`; `lot` None means every lot.

    `maxima` are the leaders' maxima now, of the lots that it changed. On the lots in `offers` the sealed offer of the
    paddle no longer counts.
    """

    paddle: str
    reason: str
    standing: str
    lot: str | None
    maxima: Mapping[str, int]
    offers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VoidAsked(Event):
    """The organizer asks that the bids of a held paddle fall; the auctioneer agrees by a hold with `void`."""

    paddle: str
    why: str


@dataclass(frozen=True, slots=True)
class PaddleHeld(Event):
    """A paddle takes no part in the bidding. `lots` says what holds now, where it is not what was told before.

    By lot: `leader`, `price_minor`, `ask_minor`, `bids`, `deadline_ms`, `origin_ms`.
    """

    paddle: str
    lots: Mapping[str, Mapping[str, Any]]
    reason: str = "HELD"


@dataclass(frozen=True, slots=True)
class PaddleReleased(Event):
    """The paddle may bid again; what its hold changed stays changed."""

    paddle: str


@dataclass(frozen=True, slots=True)
class GavelTaken(Event):
    """An auctioneer leads from here on."""

    auctioneer: str


@dataclass(frozen=True, slots=True)
class MaximumLeft(LotEvent):
    """A maximum left before the lot opens, or with None none any more; `reason`: CHANGED, or why it was refused."""

    paddle: str
    max_minor: int | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class LotOpened(LotEvent):
    """A lot is on the block; `deadline_ms` None: the auctioneer ends it."""

    ask_minor: int | None
    deadline_ms: int | None = None


@dataclass(frozen=True, slots=True)
class BidPlaced(LotEvent):
    """An accepted bid and what it led to.

    `way` is "online", "floor" or "maximum"; the amount of a maximum is not public (None). `leader` and `price_minor`
    are those after any standing maximum has answered. `ask_minor` is the next amount.
    """

    arrived_ms: int
    paddle: str
    way: str
    amount_minor: int | None
    leader: str
    price_minor: int
    ask_minor: int
    deadline_ms: int | None = None


@dataclass(frozen=True, slots=True)
class MaximumSet(LotEvent):
    """How far a bidder will go. `silent`: the leader changed his own maximum, which no screen shows to others."""

    paddle: str
    max_minor: int
    silent: bool


@dataclass(frozen=True, slots=True)
class PaddleAssigned(LotEvent):
    """These bids "in the room", each by the number of its `bid_placed`, belong to this paddle.

    `leader` is who leads now.
    """

    paddle: str
    bids: tuple[int, ...]
    leader: str


@dataclass(frozen=True, slots=True)
class AskSet(LotEvent):
    """The auctioneer called another next amount."""

    ask_minor: int


@dataclass(frozen=True, slots=True)
class FairWarningGiven(LotEvent):
    """Last call."""


@dataclass(frozen=True, slots=True)
class BidVoided(LotEvent):
    """The last bid step, or the bid in the room with the number `of_seq`, was taken back.

    Leader, price and ask are those that hold now. `bids`: how many still stand. A limit may have taken more than one.
    """

    reason: str
    leader: str | None
    price_minor: int | None
    ask_minor: int
    bids: int
    of_seq: int | None = None


@dataclass(frozen=True, slots=True)
class MaximumVoided(LotEvent):
    """The last bid step, a leader's own silent change of his maximum, was taken back."""

    reason: str


@dataclass(frozen=True, slots=True)
class CallsLifted(LotEvent):
    """A last call, a called ask, or a price that only a voided maximum reached, holds no longer.

    The leader stays; price and ask are those that hold now.
    """

    price_minor: int
    ask_minor: int


@dataclass(frozen=True, slots=True)
class OfferPlaced(LotEvent):
    """A sealed offer: secret until the opening. The only event that holds the amount of an unopened offer."""

    arrived_ms: int
    paddle: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class OffersClosed(LotEvent):
    """The time for offers is over; they wait to be opened."""


@dataclass(frozen=True, slots=True)
class OffersOpened(LotEvent):
    """Every offer of a lot, the winning one first: `[paddle, amount_minor, arrived_ms]`."""

    offers: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class LotSold(LotEvent):
    """The lot is sold. `ended_by` is "person", "clock" or "bid".

    The clock ends a lot at its deadline, a bid ends it by taking a falling ask or by reaching the cap.
    `match_until_ms`: until then a holder of a priority right may take it at this price; None: no holder may.
    `even_held`: the paddle is held, and a person sold to it all the same; stands in the record only where it is so.
    """

    paddle: str
    hammer_minor: int
    ended_at_ms: int
    ended_by: str
    match_until_ms: int | None = None
    even_held: bool = False


@dataclass(frozen=True, slots=True)
class PriorityDeclined(LotEvent):
    """A holder of a priority right does not take the lot at its price. A new price is a new question."""

    paddle: str


@dataclass(frozen=True, slots=True)
class PriorityExercised(LotEvent):
    """A holder of a priority right has taken the lot, at the price it was sold for."""

    paddle: str


@dataclass(frozen=True, slots=True)
class LotPassed(LotEvent):
    """The lot ended unsold."""

    ended_at_ms: int
    ended_by: str


@dataclass(frozen=True, slots=True)
class LotWithdrawn(LotEvent):
    """The lot was taken out of the sale."""

    ended_at_ms: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class LotReopened(LotEvent):
    """The hammer or the pass was taken back; leader and price stand as at the end."""

    reason: str
    ask_minor: int


@dataclass(frozen=True, slots=True)
class LotPaused(LotEvent):
    """The lot and its clock stand still, since `since_ms` where that was earlier."""

    reason: str | None
    since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class LotResumed(LotEvent):
    """The lot goes on; its deadline has moved by the length of the pause."""

    deadline_ms: int | None


@dataclass(frozen=True, slots=True)
class GroupExtended(Event):
    """These lots end later than was told, because their group takes the latest end of its lots."""

    deadlines_ms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DeadlineMoved(Event):
    """These lots end later, because the house could take no bid from `since_ms` until now.

    `deadlines_ms` has their ends by lot, `origins_ms` the moments from which their times count.
    """

    reason: str
    since_ms: int
    deadlines_ms: Mapping[str, int]
    origins_ms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SalePaused(Event):
    """Every lot named stands still; after an outage its clock has done so since the server was last there."""

    reason: str | None
    lots: tuple[str, ...]
    since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class SaleResumed(Event):
    """The lots named go on, each with its deadline."""

    deadlines_ms: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SaleClosed(Event):
    """The sale is over."""
