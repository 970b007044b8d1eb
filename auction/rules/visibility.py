"""Who may see what. For every kind of event, and for every private document, this is the only place that says so."""

from typing import Any

from . import commands as cmd
from . import events as ev
from .decide import ask_minor, is_step
from .lot import BEGUN, Lot
from .rights import commitment_minor
from .sale import Sale

SECRET: frozenset[type[ev.Event]] = frozenset(
    {ev.LotConsigned, ev.BidderAdmitted, ev.MaximumSet, ev.MaximumVoided, ev.OfferPlaced}
)
"""Kinds that stay out of the public stream: reserves and consignors, paddle holders and limits, maxima, and offers
(not even how many there are) until the event that opens them."""

PUBLIC: frozenset[type[ev.Event]] = frozenset(ev.KINDS.values()) - SECRET


def is_public(event: ev.Event) -> bool:
    """Whether the event has a place in the public stream."""
    return type(event) in PUBLIC


LOT_FIELDS = (
    "lot",
    "format",
    "status",
    "start_minor",
    "has_reserve",
    "price_minor",
    "leader",
    "ask_minor",
    "deadline_ms",
    "bids",
    "hammer_minor",
    "ended_at_ms",
)
"""What a row of a snapshot holds, in this order; what is missing at its end is null."""


def public_lot(lot: Lot) -> dict[str, Any]:
    """What everybody may know of a lot; amounts in the minor unit, times UTC in milliseconds."""
    begun = lot.status in BEGUN
    return {
        "lot": lot.id,
        "format": lot.terms.format,
        "status": lot.status.value,
        "start_minor": lot.terms.start_minor,
        "has_reserve": lot.has_reserve,
        "price_minor": lot.price_minor,
        "leader": lot.leader,
        "ask_minor": ask_minor(lot, lot.origin_ms or 0) if begun else None,  # a falling ask: the start, while it runs
        "deadline_ms": lot.deadline_ms if begun else None,
        "bids": lot.public_bids,
        "hammer_minor": lot.hammer_minor,
        "ended_at_ms": lot.ended_at_ms,
    }


def public_sale(sale: Sale) -> dict[str, Any]:
    """The public's view of a sale, small enough for a snapshot: texts come by HTTP."""
    return {
        "sale": sale.id,
        "currency": sale.currency,
        "published": sale.published,
        "closed": sale.closed,
        "paused": sale.halted is not None,
        "pause_reason": sale.pause_reason,
        "lots": [_row(public_lot(lot)) for lot in sale.lots.values()],
    }


def _row(lot: dict[str, Any]) -> list[Any]:
    row = [lot[name] for name in LOT_FIELDS]
    while row and row[-1] in (None, 0):
        row.pop()
    return row


def bidder_document(sale: Sale, paddle: str) -> dict[str, Any]:
    """What a bidder alone may see: limit, exposure, holds and his own maxima on lots where he leads."""
    bidder = sale.bidders[paddle]
    held = {lot.id: commitment_minor(lot, paddle) for lot in sale.lots.values()}
    exposure = sum(held.values())
    limit = bidder.limit_minor
    return {
        "paddle": paddle,
        "limit_minor": limit,
        "exposure_minor": exposure,
        "available_minor": None if limit is None else max(0, limit - exposure),
        "holds": list(bidder.holds),
        "maxima": {lot.id: held[lot.id] for lot in sale.begun if held[lot.id]},
        "conflicts": [
            lot.id
            for lot in sale.lots.values()
            if bidder.org is not None and bidder.org in (lot.terms.consignor_org, sale.house_org)
        ],
    }


def desk_document(sale: Sale) -> dict[str, Any]:
    """What the auctioneer's desk may see beyond the public: the reserve as a lamp, never as an amount, and paddles."""
    return {
        "gavel": sale.gavel,
        "lamps": {lot.id: lot.reserve_met for lot in sale.begun if lot.terms.reserve_minor is not None},
        "paddles": sorted(sale.bidders),
        "reopenable": [lot for lot in sorted(sale.reopenable) if is_step(sale.lots[lot], cmd.ReopenLot)],
    }
