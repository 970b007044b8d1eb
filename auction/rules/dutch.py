"""Dutch: the ask falls with the clock, and the first bid takes it (减价; rulebook 4.5)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from . import commands as cmd
from . import events as ev
from .faults import BadTerms, TermFault
from .format import Bid, Decision, Format, OwnTerms, Whole, ending, malformed
from .lot import Lot, Terms, apply
from .refusals import Code, Refused


class Dutch(Format):
    """The floor is the reserve. The first bidder pays the ask of the moment at which his bid arrived."""

    name: ClassVar[str] = "dutch"
    steps: ClassVar[frozenset[type[cmd.Command]]] = frozenset({cmd.PlaceBid})
    needs_increment: ClassVar[bool] = False

    def own_terms(self, own: Mapping[str, Any]) -> OwnTerms:  # noqa: ARG002 - one set for every Dutch lot
        return {"floor_minor": Whole(), "step_minor": Whole(), "tick_ms": Whole()}

    def check_together(self, terms: Terms) -> None:
        if terms.reserve_minor is not None:
            raise BadTerms("reserve_minor", TermFault.RESERVE_BESIDE_FLOOR)
        if terms.start_minor is not None and terms.own["floor_minor"] > terms.start_minor:
            raise BadTerms("floor_minor", TermFault.FLOOR_ABOVE_START)

    def ask_minor(self, lot: Lot, at_ms: int) -> int | None:
        """The ask of a moment; a paused lot's stands still."""
        start, own = lot.terms.start_minor, lot.terms.own
        if start is None:
            return None
        moment = at_ms if lot.paused_at_ms is None else min(at_ms, lot.paused_at_ms)
        ticks = 0 if lot.origin_ms is None else max(0, moment - lot.origin_ms) // int(own["tick_ms"])
        return max(int(own["floor_minor"]), start - ticks * int(own["step_minor"]))

    def deadline_on_opening(self, lot: Lot, at_ms: int) -> int:
        """One tick after the floor is reached."""
        floor, step, tick = (int(lot.terms.own[key]) for key in ("floor_minor", "step_minor", "tick_ms"))
        ticks_to_floor = -((floor - (lot.terms.start_minor or floor)) // step)
        return at_ms + (ticks_to_floor + 1) * tick

    def bid(self, lot: Lot, bid: Bid) -> Decision:
        """Takes the ask; an amount above it pays the ask, none at all means it."""
        ask = self.ask_minor(lot, bid.arrived_ms) or 1
        refused = None if bid.amount_minor is None else malformed(bid.amount_minor)
        if refused or bid.bidder is None:
            return refused or Refused(Code.NO_PADDLE)
        if bid.amount_minor is not None and bid.amount_minor < ask:
            return Refused(Code.BELOW_MIN, {"minimum_minor": ask})
        over = bid.over_limit(lot, ask if bid.amount_minor is None else bid.amount_minor, ask)
        return over or self._taken(lot, bid, bid.bidder.paddle, ask)

    def _taken(self, lot: Lot, bid: Bid, paddle: str, ask: int) -> tuple[ev.Event, ...]:
        placed = ev.BidPlaced(
            bid.at_ms, lot.id, bid.arrived_ms, paddle, bid.way, ask, paddle, ask, ask, lot.deadline_ms
        )
        return placed, ending(apply(lot, placed), bid.at_ms, bid.arrived_ms, "bid")

    def tick(self, lot: Lot, at_ms: int) -> tuple[ev.Event, ...]:
        assert lot.deadline_ms is not None, "the clock ends every Dutch lot"
        return (ending(lot, at_ms, lot.deadline_ms, "clock"),)
