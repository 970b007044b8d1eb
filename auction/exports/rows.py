"""One generator a report. The first row names its columns; the names are stable, people read `HEADINGS`.

Amounts are in the major unit, exact; times are in the sale's own zone. The public's report leaves out who bought and
whether a reserve was met; all others are for the organizer. What a bidder would have paid at the most, and an offer
still sealed, are in no report.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from heapq import merge
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.journal import events as events_table
from models.journal import refusals as refusals_table
from models.people import organizations

from ..catalog import COLUMNS
from ..i18n import mark as _
from ..parts import Parts
from ..rules.lot import Lot, Status
from ..rules.sale import Sale
from ..sales import zone_of

Row = tuple[Any, ...]

HEADINGS: Mapping[str, str] = {
    "lot": _("Lot number"),
    "title_zh": _("Title (Chinese)"),
    "title_en": _("Title (English)"),
    "patents": _("Number of patents"),
    "status": _("Standing"),
    "paddle": _("Paddle number"),
    "buyer": _("Buyer"),
    "hammer": _("Hammer price"),
    "currency": _("Currency"),
    "bids": _("Number of bids"),
    "ended_at": _("Ended at"),
    "reserve_met": _("Reserve met?"),
    "seq": _("Record number"),
    "at": _("Decided at"),
    "way": _("Way of bidding"),
    "amount": _("Amount bid"),
    "leader": _("Leading paddle"),
    "price": _("Price after it"),
    "outcome": _("What became of it"),
    "name": _("Name of the bidder"),
    "email": _("E-mail address"),
    "organization": _("Organization of the bidder"),
    "limit": _("Spending limit"),
    "holds": _("Barred because"),
    "lots_won": _("Lots won"),
    "patents_won": _("Patents won"),
    "total": _("Sum of hammer prices"),
}
"""What people read above a column."""


@dataclass(frozen=True, slots=True)
class Source:
    """One sale as reports see it: its rows, where its lots stand, and for the bids what the journal holds."""

    sale: Mapping[str, Any]
    state: Sale
    lots: Sequence[Mapping[str, Any]]
    patents: Mapping[str, Sequence[Mapping[str, Any]]]
    bidders: Sequence[Mapping[str, Any]] = ()
    organizations: Mapping[str, str] = field(default_factory=dict)
    steps: Sequence[tuple[int, int | None, bytes]] = ()
    refusals: Sequence[Mapping[str, Any]] = ()

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.sale)

    def moment(self, at_ms: int | None) -> datetime | None:
        """A time in the sale's own zone."""
        return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, self.zone)


def source(parts: Parts, sale: Mapping[str, Any], report: str) -> Source:
    """Read what a report needs; a long journal in pieces, between which others have their turn."""
    patents: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for each in parts.sales.patents(sale["id"]):
        patents[each["lot"]].append(each)
    rows = Source(sale, parts.engine.book(sale["id"]).sale, parts.sales.lots(sale["id"]), patents)
    if report not in ("results", "bids", "bidders"):
        return rows
    with parts.store.read() as connection:
        names = {row.id: row.name for row in connection.execute(select(organizations.c.id, organizations.c.name))}
        steps = refusals = ()
        if report == "bids":
            told = select(events_table.c.n, events_table.c.seq, events_table.c.body)
            told = told.where(events_table.c.sale == sale["id"], events_table.c.lot.is_not(None))
            steps = _in_pieces(connection.execute(told.order_by(events_table.c.n)))
            refused = select(refusals_table).where(refusals_table.c.sale == sale["id"])
            refusals = _in_pieces(connection.execute(refused.order_by(refusals_table.c.seq, refusals_table.c.at_ms)))
    return Source(sale, rows.state, rows.lots, patents, parts.registration.of_sale(sale["id"]), names, steps, refusals)
