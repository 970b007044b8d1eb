"""The trail of a sale for the organizer's programs."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from ..trail.trail import TrailEntry
from ..web.current import parts
from .asking import sale_of_caller
from .fields import ListPart, PageAsked, ShownFields, at_ms, both_names, list_of, part_of, text, whole
from .routes import Resource

trail_routes = Resource("trail", "For the organizer of a sale: who changed which row.")


class ChangeSchema(Schema):
    """A value that was changed."""

    column = text("the name of the column", required=True)
    before = fields.Raw(allow_none=True, required=True, metadata={"description": "null: it was empty"})
    after = fields.Raw(allow_none=True, required=True, metadata={"description": "null: it is empty"})
    is_kept = fields.Boolean(
        required=True, metadata={"description": "false: the value was erased by rule, or is never kept"}
    )


@both_names
class TrailEntrySchema(Schema):
    """One change of one row."""

    n = whole("its number in the trail of the sale, from 1", required=True)
    at_ms = at_ms("when")
    actor = text("the account that did it; empty: none", required=True)
    client = text("page, api, command or server", required=True)
    address = text("of the network; empty: none, or erased", required=True)
    act = text("added, changed or removed", required=True)
    table = text("the kind of the row, such as lots or registrations", required=True)
    row = text("its key", required=True)
    changes = fields.List(fields.Nested(ChangeSchema), required=True)


@trail_routes.get("/sales/<slug>/trail", list_of(TrailEntrySchema), query=PageAsked)
def list_trail(query: Mapping[str, Any], slug: str) -> ListPart:
    """Every change of a row of the sale, the oldest first. Bids stand in the record, money in the ledger."""
    part = part_of(parts().trail.all(sale_of_caller(slug).id), query)
    return ListPart([_entry(each) for each in part.items], part.next)


def _entry(entry: TrailEntry) -> ShownFields:
    same = ("n", "at_ms", "actor", "client", "address", "act", "table", "row")
    told = {**entry.values, **(entry.personal or {})}
    changes = [(name, *told[name], True) for name in sorted(told)]
    changes += [(name, None, None, False) for name in entry.also if name not in told]
    names = ("column", "before", "after", "is_kept")
    return {
        **{name: getattr(entry, name) for name in same},
        "changes": [dict(zip(names, each, strict=True)) for each in changes],
    }
