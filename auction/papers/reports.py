"""One generator a report. The first row names its columns; the names are stable, people read `HEADINGS`.

Amounts are in the major unit, exact; times are in the sale's own zone. The public's report leaves out who bought and
whether a reserve was met; all others are for the organizer. What a bidder would have paid at the most, and an offer
still sealed, are in no report; whether a reserve was met, and what was refused, only once the lot has ended.
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from heapq import merge
from typing import Any

from sqlalchemy import select

from models.journal import events as events_table
from models.journal import refusals as refusals_table
from models.people import organizations
from models.rows import LotRow, SaleRow

from ..audit.rows import differences
from ..catalogue import facts
from ..catalogue.columns import COLUMNS, COMPUTED, DIFFERS
from ..catalogue.terms import cells_of
from ..parts import Parts
from ..rules.lot import ENDED, MAX_AMOUNT, Lot, Status
from ..rules.money import Tier, all_in_minor, commission_minor, tiers_of
from ..rules.sale import AFTERWARDS
from ..rules.standing import ROOM
from ..rules.visibility import refusals_are_shown
from ..words.i18n import translate
from .headings import HEADINGS
from .settled import deposits, settlement
from .source import ReportRow, Source


def source(parts: Parts, sale: SaleRow, report: str) -> Source:
    """Read what a report needs; a long journal in pieces, between which others have their turn."""
    contents = parts.sales.contents(sale)
    state = parts.engine.book(sale.id).sale
    rows = Source(sale, state, contents.lots, contents.patents)
    if report in REPORTS:
        with parts.store.read() as connection:
            rows = replace(rows, differs=differences(connection, sale.id, state))
    if report in ("deposits", "settlement"):
        ledger, due_minor = parts.books.follow(sale.id), parts.cover.due_minor(sale.id)
        return replace(rows, bidders=parts.registration.of_sale(sale.id), ledger=ledger, due_minor=due_minor)
    if report not in ("results", "bids", "bidders"):
        return rows
    with parts.store.read() as connection:
        names = {row.id: row.name for row in connection.execute(select(organizations.c.id, organizations.c.name))}
        steps, refusals = list[Any](), list[Any]()
        if report == "bids":
            told = select(events_table.c.n, events_table.c.seq, events_table.c.body)
            told = told.where(events_table.c.sale == sale.id, events_table.c.lot.is_not(None))
            steps = _in_pieces(connection.execute(told.order_by(events_table.c.n)))
            refused = select(refusals_table).where(refusals_table.c.sale == sale.id)
            refused = refused.order_by(refusals_table.c.seq, refusals_table.c.at_ms)
            refusals = [row._mapping for row in _in_pieces(connection.execute(refused))]
    bidders, now_ms = parts.registration.of_sale(sale.id), parts.clock.now_ms()
    return replace(rows, bidders=bidders, organizations=names, steps=steps, refusals=refusals, now_ms=now_ms)


def _in_pieces(result: Any) -> list[Any]:
    rows: list[Any] = []
    for piece in result.partitions(1000):
        rows += piece
        time.sleep(0)
    return rows


# --- results --------------------------------------------------------------------------------------------------------

PUBLIC_REPORT = "public_results"
_BUYERS, _SELLERS = ("buyer_commission", "all_in"), ("seller_commission",)
_PUBLIC = ("lot", "title_zh", "title_en", "patents", "status", "paddle", "hammer", "currency", "bids", "ended_at")
_RIGHTS = ("right_until", "taken_from")
"""In mode C: until when a sold lot may be taken, and from whom it was; the paddle is then who has it now."""


def public_results(of: Source) -> Iterator[ReportRow]:
    """How every lot ended, as everybody may know it."""
    also = _also(of)
    yield (*_PUBLIC, *also)
    yield from (_result(of, row, lot, also) for row, lot in _listed(of))


def results(of: Source) -> Iterator[ReportRow]:
    """How every lot ended, with the buyer, whether its reserve was met (empty: none, or no bid), and its commission."""
    names = {each.paddle: each.name for each in of.bidders}
    buyers, sellers = of.state.buyer_commission, of.state.seller_commission
    also, more = _also(of), (*(_BUYERS if buyers else ()), *(_SELLERS if sellers else ()))
    yield (*_PUBLIC, *also, "buyer", "reserve_met", *more)
    for row, lot in _listed(of):
        buyer = names.get(lot.leader) if lot.status is Status.SOLD else None
        asked = lot.terms.reserve_minor is not None and lot.standing is not None and lot.status in ENDED
        paid = (*_with_commission(of, lot.hammer_minor, buyers), *_with_commission(of, lot.hammer_minor, sellers)[:1])
        yield (*_result(of, row, lot, also), buyer, lot.reserve_met if asked else None, *paid)


def _with_commission(of: Source, price_minor: int | None, tiers: Sequence[Tier]) -> ReportRow:
    """The commission on a price and both together; nothing where there is no commission."""
    if not tiers or price_minor is None:
        return (None, None) if tiers else ()
    return of.major(commission_minor(price_minor, tiers)), of.major(all_in_minor(price_minor, tiers))


def _rights(of: Source) -> tuple[str, ...]:
    return _RIGHTS if of.state.priority_mode == AFTERWARDS else ()


def _also(of: Source) -> tuple[str, ...]:
    is_held = any(lot.even_held for lot in of.state.lots.values())
    return (*_rights(of), *(("even_held",) if is_held else ()))


def _listed(of: Source) -> Iterator[tuple[LotRow, Lot]]:
    """The lots that are in the journal, in the order of the sale."""
    return ((row, of.state.lots[row.lot]) for row in of.lots if row.lot in of.state.lots)


def _result(of: Source, row: LotRow, lot: Lot, also: tuple[str, ...]) -> ReportRow:
    return (
        lot.id,
        row.title_zh,
        row.title_en,
        len(of.patents.get(lot.id, ())),
        lot.status.value,
        lot.leader if lot.status is Status.SOLD else None,
        of.major(lot.hammer_minor),
        of.sale.currency,
        lot.public_bids,
        of.moment(lot.ended_at_ms),
        *((of.moment(lot.match_until_ms), lot.taken_from) if _rights(of) else ()),
        *((lot.even_held,) if "even_held" in also else ()),
    )


# --- the catalogue --------------------------------------------------------------------------------------------------

_CATALOGUE = tuple(name for name in COLUMNS if name not in ("title", "abstract"))
_AMOUNTS = ("start", "reserve", "estimate_low", "estimate_high")


def lots(of: Source) -> Iterator[ReportRow]:
    """The catalogue under the names of its columns, so that it can be imported again; what a buyer would pay at the
    start, which an import passes over, where the sale has a commission."""
    tiers = tiers_of(of.sale.buyer_commission)
    yield (*_CATALOGUE, *(COMPUTED if tiers else ()))
    for row in of.lots:
        numbers = of.patents.get(row.lot, ())
        first = numbers[0] if numbers else None
        cells = {name: getattr(row, name, getattr(first, name, None)) for name in _CATALOGUE}
        cells |= {name: of.major(getattr(row, f"{name}_minor")) for name in _AMOUNTS}
        cells["patents"] = "; ".join(each.as_written for each in numbers)
        cells |= {"increment": _increment(of, row.increment), "currency": of.sale.currency}
        cells |= cells_of(row.format, row.own, of.major) | facts.cells_of(row, first)
        yield (*cells.values(), *_with_commission(of, row.start_minor, tiers))


def _increment(of: Source, increment: Mapping[str, Any] | None) -> Decimal | str | None:
    """A step as a catalogue writes it; one that a catalogue cannot write, as it stands."""
    if increment is None:
        return None
    if set(increment) == {"fixed_minor"}:
        return of.major(increment["fixed_minor"])
    return str(increment["ladder"]) if set(increment) == {"ladder"} else json.dumps(increment, sort_keys=True)


# --- bids -----------------------------------------------------------------------------------------------------------


def bids(of: Source) -> Iterator[ReportRow]:
    """Every bid in the order of the record, each with what became of it: accepted, voided, or why it was refused.

    A refused bid stands after the number that it was judged by.
    """
    yield ("seq", "at", "lot", "paddle", "way", "amount", "currency", "leader", "price", "outcome")
    yield from (row for _place, row in merge(_accepted(of), _refused(of), key=lambda each: each[0]))


Placed = tuple[tuple[int, int], ReportRow]
"""A row with its place: the public number, and within it the accepted before the refused."""


def _accepted(of: Source) -> Iterator[Placed]:
    steps = [(n, seq or 0, json.loads(body)) for n, seq, body in of.steps]
    voided, assigned = _fates(steps)
    currency = of.sale.currency
    for n, seq, body in steps:
        if body["kind"] == "bid_placed":
            named = (body["paddle"], body["leader"])
            paddle, leader = (assigned.get(n, each) if each == ROOM else each for each in named)
            start = (seq, of.moment(body["at_ms"]), body["lot"], paddle, body["way"], of.major(body["amount_minor"]))
            outcome = "voided" if n in voided else "accepted"
            yield (seq, 0), (*start, currency, leader, of.major(body["price_minor"]), outcome)
        elif body["kind"] == "priority_exercised":
            price = of.major(of.state.lots[body["lot"]].hammer_minor)
            start = (seq, of.moment(body["at_ms"]), body["lot"], body["paddle"], "priority right", price)
            yield (seq, 0), (*start, currency, body["paddle"], price, "accepted")
        elif body["kind"] == "offers_opened":
            for paddle, amount_minor, arrived_ms in body["offers"]:
                start = (seq, of.moment(arrived_ms), body["lot"], paddle, "offer", of.major(amount_minor))
                yield (seq, 0), (*start, currency, None, None, "accepted")


def _fates(steps: Iterable[tuple[int, int, Mapping[str, Any]]]) -> tuple[set[int], dict[int, str]]:
    """Which bids were taken back, and which paddle a bid in the room was given; always the last step of its lot."""
    standing: dict[str, list[int]] = defaultdict(list)
    voided: set[int] = set()
    assigned: dict[int, str] = {}
    for n, _seq, body in steps:
        kind, before = body["kind"], standing[body["lot"]]
        if kind == "bid_placed" or (kind == "maximum_set" and body["silent"]):
            before.append(n)
        elif kind in ("bid_voided", "maximum_voided"):
            voided.add(before.pop())
        elif kind == "paddle_assigned":
            assigned[before[-1]] = body["paddle"]
    return voided, assigned


_WAYS = {"PlaceBid": "online", "PlaceMaximum": "maximum", "PlaceFloorBid": "floor"}


def _refused(of: Source) -> Iterator[Placed]:
    for row in of.refusals:
        lot = of.state.lots.get(row["lot"] or "")
        if row["command"] in _WAYS and (lot is None or refusals_are_shown(lot)):
            said = _said(row)
            bid = (_WAYS[row["command"]], _told_amount(of, said.get("amount_minor")), of.sale.currency, None)
            of_lot = (row["seq"], of.moment(row["at_ms"]), row["lot"])
            yield (row["seq"], 1), (*of_lot, said.get("paddle"), *bid, None, row["code"])


def _said(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a refused command said; nothing where it was too long to be kept whole."""
    try:
        said = json.loads(row["details"].removeprefix(row["command"]))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _told_amount(of: Source, amount: Any) -> Decimal | str | None:
    """An amount as it was sent, where it was one at all."""
    is_amount = amount is None or (type(amount) is int and abs(amount) <= MAX_AMOUNT)
    return of.major(amount) if is_amount else str(amount)


# --- bidders --------------------------------------------------------------------------------------------------------


def bidders(of: Source) -> Iterator[ReportRow]:
    """Who takes part, with limit, holds, and what was won. What a priority right may still take is won by nobody."""
    yield (
        *("paddle", "name", "email", "organization", "status", "limit", "currency", "holds"),
        *("lots_won", "patents_won", "total", *(("lots_in_term",) if _rights(of) else ())),
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
            each.status.value,
            of.major(each.limit_minor),
            of.sale.currency,
            ", ".join(each.all_holds),
            len(mine),
            sum(len(of.patents.get(lot.id, ())) for lot in mine),
            of.major(sum(lot.hammer_minor or 0 for lot in mine)),
            *((in_term[each.paddle],) if _rights(of) else ()),
        )


REPORTS: Mapping[str, Callable[[Source], Iterator[ReportRow]]] = {
    "results": results,
    "lots": lots,
    "bids": bids,
    "bidders": bidders,
    "deposits": deposits,
    "settlement": settlement,
}
"""What the organizer may have, by its name in addresses and on the command line."""


# --- a report to be written -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A report on its way to a writer: its name, its columns by name and as a reader has them, its rows, its zone."""

    report: str
    names: ReportRow
    headings: tuple[str, ...]
    rows: Iterator[ReportRow]
    zone: str


def _marked(of: Source, names: ReportRow, rows: Iterator[ReportRow]) -> Iterator[ReportRow]:
    """The rows, each with what of it is not what the record says: of its lot, its paddle, or the whole sale."""
    places = [(kind, names.index(kind)) for kind in ("lot", "paddle") if kind in names]
    for row in rows:
        mine = {"sale", *(f"{kind} {row[place]}" for kind, place in places)}
        yield (*row, "; ".join(": ".join(each) for each in of.differs if each[0] in mine))


def table(of: Source, report: str, locale: str) -> ReportTable:
    """A report in a reader's language; the catalogue keeps to headings that the import knows."""
    rows = public_results(of) if report == PUBLIC_REPORT else REPORTS[report](of)
    names = next(rows)
    if of.differs:
        names, rows = (*names, DIFFERS[0]), _marked(of, names, rows)
    if report != "lots":
        headings = tuple(translate(locale, HEADINGS[name]) for name in names)
    else:
        known = {name: zh for name, (_longest, (_name, zh, *_others)) in COLUMNS.items()}
        known |= {**COMPUTED, **dict([DIFFERS])}
        headings = tuple(known[name] for name in names) if locale == "zh" else names
    return ReportTable(report, names, headings, rows, of.sale.time_zone)
