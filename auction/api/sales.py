"""Everybody may read these: the sales, a sale's lots, patents, results and record."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from marshmallow import fields, validate

from models.rows import LotRow, SaleRow, SaleStatus

from ..rules.lot import Lot, Status
from ..sales.documents import DocumentPlace
from ..web.current import parts, shown
from ..web.errors import Problem
from ..web.pages.public.catalogue import record_file
from ..web.pages.public.statistics import statistics_of
from ..web.shown import Shown
from . import schemas
from .asking import own_drafts, sale_of_caller
from .fields import FieldsAsked, ListPart, PageAsked, ShownFields, part_of, said, whole
from .routes import JSONL, Resource
from .statistics import StatisticsSchema, shown_statistics

sale_routes = Resource("sales", "Sales, their lots, patents and results, and the public record.")

OPEN = (SaleStatus.PUBLISHED, SaleStatus.CLOSED, SaleStatus.ARCHIVED)


class SalesAsked(PageAsked):
    """Which sales are wanted."""

    status = fields.String(
        load_default=None,
        validate=validate.OneOf([each.value for each in SaleStatus]),
        metadata={"description": "left out: all of them"},
    )


class LotsAsked(PageAsked):
    """Which lots are wanted."""

    status = said("such as `open` or `sold`; left out: all", 16, load_default=None)
    field = said("a field of technology, as written; left out: all", 100, load_default=None)


class RecordAsked(FieldsAsked):
    """From where the record is wanted."""

    since = whole("only events after this number", load_default=0, validate=validate.Range(0, 2**53))


@sale_routes.get("/sales", schemas.SaleListSchema, query=SalesAsked)
def list_sales(query: Mapping[str, Any]) -> ListPart:
    """All sales that are open to the public, the next to begin first. The staff of a draft see it too."""
    wanted = [each for each in OPEN if query["status"] in (None, each.value)]
    drafts = own_drafts() if query["status"] in (None, SaleStatus.DRAFT.value) else []
    part = part_of([*parts().sales.all(*wanted), *drafts], query)
    return ListPart([shown_now(row) for row in part.items], part.next)


@sale_routes.get("/sales/<slug>", schemas.SaleSchema)
def read_sale(slug: str) -> ShownFields:
    """One sale, by its slug or its id."""
    return shown_now(sale_of_caller(slug))


@sale_routes.get("/sales/<slug>/lots", schemas.LotListSchema, query=LotsAsked)
def list_lots(query: Mapping[str, Any], slug: str) -> ListPart:
    """The lots of a sale in the order of the sale, each with its patents and how it stands."""
    row = sale_of_caller(slug)
    states = parts().engine.book(row.id).sale.lots
    rows = shown(row)
    found = [each for each in rows.rows.values() if _is_wanted(each, states.get(each.lot), query)]
    part = part_of(found, query)
    return ListPart([_lot(row, rows, each) for each in part.items], part.next)


def _is_wanted(row: LotRow, state: Lot | None, query: Mapping[str, Any]) -> bool:
    status = state.status if state is not None else Status.PENDING
    return query["status"] in (None, status.value) and query["field"] in (None, row.field)


@sale_routes.get("/sales/<slug>/lots/<lot>", schemas.LotSchema)
def read_lot(slug: str, lot: str) -> ShownFields:
    """One lot with its patents and how it stands."""
    row = sale_of_caller(slug)
    rows = shown(row)
    found = rows.rows.get(lot)
    if found is None:
        raise Problem("UNKNOWN_LOT")
    return _lot(row, rows, found)


@sale_routes.get("/sales/<slug>/documents", schemas.DocumentListSchema, query=PageAsked)
def list_documents(query: Mapping[str, Any], slug: str) -> ListPart:
    """The public pictures and documents of all lots of a sale, lot by lot in their order."""
    row = sale_of_caller(slug)
    every = [each for some in shown(row).documents.values() for each in some]
    part = part_of([each for each in every if each.place is DocumentPlace.PUBLIC], query)
    base = None if row.status is SaleStatus.DRAFT else f"{parts().config.public_url}/sales/{row.slug}/documents/"
    told = [schemas.shown_document(each, None if base is None else base + each.id) for each in part.items]
    return ListPart(told, part.next)


@sale_routes.get("/sales/<slug>/patents", schemas.PatentListSchema, query=PageAsked)
def list_patents(query: Mapping[str, Any], slug: str) -> ListPart:
    """The patents of all lots of a sale."""
    part = part_of([each for some in shown(sale_of_caller(slug)).patents.values() for each in some], query)
    return ListPart([schemas.shown_patent(each) for each in part.items], part.next)


@sale_routes.get("/sales/<slug>/results", schemas.ResultListSchema, query=PageAsked)
def list_results(query: Mapping[str, Any], slug: str) -> ShownFields:
    """How every lot of a sale has ended, in the order of the sale."""
    row = sale_of_caller(slug)
    book, rows, now_ms = parts().engine.book(row.id), shown(row), parts().clock.now_ms()
    part = part_of([each for each in rows.rows.values() if each.lot in book.sale.lots], query)
    results = [schemas.shown_result(row, each, book.sale.lots[each.lot], now_ms) for each in part.items]
    for told in results:
        told["patents"] = [each.number or each.as_written for each in rows.patents.get(str(told["lot"]), ())]
    return {"items": results, "next": part.next, "sale": row.slug, "currency": row.currency, "seq": book.head.seq}


@sale_routes.get("/sales/<slug>/statistics", StatisticsSchema)
def read_statistics(slug: str) -> ShownFields:
    """The figures of a sale: offered, sold, totals and rates, for all lots and for each group of them.

    A lot that a priority right may still take counts as sold, and in `in_term` too.
    """
    row = sale_of_caller(slug)
    return shown_statistics(statistics_of(row), parts().engine.book(row.id).head.seq)


@sale_routes.get("/sales/<slug>/record", None, query=RecordAsked, files=(JSONL,))
def read_record(query: Mapping[str, Any], slug: str) -> Response:
    """The public record, one event with its hash a line, and the head as the last line.

    The same file as `/sales/{slug}/record.jsonl`, which `verify --record` checks. Its `ETag` is the head of the chain.
    """
    return record_file(sale_of_caller(slug), query["since"])


def shown_now(row: SaleRow) -> ShownFields:
    """A sale for `SaleSchema`, as it stands now."""
    book = parts().engine.book(row.id)
    count = len(book.sale.lots) or len(shown(row).rows)
    return schemas.shown_sale(row, book, count, f"{parts().config.public_url}/sales/{row.slug}")


def _lot(sale: SaleRow, rows: Shown, row: LotRow) -> ShownFields:
    state = parts().engine.book(sale.id).sale.lots.get(row.lot)
    told = schemas.shown_lot(sale, row, state, parts().clock.now_ms())
    patents = [schemas.shown_patent(each) for each in rows.patents.get(row.lot, ())]
    return {**told, "patents": patents, "url": f"{parts().config.public_url}/sales/{sale.slug}/lots/{row.lot}"}
