"""Sales made from other sales: a copy, a draft for lots held back, and a new sale of unsold lots."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from models.catalog import lots, patents, sales
from models.papers import paper_facts
from models.people import registrations, sale_people
from models.privacy import sale_keeping
from models.rows import LotRow, SaleRow, SaleStatus, new_columns

from ..base.clock import Clock, new_id
from ..base.rejected import Rejected
from ..database.store import Store
from ..engine.engine import Engine
from ..people.roles import Role, begin
from ..rules.lot import Status
from ..rules.money import MOST_CUT_PERCENT, second_sale_minor
from .checks import check_slug
from .documents import copy_documents
from .lots import NewLots, placed, write_new
from .rows import by_lot, delete_lots, lot_rows, patent_rows, sale_row

_OF_ITS_DAY = dict.fromkeys(("starts_at_ms", "notice_on", "preview_from", "preview_to", "rules_announced_ms"))
"""Columns of a sale that belong to its own day, so that a copy has none of them yet."""
HELD_BACK = "-held-back"


class Copies:
    """Drafts that begin with the rows of another sale."""

    def __init__(self, store: Store, clock: Clock, engine: Engine) -> None:
        self._store = store
        self._clock = clock
        self._engine = engine

    def clone(self, old: SaleRow, slug: str, by: str | None = None) -> str:
        """A new draft with the texts, terms and lots of a sale, and without its days; its id. Raises Rejected.

        `by` is the account that makes it, None the command line.
        """
        with self._store.read() as connection:
            rows, numbers = lot_rows(connection, old.id), by_lot(patent_rows(connection, old.id))
        return self._made(old, slug, by, [(row, numbers.get(row.lot, [])) for row in rows])

    def relist(self, old: SaleRow, slug: str, cut_percent: int, by: str | None = None) -> str:
        """A new draft of the unsold lots of a closed sale, with prices cut; its id. Raises Rejected.

        Start, reserve and floor are cut by so many percent, at most `MOST_CUT_PERCENT`, and rounded up.
        """
        if old.status not in (SaleStatus.CLOSED, SaleStatus.ARCHIVED):
            raise Rejected("NOT_CLOSED")
        if not 0 <= cut_percent <= MOST_CUT_PERCENT:
            raise Rejected("CUT_TOO_DEEP", "cut", most=MOST_CUT_PERCENT)
        states = self._engine.book(old.id).sale.lots
        with self._store.read() as connection:
            numbers = by_lot(patent_rows(connection, old.id))
            rows = [row for row in lot_rows(connection, old.id) if _is_unsold(states[row.lot].status)]
        if not rows:
            raise Rejected("NOTHING_UNSOLD")
        return self._made(old, slug, by, [(_cut(row, cut_percent), numbers.get(row.lot, [])) for row in rows])

    def hold_back(self, sale: SaleRow, wanted: Sequence[str], by: str) -> str:
        """Move lots of a draft into a draft of their own beside it; the slug of that. Raises Rejected."""
        slug = sale.slug[: 60 - len(HELD_BACK)].rstrip("-") + HELD_BACK
        with self._store.write() as connection:
            if sale_row(connection, sale.id, lock=True).status is not SaleStatus.DRAFT:
                raise Rejected("PUBLISHED_ALREADY")
            beside = connection.execute(select(sales.c.id, sales.c.status).where(sales.c.slug == slug)).one_or_none()
            if beside is not None and beside.status != SaleStatus.DRAFT:
                raise Rejected("SLUG_TAKEN")
            into = self._insert(connection, sale, slug, by) if beside is None else str(beside.id)
            numbers = by_lot(patent_rows(connection, sale.id))
            rows = [row for row in lot_rows(connection, sale.id) if row.lot in set(wanted)]
            bare = [(replace(row, salt=None), numbers.get(row.lot, [])) for row in rows]
            write_new(connection, placed(connection, into, bare))
            copy_documents(connection, sale.id, [row.lot for row in rows], into)
            delete_lots(connection, sale.id, [row.lot for row in rows])
        return slug

    def delete_draft(self, sale: str) -> None:
        """Delete a draft with its lots and the people assigned to it. Raises Rejected."""
        try:
            with self._store.write() as connection:
                if sale_row(connection, sale, lock=True).status is not SaleStatus.DRAFT:
                    raise Rejected("PUBLISHED_ALREADY")
                for table in (patents, lots, registrations, sale_people, paper_facts, sale_keeping):
                    connection.execute(delete(table).where(table.c.sale == sale))
                connection.execute(delete(sales).where(sales.c.id == sale))
        except IntegrityError as error:  # money or papers of it are kept
            raise Rejected("DRAFT_IN_USE") from error

    def _made(self, old: SaleRow, slug: str, by: str | None, drafts: NewLots) -> str:
        check_slug(slug)
        try:
            with self._store.write() as connection:
                sale = self._insert(connection, old, slug, by)
                bare = [(replace(row, salt=None), numbers) for row, numbers in drafts]
                write_new(connection, placed(connection, sale, bare))
                copy_documents(connection, old.id, [row.lot for row, _ in bare], sale)
        except IntegrityError as error:
            raise Rejected("SLUG_TAKEN", "slug") from error
        return sale

    def _insert(self, connection: Connection, old: SaleRow, slug: str, by: str | None) -> str:
        now_ms, sale = self._clock.now_ms(), new_id()
        own: Mapping[str, Any] = {**_OF_ITS_DAY, "id": sale, "slug": slug, "created_ms": now_ms}
        connection.execute(insert(sales), new_columns(replace(old, status=SaleStatus.DRAFT, **own)))
        if by is not None:
            begin(connection, now_ms, sale=sale, user=by, role=Role.ORGANIZER, by=by)
        return sale


def _is_unsold(status: Status) -> bool:
    """Whether it has no buyer: it was passed, or never came up. A withdrawn lot is its consignor's again."""
    return status in (Status.PASSED, Status.PENDING)


def _cut(row: LotRow, percent: int) -> LotRow:
    """The lot with its prices cut."""

    def less(minor: int | None) -> int | None:
        return None if minor is None else second_sale_minor(minor, percent)

    own = {name: less(value) if name in ("floor_minor", "cap_minor") else value for name, value in row.own.items()}
    return replace(row, own=own, start_minor=less(row.start_minor), reserve_minor=less(row.reserve_minor))
