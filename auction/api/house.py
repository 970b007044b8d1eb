"""The house's programs: a draft with its lots, who takes part, the bids and the ledger."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Response, url_for
from marshmallow import Schema, fields, validate

from models.rows import SaleRow

from ..base import runtime
from ..base.rejected import Rejected
from ..papers.cells import Coded
from ..papers.reports import REPORTS, source
from ..papers.source import ReportRow
from ..rules.currency import exponent
from ..sales.applicants import Applicant
from ..web.auth import me
from ..web.current import parts
from ..web.errors import Problem, respond, shape
from ..web.locale import current_locale
from .asking import sale_of_caller
from .fields import (
    FieldsAsked,
    ListPart,
    PageAsked,
    ShownFields,
    at_ms,
    both_names,
    list_of,
    minor,
    part_of,
    said,
    text,
    whole,
)
from .pushing import PushedSchema, catalogue_of, pushed
from .routes import LARGEST_CATALOGUE, Resource
from .sales import shown_now
from .schemas import CURRENCY, SaleSchema

house_routes = Resource("house", "For the organizer of a sale: drafts, lots, registrations, bids, the ledger.")
MOST_PUSHED_LOTS = 10_000


class NewSaleAsked(FieldsAsked):
    """A new draft of a sale."""

    slug = said("its name in addresses", 60, required=True)
    title_zh = said("its title in Chinese", 200, load_default="")
    title_en = said("its title in English", 200, load_default="")
    place = said("where it is held", 200, load_default="")
    about = said("what the house says of it", 20_000, load_default="")
    currency = said("of all its amounts (ISO 4217)", 3, load_default="CNY")
    time_zone = said("of the house (IANA)", 40, load_default="Asia/Shanghai")
    under_law = fields.Boolean(
        load_default=True, metadata={"description": "whether the Auction Law of China binds it, and asks its facts"}
    )
    starts_at_ms = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(0, 2**53),
        metadata={"description": "when it is to begin; UTC in milliseconds since 1970"},
    )


class LotsPushed(FieldsAsked):
    """The lots of a draft. Names and rules are those of a catalogue file (docs/catalogue.md)."""

    lots = fields.List(
        fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True)),
        required=True,
        validate=validate.Length(1, MOST_PUSHED_LOTS),
        metadata={
            "description": "each by the names of a catalogue's columns; `start_minor` stands for `start`, and so on",
            "example": [{"lot": "1", "title_zh": "标的一", "patents": ["ZL201510123456.8"], "start_minor": 10_000_000}],
        },
    )
    dry_run = fields.Boolean(load_default=False, metadata={"description": "only look for problems"})


@both_names
class RegistrationSchema(Schema):
    """An application to a sale, or a paddle of its floor."""

    id = text("its id", required=True)
    name = text("who it is", required=True)
    email = text("the account's address; null: a paddle of the floor", allow_none=True, required=True)
    status = text("applied, admitted or turned_down", required=True)
    reason = text("why it was turned down", allow_none=True, required=True)
    paddle = text("its paddle; null: none yet", allow_none=True, required=True)
    currency = text(CURRENCY, required=True)
    limit_minor = minor("how far it may go; null: as far as it likes")
    holds = fields.List(fields.String(), required=True, metadata={"description": "why the paddle may not bid"})
    channel = text("online, floor or both", required=True)
    applied_ms = at_ms("when it applied")
    decided_ms = at_ms("when it was decided")
    deposit_ms = at_ms("when its deposit arrived")


class DecisionAsked(FieldsAsked):
    """A decision about an application."""

    decision = fields.String(required=True, validate=validate.OneOf(("admit", "turn_down")))
    limit_minor = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(0, 2**53 - 1),
        metadata={"description": "how far the paddle may go, in the minor unit; null: as far as it likes"},
    )
    reason = said("why it is turned down; the bidder reads it", 200, load_default="")


@both_names
class BidSchema(Schema):
    """A bid, and what became of it."""

    seq = whole("the number of its event, or by which it was judged", required=True)
    at_ms = at_ms("when")
    lot = text("the lot", required=True)
    paddle = text("who bid", allow_none=True, required=True)
    way = text("online, maximum, floor, offer or priority right", allow_none=True, required=True)
    currency = text(CURRENCY, required=True)
    amount_minor = minor("the amount")
    leader = text("who led behind it", allow_none=True, required=True)
    price_minor = minor("the price behind it")
    outcome = text("accepted, voided, or the code of its refusal", required=True)


class LedgerLineSchema(Schema):
    """One side of an entry: debit positive, credit negative."""

    account = text("bank, buyer, deposit …", required=True)
    registration = text("the registration that it is kept for; empty: none", required=True)
    lot = text("the lot that it is kept for; empty: none", required=True)
    amount_minor = whole("the amount, in the minor unit", required=True)


@both_names
class EntrySchema(Schema):
    """An entry of the ledger. Its lines sum to zero, and it is never changed."""

    n = whole("its number", required=True)
    at_ms = at_ms("when it was written")
    kind = text("payment_arrived, lot_sold …", required=True)
    actor = text("the account that entered it; `house`: it follows from the record", required=True)
    reference = text("of the bank", required=True)
    note = text("what was noted", required=True)
    reverses = whole("the number of the entry that it takes back", allow_none=True, required=True)
    currency = text(CURRENCY, required=True)
    lines = fields.List(fields.Nested(LedgerLineSchema), required=True)


@house_routes.send("POST", "/sales", SaleSchema, body=NewSaleAsked, status=201)
def create_sale(body: Mapping[str, Any]) -> tuple[ShownFields, int, dict[str, str]]:
    """Make a draft, whose organizer the caller is. Only those who work for it see it."""
    values = dict(body)
    slug = values.pop("slug")
    parts().sales.create(slug, me().user, **values)
    row = sale_of_caller_anew(slug)
    return shown_now(row), 201, {"Location": url_for("api_sales.read_sale", slug=slug)}


def sale_of_caller_anew(slug: str) -> SaleRow:
    """The draft that the caller has just made."""
    row = parts().sales.find(slug)
    assert row is not None, "it was made a moment ago"
    return row


@house_routes.send("PUT", "/sales/<slug>/lots", PushedSchema, body=LotsPushed, largest=LARGEST_CATALOGUE)
def put_lots(slug: str, body: Mapping[str, Any]) -> ShownFields | Response:
    """Give a draft these lots in the place of all that it has. If one of them is wrong, nothing is changed.

    The rules are those of a catalogue file. `params.problems` names the lot, the field and the code of every problem.
    The same request, sent again, leads to the same draft. With `dry_run` nothing is changed.
    """
    row = sale_of_caller(slug)
    read = runtime.offload(catalogue_of, body["lots"], row.currency)
    if read.problems:
        told = [problem.told(current_locale(), row.currency) for problem in read.problems]
        return respond({**shape(current_locale(), "BAD_LOTS", {"problems": told, "count": len(told)}), "status": 422})
    return pushed(row, read, dry_run=body["dry_run"])


@house_routes.get("/sales/<slug>/registrations", list_of(RegistrationSchema), query=PageAsked)
def list_registrations(query: Mapping[str, Any], slug: str) -> ListPart:
    """Every application to a sale and every paddle of its floor, the oldest first."""
    row = sale_of_caller(slug)
    part = part_of(parts().registration.of_sale(row.id), query)
    return ListPart([_registration(row, each) for each in part.items], part.next)


@house_routes.send("POST", "/sales/<slug>/registrations/<registration>", RegistrationSchema, body=DecisionAsked)
def decide(slug: str, registration: str, body: Mapping[str, Any]) -> ShownFields | Response:
    """Admit an applicant with a paddle, change the limit of one who is, or turn him down with a reason."""
    row = sale_of_caller(slug)
    found = parts().registration.find(row.id, registration)
    if body["decision"] == "turn_down":
        parts().registration.turn_down(found.id, me().user, body["reason"])
    else:
        answer = parts().registration.admit(found.id, me().user, body["limit_minor"])
        if answer is not None and answer.code is not None:
            raise Rejected(answer.code, **answer.params)
    return _registration(row, parts().registration.find(row.id, registration))


def _registration(sale: SaleRow, row: Applicant) -> ShownFields:
    same = ("id", "name", "email", "reason", "paddle", "limit_minor", "channel", "applied_ms", "decided_ms")
    told = {name: getattr(row, name) for name in (*same, "deposit_ms")}
    return {**told, "status": row.status.value, "holds": row.all_holds, "currency": sale.currency}


@house_routes.get("/sales/<slug>/bids", list_of(BidSchema), query=PageAsked)
def list_bids(query: Mapping[str, Any], slug: str) -> ListPart:
    """Every bid in the order of the record, accepted, voided or refused.

    What a bidder would have paid at the most, and an offer still sealed, are not among them.
    """
    row = sale_of_caller(slug)
    report: list[ReportRow] = runtime.offload(list, REPORTS["bids"](source(parts(), row, "bids")))
    names, part = report[0], part_of(report[1:], query)
    return ListPart([_bid(row.currency, dict(zip(names, each, strict=True))) for each in part.items], part.next)


def _bid(currency: str, row: Mapping[str, Any]) -> ShownFields:
    same = ("seq", "lot", "paddle", "way", "leader", "outcome")
    moment = row["at"]
    return {
        **{name: _plain(row[name]) for name in same},
        "currency": currency,
        "at_ms": None if moment is None else round(moment.timestamp() * 1000),
        "amount_minor": _minor_of(row["amount"], currency),
        "price_minor": _minor_of(row["price"], currency),
    }


def _plain(cell: object) -> object:
    """A cell of a report as a program wants it: a code without its words."""
    return cell.code if isinstance(cell, Coded) else cell


def _minor_of(amount: object, currency: str) -> int | None:
    """An amount of a report in the minor unit; None for what was sent as one and is none."""
    return int(amount.scaleb(exponent(currency))) if isinstance(amount, Decimal) else None


@house_routes.get("/sales/<slug>/ledger", list_of(EntrySchema), query=PageAsked)
def read_ledger(query: Mapping[str, Any], slug: str) -> ListPart:
    """Every entry of a sale's ledger, the oldest first. Reading follows the record: lots sold since are entered."""
    row = sale_of_caller(slug)
    if row.status == "draft":
        raise Problem("NOT_PUBLISHED")
    parts().books.follow(row.id)
    part = part_of(parts().books.entries(row.id), query)
    return ListPart([_entry(row.currency, each) for each in part.items], part.next)


def _entry(currency: str, written: Any) -> ShownFields:
    same = ("n", "at_ms", "actor", "reference", "note")
    entry = written.entry
    return {
        **{name: getattr(written, name) for name in same},
        "kind": entry.kind.value,
        "reverses": entry.reverses,
        "currency": currency,
        "lines": [
            {
                "account": line.place.account.value,
                "registration": line.place.party,
                "lot": line.place.lot,
                "amount_minor": line.amount_minor,
            }
            for line in entry.lines
        ],
    }
