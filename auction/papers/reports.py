"""The reports of a sale, one generator each. The first row names its columns; the names are stable.

Amounts are in the major unit, exact; times are in the sale's own zone. The public's report leaves out who bought and
whether a reserve was met; all others are for the organizer. No report has a bidder's maximum or an offer that is
still sealed. Whether a reserve was met, and which bids were refused, they tell only once the lot has ended.
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from models.journal import events as events_table
from models.journal import refusals as refusals_table
from models.people import organizations
from models.rows import SaleRow

from ..audit.outline import changed_lots, outline
from ..audit.rows import differences
from ..catalogue import facts
from ..catalogue.columns import COLUMNS, COMPUTED
from ..catalogue.terms import cells_of
from ..parts import Parts
from ..rules.lot import Lot, Status
from ..rules.money import tiers_of
from ..rules.sale import Sale
from ..sales.rows import by_lot, lot_rows, patent_rows
from .after_sale import cases
from .bids import TOLD_KINDS, bids
from .cells import ADMISSION_WORDS, coded, holds
from .results import has_rights, results, with_commission
from .settled import deposits, settlement
from .source import ReportRow, Source
from .trail import trail
from .trail_lines import names_for

PUBLIC_REPORT = "public_results"


def source(parts: Parts, sale: SaleRow, report: str) -> Source:
    """Read what a report needs; a long journal in pieces, between which others have their turn."""
    of = _rows_of(parts, sale, parts.engine.book(sale.id).sale, report)
    if report != "bids":
        return of
    return replace(of, steps=_in_pieces(_steps(parts, sale.id)), refusals=_in_pieces(_refusals(parts, sale.id)))


def source_apart(parts: Parts, sale: SaleRow, report: str) -> Source:
    """Read the same for a process of its own. It keeps neither the sale nor its bids, so it reads them once."""
    whole = changed_lots(parts.store, sale.id) if report == "bids" else None
    state = parts.engine.book(sale.id).sale if whole is None else outline(parts.store, sale.id, whole)
    of = _rows_of(parts, sale, state, report)
    if report != "bids":
        return of
    steps, refusals = _steps(parts, sale.id), _refusals(parts, sale.id)
    return replace(of, steps=steps, refusals=refusals, whole=whole)


def _rows_of(parts: Parts, sale: SaleRow, state: Sale, report: str) -> Source:
    with parts.store.read() as connection:
        rows = Source(sale, state, lot_rows(connection, sale.id), by_lot(patent_rows(connection, sale.id)))
        rows = replace(rows, now_ms=parts.clock.now_ms())
        if report == PUBLIC_REPORT:
            return rows
        names = {row.id: row.name for row in connection.execute(select(organizations.c.id, organizations.c.name))}
        rows = replace(rows, organizations=names, differs=differences(connection, sale.id, state))
    if report in ("lots", "bids"):
        return rows
    if report == "trail":
        entries = parts.trail.all(sale.id)
        return replace(rows, trail=entries, trail_names=names_for(parts, entries, sale.id))
    if report == "cases":
        return replace(rows, cases=parts.cases.of_sale(sale))
    rows = replace(rows, bidders=parts.registration.of_sale(sale.id))
    if report in ("deposits", "settlement"):
        return replace(rows, ledger=parts.books.follow(sale.id), due_minor=parts.cover.due_minor(sale.id))
    return rows


def _steps(parts: Parts, sale: str) -> Iterator[bytes]:
    told = select(events_table.c.body).where(events_table.c.sale == sale, events_table.c.kind.in_(TOLD_KINDS))
    return (row.body for row in _read(parts, told.order_by(events_table.c.n)))


def _refusals(parts: Parts, sale: str) -> Iterator[Mapping[str, Any]]:
    refused = select(refusals_table).where(refusals_table.c.sale == sale)
    return (row._mapping for row in _read(parts, refused.order_by(refusals_table.c.seq, refusals_table.c.at_ms)))


def _read(parts: Parts, query: Select[Any]) -> Iterator[Any]:
    """The rows of a query, a thousand at a time. Its connection is held until the last one was asked for."""
    with parts.store.read() as connection:
        for piece in connection.execution_options(yield_per=1000).execute(query).partitions():
            yield from piece


def _in_pieces(rows: Iterator[Any]) -> list[Any]:
    """All rows, with a turn for the others after every thousand."""
    read = []
    for number, row in enumerate(rows, 1):
        read.append(row)
        if number % 1000 == 0:
            time.sleep(0)
    return read


# --- the catalogue --------------------------------------------------------------------------------------------------

_CATALOGUE = tuple(name for name in COLUMNS if name not in ("title", "abstract"))
_AMOUNTS = ("start", "reserve", "estimate_low", "estimate_high")


def lots(of: Source) -> Iterator[ReportRow]:
    """The catalogue under the names of its columns, so that it can be imported again. If the sale has a commission, it
    has the all-in price at the start too, which an import passes over."""
    tiers = tiers_of(of.sale.buyer_commission)
    yield (*_CATALOGUE, *(COMPUTED if tiers else ()))
    for row in of.lots:
        numbers = of.patents.get(row.lot, ())
        cells = {name: getattr(row, name, None) for name in _CATALOGUE}
        cells |= {name: of.major(getattr(row, f"{name}_minor")) for name in _AMOUNTS}
        cells["patents"] = "; ".join(each.as_written for each in numbers)
        cells |= {"increment": _increment(of, row.increment), "currency": of.sale.currency}
        cells |= cells_of(row.format, row.own, of.major) | facts.cells_of(row, numbers)
        yield (*cells.values(), *with_commission(of, row.start_minor, tiers))


def _increment(of: Source, increment: Mapping[str, Any] | None) -> Decimal | str | None:
    """A step as a catalogue writes it; one that a catalogue cannot write, as it stands."""
    if increment is None:
        return None
    if set(increment) == {"fixed_minor"}:
        return of.major(increment["fixed_minor"])
    return str(increment["ladder"]) if set(increment) == {"ladder"} else json.dumps(increment, sort_keys=True)


# --- bidders --------------------------------------------------------------------------------------------------------


def bidders(of: Source) -> Iterator[ReportRow]:
    """The bidders, with limits, holds and won lots. While a priority right may take a lot, no bidder has won it."""
    yield (
        *("paddle", "name", "email", "organization", "status", "limit", "currency", "holds"),
        *("lots_won", "patents_won", "total", *(("lots_in_term",) if has_rights(of) else ())),
    )
    won: dict[str | None, list[Lot]] = defaultdict(list)
    in_term: Counter[str | None] = Counter()
    for lot in of.state.lots.values():
        if lot.status is Status.SOLD and (lot.match_until_ms or 0) > of.now_ms:
            in_term[lot.leader] += 1
        elif lot.status is Status.SOLD:
            won[lot.leader].append(lot)
    for each in of.bidders:
        mine = won[each.paddle] if each.paddle is not None else []
        yield (
            each.paddle,
            each.name,
            each.email,
            of.organizations.get(each.organization or ""),
            coded(ADMISSION_WORDS, each.status.value),
            of.major(each.limit_minor),
            of.sale.currency,
            holds(each.all_holds) if each.all_holds else None,
            len(mine),
            sum(len(of.patents.get(lot.id, ())) for lot in mine),
            of.major(sum(lot.hammer_minor or 0 for lot in mine)),
            *((in_term[each.paddle],) if has_rights(of) else ()),
        )


REPORTS: Mapping[str, Callable[[Source], Iterator[ReportRow]]] = {
    "results": results,
    "lots": lots,
    "bids": bids,
    "bidders": bidders,
    "deposits": deposits,
    "settlement": settlement,
    "cases": cases,
    "trail": trail,
}
"""The organizer's reports, by their names in addresses and on the command line."""
OF_ORGANIZERS = frozenset({"trail"})
"""Reports that others of the staff may not have."""
