"""`decide(sale, command, at_ms)`: the events of a command, or its refusal.

The checks stand in the order of the codes in `refusals`. It is the lot, the paddle, the lot's status, its format, the
amount, the limit. Last come the codes that only the auctioneer meets.
"""

from collections.abc import Callable
from typing import Any

from . import absence, group, holds, left, priority, record
from . import commands as cmd
from . import events as ev
from .calls import NOT_ALLOWED_NOW, assign, call, lead_changed, not_live, not_of_format
from .far import far_from_ask, not_whole
from .format import Bid, Decision, malformed
from .formats import FORMATS, is_step, rising_ask_minor
from .lot import LIVE, MAX_AMOUNT, Lot, Status, changed
from .money import rows_of
from .refusals import Code, Refused
from .rights import CHANNELS, ONLINE, may_bid, within_limit
from .sale import AFTERWARDS, Sale, apply
from .standing import ROOM


def decide(sale: Sale, command: cmd.Command, at_ms: int) -> Decision:
    """The events that the command leads to at the writer's time `at_ms` (UTC), or the refusal."""
    if (
        command.auctioneer is not None
        and sale.gavel not in (None, command.auctioneer)
        and type(command) is not cmd.TakeGavel
    ):
        return Refused(Code.FORBIDDEN)
    if not isinstance(command, cmd.LotCommand):
        return _ABOUT_SALE[type(command)](sale, command, at_ms)
    decision = _about_lot(sale, command, at_ms)
    return decision if isinstance(decision, Refused) else _and_so(sale, command.lot, decision)


def _and_so(sale: Sale, lot: str, decision: tuple[ev.Event, ...]) -> tuple[ev.Event, ...]:
    """Events of one lot, with their effect on its group and on holders of a priority right."""
    if sale.priority_mode == AFTERWARDS:
        decision = tuple(priority.with_term(sale, each) for each in decision)
    if sale.lots[lot].group is None:
        return decision
    for event in decision:
        sale = apply(sale, event)
    return (*decision, *group.extended(sale, decision[0], (lot,)))


# --- the sale -------------------------------------------------------------------------------------------------------


def _publish(sale: Sale, command: cmd.PublishSale, at_ms: int) -> Decision:
    """The journal begins with everything that bears on bidding, so that nothing is looked up later."""
    mode, days = command.priority_mode, command.priority_days
    if sale.published or not priority.is_mode(mode, days):
        return NOT_ALLOWED_NOW
    commission, highest = rows_of(command.buyer_commission), command.highest_minor
    opening = ev.SalePublished(at_ms, command.currency, command.house_org, commission, mode, days, highest)
    happened: list[ev.Event] = [opening]
    if command.seller_commission:
        happened.append(ev.SellerCommissionAgreed(at_ms, rows_of(command.seller_commission)))
    for event in happened:
        sale = apply(sale, event)
    listings = [cmd.ListLot(command.arrived_ms, terms) for terms in command.lots]
    before = changed(sale, highest_minor=None)  # no lot of the same moment raises it
    decision = _together(before, cmd.Together(command.arrived_ms, (*listings, *command.bidders)), at_ms)
    return decision if isinstance(decision, Refused) else (*happened, *decision)


def _together(sale: Sale, command: cmd.Together, at_ms: int) -> Decision:
    happened: list[ev.Event] = []
    for step in command.steps:
        decision = decide(sale, step, at_ms)
        if isinstance(decision, Refused):
            return decision
        for event in decision:
            happened.append(event)
            sale = apply(sale, event)
    return tuple(happened)


def _list(sale: Sale, command: cmd.ListLot, at_ms: int) -> Decision:
    terms = command.terms
    known = sale.lots.get(terms.lot)
    if sale.closed or (known is not None and known.status is not Status.PENDING):
        return NOT_ALLOWED_NOW
    has_reserve = terms.reserve_minor is not None
    anew = known is not None and (command.anew or left.is_another(known, terms))
    listed = ev.LotListed(
        at_ms,
        terms.lot,
        terms.format,
        terms.start_minor,
        terms.increment,
        has_reserve,
        terms.self_raise,
        terms.own,
        anew,
    )
    consigned = ev.LotConsigned(at_ms, terms.lot, terms.reserve_minor, terms.consignor_orgs)
    return (listed, consigned, *(left.cancelled(known, at_ms) if known is not None and anew else ()))


def _list_later(sale: Sale, command: cmd.ListLot, at_ms: int) -> Decision:
    """Terms of a published sale's lot. If it starts above the highest bid, that rises: else no bid would be allowed."""
    told, start = _list(sale, command, at_ms), command.terms.start_minor or 0
    if isinstance(told, Refused) or sale.highest_minor is None or start <= sale.highest_minor:
        return told
    return *told, ev.HighestChanged(at_ms, min(MAX_AMOUNT, 100 * start))


def _admit(sale: Sale, command: cmd.AdmitBidder, at_ms: int) -> Decision:
    """One paddle a bidder, and no paddle given twice (rulebook 2.6). Who has bids is held by `HoldPaddle` alone: that
    says what becomes of them."""
    holder = sale.bidders.get(command.paddle)
    taken = holder is not None and holder.bidder is not None and holder.bidder != command.bidder
    other = sale.paddles.get(command.bidder or "", command.paddle) != command.paddle
    known = {*holder.holds, *(each.reason for each in holder.held)} if holder else set()
    silently = holder is not None and not known.issuperset(command.holds) and holds.has_bids(sale, command.paddle)
    if sale.closed or taken or other or silently or command.paddle == ROOM:
        return NOT_ALLOWED_NOW
    admitted = ev.BidderAdmitted(
        at_ms,
        command.paddle,
        command.bidder,
        command.limit_minor,
        command.org,
        command.priority,
        command.holds,
        also=command.also,
        channel=command.channel,
    )
    return (admitted,)


def _set_channel(sale: Sale, command: cmd.SetChannel, at_ms: int) -> Decision:
    if command.paddle not in sale.bidders:
        return Refused(Code.NO_PADDLE)
    fits = command.channel in CHANNELS and not sale.closed
    return (ev.ChannelSet(at_ms, command.paddle, command.channel),) if fits else NOT_ALLOWED_NOW


def _set_highest(sale: Sale, command: cmd.SetHighest, at_ms: int) -> Decision:
    most = command.highest_minor
    fits = not sale.closed and (most is None or malformed(most) is None)
    return (ev.HighestChanged(at_ms, most),) if fits else NOT_ALLOWED_NOW


def _take_gavel(sale: Sale, command: cmd.TakeGavel, at_ms: int) -> Decision:
    return NOT_ALLOWED_NOW if sale.closed else (ev.GavelTaken(at_ms, command.auctioneer or ""),)


def _pause_sale(sale: Sale, command: cmd.PauseSale, at_ms: int) -> Decision:
    if sale.halted is not None or sale.closed:
        return Refused(Code.NOT_LIVE)
    running = tuple(lot.id for lot in sale.begun if lot.status in LIVE and not lot.offers_closed)
    return (ev.SalePaused(at_ms, command.reason, running, command.since_ms),)


def _resume_sale(sale: Sale, _command: cmd.ResumeSale, at_ms: int) -> Decision:
    if sale.halted is None:
        return NOT_ALLOWED_NOW
    standing_still = [sale.lots[each] for each in sale.halted if sale.lots[each].status is Status.PAUSED]
    deadlines = {lot.id: FORMATS[lot.terms.format].deadline_on_resuming(lot, at_ms) for lot in standing_still}
    resumed = ev.SaleResumed(at_ms, deadlines)
    return resumed, *group.extended(apply(sale, resumed), resumed, deadlines)


def _move_deadlines(sale: Sale, command: cmd.MoveDeadlines, at_ms: int) -> Decision:
    return absence.moved(sale, command, FORMATS, at_ms)


def _close_sale(sale: Sale, _command: cmd.CloseSale, at_ms: int) -> Decision:
    return NOT_ALLOWED_NOW if sale.closed or sale.begun else (ev.SaleClosed(at_ms),)


def _tick(sale: Sale, command: cmd.Tick, at_ms: int) -> Decision:
    """Every deadline up to now, the earliest first, then in the order of the lots."""
    running = [(each.next_deadline_ms, each) for each in sale.lots.values()]
    met = [(deadline, lot) for deadline, lot in running if deadline is not None and deadline <= command.arrived_ms]
    met.sort(key=lambda each: each[0])
    ends = [(ms, event) for ms, lot in met for event in FORMATS[lot.terms.format].tick(lot, at_ms)]
    return tuple(priority.with_term(sale, holds.unless_held(sale, event, ms)) for ms, event in ends)


_ABOUT_SALE: dict[type[cmd.Command], Callable[[Sale, Any, int], Decision]] = {
    cmd.PublishSale: _publish,
    cmd.Together: _together,
    cmd.StateTerms: record.state_terms,
    cmd.StateTexts: record.state_texts,
    cmd.IdentifyPaddles: record.identify,
    cmd.StateWork: record.state_work,
    cmd.ListLot: _list_later,
    cmd.AdmitBidder: _admit,
    cmd.SetChannel: _set_channel,
    cmd.SetHighest: _set_highest,
    cmd.HoldPaddle: holds.hold,
    cmd.AskVoid: holds.ask_void,
    cmd.VoidHeld: holds.void_held,
    cmd.ReleasePaddle: holds.release,
    cmd.TakeGavel: _take_gavel,
    cmd.PauseSale: _pause_sale,
    cmd.ResumeSale: _resume_sale,
    cmd.MoveDeadlines: _move_deadlines,
    cmd.CloseSale: _close_sale,
    cmd.Tick: _tick,
}


# --- a lot ----------------------------------------------------------------------------------------------------------


def _about_lot(sale: Sale, command: cmd.LotCommand, at_ms: int) -> Decision:
    lot = sale.lots.get(command.lot)
    if lot is None:
        return Refused(Code.UNKNOWN_LOT)
    always = _ALWAYS.get(type(command))
    return call(sale, lot, command, at_ms) if always is None else always(sale, lot, command, at_ms)


_WAYS: dict[type[cmd.Command], str] = {cmd.PlaceBid: "online", cmd.PlaceMaximum: "maximum", cmd.PlaceFloorBid: "floor"}


def _bid(sale: Sale, lot: Lot, command: cmd.PlaceBid | cmd.PlaceMaximum | cmd.PlaceFloorBid, at_ms: int) -> Decision:
    paddle = command.paddle
    bidder = sale.bidders.get(paddle) if paddle is not None else None
    refused = None if paddle is None else may_bid(bidder, lot, sale.house_org)
    with_opening = isinstance(command, cmd.PlaceMaximum) and command.left
    refused = refused or not_live(lot, -1 if with_opening else command.arrived_ms) or not_of_format(lot, command)
    in_the_hall = isinstance(command, cmd.PlaceFloorBid)
    if refused or (in_the_hall and bidder is not None and bidder.channel == ONLINE):
        return refused or NOT_ALLOWED_NOW
    form = FORMATS[lot.terms.format]
    amount = command.max_minor if isinstance(command, cmd.PlaceMaximum) else command.amount_minor
    rank, leader_rank = sale.rank(lot.id, paddle), sale.rank(lot.id, lot.leader)
    bid = Bid(
        bidder, paddle, amount, _WAYS[type(command)], command.arrived_ms, at_ms, rank, leader_rank, sale.lots,
        sale.buyer_commission, sale.highest_minor,
    )  # fmt: skip
    decision = form.maximum(lot, bid) if isinstance(command, cmd.PlaceMaximum) else form.bid(lot, bid)
    if isinstance(decision, Refused):
        return decision
    ask = rising_ask_minor(lot, at_ms)
    refused = None if isinstance(command, cmd.PlaceMaximum) else far_from_ask(ask, command)
    return refused or not_whole(lot, sale.currency, command, amount, ask) or decision


def _open(sale: Sale, lot: Lot, _command: cmd.OpenLot, at_ms: int) -> Decision:
    form = FORMATS[lot.terms.format]
    incomplete = lot.terms.start_minor is None or (form.needs_increment and lot.ladder is None)
    one_by_one = form.name == "english" and any(each.terms.format == "english" for each in sale.begun)
    halted = sale.halted is not None or sale.closed
    if lot.status is not Status.PENDING or halted or one_by_one or incomplete:
        return NOT_ALLOWED_NOW
    opened = ev.LotOpened(at_ms, lot.id, form.ask_minor(lot, at_ms), form.deadline_on_opening(lot, at_ms))
    return opened, *left.taken(apply(sale, opened), lot, at_ms, _about_lot)


def _reopen(sale: Sale, lot: Lot, command: cmd.ReopenLot, at_ms: int) -> Decision:
    if not_of_format(lot, command) or lot.id not in sale.reopenable or sale.halted is not None or sale.closed:
        return NOT_ALLOWED_NOW
    ask = FORMATS[lot.terms.format].ask_minor(lot, at_ms)
    reopened = ev.LotReopened(at_ms, lot.id, command.reason, ask or 0)
    return reopened, *holds.on_reopening(apply(sale, reopened), lot.id, at_ms)


def _resume(sale: Sale, lot: Lot, _command: cmd.ResumeLot, at_ms: int) -> Decision:
    asks = lot.in_question and lot.offers_opened  # nothing can be offered any more
    if lot.status is not Status.PAUSED or sale.halted is not None or asks:
        return NOT_ALLOWED_NOW
    return (ev.LotResumed(at_ms, lot.id, FORMATS[lot.terms.format].deadline_on_resuming(lot, at_ms)),)


WITHDRAWN_FOR = ("TITLE_EVIDENCE", "AUTHORITY", "TECHNICAL", "OTHER")
"""Why a lot that has begun leaves the sale (rulebook 2.4); its consignor may withdraw it only before (A29)."""


def _withdraw(_sale: Sale, lot: Lot, command: cmd.WithdrawLot, at_ms: int) -> Decision:
    """A pending lot always; one that has begun only with a reason, paused or not, sealed until it is opened."""
    sealed = lot.status in LIVE and is_step(lot, cmd.OpenOffers)
    refused = None
    if not (lot.status in (Status.PENDING, Status.PAUSED) or sealed):
        refused = not_live(lot, command.arrived_ms)
    if refused is None and lot.status is not Status.PENDING and command.reason not in WITHDRAWN_FOR:
        refused = NOT_ALLOWED_NOW
    refused = refused or lead_changed(lot, command.seen)
    return refused or (ev.LotWithdrawn(at_ms, lot.id, at_ms, command.reason),)


def _open_offers(sale: Sale, lot: Lot, command: cmd.OpenOffers, at_ms: int) -> Decision:
    """Only what is sealed, and only when no more offers come: this step alone comes after the deadline."""
    refused = None
    if lot.status not in LIVE or not is_step(lot, cmd.OpenOffers):
        refused = not_live(lot, command.arrived_ms) or NOT_ALLOWED_NOW
    if refused is None and (lot.deadline_ms is None or command.arrived_ms < lot.deadline_ms):
        refused = NOT_ALLOWED_NOW
    if refused is not None:
        return refused
    ranks = {paddle: sale.rank(lot.id, paddle) for paddle in lot.offers}
    opened = FORMATS[lot.terms.format].open_offers(lot, ranks, at_ms)
    return tuple(holds.unless_held(sale, event, at_ms) for event in opened)


def _decline_priority(sale: Sale, lot: Lot, command: cmd.DeclinePriority, at_ms: int) -> Decision:
    refused = _not_in_question(sale, lot, command)
    return refused or (ev.PriorityDeclined(at_ms, lot.id, command.paddle),)


def _exercise_priority(sale: Sale, lot: Lot, command: cmd.ExercisePriority, at_ms: int) -> Decision:
    """The price is committed from here on, as if the holder had bid it (rulebook 2.6)."""
    refused = _not_in_question(sale, lot, command)
    if refused is None and lot.hammer_minor is None:
        refused = NOT_ALLOWED_NOW
    if refused is None:
        bidder, price = sale.bidders[command.paddle], lot.hammer_minor or 0
        refused = within_limit(bidder, price, lot, sale.lots, sale.buyer_commission)
    return refused or (ev.PriorityExercised(at_ms, lot.id, command.paddle),)


def _not_in_question(sale: Sale, lot: Lot, command: cmd.DeclinePriority | cmd.ExercisePriority) -> Refused | None:
    """Refuse a paddle without a right, without a better one, or that has declined. A term's end is a deadline."""
    refused = may_bid(sale.bidders.get(command.paddle), lot, sale.house_org)
    until = lot.match_until_ms
    if refused is None and until is None:
        refused = not_live(lot, command.arrived_ms)
    elif refused is None and until is not None and command.arrived_ms >= until:
        refused = Refused(Code.CLOSED)
    is_asked = sale.priority_mode != priority.AT_EQUAL_PRICE and command.paddle in priority.entitled(sale, lot)
    return refused or (None if is_asked else NOT_ALLOWED_NOW)


_ALWAYS: dict[type[cmd.Command], Callable[[Sale, Lot, Any, int], Decision]] = {
    cmd.PlaceBid: _bid,
    cmd.PlaceMaximum: _bid,
    cmd.LeaveMaximum: left.leave,
    cmd.PlaceFloorBid: _bid,
    cmd.AssignPaddle: assign,
    cmd.OpenLot: _open,
    cmd.ReopenLot: _reopen,
    cmd.ResumeLot: _resume,
    cmd.WithdrawLot: _withdraw,
    cmd.OpenOffers: _open_offers,
    cmd.DeclinePriority: _decline_priority,
    cmd.ExercisePriority: _exercise_priority,
}
