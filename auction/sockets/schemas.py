"""The schemas of the socket's messages. Those of acts are made from the table of acts."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from ..rules.acts import CALL_REASONS, KEY_CHARS, OF_DESK, Act, Field, FieldKind, Presence
from ..rules.lot import MAX_AMOUNT
from ..rules.rights import CHANNELS
from ..rules.visibility import DESK_NOTES, ROOM_NOTES, Audience
from ..sales.spoken import MOST_CHARS
from ..web.access import PLACES

_CONTROL = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")
NAME_CHARS = 16
Said = fields.Field[Any]


def _clean(text: str) -> None:
    if _CONTROL.search(text):
        raise ValidationError("characters that cannot be kept")


def _text(longest: int, **options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(1, longest), _clean], **options)


def _whole(least: int, most: int, **options: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(least, most), **options)


_AMOUNT_AS_TOLD = {"type": "integer", "description": "an amount in the minor unit"}


class AmountAsSent(fields.Raw):
    """A whole number as it came; of anything else a short text, which is not an amount, for the evidence."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if type(value) is int:
            return value
        return repr(value)[:40] if isinstance(value, str | float | bool | None) else type(value).__name__


class Message(Schema):
    """The base of every message. An unknown key is refused."""

    class Meta:
        unknown = RAISE


def _head() -> fields.String:
    return fields.String(load_default=None, allow_none=True, validate=validate.Regexp("[0-9a-f]{64}\\Z"))


class Join(Message):
    """Watch a sale; the session says who the client is. `seq`: the last number the client has; `head`: the head that
    it was told with that number."""

    sale = _text(60, required=True)
    as_ = fields.String(data_key="as", load_default="watcher", validate=validate.OneOf(tuple(PLACES)))
    seq = _whole(0, 2**53, allow_none=True, load_default=None)
    head = _head()


class Since(Message):
    """Ask for what came after a number; `head` as in Join."""

    seq = _whole(0, 2**53, required=True)
    head = _head()


class ClockMessage(Message):
    """Measure the way to the server and back; `rtt_ms` is what the last one took."""

    rtt_ms = _whole(0, 600_000, allow_none=True, load_default=None)


class Notify(Message):
    """Say something to all, to one paddle, or among the desks: a ready sentence by its code, or a text."""

    to = fields.String(required=True, validate=validate.OneOf(tuple(Audience)))
    paddle = _text(NAME_CHARS, allow_none=True, load_default=None)
    note = fields.String(allow_none=True, load_default=None, validate=validate.OneOf((*ROOM_NOTES, *DESK_NOTES)))
    text = _text(MOST_CHARS, allow_none=True, load_default=None)
    named = _text(32, allow_none=True, load_default=None)
    key = _text(KEY_CHARS, required=True)


_OF_KIND: Mapping[FieldKind, Callable[..., Said]] = {
    FieldKind.NAME: lambda **options: _text(NAME_CHARS, **options),
    FieldKind.PADDLE_OR_ROOM: lambda **options: _text(NAME_CHARS, **options),
    FieldKind.AMOUNT: lambda **options: AmountAsSent(metadata=_AMOUNT_AS_TOLD, **options),
    FieldKind.SEEN_AMOUNT: lambda **options: _whole(1, MAX_AMOUNT, **options),
    FieldKind.SEQ: lambda **options: _whole(1, 2**53, **options),
    FieldKind.FLAG: lambda **options: fields.Boolean(truthy={True}, falsy={False}, **options),
    FieldKind.LEAD: lambda **options: fields.Tuple(
        (_text(NAME_CHARS, allow_none=True), _whole(1, MAX_AMOUNT, allow_none=True)), **options
    ),
    FieldKind.CHANNEL: lambda **options: fields.String(validate=validate.OneOf(CHANNELS), **options),
    FieldKind.REASON: lambda **options: fields.String(validate=validate.OneOf(CALL_REASONS), **options),
}


def _may_be_left_out(field: Field) -> Said:
    left_out = {"load_default": False} if field.kind is FieldKind.FLAG else {"load_default": None, "allow_none": True}
    return _OF_KIND[field.kind](**left_out)


def _of_act(field: Field) -> Said:
    if field.presence is Presence.OPTIONAL:
        return _may_be_left_out(field)
    return _OF_KIND[field.kind](required=True, allow_none=field.presence is Presence.NULLABLE)


def _message(name: str, said: Mapping[str, Said]) -> type[Schema]:
    return Message.from_dict({**said, "key": _text(KEY_CHARS, required=True)}, name=name)


def said_in(act: Act) -> dict[str, Said]:
    """The fields of an act."""
    return {field.name: _of_act(field) for field in act.fields}


def said_in_any(acts: Mapping[str, Act]) -> dict[str, Said]:
    """The fields of several acts, with `do`, which names one of them.

    The making of its command looks at which of the other fields it needs.
    """
    said = {field.name: _may_be_left_out(field) for act in acts.values() for field in act.fields}
    return {"do": fields.String(required=True, validate=validate.OneOf(tuple(acts))), **said}


def of_act(act: Act) -> Schema:
    """The message of an act that is a message of its own."""
    return _message(act.name, said_in(act))()


def of_calls() -> Schema:
    """The one message of all calls."""
    return _message("call", said_in_any(OF_DESK))()
