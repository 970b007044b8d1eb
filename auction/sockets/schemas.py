"""What a socket message may hold. An amount is anything: whether it is a good one is for the rules to say."""

import re
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from ..rules.lot import MAX_AMOUNT
from ..rules.rights import CHANNELS
from ..rules.standing import ROOM
from ..web.access import CALLS, PLACES

_CONTROL = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")


def _clean(text: str) -> None:
    if _CONTROL.search(text):
        raise ValidationError("characters that cannot be kept")


def _text(longest: int, **options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(1, longest), _clean], **options)


class Amount(fields.Raw):
    """A whole number as it came; of anything else a short text, which is not an amount, for the evidence."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if type(value) is int:
            return value
        return repr(value)[:40] if isinstance(value, str | float | bool | None) else type(value).__name__


class Message(Schema):
    """What every message has in common: an unknown key is refused."""

    class Meta:
        unknown = RAISE


def _head() -> fields.String:
    return fields.String(load_default=None, allow_none=True, validate=validate.Regexp("[0-9a-f]{64}\\Z"))


class Join(Message):
    """Watch a sale, as whoever the session says one is. `seq`: the last number the client has; `head`: the head that it
    was told with that number."""

    sale = _text(60, required=True)
    as_ = fields.String(data_key="as", load_default="watcher", validate=validate.OneOf(tuple(PLACES)))
    seq = fields.Integer(strict=True, allow_none=True, load_default=None, validate=validate.Range(0, 2**53))
    head = _head()


class Since(Message):
    """Ask for what came after a number; `head` as in Join."""

    seq = fields.Integer(strict=True, required=True, validate=validate.Range(0, 2**53))
    head = _head()


class ClockMessage(Message):
    """Measure the way to the server and back; `rtt_ms` is what the last one took."""

    rtt_ms = fields.Integer(strict=True, allow_none=True, load_default=None, validate=validate.Range(0, 600_000))


class Bid(Message):
    """A bid. `key` is made once a click and sent again with every retry; `seen_ask_minor` is the next amount that the
    sender's screen showed, so that one that has fallen far since is not overbid unseen."""

    lot = _text(16, required=True)
    amount_minor = Amount(required=True, allow_none=True)
    seen_ask_minor = fields.Integer(
        strict=True, allow_none=True, load_default=None, validate=validate.Range(1, MAX_AMOUNT)
    )
    key = _text(64, required=True)


class Maximum(Message):
    """The most a bidder will pay."""

    lot = _text(16, required=True)
    max_minor = Amount(required=True, allow_none=True)
    key = _text(64, required=True)


class Left(Message):
    """A maximum for a lot to come; null takes it back."""

    lot = _text(16, required=True)
    max_minor = Amount(required=True, allow_none=True)
    key = _text(64, required=True)


class Channel(Message):
    """Where the bidder bids from here on."""

    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    key = _text(64, required=True)


class Right(Message):
    """A holder's answer about the priority right on a lot."""

    lot = _text(16, required=True)
    key = _text(64, required=True)


REASONS = (
    "MISHEARD",
    "WRONG_PADDLE",
    "MISTYPED",
    "DISPUTE",
    "TECHNICAL",
    "TITLE_EVIDENCE",
    "CONSIGNOR",
    "AUTHORITY",
    "BREAK",
    "OTHER",
)
"""Why something was taken back or stopped: codes, because the journal holds no free text."""


def _price() -> fields.Integer:
    return fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, MAX_AMOUNT))


class Call(Message):
    """One of the auctioneer's calls; which of the other keys it needs is said in docs/protocol.md."""

    do = fields.String(required=True, validate=validate.OneOf(tuple(CALLS)))
    lot = _text(16, load_default=None, allow_none=True)
    paddle = _text(16, load_default=None, allow_none=True, metadata={"not": ROOM})
    amount_minor = Amount(load_default=None, allow_none=True)
    reason = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(REASONS))
    sure = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    of_seq = fields.Integer(strict=True, allow_none=True, load_default=None, validate=validate.Range(1, 2**53))
    even_held = fields.Boolean(truthy={True}, falsy={False}, load_default=False)
    seen = fields.Tuple((_text(16, allow_none=True), _price()), load_default=None, allow_none=True)
    key = _text(64, required=True)
