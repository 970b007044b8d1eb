"""Sales and their lots as rows: made, edited, published, closed, archived.

Once a sale is published, what bears on bidding is in its journal: every later change of it goes through the engine,
and the row is written in its event's transaction.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import Connection, insert, select, update

from models.catalog import lots, patents, sales
from models.people import registrations

from .clock import Clock, new_id
from .engine import Engine
from .orders import Answer, Order
from .rules import commands as cmd
from .rules.decide import check_terms
from .rules.format import BadTerms
from .rules.ladder import BadIncrement
from .rules.lot import Status, Terms
from .rules.refusals import Code
from .store import Store

Row = dict[str, Any]
DRAFT, PUBLISHED, CLOSED, ARCHIVED = "draft", "published", "closed", "archived"
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")


class Rejected(Exception):
    """A sale or lot cannot be made or changed as asked: the code, and the field it concerns."""

    def __init__(self, code: str, field: str = "", **params: Any) -> None:
        super().__init__(f"{code} {field}".strip())
        self.code, self.field, self.params = code, field, params


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps a lot from being opened."""

    lot: str
    code: str


class Sales:
    """Everything about sales that is not bidding."""

    def __init__(self, store: Store, clock: Clock, engine: Engine) -> None:
        self._store = store
        self._clock = clock
        self._engine = engine

    # --- reading ---

    def find(self, slug: str) -> Row | None:
        """A sale by its slug."""
        return self._one(select(sales).where(sales.c.slug == slug))

    def by_id(self, sale: str) -> Row | None:
        """A sale by its id."""
        return self._one(select(sales).where(sales.c.id == sale))

    def all(self, *statuses: str) -> list[Row]:
        """Sales in one of the states, the next to begin first."""
        query = select(sales).where(sales.c.status.in_(statuses)).order_by(sales.c.starts_at_ms, sales.c.created_ms)
        with self._store.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def lots(self, sale: str) -> list[Row]:
        """The lots of a sale in the order in which they are sold."""
        with self._store.read() as connection:
            return lot_rows(connection, sale)

    def lot(self, sale: str, lot: str) -> Row | None:
        """One lot."""
        return self._one(select(lots).where(lots.c.sale == sale, lots.c.lot == lot))

    def patents(self, sale: str, lot: str | None = None) -> list[Row]:
        """The patents of one lot, or of all lots of a sale, in their order."""
        query = select(patents).where(patents.c.sale == sale).order_by(patents.c.lot, patents.c.position)
        with self._store.read() as connection:
            rows = connection.execute(query if lot is None else query.where(patents.c.lot == lot))
            return [dict(row) for row in rows.mappings()]

    def missing(self, sale: str) -> list[Missing]:
        """What keeps lots of the sale from being opened, lot by lot."""
        return [missing for row in self.lots(sale) for missing in missing_for(row)]

    def _one(self, query: Any) -> Row | None:
        with self._store.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
            return None if row is None else dict(row)

    # --- the sale ---

    def create(self, slug: str, **values: Any) -> str:
        """A new draft's id. `values` are columns of the table. Raises Rejected."""
        check_slug(slug)
        row: dict[str, Any] = {
            "id": new_id(),
            "slug": slug,
            "status": DRAFT,
            "title_zh": "",
            "title_en": "",
            "place": "",
            "about": "",
            "currency": "CNY",
            "time_zone": "Asia/Shanghai",
            "invented": False,
            "created_ms": self._clock.now_ms(),
        }
        row.update(values)
        check_sale(row)
        with self._store.write() as connection:
            if connection.execute(select(sales.c.id).where(sales.c.slug == slug)).first():
                raise Rejected("SLUG_TAKEN", "slug")
            connection.execute(insert(sales), row)
        return str(row["id"])

    def edit(self, sale: str, **values: Any) -> None:
        """Change texts and times of a sale. Raises Rejected."""
        row = self.by_id(sale)
        if row is None:
            raise Rejected("UNKNOWN_SALE")
        if row["status"] != DRAFT and values.get("currency", row["currency"]) != row["currency"]:
            raise Rejected("PUBLISHED_ALREADY", "currency")
        check_sale({**row, **values})
        with self._store.write() as connection:
            connection.execute(update(sales).where(sales.c.id == sale), values)

    def publish(self, sale: str, actor: str) -> Answer:
        """Put the sale's terms, lots and admitted bidders into its journal, all or nothing."""
        with self._store.read() as connection:
            row = connection.execute(select(sales).where(sales.c.id == sale)).mappings().one()
            terms = tuple(terms_of(lot) for lot in lot_rows(connection, sale))
            admitted = connection.execute(
                select(registrations).where(registrations.c.sale == sale, registrations.c.paddle.is_not(None))
            )
            now = self._clock.now_ms()
            bidders = tuple(
                cmd.AdmitBidder(now, each.paddle, each.user, each.limit_minor, holds=tuple(each.holds))
                for each in admitted
            )
        command = cmd.PublishSale(now, row["currency"], row["house_org"], terms, bidders)
        return self._engine.ask(Order(sale, actor, command, key=new_id(), rows=_to_status(sale, PUBLISHED)))

    def close(self, sale: str, actor: str) -> Answer:
        """End a sale in which nothing is under way."""
        command = cmd.CloseSale(self._clock.now_ms())
        return self._engine.ask(Order(sale, actor, command, key=new_id(), rows=_to_status(sale, CLOSED)))

    def archive(self, sale: str, slug: str) -> None:
        """Put a closed sale away under another slug. Raises Rejected."""
        check_slug(slug)
        with self._store.write() as connection:
            closed = (sales.c.id == sale) & (sales.c.status == CLOSED)
            done = connection.execute(update(sales).where(closed), {"slug": slug, "status": ARCHIVED})
            if done.rowcount != 1:
                raise Rejected("NOT_CLOSED")

    # --- its lots ---

    def add_lots(self, sale: str, drafts: Sequence[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]) -> None:
        """Add lots with their patents to a draft, all or nothing. Raises Rejected."""
        row = self.by_id(sale)
        if row is None or row["status"] != DRAFT:
            raise Rejected("PUBLISHED_ALREADY")
        for values, _ in drafts:
            check_lot(values)
        with self._store.write() as connection:
            known = {each["lot"] for each in lot_rows(connection, sale)}
            for values, _ in drafts:
                if values["lot"] in known:
                    raise Rejected("LOT_EXISTS", "lot", lot=values["lot"])
                known.add(values["lot"])
            first = len(known) - len(drafts)
            connection.execute(
                insert(lots),
                [{"sale": sale, "position": first + i, **values} for i, (values, _) in enumerate(drafts)],
            )
            numbers = [
                {"sale": sale, "lot": values["lot"], "position": place, **each}
                for values, its_patents in drafts
                for place, each in enumerate(its_patents)
            ]
            if numbers:
                connection.execute(insert(patents), numbers)

    def edit_lot(self, sale: str, lot: str, actor: str, **values: Any) -> Answer | None:
        """Change a lot that has not opened; a published one also in the journal. Raises Rejected."""
        row, before = self.by_id(sale), self.lot(sale, lot)
        if row is None or before is None:
            raise Rejected(Code.UNKNOWN_LOT)
        after = {**before, **values}
        check_lot(after)

        def write_row(connection: Connection) -> None:
            connection.execute(update(lots).where(lots.c.sale == sale, lots.c.lot == lot), values)

        if row["status"] == DRAFT:
            with self._store.write() as connection:
                write_row(connection)
            return None
        if self._engine.book(sale).sale.lots[lot].status is not Status.PENDING:
            raise Rejected(Code.NOT_ALLOWED_NOW)
        command = cmd.ListLot(self._clock.now_ms(), terms_of(after))
        return self._engine.ask(Order(sale, actor, command, key=new_id(), rows=write_row))


def lot_rows(connection: Connection, sale: str) -> list[Row]:
    """The lots of a sale in the order in which they are sold."""
    query = select(lots).where(lots.c.sale == sale).order_by(lots.c.position)
    return [dict(row) for row in connection.execute(query).mappings()]


def terms_of(row: Mapping[str, Any]) -> Terms:
    """The terms that a lot's row gives to the journal."""
    return Terms(
        row["lot"],
        row["format"],
        row["start_minor"],
        row["increment"],
        row["reserve_minor"],
        row["consignor_org"],
        own=row["own"],
    )


def missing_for(row: Mapping[str, Any]) -> list[Missing]:
    """What keeps a lot from being opened."""
    missing = [("NO_START", row["start_minor"] is None), ("NO_INCREMENT", row["increment"] is None)]
    return [Missing(row["lot"], code) for code, is_missing in missing if is_missing]


def check_slug(slug: str) -> None:
    """Raise Rejected unless the slug can stand in an address."""
    if not SLUG.fullmatch(slug):
        raise Rejected("BAD_SLUG", "slug")


def check_sale(row: Mapping[str, Any]) -> None:
    """Raise Rejected where a sale's texts or times cannot be."""
    if not (row["title_zh"] or row["title_en"]):
        raise Rejected("NO_TITLE", "title_zh")
    if row["time_zone"] not in available_timezones():
        raise Rejected("BAD_TIME_ZONE", "time_zone")
    if not re.fullmatch("[A-Z]{3}", row["currency"]):
        raise Rejected("BAD_CURRENCY", "currency")


def check_lot(row: Mapping[str, Any]) -> None:
    """Raise Rejected where a lot's terms contradict themselves, with the field and the reason."""
    start, reserve = row.get("start_minor"), row.get("reserve_minor")
    if not re.fullmatch(r"[0-9A-Za-z-]{1,16}", row["lot"]):
        raise Rejected("BAD_LOT_NUMBER", "lot")
    if not (row["title_zh"] or row["title_en"]):
        raise Rejected("NO_TITLE", "title_zh")
    if start is not None and not 1 <= start < 2**53:
        raise Rejected(Code.MALFORMED_AMOUNT, "start_minor")
    if reserve is not None and not (start or 1) <= reserve < 2**53:
        raise Rejected("RESERVE_BELOW_START", "reserve_minor")
    try:
        check_terms(terms_of(row))
    except (BadTerms, BadIncrement) as error:
        raise Rejected("BAD_TERMS", "increment", reason=str(error)) from error


def zone_of(sale: Mapping[str, Any]) -> ZoneInfo:
    """The time zone that a sale shows."""
    return ZoneInfo(sale["time_zone"])


def _to_status(sale: str, status: str) -> Any:
    def write_row(connection: Connection) -> None:
        connection.execute(update(sales).where(sales.c.id == sale), {"status": status})

    return write_row
