"""Helps every route that changes something: the caller, the sale, and the engine's answer."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, current_app, g, request
from marshmallow import Schema

from models.rows import SaleRow, SaleStatus

from ..base.clock import Clock
from ..engine.orders import Answer, Order
from ..parts import Parts
from ..people.roles import STAFF, Role
from ..people.tokens import Scope
from ..rules.visibility import told_params
from ..sockets.acting import Acting, Actor
from ..sockets.bids_here import BidsHere
from ..web.access import SCOPES
from ..web.auth import bearer_of, current_identity, may_here, me
from ..web.current import parts, sale_or_404
from ..web.errors import answer_shape, respond
from ..web.locale import current_locale
from .fields import ShownFields, whole


class AnswerSchema(Schema):
    """It was accepted."""

    seq = whole("the number of the last public event that it led to, or was judged by", required=True)


BID_ROUTE = "api_bidding.place_bid"


def meet() -> None:
    """Note when a request arrived, before anything is looked at: this moment alone meets deadlines.

    In a crowd a bid is refused here, before the server looks at identity and form. Raises Problem.
    """
    clock: Clock = current_app.extensions["parts"].clock
    g.arrived_ms = clock.now_ms()
    if request.endpoint == BID_ROUTE:
        bids_here().demand_room(program())


def bids_here() -> BidsHere:
    """The bids of this process, those of the live channel among them."""
    bids: BidsHere = current_app.extensions["bids"]
    return bids


def program() -> str:
    """The program that asks: the secret that it says, whether it holds or not."""
    return bearer_of(request.environ) or ""


def actor(slug: str) -> Actor:
    """The caller, as one who asks something of a published sale. Raises Problem."""
    return Actor(me(), sale_or_404(slug).id, g.arrived_ms)


def acting() -> Acting:
    """Makes orders, with the checks of the live channel."""
    return Acting(parts())


def decided(order: Order, heard: Callable[[Mapping[str, Any]], None]) -> ShownFields | Response:
    """The engine's answer to an order: the number, or the refusal in the one shape. `heard` is told it too."""
    joined: Parts = parts()
    answer = joined.engine.ask(order)
    answer = Answer(answer.seq, answer.code, told_params(order.command, answer.code, answer.params))
    told = answer_shape(current_locale(), answer, joined.engine.book(order.sale).sale, order.command)
    heard(told)
    return told if answer.ok else respond(told)


def sale_of_caller(slug: str) -> SaleRow:
    """A sale; a draft only for those who work for it. Raises Problem."""
    return sale_or_404(slug, drafts=may_here("organizer.sale") and _may_read())


def own_drafts() -> list[SaleRow]:
    """The drafts that the caller works for; none if he may not read them."""
    who = current_identity()
    if who is None or who.role not in STAFF or not _may_read():
        return []
    mine, drafts = parts().people.sales_of(who.user), parts().sales.all(SaleStatus.DRAFT)
    return [row for row in drafts if who.role is Role.ADMINISTRATOR or row.id in mine]


def _may_read() -> bool:
    """Whether the token was made for what is asked, or for reading where the route is for everybody."""
    who = current_identity()
    return who is not None and SCOPES.get(request.endpoint or "", Scope.READ) in (who.scopes or ())
