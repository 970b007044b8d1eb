"""An auctioneer's program: every call of the console."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from ..base import metrics
from ..rules.acts import OF_DESK
from ..sockets.schemas import said_in_any
from .asking import AnswerSchema, acting, actor, decided
from .fields import FieldsAsked, ShownFields
from .routes import Resource

calling_routes = Resource("calling", "For an auctioneer: the calls of a sale.")

CallAsked = FieldsAsked.from_dict(dict(said_in_any(OF_DESK)), name="NewCall")


@calling_routes.send("POST", "/sales/<slug>/calls", AnswerSchema, body=CallAsked, has_key=True, status=201)
def call(slug: str, body: Mapping[str, Any], key: Mapping[str, str]) -> ShownFields | Response:
    """Call: `do` names the call, such as `open_lot` or `hammer` (docs/protocol/messages.md).

    Only who holds the gavel is heard; `take_gavel` takes it.
    """
    order = acting().call(actor(slug), body, key["key"])
    return decided(order, lambda told: metrics.commands.labels(body["do"], told.get("code", "accepted")).inc())
