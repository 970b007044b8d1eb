"""Forms: what each field means, in schemas, and one sentence by the field for whatever is wrong with it.

Texts are cleaned like those of a catalogue file. Invisible characters (controls, NUL, zero-width and bidi marks) are
taken out. A text that arrived damaged is refused. Amounts are typed in the sale's currency and become its minor unit.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from ..base.rejected import Rejected
from ..base.texts import clean
from ..engine.orders import Answer, Stale
from ..words.amounts import BadAmount, read_price
from .locale import gettext as _
from .locale import said

YEARS = range(2000, 2100)


class LineField(fields.Field[str]):
    """A text of one line."""

    several_lines = False

    def __init__(self, longest: int, *, needed: bool = False) -> None:
        super().__init__()
        self.longest = longest
        self.needed = needed

    def _deserialize(self, value: Any, *_where: Any, **_options: Any) -> str:
        text, _removed = clean(str(value))
        if not self.several_lines:
            text = " ".join(text.split())
        if any("\ud800" <= c <= "\udfff" or c in "\ufffd\ufffe\uffff" for c in text):
            raise ValidationError(_("This text was damaged on its way. Please type it again."))
        if self.needed and not text:
            raise ValidationError(_("This is needed."))
        if len(text) > self.longest:
            raise ValidationError(_("At most %(most)s characters; this has %(count)s.", **self._lengths(text)))
        return text

    def _lengths(self, text: str) -> dict[str, int]:
        return {"most": self.longest, "count": len(text)}


class Prose(LineField):
    """A text of several lines."""

    several_lines = True


class Secret(fields.Field[str]):
    """A password, exactly as it was typed."""

    def _deserialize(self, value: Any, *_where: Any, **_options: Any) -> str:
        return str(value)


class Amount(fields.Field[int]):
    """An amount of the schema's currency, in its minor unit; None where nothing was typed."""

    def _deserialize(self, value: Any, *_where: Any, **_options: Any) -> Any:
        schema = self.root
        assert isinstance(schema, MoneySchema), "an amount is of its schema's currency"
        try:
            return read_price(str(value), schema.amounts_in)
        except BadAmount as error:
            raise ValidationError(said(error.code, error.params)) from error


class Count(fields.Field[int]):
    """A whole number, None where nothing was typed."""

    def _deserialize(self, value: Any, *_where: Any, **_options: Any) -> Any:
        text = unicodedata.normalize("NFKC", str(value)).strip()
        if text and not (text.isascii() and text.isdigit() and len(text) < 10):
            raise ValidationError(_("This is not a whole number."))
        return int(text) if text else None


class Ranks(fields.Field[dict[str, int]]):
    """Lots with the rank of a priority right on each, such as `12: 1, 15: 2`."""

    def _deserialize(self, value: Any, *_where: Any, **_options: Any) -> dict[str, int]:
        text = unicodedata.normalize("NFKC", str(value))
        parts = [part.strip() for part in re.split(r"[,;、\n]", text) if part.strip()]
        pairs = [re.fullmatch(r"([0-9A-Za-z-]{1,16})\s*:\s*([1-9][0-9]?)", part) for part in parts]
        ranks = {pair[1]: int(pair[2]) for pair in pairs if pair is not None}
        if len(ranks) != len(parts):
            raise ValidationError(_("Write each lot once, with a colon and the rank, such as 12: 1, 15: 2."))
        return ranks


class Day(fields.Field[date]):
    """A day, None where nothing was typed."""

    def _deserialize(self, value: Any, *_where: Any, **_options: Any) -> Any:
        return parse_day(str(value))


class Choice(fields.Field[str]):
    """One of a few words."""

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words = words

    def _deserialize(self, value: Any, *_where: Any, **_options: Any) -> str:
        if value not in self.words:
            raise ValidationError(_("Choose one of the list."))
        return str(value)


class Flag(fields.Field[bool]):
    """A box, ticked or not."""

    def _deserialize(self, value: Any, *_where: Any, **_options: Any) -> bool:
        return bool(value)


class FormSchema(Schema):
    """The fields of a form; what else was sent is left out."""

    class Meta:
        unknown = EXCLUDE


class MoneySchema(FormSchema):
    """The fields of a form that holds amounts, all of one currency."""

    def __init__(self, currency: str) -> None:
        super().__init__()
        self.amounts_in = currency


@dataclass(slots=True)
class Form:
    """The typed texts, their values, and the errors by field. The errors of `""` concern the whole form."""

    typed: Mapping[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.errors

    def reject(self, error: Rejected | Stale) -> None:
        """Say by the field what was declined further down."""
        if isinstance(error, Stale):
            self.errors[""] = said("CHANGED_MEANWHILE")
        else:
            name, told = error.field.removesuffix("_minor"), said(error.code, error.params)
            lot = error.params.get("in_lot")
            words = told if lot is None else f"{_('Lot %(lot)s', lot=lot)}{_(': ')}{told}"
            self.errors[name if name in self.typed and lot is None else ""] = words

    def refuse(self, answer: Answer | None, currency: str) -> None:
        """Say what the rules refused, if they did."""
        if answer is not None and answer.code is not None:
            self.errors[""] = said(answer.code, answer.params, currency)


def read_form(schema: FormSchema, given: Mapping[str, str]) -> Form:
    """Read what was sent; a field that is missing counts as empty."""
    typed = {name: given.get(name, "") for name in schema.fields}
    try:
        return Form(typed, dict(schema.load(typed)))
    except ValidationError as error:
        return Form(typed, dict(error.valid_data or {}), {k: v[0] for k, v in error.messages_dict.items()})


def parse_day(text: str) -> date | None:
    """The day that a field of the kind `date` holds; None where it is empty."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise ValidationError(_("This is not a day. Write it like 2027-03-18.")) from error


def parse_moment(text: str, zone: ZoneInfo) -> int | None:
    """UTC in milliseconds of what a field of the kind `datetime-local` holds, as the clocks of the zone show it.

    Raises ValidationError where it is no time, or one that the zone's clocks skip. Of an hour that the clocks show
    twice, the first is meant.
    """
    if not text.strip():
        return None
    try:
        local = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ValidationError(_("This is not a time. Write it like 2027-03-18T14:00.")) from error
    if local.tzinfo is not None or local.year not in YEARS:
        raise ValidationError(_("This is not a time. Write it like 2027-03-18T14:00."))
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        raise ValidationError(_("The clocks of this time zone skip this hour."))
    return round(moment.timestamp() * 1000)


def moment_text(at_ms: int | None, zone: ZoneInfo) -> str:
    """A time as a field of the kind `datetime-local` takes it."""
    return "" if at_ms is None else datetime.fromtimestamp(at_ms / 1000, zone).strftime("%Y-%m-%dT%H:%M")
