"""The staff of a sale, as rows and in its record. Once it is published, a change is an event with its row.

So no row can add or hide a member of staff beside the record: `verify` holds the rows against it.
"""

from collections.abc import Callable

from sqlalchemy import Connection, select

from models.catalog import sales
from models.people import sale_people, users
from models.rows import SaleStatus

from ..base.clock import Clock, new_id
from ..base.rejected import Rejected
from ..database.store import Store
from ..engine.engine import Engine
from ..engine.orders import Answer, Order
from ..people import roles
from ..people.accounts import Accounts
from ..people.roles import Role, SalePeople, SaleRole
from ..rules import commands as cmd
from .publication import SYSTEM
from .rows import sale_row

Write = Callable[[Connection], None]


class Staff:
    """Changes of who works for a sale."""

    def __init__(self, store: Store, clock: Clock, engine: Engine, people: SalePeople, accounts: Accounts) -> None:
        self._store = store
        self._clock = clock
        self._engine = engine
        self._people = people
        self._accounts = accounts

    def assign(self, sale: str, user: str, by: str | None, role: SaleRole | None = None) -> None:
        """Let an account work for a sale in a role; again changes nothing. Raises Rejected.

        Without a role an organizer or an auctioneer works in that of his account. `by` is the account that assigns,
        None the command line.
        """
        now_ms = self._clock.now_ms()
        own = self._role(user)
        if role is None and own not in roles.OF_A_SALE:
            raise Rejected("NOT_STAFF", "email")
        work = roles.Assignment(sale, user, role or SaleRole(own), by)
        with self._store.read() as connection:
            work.check(connection)
        self._change(sale, by, [(user, work.role, True)], lambda to: work.write(to, now_ms))

    def run_alone(self, sale: str, user: str) -> None:
        """Let an account do everything in a sale for which no other account works. Raises Rejected."""
        now_ms = self._clock.now_ms()
        work = [(user, role.value, True) for role in roles.ALONE]
        with self._store.read() as connection:
            roles.check_alone(connection, sale, user)
        self._change(sale, user, work, lambda to: roles.run_alone(to, sale, user, now_ms))

    def end(self, sale: str, user: str, by: str | None, role: SaleRole | None = None) -> None:
        """End the work of an account for a sale at once, in one role or in all; the row stays. Raises Rejected."""
        now_ms = self._clock.now_ms()
        leaving = roles.Leaving(sale, user, role, by)
        with self._store.read() as connection:
            work = roles.work_of(connection, sale)
        ended = [
            (user, held, False)
            for (account, held), works in work.items()
            if account == user and works and role in (None, held)
        ]
        self._change(sale, by, ended, lambda to: leaving.write(to, now_ms))

    def set_role(self, user: str, role: Role, by: str | None) -> None:
        """Change what an account may do, at once; its sessions and its work for sales end. Raises Rejected."""
        before = self._role(user)
        if before != role:
            self._accounts.check_not_last(user, role)
            for sale in self._published(user, before):
                self._leave(sale, user, before, by)
        self._accounts.set_role(user, role)

    def _leave(self, sale: str, user: str, role: str, by: str | None) -> None:
        self.end(sale, user, by)
        if role == Role.ADMINISTRATOR:
            now_ms = self._clock.now_ms()
            write: Write = lambda to: roles.administered(to, sale, user, now_ms)  # noqa: E731
            self._change(sale, by, [(user, role, False)], write)

    def _published(self, user: str, role: str) -> list[str]:
        """The sales with a record for which an account works; an administrator works for all."""
        query = select(sales.c.id).where(sales.c.status != SaleStatus.DRAFT)
        if role != Role.ADMINISTRATOR:
            works = select(sale_people.c.sale).where(sale_people.c.user == user, sale_people.c.until_ms.is_(None))
            query = query.where(sales.c.id.in_(works))
        with self._store.read() as connection:
            return list(connection.scalars(query))

    def _role(self, user: str) -> str:
        with self._store.read() as connection:
            role = connection.scalar(select(users.c.role).where(users.c.id == user))
        if role is None:
            raise Rejected("UNKNOWN_ACCOUNT")
        return str(role)

    def _change(self, sale: str, by: str | None, work: list[tuple[str, str, bool]], write: Write) -> None:
        """Write the rows: of a draft alone, else with the event that says so."""
        if not self._in_draft(sale, write):
            now_ms = self._clock.now_ms()
            steps = tuple(cmd.StateWork(now_ms, *each) for each in (*self._unsaid(sale), *work))
            order = Order(sale, by or SYSTEM.actor, cmd.Together(now_ms, steps), key=new_id(), rows=write)
            _accepted(self._engine.ask(order))
        self._people.forget(sale)

    def _in_draft(self, sale: str, write: Write) -> bool:
        with self._store.write() as connection:
            is_draft = sale_row(connection, sale, lock=True).status is SaleStatus.DRAFT
            if is_draft:
                write(connection)
        return is_draft

    def _unsaid(self, sale: str) -> list[tuple[str, str, bool]]:
        """The staff of a sale whose record, from before there were such events, says nothing of any."""
        if self._engine.book(sale).sale.work:
            return []
        with self._store.read() as connection:
            return [(*who, works) for who, works in roles.work_of(connection, sale).items()]


def _accepted(answer: Answer) -> None:
    if answer.code is not None:
        raise Rejected(answer.code)
