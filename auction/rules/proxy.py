"""Ascending bids: minimum, step, and the duel between a newcomer and the leader's maximum (rulebook 4.2).

A bid has its own amount as maximum, so one duel serves ordinary bids and maxima alike.
"""

from . import events as ev
from .format import Bid, Decision, Format, ending, malformed
from .lot import Lot, apply
from .refusals import Code, Refused
from .standing import MAXIMUM, ROOM, Newcomer, duel


class Ascending(Format):
    """The answers that English and timed lots share."""

    def ask_minor(self, lot: Lot, at_ms: int) -> int | None:  # noqa: ARG002 - an ascending ask does not move by itself
        """The next amount: as called by the auctioneer, else the start, else the ladder's; the cap clips it."""
        price = lot.price_minor
        called = lot.called_ask_minor
        if called is not None and (price is None or called > price):
            ask: int | None = called
        elif price is None or lot.ladder is None:
            ask = lot.terms.start_minor
        else:
            ask = lot.ladder.next_minor(price)
        cap = self.cap_minor(lot)
        return ask if cap is None or ask is None else min(ask, cap)

    def bid(self, lot: Lot, bid: Bid) -> Decision:
        refused = malformed(bid.amount_minor) or self._leads_already(lot, bid)
        if refused:
            return refused
        minimum = self.minimum_minor(lot, bid)
        refused = self._too_low(lot, bid, minimum) or self._off_step(lot, bid, minimum) or self._too_high(lot, bid)
        if refused:
            return refused
        if lot.standing and lot.standing.leader == bid.paddle:
            leader, price = bid.paddle, bid.amount_minor
        else:
            leader, price = self._duel(lot, bid, minimum)
        return self._at_cap(lot, bid, (self._placed(lot, bid, leader, price),))

    def maximum(self, lot: Lot, bid: Bid) -> Decision:
        refused = malformed(bid.amount_minor)
        if refused or bid.paddle is None:
            return refused or Refused(Code.NO_PADDLE)
        minimum = self.minimum_minor(lot, bid)
        refused = self._too_low(lot, bid, minimum) or self._too_high(lot, bid)
        if refused:
            return refused
        if lot.standing and lot.standing.leader == bid.paddle:
            return (ev.MaximumSet(bid.at_ms, lot.id, bid.paddle, bid.amount_minor, silent=True),)
        placed = self._placed(lot, bid, *self._duel(lot, bid, minimum))
        declared = ev.MaximumSet(bid.at_ms, lot.id, bid.paddle, bid.amount_minor, silent=False)
        return self._at_cap(lot, bid, (placed, declared))

    def minimum_minor(self, lot: Lot, bid: Bid) -> int:
        """The least that this bidder may bid: the ask, or exactly the price where his rank beats the leader's."""
        if lot.standing and bid.rank < bid.leader_rank:
            return lot.standing.price_minor
        return self.ask_minor(lot, bid.at_ms) or 1

    def _leads_already(self, lot: Lot, bid: Bid) -> Refused | None:
        leads = lot.standing is not None and bid.paddle == lot.standing.leader
        return Refused(Code.ALREADY_LEADING) if leads and not lot.terms.self_raise else None

    def _too_low(self, lot: Lot, bid: Bid, minimum: int) -> Refused | None:
        if bid.amount_minor < (lot.terms.start_minor or 1):
            return Refused(Code.BELOW_START, {"minimum_minor": minimum})
        return Refused(Code.BELOW_MIN, {"minimum_minor": minimum}) if bid.amount_minor < minimum else None

    def _off_step(self, lot: Lot, bid: Bid, minimum: int) -> Refused | None:
        if not lot.on_step or lot.ladder is None:
            return None
        always = (minimum, self.ask_minor(lot, bid.at_ms), lot.terms.start_minor, self.cap_minor(lot))
        if bid.amount_minor in always or lot.ladder.is_on_step(lot.price_minor, bid.amount_minor):
            return None
        return Refused(Code.NOT_ON_STEP, {"minimum_minor": minimum})

    def _too_high(self, lot: Lot, bid: Bid) -> Refused | None:
        cap = self.cap_minor(lot)
        if cap is not None and bid.amount_minor > cap:
            return Refused(Code.ABOVE_CAP, {"cap_minor": cap})
        return bid.over_limit(lot, bid.amount_minor)

    def _duel(self, lot: Lot, bid: Bid, minimum: int) -> tuple[str, int]:
        """The leader and the price once the newcomer's amount has met the leader's maximum."""
        newcomer, by_maximum = bid.paddle or ROOM, bid.way == MAXIMUM
        if lot.standing is None or lot.ladder is None:
            return newcomer, minimum if by_maximum else bid.amount_minor
        comer = Newcomer(newcomer, bid.amount_minor, by_maximum, bid.rank, bid.leader_rank)
        return duel(lot.standing, comer, minimum, lot.ladder.next_minor)

    def _placed(self, lot: Lot, bid: Bid, leader: str, price: int) -> ev.BidPlaced:
        cap = self.cap_minor(lot)
        ask = lot.ladder.next_minor(price) if lot.ladder else price
        return ev.BidPlaced(
            bid.at_ms,
            lot.id,
            bid.arrived_ms,
            bid.paddle or ROOM,
            bid.way,
            None if bid.way == MAXIMUM else bid.amount_minor,
            leader,
            price,
            ask if cap is None else min(ask, cap),
            self.deadline_after_bid(lot, bid.arrived_ms),
        )

    def _at_cap(self, lot: Lot, bid: Bid, events: tuple[ev.BidPlaced | ev.MaximumSet, ...]) -> tuple[ev.Event, ...]:
        """The events of a bid. One that brings the price to the cap ends the lot."""
        cap = self.cap_minor(lot)
        if cap is None:
            return events
        for event in events:
            lot = apply(lot, event)
        reached = lot.price_minor == cap
        return (*events, ending(lot, bid.at_ms, bid.arrived_ms, "bid")) if reached else events
