"""Maxima left before a lot opens (scenario contract, *Left before*).

A left maximum is secret and no bid yet: until the opening its bidder changes it or takes it back. Right after the
opening the left maxima are taken as maxima, in the order of their last change.
"""

from collections.abc import Callable

from . import commands as cmd
from . import events as ev
from .far import not_whole
from .format import Decision, malformed
from .formats import FORMATS, is_step
from .lot import Lot, Status, Terms
from .refusals import Code, Refused
from .rights import may_bid
from .sale import Sale, apply

CHANGED = "CHANGED"
"""Why a left maximum no longer stands: what is sold, or how, is another by now."""


def leave(sale: Sale, lot: Lot, command: cmd.LeaveMaximum, at_ms: int) -> Decision:
    """Leave a maximum, change it, or with None take it back."""
    most = command.max_minor
    refused = may_bid(sale.bidders.get(command.paddle), lot, sale.house_org)
    if refused is None and (lot.status is not Status.PENDING or sale.closed or not is_step(lot, cmd.PlaceMaximum)):
        refused = Refused(Code.NOT_ALLOWED_NOW)
    if refused is None and most is not None:
        refused = malformed(most) or _too_low_or_high(sale, lot, most)
        refused = refused or not_whole(lot, sale.currency, command, most, lot.terms.start_minor)
    return refused or (ev.MaximumLeft(at_ms, lot.id, command.paddle, most),)


def taken(
    sale: Sale, lot: Lot, at_ms: int, place: Callable[[Sale, cmd.LotCommand, int], Decision]
) -> tuple[ev.Event, ...]:
    """The events of the left maxima of a lot once it is open in the sale. A refused one is no more, with the code."""
    happened: list[ev.Event] = []
    for paddle, most in lot.left.items():
        decision = place(sale, cmd.PlaceMaximum(at_ms, lot.id, paddle, most, left=True), at_ms)
        if isinstance(decision, Refused):
            decision = (ev.MaximumLeft(at_ms, lot.id, paddle, None, decision.code.value),)
        for event in decision:
            sale = apply(sale, event)
        happened += decision
    return tuple(happened)


def cancelled(lot: Lot, at_ms: int) -> tuple[ev.Event, ...]:
    """The end of every maximum left for a lot, because the lot is another now."""
    return tuple(ev.MaximumLeft(at_ms, lot.id, paddle, None, CHANGED) for paddle in lot.left)


def is_another(known: Lot, terms: Terms) -> bool:
    """Whether a lot's public terms are others than before. Its consignors and its reserve are secret."""
    before = known.terms
    same = ("format", "start_minor", "increment", "self_raise", "own")
    return known.has_reserve != (terms.reserve_minor is not None) or any(
        getattr(before, name) != getattr(terms, name) for name in same
    )


def _too_low_or_high(sale: Sale, lot: Lot, most: int) -> Refused | None:
    start, cap = lot.terms.start_minor, FORMATS[lot.terms.format].cap_minor(lot)
    if start is not None and most < start:
        return Refused(Code.BELOW_START, {"minimum_minor": start})
    if cap is not None and most > cap:
        return Refused(Code.ABOVE_CAP, {"cap_minor": cap})
    if sale.highest_minor is not None and most > sale.highest_minor:
        return Refused(Code.OVER_LIMIT, {"available_minor": sale.highest_minor})
    return None
