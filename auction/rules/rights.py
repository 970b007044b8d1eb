"""The rights of bidders: paddles, holds, conflicts of interest, spending limits, priority rights."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from .lot import BEGUN, Lot, Status
from .money import Tier, all_in_minor
from .refusals import Code, Refused

HOLDS = (Code.SUSPENDED, Code.DEFAULTER_BARRED, Code.DEPOSIT_MISSING)
"""The holds that keep a paddle from bidding, in the order in which they are told."""

CONFLICT = "CONFLICT"
HOLD_REASONS = (*(code.value for code in HOLDS), CONFLICT)
"""Why a paddle is held; a held paddle is refused with the reason, for `CONFLICT` with CONFLICT_OF_INTEREST."""

VOID, KEEP = "void", "keep"
STANDINGS = (VOID, KEEP)
BOTH_AGREE = frozenset({Code.SUSPENDED.value, Code.DEPOSIT_MISSING.value})
"""The two fates of the bids of a held paddle. For the reasons in `BOTH_AGREE` they fall on a server only if organizer
and auctioneer both want it. Else a house could cancel the best bid (rulebook A3, A36)."""

ONLINE, FLOOR, BOTH = "online", "floor", "both"
CHANNELS = (ONLINE, FLOOR, BOTH)
"""The channels of a paddle."""


class Hold(NamedTuple):
    """Why a paddle is held, what becomes of its bids, and on which lot (None: on all)."""

    reason: str
    standing: str
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class Bidder:
    """A paddle and what the rules know of its holder; amounts in the minor unit, limit None means none.

    `holds` are the codes with which it was admitted, `held` what it was held for since. `void_asked` says why the
    organizer asks that its bids fall.
    """

    paddle: str
    bidder: str | None = None
    limit_minor: int | None = None
    org: str | None = None
    priority: Mapping[str, int] = field(default_factory=dict)
    holds: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def is_party(self, lot: Lot, house_org: str | None) -> bool:
        """Whether he consigns the lot, alone or with others, or is of the house (arts. 22, 30)."""
        return self.is_of(house_org) or any(each in lot.terms.consignor_orgs for each in self._ids)

    def is_of(self, org: str | None) -> bool:
        """Whether he is known by the id of an organization; None is none."""
        return org is not None and org in self._ids

    @property
    def _ids(self) -> Iterator[str]:
        """The ids by which he is known: his organization, his account, and organizations that bear his name."""
        return (each for each in (self.org, self.bidder, *self.also) if each is not None)

    channel: str = BOTH
    held: tuple[Hold, ...] = ()
    void_asked: str | None = None

    def holds_on(self, lot: str) -> tuple[Hold, ...]:
        """The holds that bear on a lot."""
        return tuple(each for each in self.held if each.lot in (None, lot)) if self.held else ()

    def rank(self, lot: str) -> float:
        """The rank of the holder's priority right on a lot; without one, behind every rank."""
        return self.priority.get(lot, inf)


def may_bid(bidder: Bidder | None, lot: Lot, house_org: str | None) -> Refused | None:
    """The refusal that a paddle meets before the lot is looked at (arts. 22, 30; J17, J24), or None."""
    if bidder is None:
        return Refused(Code.NO_PADDLE)
    reasons = (*bidder.holds, *(each.reason for each in bidder.holds_on(lot.id)))
    for hold in HOLDS if reasons else ():
        if hold in reasons:
            return Refused(hold)
    if CONFLICT in reasons or bidder.is_party(lot, house_org):
        return Refused(Code.CONFLICT_OF_INTEREST)
    return None


def commitment_minor(lot: Lot, paddle: str, buyer_commission: Sequence[Tier] = ()) -> int:
    """What a lot holds of a paddle's limit: the all-in price once won, the maximum while leading, an offer still
    sealed (rulebook 2.6)."""
    if lot.offers and not lot.offers_opened:
        offer = lot.offers.get(paddle)
        return offer.amount_minor if offer and lot.status in BEGUN else 0
    if lot.standing is None or lot.standing.leader != paddle:
        return 0
    if lot.status is Status.SOLD:
        return all_in_minor(lot.hammer_minor or 0, buyer_commission)
    return lot.standing.maximum_minor if lot.status in BEGUN else 0


def available_minor(
    bidder: Bidder, lot: Lot, lots: Mapping[str, Lot], buyer_commission: Sequence[Tier] = ()
) -> int | None:
    """The rest of the holder's limit after all other open and won `lots`, in the minor unit (rulebook 2.6). It may be
    less than 0; None: he has no limit."""
    if bidder.limit_minor is None:
        return None
    others = (each for each in lots.values() if each.id != lot.id)
    return bidder.limit_minor - sum(commitment_minor(each, bidder.paddle, buyer_commission) for each in others)


def within_limit(
    bidder: Bidder, amount_minor: int, lot: Lot, lots: Mapping[str, Lot], buyer_commission: Sequence[Tier] = ()
) -> Refused | None:
    """Refuse what would take the holder's exposure, on the lot and over all other open and won `lots`, above the
    limit."""
    available = available_minor(bidder, lot, lots, buyer_commission)
    if available is None or amount_minor <= available:
        return None
    return Refused(Code.OVER_LIMIT, {"available_minor": max(0, available)})
