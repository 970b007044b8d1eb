"""The live channel as an AsyncAPI file, made from the tables that the channel itself is made from.

Messages to the server follow from the schemas of `sockets`, public events from the kinds of `rules`. So neither can be
forgotten here. docs/protocol.md says in words what this file says in types.
"""

from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from ..rules.acts import OF_BIDDERS
from ..rules.kinds import KINDS, ONLY_WHERE_TRUE, PUBLIC
from ..sockets import schemas
from ..web.access import MESSAGES

LIVE_CHANNEL = "live"
ADDRESS = "/socket.io/"
_ABOUT = """Socket.IO 5 over Engine.IO 4. A message is an event with one object, and every message to the server is
answered. docs/protocol.md says what each means, and how a client goes on after a gap."""
_TO_CLIENTS = {
    "frame": "Public events in the order of their numbers, and the head that they lead to; every two seconds at least.",
    "document": "All that a bidder or the desk alone may see; the last one replaces those before.",
    "presence": "For the desk: who is connected.",
    "late_bid": "For the desk: a bid that came too late.",
    "notice": "What the house says to all, to one paddle, or among its desks.",
    "bye": "The server ends the connection, and says why.",
}
_ID = {"type": "string"}
_NUMBER = {"type": "integer"}
_OPEN = {"type": "object", "additionalProperties": True}


def asyncapi(version: str, host: str) -> dict[str, Any]:
    """The file: every message to the server, what the server sends, and every public event."""
    sent = sent_messages()
    told = {name: _told(name) for name in _TO_CLIENTS}
    messages = {name: {"name": name, "payload": payload} for name, payload in {**sent, **told}.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Patent auction, live", "version": version, "description": _ABOUT},
        "servers": {"house": {"host": host, "protocol": "socket.io", "pathname": ADDRESS}},
        "channels": {LIVE_CHANNEL: {"address": ADDRESS, "messages": messages}},
        "operations": {
            **{name: _operation("receive", name) for name in sent},
            **{name: _operation("send", name) for name in told},
        },
        "components": {"schemas": {"Event": {"oneOf": list(public_events().values())}}},
    }


def sent_messages() -> dict[str, dict[str, Any]]:
    """The JSON schema of every message that a client may send, by its name."""
    forms: dict[str, Schema] = {
        "join": schemas.Join(),
        "since": schemas.Since(),
        "clock": schemas.ClockMessage(),
        **{name: schemas.of_act(act) for name, act in OF_BIDDERS.items()},
        "call": schemas.of_calls(),
        "notify": schemas.Notify(),
    }
    reader = MarshmallowPlugin()
    APISpec("", "", "3.1.0", plugins=[reader])
    converter: Any = reader.converter
    found = {name: converter.schema2jsonschema(forms[name]) for name in MESSAGES}
    return {name: {**dict(each), "additionalProperties": False} for name, each in found.items()}


def public_events() -> dict[str, dict[str, Any]]:
    """The JSON schema of every public event, by its kind."""
    return {name: _event(name) for name, kind in KINDS.items() if kind in PUBLIC}


def _event(name: str) -> dict[str, Any]:
    kind = KINDS[name]
    facts = {fact: schema_of(hint) for fact, hint in get_type_hints(kind).items()}
    always = [fact for fact in facts if fact not in ONLY_WHERE_TRUE.get(kind, ())]
    head = {"kind": {"const": name}, "sale": _ID, "seq": _NUMBER}
    return {"title": name, "type": "object", "properties": {**head, **facts}, "required": [*head, *always]}


def schema_of(hint: Any) -> dict[str, Any]:
    """The JSON schema of a fact's type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (UnionType, Union):
        some = [schema_of(each) for each in inner if each is not NoneType]
        return {"oneOf": [*some, {"type": "null"}]} if NoneType in inner else {"oneOf": some}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(inner[1])}
    if isinstance(origin, type) and issubclass(origin, tuple | Sequence):
        return {"type": "array", "items": schema_of(inner[0])}
    return dict(_PLAIN.get(hint, {}))


_PLAIN: Mapping[Any, Mapping[str, str]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
}


def _told(name: str) -> dict[str, Any]:
    """The JSON schema of a message to a client."""
    if name == "frame":
        events = {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}
        facts = {"sale": _ID, "events": events, "seq": _NUMBER, "head": _ID, "now_ms": _NUMBER}
        return {"type": "object", "properties": facts, "required": list(facts)}
    if name == "bye":
        return {"type": "object", "properties": {"reason": _ID}, "required": ["reason"]}
    return {**_OPEN, "properties": {"sale": _ID}, "required": ["sale"]}


def _operation(action: str, name: str) -> dict[str, Any]:
    message = {"$ref": f"#/channels/{LIVE_CHANNEL}/messages/{name}"}
    summary = {"summary": _TO_CLIENTS[name]} if name in _TO_CLIENTS else {}
    return {"action": action, "channel": {"$ref": f"#/channels/{LIVE_CHANNEL}"}, "messages": [message], **summary}
