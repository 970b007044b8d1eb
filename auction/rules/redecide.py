"""Decides every event again, by the same rules, from the command that it tells of: a stranger's check.

The whole journal has no unknowns: an event that differs from the decision is wrong. In the public record the secrets
are missing. There `supposed` takes the secrets that explain an event best. An event that no reserve, no maximum and no
priority right could explain is wrong there too.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from . import commands as cmd
from . import events as ev
from . import group
from .decide import decide
from .format import Decision
from .formats import ask_minor, check_terms, rising_ask_minor
from .kinds import FACTS, KINDS, field_names, kind_of
from .lot import BEGUN, LEADER_HELD, MAX_AMOUNT, Lot, Offer, Terms, changed
from .money import tiers_of
from .refusals import Code, Refused
from .rights import CONFLICT, KEEP, Bidder, Hold
from .sale import Sale, apply, holders_of
from .standing import ROOM, SILENT, Standing, Step, steps_of

WAITS = (ev.SalePublished, ev.LotListed, ev.BidPlaced, ev.OffersOpened)
"""Events that are understood only with the one that follows: a secret, or an end, that came with them."""

Following = ev.Event | None
Ending = ev.LotSold | ev.LotPassed | None


def expected(sale: Sale, event: ev.Event, following: Following = None) -> Decision:
    """The decision of the rules in place of `event`: its own event first, then those that come with it.

    Raises ValueError, with the reason, where the event is about nothing that the sale has.
    """
    if not sale.published and not isinstance(event, ev.SalePublished):
        raise ValueError("the sale is not published")
    if isinstance(event, ev.LotEvent) and event.lot not in sale.lots and not isinstance(event, ev.LotListed):
        return Refused(Code.UNKNOWN_LOT)
    command = _COMMANDS[type(event)](sale, event, following)
    return decide(sale, command, event.at_ms) if command is not None else ()


def difference(event: ev.Event, decided: ev.Event) -> str | None:
    """The difference between an event and the decision, in words; None if they are the same."""
    if type(event) is not type(decided):
        return f"{kind_of(type(event))} stands where {kind_of(type(decided))} must"
    kind = type(event)
    said, right = FACTS[kind](event), FACTS[kind](decided)
    types = [*map(type, said)]
    if said == right and types == [*map(type, right)] and _PLAIN.issuperset(types):
        return None
    for name, is_said, should_be in zip(field_names(kind), said, right, strict=True):
        if not _is_same(is_said, should_be):
            return f"{name} is {_json(is_said)}; by the rules it is {_json(should_be)}"
    return None


_json = json.JSONEncoder(sort_keys=True).encode
_PLAIN = {int, str, bool, type(None)}


def _is_same(one: Any, other: Any) -> bool:
    """Whether two facts are written alike: 1 is not 1.0, but a list is a tuple."""
    if type(one) is type(other) and type(one) in _PLAIN:
        return bool(one == other)
    return _json(one) == _json(other)


# --- the command that an event tells of -----------------------------------------------------------------------------


def _in_time(sale: Sale, event: ev.LotEvent) -> int:
    """A moment of arrival before the deadline: of calls the journal keeps only when they were decided."""
    lot = sale.lots[event.lot]
    deadline = lot.deadline_ms if lot.match_until_ms is None else lot.match_until_ms
    return event.at_ms if deadline is None else min(event.at_ms, deadline - 1)


def _publication(_sale: Sale, event: ev.SalePublished, following: Following) -> cmd.Command:
    agreed = following.seller_commission if isinstance(following, ev.SellerCommissionAgreed) else ()
    terms = (tiers_of(event.buyer_commission), tiers_of(agreed), event.priority_mode, event.priority_days)
    return cmd.PublishSale(event.at_ms, event.currency, event.house_org, (), (), *terms, event.highest_minor)


def _listing(_sale: Sale, event: ev.LotListed, following: Following) -> cmd.Command:
    secret = following if isinstance(following, ev.LotConsigned) and following.lot == event.lot else None
    terms = Terms(
        event.lot,
        event.format,
        event.start_minor,
        event.increment,
        secret.reserve_minor if secret else 1 if event.has_reserve else None,
        tuple(secret.consignor_orgs) if secret else (),
        event.self_raise,
        event.own,
    )
    check_terms(terms)
    return cmd.ListLot(event.at_ms, terms, event.anew)


def _left(_sale: Sale, event: ev.MaximumLeft, _following: Following) -> cmd.Command | None:
    """The bidder's own act; what ends a left maximum otherwise is a listing or the opening."""
    return None if event.reason is not None else cmd.LeaveMaximum(event.at_ms, event.lot, event.paddle, event.max_minor)


def _admission(_sale: Sale, event: ev.BidderAdmitted, _following: Following) -> cmd.Command:
    holder = (event.paddle, event.bidder, event.limit_minor, event.org)
    return cmd.AdmitBidder(event.at_ms, *holder, event.priority, event.holds, event.also, event.channel)


def _hold(_sale: Sale, event: ev.HoldPlaced, _following: Following) -> cmd.Command:
    return cmd.HoldPaddle(event.at_ms, event.paddle, event.reason, event.standing, event.lot)


def _assignment(sale: Sale, event: ev.PaddleAssigned, _following: Following) -> cmd.Command:
    now = sale.lots[event.lot].standing
    every_one = now is not None and len(now.rooms) == len(event.bids)
    of_seq = None if every_one or not event.bids else event.bids[0]
    return cmd.AssignPaddle(_in_time(sale, event), event.lot, event.paddle, of_seq)


def _pause(sale: Sale, event: ev.LotPaused, _following: Following) -> cmd.Command:
    """A person's call, or the clock's, where a held paddle would have got the lot."""
    if event.reason == LEADER_HELD:
        return cmd.Tick(sale.next_deadline_ms or event.at_ms)
    return cmd.PauseLot(_in_time(sale, event), event.lot, event.reason)


def _bid(sale: Sale, event: ev.BidPlaced, following: Following) -> cmd.Command | None:
    if event.way == "online":
        return cmd.PlaceBid(event.arrived_ms, event.lot, event.paddle, event.amount_minor)
    if event.way == "floor":
        paddle = None if event.paddle == ROOM else event.paddle
        return cmd.PlaceFloorBid(event.arrived_ms, event.lot, paddle, event.amount_minor)
    if event.way != "maximum":
        return None
    declared = isinstance(following, ev.MaximumSet) and (following.lot, following.paddle) == (event.lot, event.paddle)
    most = following.max_minor if isinstance(following, ev.MaximumSet) and declared else _least_maximum(sale, event)
    left = event.at_ms == event.arrived_ms == sale.lots[event.lot].origin_ms
    return cmd.PlaceMaximum(event.arrived_ms, event.lot, event.paddle, most, left)


def _maximum(sale: Sale, event: ev.MaximumSet, _following: Following) -> cmd.Command:
    return cmd.PlaceMaximum(_in_time(sale, event), event.lot, event.paddle, event.max_minor)


def _void(sale: Sale, event: ev.BidVoided | ev.MaximumVoided, _following: Following) -> cmd.Command:
    of_seq = event.of_seq if isinstance(event, ev.BidVoided) else None
    return cmd.VoidLastBid(_in_time(sale, event), event.lot, event.reason, of_seq)


def _calls_lifted(sale: Sale, event: ev.CallsLifted, _following: Following) -> cmd.Command:
    return cmd.VoidLastBid(_in_time(sale, event), event.lot, "")


def _end(sale: Sale, event: ev.LotSold | ev.LotPassed, _following: Following) -> cmd.Command | None:
    """A person's call or the clock's; what a bid ends is decided with the bid."""
    if event.ended_by == "clock":
        return cmd.Tick(sale.next_deadline_ms or event.at_ms)
    if event.ended_by != "person":
        return None
    if isinstance(event, ev.LotSold):
        return cmd.Hammer(_in_time(sale, event), event.lot, even_held=event.even_held)
    return cmd.PassLot(_in_time(sale, event), event.lot)


def _opening(sale: Sale, event: ev.OffersOpened, _following: Following) -> cmd.Command:
    return cmd.OpenOffers(max(event.at_ms, sale.lots[event.lot].deadline_ms or 0), event.lot)


_COMMANDS: dict[type[ev.Event], Callable[[Sale, Any, Following], cmd.Command | None]] = {
    ev.SalePublished: _publication,
    ev.SellerCommissionAgreed: lambda _s, _e, _f: None,
    ev.TermsStated: lambda _s, e, _f: cmd.StateTerms(e.at_ms, e.terms, e.reason, tuple(e.anew)),
    ev.TextsStated: lambda _s, e, _f: cmd.StateTexts(e.at_ms, e.digests, e.reason, tuple(e.anew)),
    ev.PaddlesIdentified: lambda _s, e, _f: cmd.IdentifyPaddles(e.at_ms, e.digests),
    ev.WorkStated: lambda _s, e, _f: cmd.StateWork(e.at_ms, e.account, e.role, e.works),
    ev.LotListed: _listing,
    ev.LotConsigned: lambda _s, _e, _f: None,
    ev.HighestChanged: lambda _s, e, _f: cmd.SetHighest(e.at_ms, e.highest_minor),
    ev.BidderAdmitted: _admission,
    ev.ChannelSet: lambda _s, e, _f: cmd.SetChannel(e.at_ms, e.paddle, e.channel),
    ev.HoldPlaced: _hold,
    ev.VoidAsked: lambda _s, e, _f: cmd.AskVoid(e.at_ms, e.paddle, e.why),
    ev.PaddleHeld: lambda _s, _e, _f: None,
    ev.PaddleReleased: lambda _s, e, _f: cmd.ReleasePaddle(e.at_ms, e.paddle),
    ev.GavelTaken: lambda _s, e, _f: cmd.TakeGavel(e.at_ms, auctioneer=e.auctioneer),
    ev.MaximumLeft: _left,
    ev.LotOpened: lambda _s, e, _f: cmd.OpenLot(e.at_ms, e.lot),
    ev.BidPlaced: _bid,
    ev.MaximumSet: _maximum,
    ev.PaddleAssigned: _assignment,
    ev.AskSet: lambda s, e, _f: cmd.SetAsk(_in_time(s, e), e.lot, e.ask_minor),
    ev.FairWarningGiven: lambda s, e, _f: cmd.GiveFairWarning(_in_time(s, e), e.lot),
    ev.BidVoided: _void,
    ev.MaximumVoided: _void,
    ev.CallsLifted: _calls_lifted,
    ev.OfferPlaced: lambda _s, e, _f: cmd.PlaceBid(e.arrived_ms, e.lot, e.paddle, e.amount_minor),
    ev.OffersClosed: lambda s, e, _f: cmd.Tick(s.next_deadline_ms or e.at_ms),
    ev.OffersOpened: _opening,
    ev.LotSold: _end,
    ev.PriorityDeclined: lambda s, e, _f: cmd.DeclinePriority(_in_time(s, e), e.lot, e.paddle),
    ev.PriorityExercised: lambda s, e, _f: cmd.ExercisePriority(_in_time(s, e), e.lot, e.paddle),
    ev.LotPassed: _end,
    ev.LotWithdrawn: lambda s, e, _f: cmd.WithdrawLot(_in_time(s, e), e.lot, e.reason),
    ev.LotReopened: lambda s, e, _f: cmd.ReopenLot(_in_time(s, e), e.lot, e.reason),
    ev.LotPaused: _pause,
    ev.LotResumed: lambda s, e, _f: cmd.ResumeLot(_in_time(s, e), e.lot),
    ev.GroupExtended: lambda _s, _e, _f: None,
    ev.DeadlineMoved: lambda _s, e, _f: cmd.MoveDeadlines(e.at_ms, e.since_ms),
    ev.SalePaused: lambda _s, e, _f: cmd.PauseSale(e.at_ms, e.reason, e.since_ms),
    ev.SaleResumed: lambda _s, e, _f: cmd.ResumeSale(e.at_ms),
    ev.SaleClosed: lambda _s, e, _f: cmd.CloseSale(e.at_ms),
}
"""By the kind of event; None: it only ever comes with another one."""

assert set(_COMMANDS) == set(KINDS.values())


# --- facts that the public record alone cannot prove ------------------------------------------------------------------


def believed(sale: Sale, event: ev.Event) -> Decision | None:
    """The effects of an act whose result the public cannot compute, because it knows no maximum; None for others.

    Raises ValueError where no maximum could explain it.
    """
    if isinstance(event, ev.PaddleReleased):
        return (event,)
    if isinstance(event, ev.PaddleHeld):
        for lot, told in event.lots.items():
            was = sale.lots[lot]
            _fell(was, told["leader"], told["price_minor"], event.paddle)
            if told["bids"] > was.public_bids or (told["deadline_ms"] or 0) < (was.deadline_ms or 0):
                raise ValueError(f"lot {lot} has more bids, or ends earlier, than before the hold")
        return event, *group.extended(apply(sale, event), event, event.lots)
    if isinstance(event, ev.BidVoided) and event.of_seq is not None:
        _fell(sale.lots[event.lot], event.leader, event.price_minor, None)
        if event.bids >= sale.lots[event.lot].public_bids:
            raise ValueError(f"lot {event.lot} has no fewer bids than before the void")
        return (event,)
    return None


def _fell(lot: Lot, leader: str | None, price_minor: int | None, held: str | None) -> None:
    """Taking steps out raises no price by a whole step, and makes only a bidder of the lot its leader.

    It may raise one by less. A leader with a priority right meets a lower right's maximum at its own price. Without
    that rival he has to pass the maximum of an equal right (scenario, *Holds*: the steps left are taken again).
    """
    steps = steps_of(lot.standing)
    all_known = lot.bids == len(steps)
    stranger = all_known and leader is not None and leader not in (step.paddle for step in steps)
    most_minor = max(lot.price_minor or 0, (rising_ask_minor(changed(lot, called_ask_minor=None), 0) or 0) - 1)
    if lot.status not in BEGUN or (price_minor or 0) > most_minor or stranger or (held and leader == held):
        raise ValueError(f"lot {lot.id} cannot have come to {leader} at {price_minor}")


# --- the secrets that explain a public event best -------------------------------------------------------------------


def supposed(sale: Sale, event: ev.Event, following: Following = None) -> Sale:
    """The public's view of the sale, with secrets that let the event happen: no paddle is barred, no limit holds."""
    if not isinstance(event, ev.LotEvent) or event.lot not in sale.lots:
        return sale
    lot = sale.lots[event.lot]
    end = _ending(lot, event, following)
    reserve = _reserve(lot, end)
    terms = lot.terms if reserve == lot.terms.reserve_minor else replace(lot.terms, reserve_minor=reserve)
    lot = changed(lot, terms=terms, standing=_standing(lot, event))
    if isinstance(event, ev.OffersOpened):
        lot = changed(lot, offers=_offers(lot, event))
    bidders = _bidders(lot, event) | _entitled(lot, end) | _held(lot, event, following)
    return changed(sale, lots={**sale.lots, lot.id: lot}, bidders=bidders, holders=holders_of(bidders))


def _reserve(lot: Lot, end: Ending) -> int | None:
    """One that the hammer price just reached, or one that no bid can reach."""
    if not lot.has_reserve or end is None:
        return None
    return end.hammer_minor if isinstance(end, ev.LotSold) else MAX_AMOUNT


def _ending(lot: Lot, event: ev.Event, following: Following) -> Ending:
    """The end of the lot that the event is, or that came with it."""
    for each in (event, following):
        if isinstance(each, ev.LotSold | ev.LotPassed) and each.lot == lot.id:
            return each
    return None


def _standing(lot: Lot, event: ev.LotEvent) -> Standing | None:
    """The leader with the maximum that explains best what the event says of his price."""
    now = lot.standing
    if now is None:
        return None
    if isinstance(event, ev.LotSold):
        return replace(now, maximum_minor=max(now.price_minor, event.hammer_minor))
    if isinstance(event, ev.CallsLifted):
        before = replace(now, price_minor=min(now.price_minor, event.price_minor))
        return replace(now, step=Step(now.leader, SILENT, now.price_minor), previous=before)
    if now.step is None:  # after a hold the public does not know how it came to it
        return _unknown(now, event)
    if isinstance(event, ev.BidPlaced):
        most = max(now.price_minor, _beaten(lot, now, event))
        return now if most == now.maximum_minor else replace(now, maximum_minor=most)
    return now


def _unknown(now: Standing, event: ev.LotEvent) -> Standing:
    """The standing with such steps below it as let the event happen."""
    if isinstance(event, ev.BidVoided) and event.leader is not None and event.price_minor is not None:
        return replace(now, previous=Standing(event.leader, event.price_minor, event.price_minor, now.bids - 1))
    if isinstance(event, ev.PaddleAssigned) and event.bids:
        leads = ROOM if event.leader == event.paddle else ""
        rooms = tuple((seq, now.price_minor) for seq in event.bids)
        return replace(now, step=Step(leads, "floor", now.price_minor, event.bids[-1]), rooms=rooms)
    return now


def _beaten(lot: Lot, now: Standing, event: ev.BidPlaced) -> int:
    """How far the leader went: to the price if he still leads. Else he went below it, or had less right to it."""
    if event.leader == now.leader or (event.way == "maximum" and _by_right(lot, event)):
        return event.price_minor
    return event.price_minor - 1 if event.way == "maximum" else now.price_minor


def _least_maximum(sale: Sale, event: ev.BidPlaced) -> int:
    """A maximum that leads to the price, where the record does not say which it was."""
    lot = sale.lots[event.lot]
    stays = lot.standing is not None and lot.standing.leader == event.leader
    return event.price_minor - 1 if stays and _by_right(lot, event) else event.price_minor


def _by_right(lot: Lot, event: ev.BidPlaced) -> bool:
    """Whether only a priority right explains the bid: it is below the next amount."""
    amount = event.price_minor if event.amount_minor is None else event.amount_minor
    return lot.standing is not None and amount < (ask_minor(lot, event.at_ms) or 0)


def _offers(lot: Lot, event: ev.OffersOpened) -> dict[str, Offer]:
    """Those of the opened offers that could be made: from the start up, and in time."""
    least, deadline = lot.terms.start_minor or 1, lot.deadline_ms or 0
    return {
        paddle: Offer(amount_minor, arrived_ms)
        for paddle, amount_minor, arrived_ms in event.offers
        if amount_minor >= least and arrived_ms < deadline
    }


def _bidders(lot: Lot, event: ev.LotEvent) -> dict[str, Bidder]:
    """The paddles that the event names, with the priority rights that explain it."""
    if isinstance(event, ev.OffersOpened):
        return {row[0]: Bidder(row[0], priority={lot.id: rank}) for rank, row in enumerate(event.offers)}
    if isinstance(event, ev.BidPlaced):
        return {event.paddle: Bidder(event.paddle, priority={lot.id: 1} if _by_right(lot, event) else {})}
    if isinstance(event, ev.PriorityDeclined | ev.PriorityExercised):
        return {event.paddle: Bidder(event.paddle, priority={lot.id: 1})}
    if isinstance(event, ev.PaddleAssigned | ev.PaddleReleased):
        return {event.paddle: Bidder(event.paddle)}
    return {}


def _held(lot: Lot, event: ev.LotEvent, following: Following) -> dict[str, Bidder]:
    """The held paddle, if a lot paused instead of a sale to it, or a person sold to it knowingly."""
    if isinstance(event, ev.LotSold) and event.even_held:
        return {event.paddle: Bidder(event.paddle, held=(Hold(CONFLICT, KEEP),))}
    paused = [each for each in (event, following) if isinstance(each, ev.LotPaused) and each.lot == lot.id]
    if not paused or paused[0].reason != LEADER_HELD:
        return {}
    best = event.offers[0][0] if isinstance(event, ev.OffersOpened) and event.offers else lot.leader
    return {} if best is None else {best: Bidder(best, held=(Hold(CONFLICT, KEEP),), priority={lot.id: 0})}


def _entitled(lot: Lot, end: Ending) -> dict[str, Bidder]:
    """An invented holder whose best priority right explains the term with which a lot was sold."""
    has_term = isinstance(end, ev.LotSold) and end.match_until_ms is not None
    return {ROOM: Bidder(ROOM, priority={lot.id: -1})} if has_term else {}
