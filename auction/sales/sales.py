"""Sales and their lots as rows: made, edited, published, closed, archived.

Once a sale is published, its journal has everything that bears on bidding. Each later change of that goes through the
engine, and its row is written in the event's transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from models.catalog import lots, patents, sales
from models.people import registrations
from models.rows import LotRow, PatentRow, RegistrationStatus, SaleRow, SaleStatus, columns_of, new_columns, typed

from ..base.clock import Clock, new_id
from ..base.rejected import Rejected
from ..database.store import Store
from ..engine.engine import Engine
from ..engine.orders import Answer, Order, Stale
from ..patents.facts import Offered, facts_of, to_open
from ..patents.law import Gate
from ..people.organizations import Organizations
from ..people.roles import Role, begin
from ..rules import commands as cmd
from ..rules.lot import Status
from ..rules.refusals import Code
from . import deposits
from .checks import COMMISSIONS, check_lot, check_sale, check_slug, fingerprint, missing_for, terms_of
from .contents import Contents, read
from .publication import (
    SYSTEM,
    By,
    Change,
    Facts,
    change_of_lots,
    change_of_sale,
    foreseen,
    publication,
)
from .rows import (
    delete_lots,
    lot_row,
    lot_rows,
    patent_rows,
    sale_row,
    same_numbers,
    this_lot,
    write_lot,
    write_patents,
)

_SETTLED = {"slug", "currency", "house_org", "under_law", "deposit", "priority_mode", "priority_days"}
IN_THE_RECORD = frozenset({*_SETTLED, *COMMISSIONS})
"""Columns that cannot change once a sale is published: they stand in the journal, or on paper as its address."""
TRIES = 5
"""How often an order is made anew when another process was quicker."""

NewLots = Sequence[tuple[LotRow, Sequence[PatentRow]]]
"""Lots with their patents; each gets its sale and place when it is added."""


@dataclass(slots=True)
class Counts:
    """The number of lots of a sale, of those that cannot be opened, and of applications in each state."""

    lots: int = 0
    missing: int = 0
    registrations: dict[RegistrationStatus, int] = field(default_factory=dict)


class Sales:
    """Everything about sales that is not bidding."""

    def __init__(self, store: Store, clock: Clock, engine: Engine) -> None:
        self._store = store
        self._clock = clock
        self._engine = engine
        self.organizations = Organizations(store, clock)

    # --- reading ---

    def find(self, name: str) -> SaleRow | None:
        """A sale by its id, else by its slug: no slug stands before another sale's id."""
        this = (sales.c.id == name) | (sales.c.slug == name)
        with self._store.read() as connection:
            found = [typed(SaleRow, row) for row in connection.execute(select(sales).where(this)).mappings()]
        return next((row for row in found if row.id == name), found[0] if found else None)

    def by_id(self, sale: str) -> SaleRow | None:
        """A sale by its id."""
        with self._store.read() as connection:
            row = connection.execute(select(sales).where(sales.c.id == sale)).mappings().one_or_none()
        return None if row is None else typed(SaleRow, row)

    def all(self, *statuses: SaleStatus) -> list[SaleRow]:
        """Sales in one of the states, the next to begin first."""
        query = select(sales).where(sales.c.status.in_(statuses)).order_by(sales.c.starts_at_ms, sales.c.created_ms)
        with self._store.read() as connection:
            return [typed(SaleRow, row) for row in connection.execute(query).mappings()]

    def contents(self, sale: SaleRow) -> Contents:
        """A sale's lots and their patents, with what the law and the catalogue find in them."""
        changes = self._engine.book(sale.id).sale.changes
        with self._store.read() as connection:
            return read(connection, sale, self._clock.now_ms(), changes)

    def deposit_due_minor(self, sale: SaleRow) -> int | None:
        """The deposit that a sale asks of every bidder; None: none, or it is not known yet."""
        starts = [] if sale.deposit is None else [lot.start_minor for lot in self.lots(sale.id)]
        return deposits.due_minor(sale.deposit, starts)

    def lots(self, sale: str) -> list[LotRow]:
        """The lots of a sale in the order in which they are sold."""
        with self._store.read() as connection:
            return lot_rows(connection, sale)

    def lot(self, sale: str, lot: str) -> LotRow | None:
        """One lot."""
        with self._store.read() as connection:
            return lot_row(connection, sale, lot)

    def patents(self, sale: str, lot: str | None = None) -> list[PatentRow]:
        """The patents of one lot, or of all lots of a sale, in their order."""
        with self._store.read() as connection:
            return patent_rows(connection, sale, lot)

    def overview(self) -> dict[str, Counts]:
        """By sale: how many lots and applications there are."""
        counts: dict[str, Counts] = {}
        by_state = select(registrations.c.sale, registrations.c.status, func.count().label("count"))
        with self._store.read() as connection:
            for row in connection.execute(select(lots)).mappings():
                lot = typed(LotRow, row)
                of_sale = counts.setdefault(lot.sale, Counts())
                of_sale.lots += 1
                of_sale.missing += bool(missing_for(lot))
            for each in connection.execute(by_state.group_by(registrations.c.sale, registrations.c.status)):
                states = counts.setdefault(each.sale, Counts()).registrations
                states[RegistrationStatus(each.status)] = each._mapping["count"]
        return counts

    def law_to_open(self, sale: str, lot: str) -> Gate | None:
        """The law's findings for opening a lot now. None: the sale is not under the law, or has no such lot."""
        row = self.by_id(sale)
        wanted = self.lot(sale, lot) if row is not None and row.under_law else None
        if row is None or wanted is None:
            return None
        offered = Offered(row, [facts_of(wanted, self.patents(sale, lot))], self._engine.book(sale).sale.changes)
        return to_open(offered, self._clock.now_ms())

    # --- the sale ---

    def create(self, slug: str, by: str | None = None, **values: Any) -> str:
        """A new draft's id. `values` are columns of the table; it is under the Auction Law where they say so. The
        account `by`, who makes it, is its organizer. Raises Rejected.
        """
        check_slug(slug)
        own = {"under_law": False, **values}
        row = SaleRow(id=new_id(), slug=slug, status=SaleStatus.DRAFT, created_ms=self._clock.now_ms(), **own)
        check_sale(row)
        try:
            with self._store.write() as connection:
                connection.execute(insert(sales), new_columns(row))
                if by is not None:
                    begin(connection, row.created_ms, sale=row.id, user=by, role=Role.ORGANIZER, by=by)
        except IntegrityError as error:
            raise Rejected("SLUG_TAKEN", "slug") from error
        return row.id

    def edit(
        self,
        sale: str,
        seen: str | None = None,
        *,
        by: By = SYSTEM,
        **values: Any,
    ) -> Answer | None:
        """Change texts and times of a sale, and its terms while it is a draft. Raises Rejected.

        Once it is published, the change stands in its journal with its reason; nothing changes any more once it is
        closed. `seen` is the fingerprint of the row that the change was made from; Stale where the
        row is another by now.
        """
        if "slug" in values:
            check_slug(values["slug"])
        with self._store.read() as connection:
            row = sale_row(connection, sale)
        if seen is not None and fingerprint(row) != seen:
            raise Stale
        after = replace(row, **values)
        check_sale(after)
        changed = _news(row, after)
        if row.status not in (SaleStatus.DRAFT, SaleStatus.PUBLISHED) and changed:
            raise Rejected("SALE_OVER")
        if row.status is not SaleStatus.DRAFT and changed & IN_THE_RECORD:
            raise Rejected("PUBLISHED_ALREADY", min(changed & IN_THE_RECORD))

        def write_row(connection: Connection) -> None:
            if sale_row(connection, sale, lock=True) != row:
                raise Stale
            connection.execute(update(sales).where(sales.c.id == sale), values)

        if row.status is SaleStatus.DRAFT:
            try:
                with self._store.write() as connection:
                    write_row(connection)
            except IntegrityError as error:
                raise Rejected("SLUG_TAKEN", "slug") from error
            return None
        command = change_of_sale(row, after, self._clock.now_ms(), by.reason)
        return (
            None if command is None else self._engine.ask(Order(sale, by.actor, command, key=new_id(), rows=write_row))
        )

    def publish(self, sale: str, actor: str) -> Answer:
        """Put the sale's terms, lots and admitted bidders into its journal, all or nothing. Raises Rejected."""
        for _ in range(TRIES):
            now = self._clock.now_ms()
            with self._store.read() as connection:
                command = publication(connection, sale, now)

            def write_row(connection: Connection, command: cmd.Together = command, now: int = now) -> None:
                if publication(connection, sale, now) != command:
                    raise Stale
                _to_status(sale, SaleStatus.PUBLISHED)(connection)

            try:
                return self._engine.ask(Order(sale, actor, command, key=new_id(), rows=write_row))
            except Stale:
                continue
        raise Rejected("CHANGED_MEANWHILE")

    def close(self, sale: str, actor: str) -> Answer:
        """End a sale in which nothing is under way. Raises Rejected."""
        row = self.by_id(sale)
        if row is None or row.status is not SaleStatus.PUBLISHED:
            raise Rejected("NOT_PUBLISHED")
        command = cmd.CloseSale(self._clock.now_ms())
        return self._engine.ask(Order(sale, actor, command, key=new_id(), rows=_to_status(sale, SaleStatus.CLOSED)))

    def archive(self, sale: str, slug: str) -> None:
        """Put a closed sale away, under the same or another slug. Raises Rejected."""
        check_slug(slug)
        closed = (sales.c.id == sale) & (sales.c.status == SaleStatus.CLOSED)
        try:
            with self._store.write() as connection:
                done = connection.execute(update(sales).where(closed), {"slug": slug, "status": SaleStatus.ARCHIVED})
                if done.rowcount != 1:
                    raise Rejected("NOT_CLOSED")
        except IntegrityError as error:
            raise Rejected("SLUG_TAKEN", "slug") from error

    # --- its lots ---

    def add_lots(self, sale: str, drafts: NewLots, *, replace_all: bool = False) -> None:
        """Add lots with their patents to a draft, all or nothing. `replace_all` removes the lots that are there.

        Raises Rejected.
        """
        for row, _ in drafts:
            check_lot(row)
        with self._store.write() as connection:
            _locked_draft(connection, sale)
            if replace_all:
                delete_lots(connection, sale, [row.lot for row in lot_rows(connection, sale)])
            before = lot_rows(connection, sale)
            known = {row.lot for row in before}
            for row, _ in drafts:
                if row.lot in known:
                    raise Rejected("LOT_EXISTS", "lot", lot=row.lot)
                known.add(row.lot)
            first = max((row.position for row in before), default=-1) + 1
            for place, (row, numbers) in enumerate(drafts, first):
                write_lot(connection, replace(row, sale=sale, position=place))
                write_patents(connection, sale, row.lot, numbers)

    def edit_lot(
        self,
        sale: str,
        lot: str,
        by: By,
        *,
        seen: str | None = None,
        numbers: Sequence[PatentRow] | None = None,
        **values: Any,
    ) -> Answer | None:
        """Change a lot that has not opened; a published one also in the journal, with its reason. Raises Rejected.

        `numbers` are its patents, None leaves them; `seen` is the fingerprint of the lot and its patents that the
        change was made from: Stale where they are others by now.
        """
        before, written = self.lot(sale, lot), self.patents(sale, lot)
        if before is None:
            raise Rejected(Code.UNKNOWN_LOT)
        after = replace(before, **values)
        check_lot(after)
        if seen is not None and seen != fingerprint(before, written):
            raise Stale

        def write_row(connection: Connection) -> None:
            if lot_row(connection, sale, lot) != before or patent_rows(connection, sale, lot) != written:
                raise Stale
            connection.execute(update(lots).where(lots.c.sale == sale, lots.c.lot == lot), values)
            if numbers is not None:
                connection.execute(delete(patents).where(patents.c.sale == sale, patents.c.lot == lot))
                write_patents(connection, sale, lot, numbers)

        anew = numbers is not None and not same_numbers(numbers, written)
        news = _news(before, after) | ({"patents"} if anew else set())
        is_listed = not anew and terms_of(after) == terms_of(before)
        steps = [] if is_listed else [cmd.ListLot(self._clock.now_ms(), terms_of(after), anew)]
        return self._change_lots(sale, [lot], by, Change(write_row, news, steps))

    def set_facts(self, sale: str, actor: str, facts: Facts) -> int:
        """Set facts that the law asks for in every lot that has not opened, all or nothing.

        Returns the number of these lots. Raises Rejected.
        """
        state = self._engine.book(sale).sale.lots
        rows = [row.lot for row in self.lots(sale)]
        wanted = [lot for lot in rows if lot not in state or state[lot].status is Status.PENDING]
        change = Change(lambda connection: facts.write(connection, sale, wanted), set())
        answer = self._change_lots(sale, wanted, By(actor, "COMPLETION"), change)
        if answer is not None and not answer.ok:
            raise Rejected(answer.code or Code.NOT_ALLOWED_NOW)
        return len(wanted)

    def _change_lots(self, sale: str, wanted: Sequence[str], by: By, change: Change) -> Answer | None:
        """Write a change of lots; in a published sale with its events, in their transaction. Raises Rejected."""
        with self._store.write() as connection:
            row = sale_row(connection, sale, lock=True)
            if row.status is SaleStatus.DRAFT:
                change.write(connection)
                return None
        if row.status is not SaleStatus.PUBLISHED:
            raise Rejected("SALE_OVER")
        state = self._engine.book(sale).sale
        if any(lot not in state.lots or state.lots[lot].status is not Status.PENDING for lot in wanted):
            raise Rejected(Code.NOT_ALLOWED_NOW)
        command = change_of_lots(row, state.digests, foreseen(self._store, sale, wanted, change), by.reason, change)
        if command is None:
            return None
        return self._engine.ask(Order(sale, by.actor, command, key=new_id(), rows=change.write))

    def remove_lot(self, sale: str, lot: str) -> None:
        """Take a lot out of a draft. Raises Rejected."""
        with self._store.write() as connection:
            _locked_draft(connection, sale)
            if connection.execute(this_lot(sale, lot)).first() is None:
                raise Rejected(Code.UNKNOWN_LOT)
            delete_lots(connection, sale, [lot])

    def move_lot(self, sale: str, lot: str, place: int) -> None:
        """Give a lot of a draft another place in the order of the sale, counted from 1. Raises Rejected."""
        with self._store.write() as connection:
            _locked_draft(connection, sale)
            before = {row.lot: row.position for row in lot_rows(connection, sale)}
            if lot not in before:
                raise Rejected(Code.UNKNOWN_LOT)
            order = [each for each in before if each != lot]
            order.insert(max(0, place - 1), lot)
            for position, each in enumerate(order):
                if before[each] != position:
                    this = (lots.c.sale == sale) & (lots.c.lot == each)
                    connection.execute(update(lots).where(this), {"position": position})


def _news(before: SaleRow | LotRow, after: SaleRow | LotRow) -> set[str]:
    """The columns in which two rows differ."""
    said = columns_of(after)
    return {name for name, value in columns_of(before).items() if value != said[name]}


def _locked_draft(connection: Connection, sale: str) -> None:
    if sale_row(connection, sale, lock=True).status is not SaleStatus.DRAFT:
        raise Rejected("PUBLISHED_ALREADY")


def _to_status(sale: str, status: SaleStatus) -> Callable[[Connection], None]:
    def write_row(connection: Connection) -> None:
        connection.execute(update(sales).where(sales.c.id == sale), {"status": status})

    return write_row
