"""A bidder's program: apply, see how one stands, bid. A bid is the same command as over the live channel."""

from collections.abc import Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any

from flask import Response
from marshmallow import Schema, fields

from models.rows import RegistrationRow

from ..rules.acts import OF_BIDDERS, Act
from ..rules.visibility import bidder_document
from ..sales.deposits import with_deposit
from ..sockets.bids_here import BID_ACTS
from ..sockets.schemas import said_in, said_in_any
from ..web.auth import me
from ..web.current import parts, sale_or_404
from ..web.errors import Problem
from .asking import AnswerSchema, acting, actor, bids_here, decided, program
from .fields import FieldsAsked, ShownFields, at_ms, both_names, minor, text, whole
from .routes import Resource
from .schemas import CURRENCY

bidding_routes = Resource("bidding", "For a bidder: apply to a sale, see how one stands, bid.")


@both_names
class OwnRegistrationSchema(Schema):
    """One's own application to a sale."""

    id = text("its id", required=True)
    status = text("applied, admitted or turned_down", required=True)
    reason = text("why it was turned down", allow_none=True, required=True)
    paddle = text("the paddle; null: none yet", allow_none=True, required=True)
    currency = text(CURRENCY, required=True)
    limit_minor = minor("how far one may go; null: as far as one likes")
    holds = fields.List(fields.String(), required=True, metadata={"description": "why the paddle may not bid"})
    applied_ms = at_ms("when one applied")
    decided_ms = at_ms("when it was decided")


@both_names
class PositionSchema(Schema):
    """How a bidder stands in a sale: no other caller sees it."""

    paddle = text("one's paddle", required=True)
    currency = text(CURRENCY, required=True)
    as_of = whole("the number of the public event as of which this is", required=True)
    limit_minor = minor("how far one may go; null: as far as one likes")
    exposure_minor = minor("what is bound by bids, maxima and purchases")
    available_minor = minor("what is left of the limit")
    holds = fields.List(fields.String(), required=True)
    channel = text("online, floor or both", required=True)
    maxima = fields.Dict(required=True, metadata={"description": "by lot, what each maximum binds, in the minor unit"})
    bid_on = fields.List(fields.String(), required=True, metadata={"description": "lots where a bid stands"})
    offers = fields.Dict(required=True, metadata={"description": "by lot, [amount in the minor unit, arrived in ms]"})
    left = fields.Dict(required=True, metadata={"description": "by lot, the maxima left for lots to come"})
    may_match = fields.List(fields.String(), required=True)
    conflicts = fields.List(fields.String(), required=True)


BidAsked = FieldsAsked.from_dict(
    {name: field for name, field in said_in(OF_BIDDERS["bid"]).items() if name != "lot"}, name="NewBid"
)
ActAsked = FieldsAsked.from_dict(dict(said_in_any(OF_BIDDERS)), name="NewAct")


@bidding_routes.get("/sales/<slug>/registration", OwnRegistrationSchema)
def read_registration(slug: str) -> ShownFields:
    """One's own application to a sale."""
    return _mine(slug)


@bidding_routes.send("POST", "/sales/<slug>/registration", OwnRegistrationSchema)
def apply(slug: str) -> ShownFields:
    """Apply to a sale. Asking twice changes nothing; who was turned down may apply again."""
    parts().registration.apply(sale_or_404(slug).id, me().user)
    return _mine(slug)


def _mine(slug: str) -> ShownFields:
    sale = sale_or_404(slug)
    row: RegistrationRow | None = parts().registration.of_user(sale.id, me().user)
    if row is None:
        raise Problem("UNKNOWN_REGISTRATION")
    same = ("id", "status", "reason", "paddle", "limit_minor", "applied_ms", "decided_ms")
    told = {name: getattr(row, name) for name in same}
    return {**told, "currency": sale.currency, "holds": with_deposit(row.holds, sale.deposit, row.deposit_ms)}


@bidding_routes.get("/sales/<slug>/position", PositionSchema)
def read_position(slug: str) -> ShownFields:
    """How one stands in a sale: limit, maxima, offers."""
    sale = sale_or_404(slug)
    book = parts().engine.book(sale.id)
    paddle = book.sale.paddles.get(me().user)
    if paddle is None:
        raise Problem("UNKNOWN_REGISTRATION")
    return {**bidder_document(book.sale, paddle), "currency": sale.currency, "as_of": book.head.seq}


@bidding_routes.send("POST", "/sales/<slug>/lots/<lot>/bids", AnswerSchema, body=BidAsked, has_key=True, status=201)
def place_bid(slug: str, lot: str, body: Mapping[str, Any], key: Mapping[str, str]) -> ShownFields | Response:
    """Bid on a lot.

    The same as `bid` of the live channel, by the same rules: `amount_minor` null takes the ask of a falling lot.
    """
    return _asked(slug, OF_BIDDERS["bid"], {**body, "lot": lot}, key["key"])


@bidding_routes.send("POST", "/sales/<slug>/acts", AnswerSchema, body=ActAsked, has_key=True, status=201)
def act(slug: str, body: Mapping[str, Any], key: Mapping[str, str]) -> ShownFields | Response:
    """Any act of a bidder, `do` names it: a bid, a maximum, a priority right, where one bids.

    Each is the message of the same name of the live channel, with the same fields (docs/protocol/messages.md).
    """
    if body["do"] in BID_ACTS:
        bids_here().demand_room(program())
    return _asked(slug, OF_BIDDERS[body["do"]], body, key["key"])


def _asked(slug: str, asked: Act, said: Mapping[str, Any], key: str) -> ShownFields | Response:
    """The answer to an act. A bid waits among those of the live channel, and is told to the same."""
    order = acting().of_bidder(actor(slug), asked, said, key)
    with bids_here().waiting(program()) if asked.name in BID_ACTS else nullcontext():
        return decided(order, partial(bids_here().heard, order) if asked.has_amount else lambda _told: None)
