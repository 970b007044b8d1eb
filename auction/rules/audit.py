"""What a stranger checks: whether an event may follow the ones before it. Works on public events alone."""

from collections.abc import Callable
from typing import Any

from . import events as ev
from .decide import ask_minor
from .lot import BEGUN, LIVE, Lot, Status
from .sale import Sale


def objection(sale: Sale, event: ev.Event) -> str | None:
    """Why the event cannot have happened in this sale, or None."""
    if isinstance(event, ev.SalePublished):
        return "the sale was published before" if sale.published else None
    if not sale.published:
        return "the sale is not published"
    if sale.closed:
        return "the sale is closed"
    if not isinstance(event, ev.LotEvent):
        return None
    lot = sale.lots.get(event.lot)
    if isinstance(event, ev.LotListed):
        return "the lot has opened" if lot is not None and lot.status is not Status.PENDING else None
    if lot is None:
        return "there is no such lot"
    check = _CHECKS.get(type(event))
    return check(sale, lot, event) if check else None


def _opened(sale: Sale, lot: Lot, _event: ev.LotOpened) -> str | None:
    english = lot.terms.format == "english" and any(each.terms.format == "english" for each in sale.begun)
    if english:
        return "another lot is on the block"
    return None if lot.status is Status.PENDING else "the lot has opened before"


def _bid(_sale: Sale, lot: Lot, event: ev.BidPlaced) -> str | None:
    if lot.status not in LIVE:
        return "a bid on a lot that is not open"
    if lot.deadline_ms is not None and event.arrived_ms >= lot.deadline_ms:
        return "a bid after the deadline"
    if event.price_minor < (lot.terms.start_minor or 1):
        return "a price below the start"
    if lot.standing is None:
        return None if event.leader == event.paddle else "somebody leads who has not bid"
    if event.leader not in (lot.leader, event.paddle):
        return "somebody leads who has not bid"
    lower_ask = ask_minor(lot, event.at_ms) or 0
    takes_over = event.leader != lot.leader and event.amount_minor is not None
    equal_is_good = event.amount_minor == lot.standing.price_minor
    if takes_over and not equal_is_good and event.price_minor < lower_ask:
        return f"a bid below the next amount {lower_ask}"
    return "the price fell" if event.price_minor < lot.standing.price_minor else None


def _live(_sale: Sale, lot: Lot, _event: ev.LotEvent) -> str | None:
    return None if lot.status in LIVE else "the lot is not open"


def _sold(_sale: Sale, lot: Lot, event: ev.LotSold) -> str | None:
    if lot.status not in LIVE:
        return "a hammer on a lot that is not open"
    if lot.standing is None or event.paddle != lot.leader:
        return "sold to somebody who does not lead"
    if event.hammer_minor < lot.standing.price_minor or event.hammer_minor != _hammer(lot, event):
        return "sold at another price than the last"
    return "sold below the reserve" if event.hammer_minor < (lot.terms.reserve_minor or 0) else None


def _hammer(lot: Lot, event: ev.LotSold) -> int:
    """The price that must be paid: the last, or the reserve that the public alone cannot know."""
    public_only = lot.has_reserve and lot.terms.reserve_minor is None
    return event.hammer_minor if public_only else lot.lifted_minor


def _reopened(sale: Sale, lot: Lot, _event: ev.LotReopened) -> str | None:
    return None if lot.id in sale.reopenable else "the lot cannot come back any more"


def _withdrawn(_sale: Sale, lot: Lot, _event: ev.LotWithdrawn) -> str | None:
    return None if lot.status is Status.PENDING or lot.status in BEGUN else "the lot has ended"


_CHECKS: dict[type[ev.Event], Callable[[Sale, Lot, Any], str | None]] = {
    ev.LotOpened: _opened,
    ev.BidPlaced: _bid,
    ev.AskSet: _live,
    ev.FairWarningGiven: _live,
    ev.BidVoided: _live,
    ev.LotSold: _sold,
    ev.LotPassed: _live,
    ev.LotPaused: _live,
    ev.LotReopened: _reopened,
    ev.LotWithdrawn: _withdrawn,
}
