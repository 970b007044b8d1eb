"""Sales and their lots as rows: made, edited, published, closed, archived.

Once a sale is published, its journal has everything that bears on bidding. Each later change of that goes through the
engine, and its row is written in the event's transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from models.catalog import lots, sales
from models.people import registrations
from models.rows import RegistrationStatus, SaleRow, SaleStatus, new_columns, typed

from ..base.clock import Clock, new_id
from ..base.rejected import Rejected
from ..database.store import Store
from ..engine.engine import Engine
from ..engine.orders import Answer, Order, Stale
from ..outbox.letters import LetterKind, Letters
from ..patents.facts import Offered, facts_of, to_open
from ..patents.law import Gate
from ..people.organizations import Organizations
from ..people.roles import Role, begin
from ..rules import commands as cmd
from ..rules import record
from ..rules.lot import Status
from ..rules.sale import Sale
from . import deposits
from .checks import COMMISSIONS, check_sale, check_slug, fingerprint
from .contents import Contents, read, read_all
from .lacking import lacking
from .lots import Lots, changed_columns
from .notices import concerned
from .publication import SYSTEM, By, change_of_sale, publication
from .rows import sale_row

_SETTLED = {"slug", "currency", "house_org", "under_law", "deposit", "priority_mode", "priority_days"}
IN_THE_RECORD = frozenset({*_SETTLED, *COMMISSIONS})
"""Columns that cannot change once a sale is published: they stand in the journal, or on paper as its address."""
TOLD_BY_LETTER = frozenset({"starts_at_ms", "place", "time_zone"})
"""Columns of a published sale whose change is told to everybody whom it concerns."""
TRIES = 5
"""How often an order is made anew when another process was quicker."""
UNOPENED = (Status.PENDING, Status.WITHDRAWN)


@dataclass(slots=True)
class Counts:
    """The number of lots of a sale, of things missing before they can open, and of applications by state."""

    lots: int = 0
    missing: int = 0
    registrations: dict[RegistrationStatus, int] = field(default_factory=dict)


class Sales(Lots):
    """Everything about sales that is not bidding: the sales themselves, and their lots."""

    def __init__(self, store: Store, clock: Clock, engine: Engine, letters: Letters | None = None) -> None:
        super().__init__(store, clock, engine)
        self._letters = letters or Letters(clock)
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
        state = self._engine.book(sale.id).sale
        with self._store.read() as connection:
            return read(connection, sale, self._clock.now_ms(), state)

    def deposit_due_minor(self, sale: SaleRow) -> int | None:
        """The deposit that a sale asks of every bidder; None: none, or it is not known yet."""
        starts = [] if sale.deposit is None else [lot.start_minor for lot in self.lots(sale.id)]
        return deposits.due_minor(sale.deposit, starts)

    def overview(self) -> dict[str, Counts]:
        """By sale: how many lots and applications there are, and how much is missing before lots can open."""
        by_state = select(registrations.c.sale, registrations.c.status, func.count().label("count"))
        going_on = sales.c.status.in_((SaleStatus.DRAFT, SaleStatus.PUBLISHED))
        with self._store.read() as connection:
            in_sale = connection.execute(select(lots.c.sale, func.count().label("lots")).group_by(lots.c.sale))
            counts = {row.sale: Counts(lots=row.lots) for row in in_sale}
            for each in connection.execute(by_state.group_by(registrations.c.sale, registrations.c.status)):
                states = counts.setdefault(each.sale, Counts()).registrations
                states[RegistrationStatus(each.status)] = each._mapping["count"]
            going = [typed(SaleRow, row) for row in connection.execute(select(sales).where(going_on)).mappings()]
            contents = read_all(connection, going, self._clock.now_ms(), self._states(going))
        for each_sale in contents:
            counts.setdefault(each_sale.sale.id, Counts()).missing = lacking(each_sale).count
        return counts

    def _states(self, rows: Sequence[SaleRow]) -> dict[str, Sale]:
        """The states of published sales, from their journals; a draft has none."""
        published = [row.id for row in rows if row.status is SaleStatus.PUBLISHED]
        return {sale: self._engine.book(sale).sale for sale in published}

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
        changed = changed_columns(row, after)
        if row.status not in (SaleStatus.DRAFT, SaleStatus.PUBLISHED) and changed:
            raise Rejected("SALE_OVER")
        if row.status is not SaleStatus.DRAFT and changed & IN_THE_RECORD:
            raise Rejected("PUBLISHED_ALREADY", min(changed & IN_THE_RECORD))

        def write_row(connection: Connection) -> None:
            if sale_row(connection, sale, lock=True) != row:
                raise Stale
            connection.execute(update(sales).where(sales.c.id == sale), values)
            if row.status is SaleStatus.PUBLISHED and changed & TOLD_BY_LETTER:
                self._letters.post(connection, LetterKind.CHANGED, concerned(connection, sale), sale=sale)

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
                _to(sale, {"status": SaleStatus.PUBLISHED})(connection)

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
        rows = _to(sale, {"status": SaleStatus.CLOSED})
        return self._engine.ask(Order(sale, actor, command, key=new_id(), rows=rows))

    def cancel(self, sale: str, by: By) -> Answer:
        """End a published sale of which no lot has opened, for a reason that everybody reads. Raises Rejected.

        Its day is taken out of its terms, and it is closed, in one.
        """
        row = self.by_id(sale)
        if row is None or row.status is not SaleStatus.PUBLISHED:
            raise Rejected("NOT_PUBLISHED")
        if by.reason not in record.CHANGE_REASONS:
            raise Rejected("NO_CHANGE_REASON", "reason")
        if not never_opened(self._engine.book(sale).sale):
            raise Rejected("SALE_HAS_BEGUN")
        now_ms = self._clock.now_ms()
        steps = (cmd.StateTerms(now_ms, {"starts_at_ms": None}, by.reason), cmd.CloseSale(now_ms))
        values = {"starts_at_ms": None, "status": SaleStatus.CLOSED}

        def write_rows(connection: Connection) -> None:
            _to(sale, values)(connection)
            self._letters.post(connection, LetterKind.CANCELLED, concerned(connection, sale), sale=sale)

        return self._engine.ask(Order(sale, by.actor, cmd.Together(now_ms, steps), key=new_id(), rows=write_rows))

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


def never_opened(state: Sale) -> bool:
    """Whether no lot of a sale has ever opened; one that is closed all the same was cancelled."""
    return all(lot.status in UNOPENED and lot.origin_ms is None for lot in state.lots.values())


def _to(sale: str, values: Mapping[str, object]) -> Callable[[Connection], None]:
    def write_row(connection: Connection) -> None:
        connection.execute(update(sales).where(sales.c.id == sale), dict(values))

    return write_row
