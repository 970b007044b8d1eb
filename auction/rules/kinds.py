"""Which kinds of events the public sees. This is the only place that says so."""

from . import events as ev

SECRET: frozenset[type[ev.Event]] = frozenset(
    {
        ev.SellerCommissionAgreed,
        ev.LotConsigned,
        ev.BidderAdmitted,
        ev.PaddlesIdentified,
        ev.ChannelSet,
        ev.HoldPlaced,
        ev.MaximumLeft,
        ev.MaximumSet,
        ev.MaximumVoided,
        ev.OfferPlaced,
    }
)
"""Kinds that stay out of the public stream: the seller's commission, which organizers alone see, reserves and
consignors, paddle holders, their channels and limits, why a paddle is held, maxima, and offers (not even how many there
are) until the event that opens them."""

PUBLIC: frozenset[type[ev.Event]] = frozenset(ev.KINDS.values()) - SECRET


def is_public(event: ev.Event) -> bool:
    """Whether the event has a place in the public stream."""
    return type(event) in PUBLIC
