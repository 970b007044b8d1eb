"""Holds: a paddle is taken out of the bidding, and its bids fall or bind (scenario contract, *Holds*).

A secret event says why, and changes the secret part of the state. A public one names the paddle and its public effects.
Both follow from the same steps, so that either view is a fold.
"""

from collections.abc import Iterable
from typing import Any

from . import commands as cmd
from . import events as ev
from . import group
from .format import Decision
from .formats import FORMATS, ask_minor
from .lot import LEADER_HELD, Lot
from .refusals import Code, Refused
from .rights import HOLD_REASONS, STANDINGS, VOID, Hold
from .sale import Sale, apply
from .standing import has_step

Happened = tuple[ev.Event, ...]


def hold(sale: Sale, command: cmd.HoldPaddle, at_ms: int) -> Decision:
    """Hold a paddle on one lot or on all."""
    if command.lot is not None and command.lot not in sale.lots:
        return Refused(Code.UNKNOWN_LOT)
    if command.paddle not in sale.bidders:
        return Refused(Code.NO_PADDLE)
    if sale.closed or command.reason not in HOLD_REASONS or command.standing not in STANDINGS:
        return Refused(Code.NOT_ALLOWED_NOW)
    return _happened(sale, command.paddle, Hold(command.reason, command.standing, command.lot), at_ms)


def _happened(sale: Sale, paddle: str, hold: Hold, at_ms: int) -> Happened:
    secret, after = _placed(sale, paddle, hold, at_ms)
    told = ev.PaddleHeld(at_ms, paddle, _news(sale, after, at_ms))
    return secret, told, *group.extended(apply(after, told), told, told.lots)


def ask_void(sale: Sale, command: cmd.AskVoid, at_ms: int) -> Decision:
    """The organizer's half of a void that both must want."""
    bidder = sale.bidders.get(command.paddle)
    if bidder is None:
        return Refused(Code.NO_PADDLE)
    fits = bool(bidder.held and command.why) and not sale.closed
    return (ev.VoidAsked(at_ms, command.paddle, command.why),) if fits else Refused(Code.NOT_ALLOWED_NOW)


def void_held(sale: Sale, command: cmd.VoidHeld, at_ms: int) -> Decision:
    """The auctioneer's half: the bids of the paddle fall, for the reason for which it is held."""
    bidder = sale.bidders.get(command.paddle)
    if bidder is None:
        return Refused(Code.NO_PADDLE)
    if bidder.void_asked is None or sale.closed:
        return Refused(Code.NOT_ALLOWED_NOW)
    return _happened(sale, command.paddle, bidder.held[-1]._replace(standing=VOID), at_ms)


def has_bids(sale: Sale, paddle: str) -> bool:
    """Whether a step or a sealed offer of a paddle stands on a lot that is under way."""
    return any(paddle in lot.offers or has_step(lot.standing, paddle) for lot in sale.begun)


def release(sale: Sale, command: cmd.ReleasePaddle, at_ms: int) -> Decision:
    """End every hold of a paddle."""
    if command.paddle not in sale.bidders:
        return Refused(Code.NO_PADDLE)
    return Refused(Code.NOT_ALLOWED_NOW) if sale.closed else (ev.PaddleReleased(at_ms, command.paddle),)


def on_reopening(sale: Sale, lot: str, at_ms: int) -> Happened:
    """A lot is open again. Bids of paddles that were held since fall, or go no further than their price."""
    happened: list[ev.Event] = []
    for paddle, bidder in sale.bidders.items():
        holds = bidder.holds_on(lot) if has_step(sale.lots[lot].standing, paddle) else ()
        strictest = next((each for each in holds if each.standing == VOID), holds[0] if holds else None)
        if strictest is None:
            continue
        before = sale
        secret, sale = _placed(sale, paddle, strictest._replace(lot=lot), at_ms)
        news = _news(before, sale, at_ms)
        happened += [secret, ev.PaddleHeld(at_ms, paddle, news)] if news else [secret]
    return tuple(happened)


def unless_held(sale: Sale, event: ev.Event, ended_at_ms: int) -> ev.Event:
    """If the rules would sell to a held paddle, the lot pauses instead, from the moment of its end on."""
    if not isinstance(event, ev.LotSold) or not sale.holds_on(event.lot, event.paddle):
        return event
    return ev.LotPaused(event.at_ms, event.lot, LEADER_HELD, ended_at_ms)


def _placed(sale: Sale, paddle: str, hold: Hold, at_ms: int) -> tuple[ev.HoldPlaced, Sale]:
    """The secret event, and the sale after it."""
    bare = ev.HoldPlaced(at_ms, paddle, hold.reason, hold.standing, hold.lot, {}, ())
    after = apply(sale, bare)
    touched = _touched(sale, after)
    maxima = {lot.id: lot.standing.maximum_minor for lot in touched if lot.standing is not None}
    offers = tuple(lot.id for lot in touched if len(lot.offers) < len(sale.lots[lot.id].offers))
    return ev.HoldPlaced(at_ms, paddle, hold.reason, hold.standing, hold.lot, maxima, offers), after


def _touched(before: Sale, after: Sale) -> Iterable[Lot]:
    return [lot for lot in after.lots.values() if lot is not before.lots[lot.id]]


def _news(before: Sale, after: Sale, at_ms: int) -> dict[str, dict[str, Any]]:
    """The public news of the lots that a hold changed."""
    seen = ((before.lots[lot.id], lot) for lot in _touched(before, after))
    return {now.id: _told(was, now, at_ms) for was, now in seen if _seen(was, at_ms) != _seen(now, at_ms)}


def _seen(lot: Lot, at_ms: int) -> tuple[Any, ...]:
    return lot.leader, lot.price_minor, lot.public_bids, lot.status, ask_minor(lot, at_ms)


def _told(was: Lot, now: Lot, at_ms: int) -> dict[str, Any]:
    """A timed lot with another leader ends no sooner than one extension from now, its hard end moving with it."""
    moved_ms = 0
    if was.terms.format == "timed" and was.leader != now.leader and was.deadline_ms is not None:
        moment = at_ms if was.paused_at_ms is None else was.paused_at_ms
        moved_ms = max(0, moment + FORMATS["timed"].period_ms(was) - was.deadline_ms)
    return {
        "leader": now.leader,
        "price_minor": now.price_minor,
        "ask_minor": ask_minor(now, at_ms),
        "bids": now.public_bids,
        "deadline_ms": None if now.deadline_ms is None else now.deadline_ms + moved_ms,
        "origin_ms": None if now.origin_ms is None else now.origin_ms + moved_ms,
    }
