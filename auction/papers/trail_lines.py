"""Entries of the trail in words, for the page and the report. Each changed value is a line."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.people import organizations, registrations

from ..parts import Parts
from ..trail.trail import TrailEntry
from ..words.amounts import full_text

ERASED_VALUE = "***"
"""In the place of a value that was erased, or is never kept."""
_PEOPLE = frozenset({"user", "by", "ended_by", "decided_by", "asked_by", "granted_by"})
_ORGANIZATIONS = frozenset({"organization", "house_org"})


@dataclass(frozen=True, slots=True)
class TrailNames:
    """The words for ids: accounts and organizations by name, registrations by paddle or name."""

    accounts: Mapping[str, str] = field(default_factory=dict)
    organizations: Mapping[str, str] = field(default_factory=dict)
    bidders: Mapping[str, str] = field(default_factory=dict)

    def row(self, entry: TrailEntry) -> str:
        """The row of an entry as people call it."""
        first, *rest = entry.row.split("/")
        if entry.table in ("users", "sale_people", "consents", "erasures"):
            return " / ".join((self.accounts.get(first, first), *rest[:1]))
        if entry.table == "patents":
            return f"{first} / {int(rest[0]) + 1}" if rest and rest[0].isdigit() else entry.row
        if entry.table == "registrations":
            return self.bidders.get(first, first)
        if entry.table == "organizations":
            return self.organizations.get(first, first)
        return "" if entry.table in ("sales", "sale_keeping") else entry.row


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One changed column; an entry of a row that has no told value is one line without a column."""

    column: str
    before: str | None
    after: str | None


def names_for(parts: Parts, entries: Iterable[TrailEntry], sale: str) -> TrailNames:
    """The words for the ids in some entries."""
    wanted: set[str] = set()
    for each in entries:
        wanted |= {each.actor, each.row.split("/")[0]}
        for name in _PEOPLE & set(each.values):
            wanted |= {value for value in each.values[name] if isinstance(value, str)}
    of_sale = select(registrations.c.id, registrations.c.paddle, registrations.c.name)
    with parts.store.read() as connection:
        bidders = {
            row.id: row.paddle or row.name for row in connection.execute(of_sale.where(registrations.c.sale == sale))
        }
        firms = {row.id: row.name for row in connection.execute(select(organizations.c.id, organizations.c.name))}
    return TrailNames(parts.accounts.names(wanted), firms, bidders)


def lines_of(entry: TrailEntry, names: TrailNames, zone: ZoneInfo, currency: str) -> list[TrailLine]:
    """The changed values of an entry. Erased ones, and those that are never kept, stand as `ERASED_VALUE`."""
    told = {**entry.values, **(entry.personal or {})}
    lines = [TrailLine(name, *_said(name, told[name], names, zone, currency)) for name in sorted(told)]
    lines += [TrailLine(name, ERASED_VALUE, ERASED_VALUE) for name in entry.also if name not in told]
    return lines or [TrailLine("", None, None)]


def _said(
    name: str, change: Sequence[Any], names: TrailNames, zone: ZoneInfo, currency: str
) -> tuple[str | None, str | None]:
    before, after = (_value(name, each, names, zone, currency) for each in change)
    return before, after


def _value(name: str, value: Any, names: TrailNames, zone: ZoneInfo, currency: str) -> str | None:
    if value is None:
        return None
    if name.endswith("_minor") and isinstance(value, int):
        return full_text(value, currency)
    if name.endswith("_ms") and isinstance(value, int):
        return datetime.fromtimestamp(value / 1000, zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str):
        known = names.accounts if name in _PEOPLE else names.organizations if name in _ORGANIZATIONS else {}
        return known.get(value, value)
    return "1" if value is True else json.dumps(value, ensure_ascii=False)
