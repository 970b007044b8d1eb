"""A sale: its lots, its paddles, and how each event changes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from . import events as ev
from . import lot as lots
from .kinds import is_public
from .lot import BEGUN, Lot, Status, changed
from .money import Tier, tiers_of
from .rights import VOID, Bidder, Hold, available_minor
from .standing import Standing, Step, cut, has_step, steps_of, taken_again

AFTERWARDS = "C"
"""The mode in which a priority right counts only once the lot is sold."""


@dataclass(frozen=True)
class Sale:
    """The unit of order: one writer, one journal, one stream.

    `paddles` leads from a bidder's account id to his paddle. `reopenable` are the lots that ended since a lot last
    opened. `halted` are the lots that the pause of the whole sale stopped, None while it is not paused. `holders` are
    the paddles with a priority right, by lot. A commission without slices is none. `highest_minor` is the most that any
    bid may be, None where there is no such term. `seq` counts the public events. `terms` are the legal terms in the
    record, `digests` the fingerprints of its texts by row, `identities` those of its paddles; `changes` is what was
    changed of terms and texts after publishing. `work` says by account and role whether it works for the sale now.
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
    highest_minor: int | None = None
    seq: int = 0
    terms: Mapping[str, Any] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    identities: Mapping[str, str] = field(default_factory=dict)
    work: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    changes: tuple[ev.TermsStated | ev.TextsStated, ...] = ()

    def rank(self, lot: str, paddle: str | None) -> float:
        """The rank of a paddle's priority right while the lot is under way: 1 is the best, without one infinite."""
        if lot not in self.holders or self.priority_mode == AFTERWARDS:
            return inf
        bidder = self.bidders.get(paddle) if paddle is not None else None
        return bidder.rank(lot) if bidder else inf

    def holds_on(self, lot: str, paddle: str | None) -> tuple[Hold, ...]:
        """The holds of a paddle on a lot."""
        bidder = self.bidders.get(paddle) if paddle is not None else None
        return bidder.holds_on(lot) if bidder else ()

    @property
    def begun(self) -> tuple[Lot, ...]:
        """The lots under way: open, warned or paused."""
        return tuple(lot for lot in self.lots.values() if lot.status in BEGUN)

    @property
    def next_deadline_ms(self) -> int | None:
        """The earliest deadline of a lot whose clock runs."""
        timed = (lot for lot in self.lots.values() if lot.deadline_ms is not None)
        return min((at_ms for lot in timed if (at_ms := lot.next_deadline_ms) is not None), default=None)


def _published(sale: Sale, event: ev.SalePublished) -> Sale:
    begun = changed(sale, published=True, currency=event.currency, house_org=event.house_org)
    commission = tiers_of(event.buyer_commission)
    terms = {"priority_mode": event.priority_mode, "priority_days": event.priority_days}
    return changed(begun, buyer_commission=commission, highest_minor=event.highest_minor, **terms)


def _highest_changed(sale: Sale, event: ev.HighestChanged) -> Sale:
    return changed(sale, highest_minor=event.highest_minor)


def _seller_commission(sale: Sale, event: ev.SellerCommissionAgreed) -> Sale:
    return changed(sale, seller_commission=tiers_of(event.seller_commission))


def _listed(sale: Sale, event: ev.LotListed) -> Sale:
    listed, known = lots.from_listing(event, sale.currency), sale.lots.get(event.lot)
    if known is not None:
        first = known.was_start_minor or known.terms.start_minor
        was = None if first == event.start_minor else first
        listed = changed(listed, left=known.left, left_ended=known.left_ended, changed_ms=event.at_ms)
        listed = changed(listed, was_start_minor=was)
    return changed(sale, lots={**sale.lots, event.lot: listed})


def _admitted(sale: Sale, event: ev.BidderAdmitted) -> Sale:
    known = sale.bidders.get(event.paddle)
    bidder = Bidder(
        event.paddle,
        event.bidder,
        event.limit_minor,
        event.org,
        dict(event.priority),
        tuple(event.holds),
        tuple(event.also),
        event.channel,
        known.held if known else (),
        known.void_asked if known else None,
    )
    paddles = sale.paddles if event.bidder is None else {**sale.paddles, event.bidder: event.paddle}
    bidders = {**sale.bidders, event.paddle: bidder}
    same = dict(known.priority if known else {}) == dict(bidder.priority)
    return changed(sale, bidders=bidders, paddles=paddles, holders=sale.holders if same else holders_of(bidders))


def holders_of(bidders: Mapping[str, Bidder]) -> dict[str, tuple[str, ...]]:
    """The paddles with a priority right, by lot."""
    holders: dict[str, tuple[str, ...]] = {}
    for paddle, bidder in bidders.items():
        for lot in bidder.priority:
            holders[lot] = (*holders.get(lot, ()), paddle)
    return holders


def _with_bidder(sale: Sale, paddle: str, **changes: Any) -> Sale:
    known = sale.bidders.get(paddle)  # none in the public's view
    return sale if known is None else changed(sale, bidders={**sale.bidders, paddle: replace(known, **changes)})


def _channel_set(sale: Sale, event: ev.ChannelSet) -> Sale:
    return _with_bidder(sale, event.paddle, channel=event.channel)


def _void_asked(sale: Sale, event: ev.VoidAsked) -> Sale:
    return _with_bidder(sale, event.paddle, void_asked=event.why)


def _hold_placed(sale: Sale, event: ev.HoldPlaced) -> Sale:
    hold, known = Hold(event.reason, event.standing, event.lot), sale.bidders[event.paddle]
    asked = None if event.standing == VOID else known.void_asked
    sale = _with_bidder(sale, event.paddle, held=(*known.held, hold), void_asked=asked)
    for lot in sale.lots.values():
        if event.lot in (None, lot.id) and (lot.status in BEGUN or event.paddle in lot.left):
            after = _without(sale, lot, event.paddle) if hold.standing == VOID else _cut(lot, event.paddle)
            sale = sale if after is lot else changed(sale, lots={**sale.lots, lot.id: after})
    return sale


def _cut(lot: Lot, paddle: str) -> Lot:
    """The lot as it is once a paddle there goes no further than its price."""
    now = lot.standing
    return changed(lot, standing=cut(now, paddle)) if now is not None and has_step(now, paddle) else lot


def _without(sale: Sale, lot: Lot, paddle: str) -> Lot:
    """The lot as if a paddle had never bid on it, nor left a maximum."""
    if paddle in lot.left:
        return changed(lot, left={each: most for each, most in lot.left.items() if each != paddle})
    if paddle in lot.offers:
        return _offers_without(lot, paddle)
    if not has_step(lot.standing, paddle):
        return lot
    return _anew(sale, lot, [step for step in steps_of(lot.standing) if step.paddle != paddle])


def _offers_without(lot: Lot, paddle: str) -> Lot:
    return changed(lot, offers={each: offer for each, offer in lot.offers.items() if each != paddle})


def _anew(sale: Sale, lot: Lot, steps: list[Step]) -> Lot:
    """The lot as these steps alone leave it. A bid that leads again, above its bidder's limit, falls: the next does."""
    while True:
        standing = _standing(sale, lot, steps)
        bidder = sale.bidders.get(standing.leader) if standing and standing.leader != lot.leader else None
        left = available_minor(bidder, lot, sale.lots, sale.buyer_commission) if bidder else None
        if standing is None or left is None or standing.maximum_minor <= left:
            return lots.taken_again(lot, standing)
        steps = [step for step in steps if step.paddle != standing.leader or step.amount_minor <= left]


def _standing(sale: Sale, lot: Lot, steps: list[Step]) -> Standing | None:
    assert lot.ladder is not None, "only rising prices are taken again"
    start = lot.terms.start_minor or 1
    return taken_again(steps, start, lot.ladder.next_minor, lambda paddle: sale.rank(lot.id, paddle))


def _paddle_held(sale: Sale, event: ev.PaddleHeld) -> Sale:
    after = {each: lots.held(_offers_without(sale.lots[each], event.paddle), told) for each, told in event.lots.items()}
    return changed(sale, lots={**sale.lots, **after})


def _paddle_released(sale: Sale, event: ev.PaddleReleased) -> Sale:
    return _with_bidder(sale, event.paddle, held=(), void_asked=None)


def without_bid(sale: Sale, lot: Lot, seq: int) -> Lot:
    """The lot as if the bid with this public number had never been made."""
    return _anew(sale, lot, [step for step in steps_of(lot.standing) if step.seq != seq])


def _room_bid_voided(sale: Sale, lot: Lot, event: ev.BidVoided, seq: int) -> Lot:
    after = without_bid(sale, lot, seq)
    return changed(after, standing=lots.as_told(after, event.leader, event.price_minor, event.bids))


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


def _terms_stated(sale: Sale, event: ev.TermsStated) -> Sale:
    return changed(sale, terms={**sale.terms, **event.terms}, changes=_with_change(sale, event))


def _texts_stated(sale: Sale, event: ev.TextsStated) -> Sale:
    named = [row.removeprefix("lot ") for row in event.digests] if event.reason is not None else []
    marked = {lot: changed(sale.lots[lot], changed_ms=event.at_ms) for lot in named if lot in sale.lots}
    after = changed(sale, lots={**sale.lots, **marked}) if marked else sale
    return changed(after, digests={**sale.digests, **event.digests}, changes=_with_change(sale, event))


def _with_change(sale: Sale, event: ev.TermsStated | ev.TextsStated) -> tuple[ev.TermsStated | ev.TextsStated, ...]:
    return sale.changes if event.reason is None else (*sale.changes, event)


def _identified(sale: Sale, event: ev.PaddlesIdentified) -> Sale:
    return changed(sale, identities={**sale.identities, **event.digests})


def _work_stated(sale: Sale, event: ev.WorkStated) -> Sale:
    return changed(sale, work={**sale.work, (event.account, event.role): event.works})


def _closed(sale: Sale, _event: ev.SaleClosed) -> Sale:
    return changed(sale, closed=True)


_APPLY: dict[type[ev.Event], Callable[[Sale, Any], Sale]] = {
    ev.SalePublished: _published,
    ev.SellerCommissionAgreed: _seller_commission,
    ev.TermsStated: _terms_stated,
    ev.TextsStated: _texts_stated,
    ev.PaddlesIdentified: _identified,
    ev.WorkStated: _work_stated,
    ev.LotListed: _listed,
    ev.HighestChanged: _highest_changed,
    ev.BidderAdmitted: _admitted,
    ev.ChannelSet: _channel_set,
    ev.HoldPlaced: _hold_placed,
    ev.PaddleHeld: _paddle_held,
    ev.VoidAsked: _void_asked,
    ev.PaddleReleased: _paddle_released,
    ev.GavelTaken: _gavel_taken,
    ev.GroupExtended: _group_extended,
    ev.DeadlineMoved: _deadline_moved,
    ev.SalePaused: _sale_paused,
    ev.SaleResumed: _sale_resumed,
    ev.SaleClosed: _closed,
}


def apply(sale: Sale, event: ev.Event) -> Sale:
    """The sale after one event. Folding the public events alone gives the public's view of it."""
    of_sale, seq = _APPLY.get(type(event)), sale.seq + is_public(event)
    if of_sale is not None:
        return changed(of_sale(sale, event), seq=seq)
    assert isinstance(event, ev.LotEvent), "whatever is not the sale's is a lot's"
    before = sale.lots[event.lot]
    if isinstance(event, ev.BidVoided) and event.of_seq is not None:
        after = _room_bid_voided(sale, before, event, event.of_seq)
    else:
        after = lots.apply(before, event, seq)
    lots_after = {**sale.lots, event.lot: after}
    if before.status is after.status and after.status in BEGUN:
        return changed(sale, lots=lots_after, seq=seq)
    return changed(sale, lots=lots_after, seq=seq, reopenable=_reopenable(sale, before, after))


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
