"""A sale: its lots, its paddles, and how each event changes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from . import events as ev
from . import lot as lots
from .lot import BEGUN, Lot, Status, changed
from .money import Tier, tiers_of
from .rights import Bidder


@dataclass(frozen=True)
class Sale:
    """The unit of order: one writer, one journal, one stream.

    `paddles` leads from a bidder's account id to his paddle. `reopenable` are the lots that ended since a lot last
    opened. `halted` are the lots that the pause of the whole sale stopped, None while it is not paused. `holders` are
    the paddles with a priority right, by lot. A commission without slices is none.
    """

    id: str
    currency: str = "CNY"
    house_org: str | None = None
    buyer_commission: tuple[Tier, ...] = ()
    seller_commission: tuple[Tier, ...] = ()
    priority_mode: str = "A"
    priority_days: int | None = None
    published: bool = False
    closed: bool = False
    gavel: str | None = None
    bidders: Mapping[str, Bidder] = field(default_factory=dict)
    paddles: Mapping[str, str] = field(default_factory=dict)
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lots: Mapping[str, Lot] = field(default_factory=dict)
    reopenable: frozenset[str] = frozenset()
    halted: tuple[str, ...] | None = None
    pause_reason: str | None = None

    @property
    def begun(self) -> tuple[Lot, ...]:
        """The lots under way: open, warned or paused."""
        return tuple(lot for lot in self.lots.values() if lot.status in BEGUN)

    @property
    def next_deadline_ms(self) -> int | None:
        """The earliest deadline of a lot whose clock runs."""
        deadlines = [at_ms for lot in self.lots.values() if (at_ms := lot.next_deadline_ms) is not None]
        return min(deadlines, default=None)


def _published(sale: Sale, event: ev.SalePublished) -> Sale:
    begun = changed(sale, published=True, currency=event.currency, house_org=event.house_org)
    commission = tiers_of(event.buyer_commission)
    terms = {"priority_mode": event.priority_mode, "priority_days": event.priority_days}
    return changed(begun, buyer_commission=commission, **terms)


def _seller_commission(sale: Sale, event: ev.SellerCommissionAgreed) -> Sale:
    return changed(sale, seller_commission=tiers_of(event.seller_commission))


def _listed(sale: Sale, event: ev.LotListed) -> Sale:
    return changed(sale, lots={**sale.lots, event.lot: lots.from_listing(event, sale.currency)})


def _admitted(sale: Sale, event: ev.BidderAdmitted) -> Sale:
    bidder = Bidder(event.paddle, event.bidder, event.limit_minor, event.org, dict(event.priority), tuple(event.holds))
    bidder = replace(bidder, also=tuple(event.also))
    paddles = sale.paddles if event.bidder is None else {**sale.paddles, event.bidder: event.paddle}
    bidders = {**sale.bidders, event.paddle: bidder}
    known = sale.bidders.get(event.paddle)
    same = dict(known.priority if known else {}) == dict(bidder.priority)
    return changed(sale, bidders=bidders, paddles=paddles, holders=sale.holders if same else holders_of(bidders))


def holders_of(bidders: Mapping[str, Bidder]) -> dict[str, tuple[str, ...]]:
    """The paddles with a priority right, by lot."""
    holders: dict[str, tuple[str, ...]] = {}
    for paddle, bidder in bidders.items():
        for lot in bidder.priority:
            holders[lot] = (*holders.get(lot, ()), paddle)
    return holders


def _gavel_taken(sale: Sale, event: ev.GavelTaken) -> Sale:
    return changed(sale, gavel=event.auctioneer)


def _sale_paused(sale: Sale, event: ev.SalePaused) -> Sale:
    since_ms = event.at_ms if event.since_ms is None else event.since_ms
    stopped = {each: lots.pause(sale.lots[each], since_ms, event.reason) for each in event.lots}
    return changed(sale, lots={**sale.lots, **stopped}, halted=tuple(event.lots), pause_reason=event.reason)


def _sale_resumed(sale: Sale, event: ev.SaleResumed) -> Sale:
    going = {each: lots.resume(sale.lots[each], event.at_ms, deadline) for each, deadline in event.deadlines_ms.items()}
    return changed(sale, lots={**sale.lots, **going}, halted=None, pause_reason=None)


def _group_extended(sale: Sale, event: ev.GroupExtended) -> Sale:
    later = {each: changed(sale.lots[each], deadline_ms=deadline) for each, deadline in event.deadlines_ms.items()}
    return changed(sale, lots={**sale.lots, **later})


def _deadline_moved(sale: Sale, event: ev.DeadlineMoved) -> Sale:
    ends, origins = event.deadlines_ms, event.origins_ms
    later = {each: changed(sale.lots[each], deadline_ms=ends[each], origin_ms=origins[each]) for each in ends}
    return changed(sale, lots={**sale.lots, **later})


def _closed(sale: Sale, _event: ev.SaleClosed) -> Sale:
    return changed(sale, closed=True)


_APPLY: dict[type[ev.Event], Callable[[Sale, Any], Sale]] = {
    ev.SalePublished: _published,
    ev.SellerCommissionAgreed: _seller_commission,
    ev.LotListed: _listed,
    ev.BidderAdmitted: _admitted,
    ev.GavelTaken: _gavel_taken,
    ev.GroupExtended: _group_extended,
    ev.DeadlineMoved: _deadline_moved,
    ev.SalePaused: _sale_paused,
    ev.SaleResumed: _sale_resumed,
    ev.SaleClosed: _closed,
}


def apply(sale: Sale, event: ev.Event) -> Sale:
    """The sale after one event. Folding the public events alone gives the public's view of it."""
    of_sale = _APPLY.get(type(event))
    if of_sale is not None:
        return of_sale(sale, event)
    assert isinstance(event, ev.LotEvent), "whatever is not the sale's is a lot's"
    before = sale.lots[event.lot]
    after = lots.apply(before, event)
    lots_after = {**sale.lots, event.lot: after}
    if before.status is after.status and after.status in BEGUN:
        return changed(sale, lots=lots_after)
    return changed(sale, lots=lots_after, reopenable=_reopenable(sale, before, after))


def _reopenable(sale: Sale, before: Lot, after: Lot) -> frozenset[str]:
    """Sold and passed lots can come back until the next one opens."""
    if before.status is after.status:
        taken_over = after.status is Status.SOLD and before.leader != after.leader  # for good, by a priority right
        return sale.reopenable - {after.id} if taken_over else sale.reopenable
    if before.status is Status.PENDING and after.status is Status.OPEN:
        return frozenset()
    if after.status in (Status.SOLD, Status.PASSED):
        return sale.reopenable | {after.id}
    return sale.reopenable - {after.id}
