"""Timed: a clock ends the lot, and late bids move its end (竞价; rulebook 2.3 J20b, 2.4, 4.4).

Either a free period and then a limited one that begins anew with every bid. Or a plain soft close, where a bid within
the window before the end extends it.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from . import commands as cmd
from . import events as ev
from .faults import BadTerms, TermFault
from .format import Name, OneOf, OwnTerms, Whole, ending
from .lot import LEADER_HELD, Lot, Terms
from .proxy import Ascending

SYSTEM_FAULT = "SYSTEM_FAULT"
RECORD_RESTORED = "RECORD_RESTORED"
"""An older record was put back: what was told after its last event may not count."""
UNWANTED = frozenset({SYSTEM_FAULT, RECORD_RESTORED, LEADER_HELD})
"""The reasons of pauses that no person chose: after one bidders get at least one full period."""

_EXTEND = OneOf(("reset", "add"))
_BOTH: OwnTerms = {
    "extend": _EXTEND,
    "cap_minor": Whole(needed=False),
    "hard_end_ms": Whole(needed=False),
    "group": Name(),
}
PERIODS: OwnTerms = {"free_ms": Whole(0), "limit_ms": Whole(), "no_bid_in_free": OneOf(("fail", "continue")), **_BOTH}
SOFT_CLOSE: OwnTerms = {
    "ends_ms": Whole(),
    "window_ms": Whole(0),
    "extend_ms": Whole(),
    "max_extensions": Whole(0, needed=False),
    **_BOTH,
}


class Timed(Ascending):
    """Led by the clock: bidders bid, and no auctioneer hammers."""

    name: ClassVar[str] = "timed"
    steps: ClassVar[frozenset[type[cmd.Command]]] = frozenset({cmd.PlaceBid, cmd.PlaceMaximum, cmd.VoidLastBid})

    def own_terms(self, own: Mapping[str, Any]) -> OwnTerms:
        return SOFT_CLOSE if "ends_ms" in own else PERIODS

    def check_together(self, terms: Terms) -> None:
        cap, start = terms.own.get("cap_minor"), terms.start_minor
        if cap is not None and start is not None and cap < start:
            raise BadTerms("cap_minor", TermFault.CAP_UNDER_START)

    def cap_minor(self, lot: Lot) -> int | None:
        cap: int | None = lot.terms.own.get("cap_minor")
        return cap

    def deadline_on_opening(self, lot: Lot, at_ms: int) -> int:
        own = lot.terms.own
        if "ends_ms" in own:
            return _clipped(own, at_ms, at_ms + own["ends_ms"])
        free_end = at_ms + own["free_ms"]
        goes_on = own.get("no_bid_in_free", "fail") == "continue"
        return _clipped(own, at_ms, free_end + own["limit_ms"] if goes_on else free_end)

    def deadline_after_bid(self, lot: Lot, arrived_ms: int) -> int:
        own = lot.terms.own
        wanted = _soft_close(lot, arrived_ms) if "ends_ms" in own else _limited_period(lot, arrived_ms)
        return latest_end_ms(lot, wanted)

    def deadline_on_resuming(self, lot: Lot, at_ms: int) -> int | None:
        moved = super().deadline_on_resuming(lot, at_ms)
        if moved is None or lot.pause_reason not in UNWANTED:
            return moved
        return max(moved, at_ms + self.period_ms(lot))

    def period_ms(self, lot: Lot) -> int:
        own = lot.terms.own
        return int(own["extend_ms"] if "ends_ms" in own else own["limit_ms"])

    def tick(self, lot: Lot, at_ms: int) -> tuple[ev.Event, ...]:
        assert lot.deadline_ms is not None, "the clock ends every timed lot"
        return (ending(lot, at_ms, lot.deadline_ms, "clock"),)


def latest_end_ms(lot: Lot, deadline_ms: int) -> int:
    """The lot's end if it shall end that late: not before its deadline, nor beyond its hard end."""
    return max(lot.deadline_ms or 0, _clipped(lot.terms.own, lot.origin_ms or 0, deadline_ms))


def _clipped(own: Mapping[str, Any], origin_ms: int, deadline_ms: int) -> int:
    """The deadline, at the latest the hard end."""
    hard_end = own.get("hard_end_ms")
    return deadline_ms if hard_end is None else min(deadline_ms, origin_ms + hard_end)


def _extended(lot: Lot, arrived_ms: int, by_ms: int) -> int:
    """The deadline that a late bid leads to: counted from the bid (`reset`) or from the deadline (`add`)."""
    adds = lot.terms.own.get("extend", "reset") == "add"
    return (lot.deadline_ms if adds and lot.deadline_ms is not None else arrived_ms) + by_ms


def _limited_period(lot: Lot, arrived_ms: int) -> int:
    """A bid in the free period makes sure of the limited one. From the end of the free period on a bid extends."""
    own = lot.terms.own
    free_end = (lot.origin_ms or 0) + int(own["free_ms"])
    return free_end + int(own["limit_ms"]) if arrived_ms < free_end else _extended(lot, arrived_ms, own["limit_ms"])


def _soft_close(lot: Lot, arrived_ms: int) -> int:
    """A bid with at most the window left extends, as often as the terms allow."""
    own, deadline = lot.terms.own, lot.deadline_ms or 0
    most = own.get("max_extensions")
    early = deadline - arrived_ms > own["window_ms"]
    used_up = most is not None and lot.extensions >= most
    return deadline if early or used_up else _extended(lot, arrived_ms, own["extend_ms"])
