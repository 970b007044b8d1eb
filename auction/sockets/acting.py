"""Makes an order of the engine of a bidder's act or an auctioneer's call.

The live channel and the API ask here, so both check the same and make the same command.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..base import metrics
from ..engine.orders import Order
from ..parts import Parts
from ..patents.facts import refusal
from ..people.roles import OF_A_SALE
from ..people.sessions import Identity
from ..rules import commands as cmd
from ..rules.acts import OF_DESK, Act, LeftOut
from ..rules.lot import Status
from ..web.access import CALLS, Permissions, may
from ..web.errors import Problem


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who asks something of a sale, and when it arrived."""

    who: Identity
    sale: str
    arrived_ms: int


class Acting:
    """Makes orders of what people ask."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def demand(self, who: Identity | None, table: Permissions, name: str, sale: str | None = None) -> None:
        """Refuse who may not; `sale` is the one that the message is about. Raises Problem."""
        people = self._parts.people
        in_sale = people.roles(sale, who.user) if sale is not None and who and who.role in OF_A_SALE else ()
        if not may(who.role if who else None, table, name, in_sale):
            raise Problem("FORBIDDEN" if who else "UNAUTHENTICATED")

    def of_bidder(self, by: Actor, act: Act, said: Mapping[str, Any], key: str) -> Order:
        """A bidder's act, in his own paddle's name. An act that says an amount counts as a bid. Raises Problem."""
        paddle = self._paddle(by)
        try:
            command: Any = act.command_of(by.arrived_ms, said, paddle=paddle)
        except LeftOut as error:
            raise Problem("MALFORMED", field=str(error)) from error
        if act.has_amount:
            self._count_bid(by)
        if isinstance(command, cmd.SetChannel):
            return self._parts.holding.own_channel(by.sale, by.who.user, command, key)
        return Order(by.sale, by.who.user, command, key)

    def call(self, by: Actor, said: Mapping[str, Any], key: str) -> Order:
        """An auctioneer's call, `do` among what was said. Raises Problem."""
        self.demand(by.who, CALLS, said["do"], by.sale)
        if said["do"] == "open_lot":
            self._ask_the_law(by.sale, said["lot"])
        try:
            command = OF_DESK[said["do"]].command_of(by.arrived_ms, said, auctioneer=by.who.user)
        except LeftOut as error:
            raise Problem("MALFORMED", field=str(error)) from error
        return Order(by.sale, by.who.user, command, key)

    def _paddle(self, by: Actor) -> str:
        """The sender's own paddle; none is no paddle of the sale, which the rules will say in their order.

        Who works for the sale, or once did, bids with none (拍卖法 22). Raises Problem.
        """
        if self._parts.people.has_served(by.sale, by.who.user):
            raise Problem("FORBIDDEN")
        return self._parts.engine.book(by.sale).sale.paddles.get(by.who.user, "")

    def _count_bid(self, by: Actor) -> None:
        if not self._parts.limits.allows(self._parts.limits.bid, by.who.user):
            metrics.bids.labels("RATE_LIMITED").inc()
            raise Problem("RATE_LIMITED")

    def _ask_the_law(self, sale: str, lot: str | None) -> None:
        """Only a lot still to come: a call that is sent again gets its first answer."""
        known = self._parts.engine.book(sale).sale.lots.get(lot or "")
        pending = known is not None and known.status is Status.PENDING
        found = self._parts.sales.law_to_open(sale, str(lot)) if pending else None
        if found is not None and not found.is_open:
            raise Problem("LAW_GATE", **refusal(found))
