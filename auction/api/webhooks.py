"""Webhooks of a sale: made, seen with every try, sent again and ended by a program."""

import json
from collections.abc import Mapping
from typing import Any

from flask import url_for
from marshmallow import Schema, fields, validate

from models.rows import WebhookRow

from ..web.auth import me
from ..web.current import parts
from ..webhooks.calling import LONGEST_URL
from ..webhooks.kinds import MESSAGE_KINDS
from ..webhooks.registry import TriedMessage
from .asking import sale_of_caller
from .fields import (
    FieldsAsked,
    ListPart,
    PageAsked,
    ShownFields,
    at_ms,
    both_names,
    list_of,
    part_of,
    said,
    text,
    whole,
)
from .routes import Resource

webhook_routes = Resource("webhooks", "For the organizer of a sale: programs that are told what happens in it.")


@both_names
class WebhookSchema(Schema):
    """A program of the house that is told what happens in a sale."""

    id = text("its id", required=True)
    url = text("where it is told", required=True)
    kinds = fields.List(fields.String(), required=True, metadata={"description": "what it is told of"})
    created_ms = at_ms("when it was made")
    ended_ms = at_ms("when it ended; null: it holds")
    ended_because = text("person, or gone: the receiver answered 410", allow_none=True, required=True)


class MadeWebhookSchema(WebhookSchema):
    """A webhook that was just made, with its secret, which no other route tells."""

    secret = text("with which its messages are signed (Standard Webhooks)", required=True)


@both_names
class TrySchema(Schema):
    """One try to deliver a message."""

    n = whole("from 1", required=True)
    at_ms = at_ms("when")
    milliseconds = whole("how long it took", required=True)
    status = whole("of the answer; null: none came", allow_none=True, required=True)
    fault = text("why it failed: NO_CONNECTION, TIMEOUT …", allow_none=True, required=True)


@both_names
class MessageSchema(Schema):
    """A message of a webhook, with every try to deliver it."""

    id = text("its `webhook-id`", required=True)
    kind = text("lot.sold, sale.closed …", required=True)
    body = fields.Dict(required=True, metadata={"description": "what was sent"})
    created_ms = at_ms("when it was made")
    next_ms = at_ms("when it is tried next; null: it was delivered, or given up")
    delivered_ms = at_ms("when it was delivered")
    tries = fields.List(fields.Nested(TrySchema), required=True)


class WebhookAsked(FieldsAsked):
    """A new webhook."""

    url = said("where it is told; https, at a public address", LONGEST_URL, required=True)
    kinds = fields.List(
        fields.String(validate=validate.OneOf(MESSAGE_KINDS)),
        load_default=list(MESSAGE_KINDS),
        validate=validate.Length(1, len(MESSAGE_KINDS)),
        metadata={"description": "what it is told of; left out: everything"},
    )


@webhook_routes.get("/sales/<slug>/webhooks", list_of(WebhookSchema), query=PageAsked)
def list_webhooks(query: Mapping[str, Any], slug: str) -> ListPart:
    """The webhooks of a sale, the newest first; those that have ended too."""
    part = part_of(parts().webhooks.of_sale(sale_of_caller(slug).id), query)
    return ListPart([_shown(each) for each in part.items], part.next)


@webhook_routes.send("POST", "/sales/<slug>/webhooks", MadeWebhookSchema, body=WebhookAsked, has_key=True, status=201)
def make_webhook(slug: str, body: Mapping[str, Any], key: Mapping[str, str]) -> tuple[ShownFields, int, dict[str, str]]:
    """Make a webhook. It is told what happens from now on.

    Only this answer has its secret. The same request with the same key gets the same webhook again.
    """
    sale, webhooks = sale_of_caller(slug).id, parts().webhooks
    made = webhooks.make(sale, body["url"], body["kinds"], me().user, key["key"])
    place = url_for("api_webhooks.read_webhook", slug=slug, webhook=made.id)
    return {**_shown(made), "secret": webhooks.secret(made.id)}, 201, {"Location": place}


@webhook_routes.get("/sales/<slug>/webhooks/<webhook>", WebhookSchema)
def read_webhook(slug: str, webhook: str) -> ShownFields:
    """A webhook."""
    return _shown(parts().webhooks.find(sale_of_caller(slug).id, webhook))


@webhook_routes.send("DELETE", "/sales/<slug>/webhooks/<webhook>", WebhookSchema)
def end_webhook(slug: str, webhook: str) -> ShownFields:
    """End a webhook: nothing more is sent, not even what waits. One that has ended stays as it is."""
    sale = sale_of_caller(slug).id
    parts().webhooks.end(sale, webhook)
    return _shown(parts().webhooks.find(sale, webhook))


@webhook_routes.get("/sales/<slug>/webhooks/<webhook>/messages", list_of(MessageSchema), query=PageAsked)
def list_messages(query: Mapping[str, Any], slug: str, webhook: str) -> ListPart:
    """The newest messages of a webhook with every try to deliver them."""
    found = parts().webhooks.find(sale_of_caller(slug).id, webhook)
    part = part_of(parts().webhooks.messages(found.id), query)
    return ListPart([_message(each) for each in part.items], part.next)


@webhook_routes.send("POST", "/sales/<slug>/webhooks/<webhook>/messages/<message>", WebhookSchema)
def send_again(slug: str, webhook: str, message: str) -> ShownFields:
    """Send a message again, whether it was delivered or given up. It keeps its `webhook-id`."""
    sale = sale_of_caller(slug).id
    parts().webhooks.send_again(sale, webhook, message)
    return _shown(parts().webhooks.find(sale, webhook))


def _shown(row: WebhookRow) -> ShownFields:
    same = ("id", "url", "created_ms", "ended_ms", "ended_because")
    return {**{name: getattr(row, name) for name in same}, "kinds": list(row.kinds)}


def _message(each: TriedMessage) -> ShownFields:
    same = ("id", "kind", "created_ms", "next_ms", "delivered_ms")
    return {
        **{name: getattr(each.row, name) for name in same},
        "body": json.loads(each.row.body),
        "tries": [
            {"n": of.n, "at_ms": of.at_ms, "milliseconds": of.took_ms, "status": of.status, "fault": of.fault}
            for of in each.tries
        ],
    }
