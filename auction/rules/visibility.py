"""Says for every document which facts the public, a bidder and the desk may see. Of events, `kinds` says it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from . import commands as cmd
from . import priority
from .formats import ask_minor, is_step
from .lot import BEGUN, ENDED, Lot, Status
from .money import all_in_minor, rows_of
from .refusals import Code
from .rights import CONFLICT, HOLDS, KEEP, VOID, Bidder, commitment_minor
from .sale import Sale
from .standing import has_step

FORMAT_ORDER = ("english", "timed", "dutch", "sealed")
STATUSES = tuple(status.value for status in Status)
_AT_ALL_TIMES = ("start_minor", "price_minor", "leader", "bids")
_WHILE_BEGUN = ("ask_minor", "deadline_ms", "origin_ms", "paused_at_ms")
_ONCE_ENDED = ("ended_at_ms", "match_until_ms", "taken_from", "even_held")


class Audience(StrEnum):
    """The people that a notice of the house goes to. The desks read every notice."""

    ALL = "all"
    PADDLE = "paddle"
    DESK = "desk"


ROOM_NOTES = ("SOON", "BREAK", "PATIENCE")
"""The notes to the room that are ready, each a sentence on the screen."""
DESK_NOTES = ("GAVEL_ASKED", "GAVEL_GIVEN")
"""Among the desks: an auctioneer asks for the gavel, and the one who leads hands it over."""
_TOO_LOW = frozenset({Code.BELOW_START, Code.BELOW_MIN})
_NOTICE_OF_DESKS = ("by", "by_name", "named", "named_name")


def told_notice(facts: Mapping[str, Any], *, to_desk: bool) -> dict[str, Any]:
    """A notice as a screen reads it. Only desks read which person of the house said it."""
    return {name: value for name, value in facts.items() if to_desk or name not in _NOTICE_OF_DESKS}


def told_refusal(lot: Lot | None, command: str, code: str, amount_minor: object) -> dict[str, Any] | None:
    """A refused act as the house reads it while its lot is under way. None: the house must not know.

    A left maximum is secret altogether, and so is all of a sealed lot before its offers are opened. A maximum has no
    amount. While the lot is under way a bid has one only if it was too low. Any other amount says how far its bidder
    would go, or what his limit leaves.
    """
    is_secret = lot is not None and lot.terms.format == "sealed" and not lot.offers_opened
    if is_secret or command not in ("PlaceBid", "PlaceMaximum"):
        return None
    is_harmless = code in _TOO_LOW or (lot is not None and refusals_are_shown(lot))
    may_tell = command == "PlaceBid" and is_harmless and type(amount_minor) is int
    return {"code": code, "amount_minor": amount_minor if may_tell else None}


def public_lot(lot: Lot) -> dict[str, Any]:
    """The public facts of a lot; amounts in the minor unit, times UTC in milliseconds."""
    begun = lot.status in BEGUN
    return {
        "lot": lot.id,
        "format": lot.terms.format,
        "status": lot.status.value,
        "has_reserve": lot.has_reserve,
        "start_minor": lot.terms.start_minor,
        "price_minor": lot.price_minor,
        "leader": lot.leader,
        "bids": lot.public_bids,
        "ask_minor": ask_minor(lot, lot.origin_ms or 0) if begun else None,  # a falling ask: the start, while it runs
        "deadline_ms": lot.deadline_ms if begun else None,
        "origin_ms": lot.origin_ms if begun else None,
        "paused_at_ms": lot.paused_at_ms if begun else None,
        "hammer_minor": lot.hammer_minor,
        "ended_at_ms": lot.ended_at_ms,
        "match_until_ms": lot.match_until_ms,
        "taken_from": lot.taken_from,
        "even_held": lot.even_held,
    }


def public_detail(lot: Lot) -> dict[str, Any]:
    """A public lot with its opened offers, for which no snapshot has room.

    The winning one is first, each as in the event that opened them. Null: there are none to be seen.
    """
    rows = [[paddle, offer.amount_minor, offer.arrived_ms] for paddle, offer in lot.offers.items()]
    return {**public_lot(lot), "offers": rows if lot.offers_opened else None}


def row_of(lot: dict[str, Any]) -> list[Any]:
    """A public lot as a row of a snapshot, small because a sale may have a thousand.

    [lot, code, start, price, leader, bids], then [ask, deadline, origin, paused at] while it is under way, or [ended
    at, match until, taken from, even held] once it has ended; empty values at the end are left out. The code is 16 ×
    format + 2 × status + (1 where there is a reserve), by their places in FORMATS and STATUSES. The hammer price of a
    sold lot is its price.
    """
    code = 16 * FORMAT_ORDER.index(lot["format"]) + 2 * STATUSES.index(lot["status"]) + lot["has_reserve"]
    rest = [lot[name] for name in (_ONCE_ENDED if Status(lot["status"]) in ENDED else _WHILE_BEGUN)]
    row = [lot["lot"], code, *(lot[name] for name in _AT_ALL_TIMES), *rest]
    while len(row) > 2 and not row[-1]:
        row.pop()
    return row


def lot_of(row: list[Any]) -> dict[str, Any]:
    """The public lot that a row of a snapshot tells of."""
    padded: list[Any] = row + [None] * (6 - len(row))
    lot_id, code, start, price, leader, bids, *rest = padded
    status = STATUSES[code % 16 // 2]
    names = _ONCE_ENDED if Status(status) in ENDED else _WHILE_BEGUN
    told: dict[str, Any] = {**dict.fromkeys(_WHILE_BEGUN + _ONCE_ENDED), **dict(zip(names, rest, strict=False))}
    return {
        "lot": lot_id,
        "format": FORMAT_ORDER[code // 16],
        "status": status,
        "has_reserve": bool(code % 2),
        "start_minor": start,
        "price_minor": price,
        "leader": leader,
        "bids": bids or 0,
        **told,
        "even_held": bool(told["even_held"]),
        "hammer_minor": price if status == Status.SOLD else None,
    }


def public_sale(sale: Sale) -> dict[str, Any]:
    """The public's view of a sale, small enough for a snapshot: texts come by HTTP."""
    return {
        "sale": sale.id,
        "currency": sale.currency,
        "buyer_commission": [list(each) for each in rows_of(sale.buyer_commission)],
        "published": sale.published,
        "closed": sale.closed,
        "priority_mode": sale.priority_mode,
        "paused": sale.halted is not None,
        "pause_reason": sale.pause_reason,
        "lots": [row_of(public_lot(lot)) for lot in sale.lots.values()],
    }


def bound_minor(sale: Sale, paddle: str) -> int:
    """The sum that a paddle has bound, as others may know it, in the minor unit. It has the all-in prices of lots that
    it won, and the prices at which it leads. Neither its maxima nor its unopened offers are in it."""
    theirs = [lot for lot in sale.lots.values() if lot.leader == paddle]
    won = (all_in_minor(lot.hammer_minor or 0, sale.buyer_commission) for lot in theirs if lot.status is Status.SOLD)
    return sum(won) + sum(lot.price_minor or 0 for lot in theirs if lot.status in BEGUN)


def told_params(command: cmd.Command, code: Code | None, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The params of a refusal that the sender of its command may read.

    The desk does not read how much of a paddle's limit is left. The rest of the limit is its maxima and offers.
    """
    of_desk = getattr(command, "auctioneer", None) is not None
    return {} if of_desk and code == Code.OVER_LIMIT else params


def refusals_are_shown(lot: Lot) -> bool:
    """Whether the house may read the refused bids of a lot: once it has ended, but never of unopened offers."""
    return lot.status in ENDED and (lot.terms.format != "sealed" or lot.offers_opened)


def bidder_document(sale: Sale, paddle: str) -> dict[str, Any]:
    """The facts that a bidder alone may see (docs/protocol/documents.md): limit, holds, maxima, sealed offers.

    `bid_on` are the lots under way on which a bid of his stands; where he does not lead, he is outbid. `left` has the
    maxima that he left for lots to come, `left_ended` says why one of these is no more. `may_match` are the lots that
    a priority right lets him take at the price.
    """
    bidder = sale.bidders[paddle]
    # Each bid makes two documents of hundreds of lots, and most lots are untouched.
    touched = [lot for lot in sale.lots.values() if lot.standing or lot.offers or lot.left or lot.left_ended]
    begun = [lot for lot in touched if lot.status in BEGUN]
    held = {lot.id: commitment_minor(lot, paddle, sale.buyer_commission) for lot in touched}
    exposure = sum(held.values())
    limit = bidder.limit_minor
    return {
        "paddle": paddle,
        "limit_minor": limit,
        "exposure_minor": exposure,
        "available_minor": None if limit is None else max(0, limit - exposure),
        "holds": [str(hold) for hold in HOLDS if hold in (*bidder.holds, *(each.reason for each in bidder.held))],
        "channel": bidder.channel,
        "maxima": {lot.id: held[lot.id] for lot in begun if held[lot.id]},
        "bid_on": [lot.id for lot in begun if has_step(lot.standing, paddle)],
        "offers": {
            lot.id: [lot.offers[paddle].amount_minor, lot.offers[paddle].arrived_ms]
            for lot in begun
            if paddle in lot.offers
        },
        "left": {lot.id: lot.left[paddle] for lot in touched if paddle in lot.left},
        "left_ended": {lot.id: lot.left_ended[paddle] for lot in touched if paddle in lot.left_ended},
        "may_match": [
            lot.id
            for lot in map(sale.lots.get, bidder.priority)
            if lot is not None and paddle in priority.entitled(sale, lot)
        ],
        "conflicts": _conflicts(sale, bidder),
    }


def _conflicts(sale: Sale, bidder: Bidder) -> list[str]:
    """The lots on which a paddle's holder has an interest of his own, or was found to have one."""
    on = {each.lot for each in bidder.held if each.reason == CONFLICT}
    if None in on or bidder.is_of(sale.house_org):
        return list(sale.lots)
    return [
        lot.id
        for lot in sale.lots.values()
        if lot.id in on or (lot.terms.consignor_orgs and bidder.is_party(lot, sale.house_org))
    ]


def desk_document(sale: Sale) -> dict[str, Any]:
    """The desk's facts beyond the public ones: the reserve as a lamp, never as an amount, and paddles.

    By lot: `rooms`, the bids in the room that have no paddle, `[seq, amount]`, and `asked`, the holders of a priority
    right who are asked (modes B and C). `in_question` are lots whose time is over, and which a held paddle would get.
    `at_limit`: lots whose leader could not pay the next amount, by the sum that others may know.
    `left_on`: on how many lots to come a maximum was left; neither where nor how far.
    """
    begun = sale.begun
    return {
        "gavel": sale.gavel,
        "lamps": {lot.id: lot.reserve_met for lot in begun if lot.terms.reserve_minor is not None},
        "paddles": sorted(sale.bidders),
        "rooms": {
            lot.id: [list(each) for each in lot.standing.rooms] for lot in begun if lot.standing and lot.standing.rooms
        },
        "in_question": [lot.id for lot in begun if lot.in_question],
        "held": [_held(bidder) for bidder in sale.bidders.values() if bidder.held],
        "asked": _asked(sale) if sale.priority_mode != priority.AT_EQUAL_PRICE else {},
        "at_limit": sorted(lot.id for lot in begun if lot.leader in sale.bidders and _is_at_limit(sale, lot)),
        "left_on": sum(1 for lot in sale.lots.values() if lot.status is Status.PENDING and lot.left),
        "reopenable": [lot for lot in sorted(sale.reopenable) if is_step(sale.lots[lot], cmd.ReopenLot)],
    }


def _is_at_limit(sale: Sale, lot: Lot) -> bool:
    limit = sale.bidders[str(lot.leader)].limit_minor
    ask = ask_minor(lot, lot.origin_ms or 0)
    if limit is None or ask is None or lot.terms.format == "dutch":
        return False
    return bound_minor(sale, str(lot.leader)) - (lot.price_minor or 0) + ask > limit


def _held(bidder: Bidder) -> dict[str, Any]:
    """A held paddle as the desk sees it; `lots` null: on all. `void_asked`: why the organizer asks for a void."""
    lots = [each.lot for each in bidder.held]
    return {
        "paddle": bidder.paddle,
        "reasons": sorted({each.reason for each in bidder.held}),
        "standing": VOID if any(each.standing == VOID for each in bidder.held) else KEEP,
        "lots": None if None in lots else sorted(str(lot) for lot in lots),
        "void_asked": bidder.void_asked,
    }


def _asked(sale: Sale) -> dict[str, list[str]]:
    in_question = ((lot, priority.entitled(sale, sale.lots[lot])) for lot in sale.holders if lot in sale.lots)
    return {lot: list(paddles) for lot, paddles in in_question if paddles}
