"""Who may bid, and how far: paddles, holds, conflicts of interest, spending limits, priority rights."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from .lot import BEGUN, Lot, Status
from .money import Tier, all_in_minor
from .refusals import Code, Refused

HOLDS = (Code.SUSPENDED, Code.DEFAULTER_BARRED, Code.DEPOSIT_MISSING)
"""What keeps a paddle from bidding, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class Bidder:
    """A paddle and what the rules know of its holder; amounts in the minor unit, limit None means none."""

    paddle: str
    bidder: str | None = None
    limit_minor: int | None = None
    org: str | None = None
    priority: Mapping[str, int] = field(default_factory=dict)
    holds: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def is_party(self, lot: Lot, house_org: str | None) -> bool:
        """Whether he consigns the lot, alone or with others, or is of the house (arts. 22, 30)."""
        return any(each in lot.terms.consignor_orgs or each == house_org for each in self._ids)

    @property
    def _ids(self) -> Iterator[str]:
        """The ids by which he is known: his organization, his account, and organizations that bear his name."""
        return (each for each in (self.org, self.bidder, *self.also) if each is not None)

    def rank(self, lot: str) -> float:
        """The rank of the holder's priority right on a lot; without one, behind every rank."""
        return self.priority.get(lot, inf)


def may_bid(bidder: Bidder | None, lot: Lot, house_org: str | None) -> Refused | None:
    """The refusal that a paddle meets before the lot is looked at (arts. 22, 30; J17, J24), or None."""
    if bidder is None:
        return Refused(Code.NO_PADDLE)
    for hold in HOLDS:
        if hold in bidder.holds:
            return Refused(hold)
    if bidder.is_party(lot, house_org):
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


def within_limit(
    bidder: Bidder, amount_minor: int, lot: Lot, lots: Mapping[str, Lot], buyer_commission: Sequence[Tier] = ()
) -> Refused | None:
    """Refuse what would take the holder's exposure, on the lot and over all other open and won `lots`, above the limit
    (rulebook 2.6)."""
    if bidder.limit_minor is None:
        return None
    others = (each for each in lots.values() if each.id != lot.id)
    committed = sum(commitment_minor(each, bidder.paddle, buyer_commission) for each in others)
    available = bidder.limit_minor - committed
    return Refused(Code.OVER_LIMIT, {"available_minor": max(0, available)}) if amount_minor > available else None
