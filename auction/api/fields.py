"""The fields of the API: an amount in both its names, a moment in both its names, cursors of lists.

The live channel says `hammer_minor` (a whole number in the minor unit) and `ended_at_ms` (milliseconds since 1970). An
export says `hammer` (a decimal) and a time as text. The API says all four.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from ..base.texts import UNKEEPABLE
from ..base.zones import utc_text
from ..web.errors import Problem
from ..words.amounts import major

MOST_ITEMS = 200
USUAL_ITEMS = 50
MINOR, MS = "_minor", "_ms"

ShownFields = Mapping[str, object]
"""The values that a route gives to its schema, by the names of the fields."""


class DecimalText(fields.String):
    """An amount as a decimal in the major unit, such as "85000.00".

    It comes from the field of the same name in the minor unit, and from `currency`.
    """

    _CHECK_ATTRIBUTE = False

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        amount = major(obj[f"{attr}{MINOR}"], obj["currency"])
        return None if amount is None else str(amount)


class MomentText(fields.String):
    """A moment as text in UTC, such as "2027-03-18T06:00:00.000Z"; it comes from the field in milliseconds."""

    _CHECK_ATTRIBUTE = False

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        at_ms = obj[f"{attr}{MS}"]
        return None if at_ms is None else utc_text(at_ms)


def both_names(schema: type[Schema]) -> type[Schema]:
    """The schema with a second name for each amount and each moment that it gives."""
    more: dict[str, Any] = {}
    for name, field in schema().fields.items():
        if name.endswith(MINOR):
            more[name.removesuffix(MINOR)] = DecimalText(
                allow_none=field.allow_none, required=True, metadata={"description": f"{name}, as a decimal"}
            )
        elif name.endswith(MS):
            about = {"description": f"{name}, as text in UTC", "format": "date-time"}
            more[name.removesuffix(MS)] = MomentText(allow_none=field.allow_none, required=True, metadata=about)
    made = schema.from_dict(more, name=schema.__name__)
    made.__doc__ = schema.__doc__
    return made


def text(about: str, **options: Any) -> fields.String:
    """A text that the API gives."""
    return fields.String(metadata={"description": about}, **options)


def minor(about: str, **options: Any) -> fields.Integer:
    """An amount that the API gives, null where there is none."""
    said_of = {"description": f"{about}; in the minor unit"}
    return fields.Integer(allow_none=True, required=True, metadata=said_of, **options)


def at_ms(about: str) -> fields.Integer:
    """A moment that the API gives, null where there is none."""
    said_of = {"description": f"{about}; UTC in milliseconds since 1970"}
    return fields.Integer(allow_none=True, required=True, metadata=said_of)


def whole(about: str, **options: Any) -> fields.Integer:
    """A whole number."""
    return fields.Integer(metadata={"description": about}, **options)


def said(about: str, longest: int, **options: Any) -> fields.String:
    """A text that a program sends."""
    checks: list[Callable[[str], object]] = [validate.Length(max=longest), _keepable]
    return fields.String(validate=checks, metadata={"description": about}, **options)


def _keepable(value: str) -> None:
    if UNKEEPABLE.search(value):
        raise ValidationError("characters that cannot be kept")


class FieldsAsked(Schema):
    """The values that a program sends. An unknown name is refused."""

    class Meta:
        unknown = RAISE


class PageAsked(FieldsAsked):
    """Which part of a list is wanted."""

    limit = fields.Integer(
        load_default=USUAL_ITEMS,
        validate=validate.Range(1, MOST_ITEMS),
        metadata={"description": f"how many at the most, {MOST_ITEMS} or fewer"},
    )
    cursor = said("`next` of the part before; left out: from the beginning", 200, load_default=None)


def list_of(schema: type[Schema]) -> type[Schema]:
    """A part of a list of these."""
    name = schema.__name__.removesuffix("Schema")
    said_of = {"description": "the cursor of the next part; null: this is the last"}
    given: dict[str, fields.Field[Any]] = {
        "items": fields.List(fields.Nested(schema), required=True),
        "next": fields.String(allow_none=True, required=True, metadata=said_of),
    }
    return Schema.from_dict(given, name=f"{name}List")


@dataclass(frozen=True, slots=True)
class ListPart:
    """A part of a list; `next` is the cursor of the part behind it."""

    items: Sequence[Any]
    next: str | None


def part_of(everything: Sequence[Any], asked: Mapping[str, Any]) -> ListPart:
    """The part of a list that was asked for. Raises Problem for a cursor that is none of ours."""
    first = _place(asked["cursor"])
    end = first + asked["limit"]
    return ListPart(everything[first:end], _cursor(end) if end < len(everything) else None)


def _cursor(place: int) -> str:
    return urlsafe_b64encode(f"from:{place}".encode()).decode().rstrip("=")


def _place(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        word, _, number = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
        if word == "from" and number.isascii() and number.isdigit() and len(number) < 12:
            return int(number)
    except ValueError:
        pass
    raise Problem("MALFORMED", field="cursor")
