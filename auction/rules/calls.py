"""The auctioneer's calls while a lot is under way: ask, warn, hammer, pass, void, assign, pause."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from . import commands as cmd
from . import events as ev
from . import priority
from .english import hammer
from .far import far_from_ask, not_whole
from .format import Decision, malformed
from .formats import ask_minor, is_step, rising_ask_minor
from .lot import LEADER_HELD, LIVE, Lot, Status
from .refusals import Code, Refused
from .rights import ONLINE, may_bid, within_limit
from .sale import Sale, without_bid
from .sealed import hammer_best
from .standing import last_step, taken_back

NOT_ALLOWED_NOW = Refused(Code.NOT_ALLOWED_NOW)


def not_live(lot: Lot, arrived_ms: int) -> Refused | None:
    """Refuse what came too early, too late, or while the lot stands still."""
    if lot.ended_by == "clock" or (
        lot.status in LIVE and lot.deadline_ms is not None and arrived_ms >= lot.deadline_ms
    ):
        return Refused(Code.CLOSED)
    return None if lot.status in LIVE else Refused(Code.NOT_LIVE)


def not_of_format(lot: Lot, command: cmd.Command) -> Refused | None:
    """Refuse a step that lots of this format do not have."""
    return None if is_step(lot, type(command)) or isinstance(command, cmd.PauseLot) else NOT_ALLOWED_NOW


def lead_changed(lot: Lot, seen: cmd.Lead | None) -> Refused | None:
    """Refuse a press that was made for another lead than holds now; `seen` None: it was not said for which."""
    is_another = seen is not None and tuple(seen) != (lot.leader, lot.price_minor)
    return Refused(Code.LEAD_CHANGED) if is_another else None


def call(sale: Sale, lot: Lot, command: cmd.LotCommand, at_ms: int) -> Decision:
    """The events of one of these calls, or its refusal."""
    kind = type(command)
    refused = None
    if not (lot.in_question and kind in (cmd.Hammer, cmd.PassLot)):
        while_paused = lot.status is Status.PAUSED and kind in (cmd.PassLot, cmd.VoidLastBid)
        refused = None if while_paused else not_live(lot, command.arrived_ms)
        refused = refused or not_of_format(lot, command)
    return refused or _CALLS[kind](sale, lot, command, at_ms)


def assign(sale: Sale, lot: Lot, command: cmd.AssignPaddle, at_ms: int) -> Decision:
    """Give bids "in the room" their paddle; the holder must be one who could have made them in the hall."""
    bidder = sale.bidders.get(command.paddle)
    refused = may_bid(bidder, lot, sale.house_org) or not_live(lot, command.arrived_ms) or not_of_format(lot, command)
    if refused or bidder is None or lot.standing is None:
        return refused or NOT_ALLOWED_NOW
    bids = tuple(seq for seq, _ in lot.standing.rooms if command.of_seq in (None, seq))
    if not bids or bidder.channel == ONLINE:
        return NOT_ALLOWED_NOW
    now = last_step(lot.standing)
    leads = now.step is not None and now.step.seq in bids and now.leader == now.step.paddle
    over = within_limit(bidder, now.maximum_minor, lot, sale.lots, sale.buyer_commission) if leads else None
    leader = command.paddle if leads else lot.standing.leader
    return over or (ev.PaddleAssigned(at_ms, lot.id, command.paddle, bids, leader),)


def _set_ask(sale: Sale, lot: Lot, command: cmd.SetAsk, at_ms: int) -> Decision:
    start, price = lot.terms.start_minor or 1, lot.price_minor or 0
    refused = malformed(command.amount_minor)
    if refused:
        return refused
    minimum = {"minimum_minor": max(start, price + 1)}
    if command.amount_minor < start:
        return Refused(Code.BELOW_START, minimum)
    if command.amount_minor <= price:
        return Refused(Code.BELOW_MIN, minimum)
    ask = rising_ask_minor(lot, at_ms)
    refused = far_from_ask(ask, command) or not_whole(lot, sale.currency, command, command.amount_minor, ask)
    return refused or (ev.AskSet(at_ms, lot.id, command.amount_minor),)


def _warn(_sale: Sale, lot: Lot, _command: cmd.GiveFairWarning, at_ms: int) -> Decision:
    return (ev.FairWarningGiven(at_ms, lot.id),)


def _hammer(sale: Sale, lot: Lot, command: cmd.Hammer, at_ms: int) -> Decision:
    if priority.asked(sale, lot):
        return NOT_ALLOWED_NOW
    held = frozenset(each for each, bidder in sale.bidders.items() if bidder.holds_on(lot.id))
    by_offers = lot.terms.format == "sealed"
    return hammer_best(lot, command, held, at_ms) if by_offers else hammer(lot, command, held, at_ms)


def _pass(_sale: Sale, lot: Lot, command: cmd.PassLot, at_ms: int) -> Decision:
    return lead_changed(lot, command.seen) or (ev.LotPassed(at_ms, lot.id, at_ms, "person"),)


def _void(sale: Sale, lot: Lot, command: cmd.VoidLastBid, at_ms: int) -> Decision:
    """Take a step back; of a silent one the public hears only what it can see change."""
    if command.of_seq is not None:
        return _void_in_the_room(sale, lot, command, at_ms)
    refused = lead_changed(lot, command.seen)
    if refused or lot.standing is None:
        return refused or Refused(Code.NO_BID)
    back = replace(lot, standing=taken_back(lot.standing), called_ask_minor=None)
    ask = ask_minor(back, at_ms) or 0
    if not last_step(lot.standing).silent:
        return (_voided(command, back, ask, at_ms),)
    voided = ev.MaximumVoided(at_ms, lot.id, command.reason)
    price = back.price_minor or 0
    called = lot.status is Status.FAIR_WARNING or lot.called_ask_minor is not None
    seen = called or price != lot.price_minor
    return (voided, ev.CallsLifted(at_ms, lot.id, price, ask)) if seen else (voided,)


def _void_in_the_room(sale: Sale, lot: Lot, command: cmd.VoidLastBid, at_ms: int) -> Decision:
    if lot.standing is None or command.of_seq not in dict(lot.standing.rooms):
        return NOT_ALLOWED_NOW
    after = without_bid(sale, lot, command.of_seq)
    ask = ask_minor(after, at_ms) or 0
    return (_voided(command, after, ask, at_ms),)


def _voided(command: cmd.VoidLastBid, after: Lot, ask: int, at_ms: int) -> ev.Event:
    told = (after.leader, after.price_minor, ask, after.public_bids)
    return ev.BidVoided(at_ms, after.id, command.reason, *told, command.of_seq)


def _pause(_sale: Sale, lot: Lot, command: cmd.PauseLot, at_ms: int) -> Decision:
    """No person says that the leader is held: that follows from the clock."""
    return NOT_ALLOWED_NOW if command.reason == LEADER_HELD else (ev.LotPaused(at_ms, lot.id, command.reason),)


_CALLS: Mapping[type[cmd.Command], Callable[[Sale, Lot, Any, int], Decision]] = {
    cmd.SetAsk: _set_ask,
    cmd.GiveFairWarning: _warn,
    cmd.Hammer: _hammer,
    cmd.PassLot: _pass,
    cmd.VoidLastBid: _void,
    cmd.PauseLot: _pause,
}
