"""The staff of each sale, their roles and their times: the table `sale_people`.

A row stays when the work is over. A person who once worked for a sale never bids in it (拍卖法 22; scenario: staff of
a sale).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from models.catalog import sales
from models.people import sale_people, users
from models.rows import typed

from ..base.clock import Clock
from ..base.rejected import Rejected
from ..database.store import Store

KNOWN_FOR_MS = 1_000
"""How long the staff of a sale is known without the database. This process sees its own changes at once."""


class Role(StrEnum):
    """The role of an account. A visitor without an account watches."""

    ADMINISTRATOR = "administrator"
    ORGANIZER = "organizer"
    AUCTIONEER = "auctioneer"
    BIDDER = "bidder"


class SaleRole(StrEnum):
    """The role of an account in one sale. An account may have several, but who plans a sale does not take its money.

    `ADMINISTRATOR` is only said of the past: an administrator works for every sale.
    """

    ORGANIZER = "organizer"
    CLERK = "clerk"
    AUCTIONEER = "auctioneer"
    CASHIER = "cashier"
    RECORDER = "recorder"
    OBSERVER = "observer"
    CONSIGNOR = "consignor"
    ADMINISTRATOR = "administrator"


_OF_THE_HOUSE = frozenset({SaleRole.CLERK, SaleRole.AUCTIONEER, SaleRole.CASHIER, SaleRole.RECORDER, SaleRole.OBSERVER})
MAY_HOLD: Mapping[Role, frozenset[SaleRole]] = {
    Role.ADMINISTRATOR: frozenset(),
    Role.ORGANIZER: _OF_THE_HOUSE | {SaleRole.ORGANIZER},
    Role.AUCTIONEER: _OF_THE_HOUSE,
    Role.BIDDER: frozenset({SaleRole.OBSERVER, SaleRole.CONSIGNOR}),
}
"""The roles of a sale that an account may have, by its own role. A guest of the house has a bidder's account."""
PLANNERS = frozenset({SaleRole.ORGANIZER, SaleRole.CLERK})
ALONE = (SaleRole.ORGANIZER, SaleRole.AUCTIONEER, SaleRole.CASHIER, SaleRole.RECORDER)
"""The roles of a person who runs a sale alone: the preset for a house of one."""

STAFF = frozenset({Role.ADMINISTRATOR, Role.ORGANIZER, Role.AUCTIONEER})
OF_A_SALE = (Role.ORGANIZER, Role.AUCTIONEER)
"""Roles that hold in the sales to which their account is assigned; an administrator's holds in all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A row of `sale_people`, with name and address of the account."""

    sale: str
    user: str
    role: SaleRole
    since_ms: int
    until_ms: int | None
    by: str | None
    ended_by: str | None
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Served:
    """The staff of a sale now, by account with the roles, and all its staff ever."""

    now: Mapping[str, frozenset[str]]
    ever: frozenset[str]


class SalePeople:
    """The staff of every sale."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[str, tuple[int, Served]] = {}

    def roles(self, sale: str, user: str) -> frozenset[str]:
        """The roles in which an account works for a sale now."""
        return self._served(sale).now.get(user, frozenset())

    def has_served(self, sale: str, user: str) -> bool:
        """Whether an account works for a sale, or once did: then it never bids there."""
        return user in self._served(sale).ever

    def sales_of(self, user: str, wanted: Iterable[SaleRole] = tuple(SaleRole)) -> set[str]:
        """The ids of the sales that an account works for now, in one of these roles."""
        works = (sale_people.c.user == user) & sale_people.c.until_ms.is_(None)
        query = select(sale_people.c.sale).where(works, sale_people.c.role.in_(list(wanted)))
        with self._store.read() as connection:
            return set(connection.scalars(query))

    def of_sale(self, sale: str) -> list[Work]:
        """Everybody who works or worked for a sale, in order, with name and address of the account."""
        query = (
            select(sale_people, users.c.name, users.c.email)
            .join_from(sale_people, users, users.c.id == sale_people.c.user)
            .where(sale_people.c.sale == sale)
            .order_by(sale_people.c.since_ms, users.c.name)
        )
        with self._store.read() as connection:
            return [typed(Work, row) for row in connection.execute(query).mappings()]

    def forget(self, sale: str) -> None:
        """The staff of a sale is another now: look anew."""
        self._known.pop(sale, None)

    def _served(self, sale: str) -> Served:
        now = self._clock.now_ms()
        known = self._known.get(sale)
        if known is not None and 0 <= now - known[0] < KNOWN_FOR_MS:
            return known[1]
        with self._store.read() as connection:
            rows = connection.execute(_OF_SALE, {"of_sale": sale}).all()
        working: dict[str, frozenset[str]] = {}
        for row in rows:
            if row.until_ms is None:
                working[row.user] = working.get(row.user, frozenset()) | {row.role}
        served = Served(working, frozenset(row.user for row in rows))
        self._known[sale] = (now, served)
        return served


_OF_SALE = select(sale_people).where(sale_people.c.sale == bindparam("of_sale"))


def _serving(sale: str, user: str) -> Any:
    return select(sale_people).where(
        sale_people.c.sale == sale, sale_people.c.user == user, sale_people.c.until_ms.is_(None)
    )


@dataclass(frozen=True, slots=True)
class Assignment:
    """An account that shall work for a sale in a role. `by` is the account that assigns, None the command line."""

    sale: str
    user: str
    role: SaleRole
    by: str | None

    def check(self, connection: Connection) -> bool:
        """Whether the account has the role already. Raises Rejected, also where planning and money meet in one hand."""
        found = connection.scalar(select(users.c.role).where(users.c.id == self.user))
        if found is None or self.role not in MAY_HOLD[Role(found)]:
            raise Rejected("ROLE_NOT_FOR_ACCOUNT", "role")
        held = {row.role for row in connection.execute(_serving(self.sale, self.user))}
        if (self.role in PLANNERS and SaleRole.CASHIER in held) or (self.role is SaleRole.CASHIER and held & PLANNERS):
            raise Rejected("MONEY_APART", "role")
        return self.role in held

    def write(self, connection: Connection, now_ms: int) -> None:
        """Write it; again it changes nothing. Raises Rejected as `check` does."""
        if not self.check(connection):
            begin(connection, now_ms, sale=self.sale, user=self.user, role=self.role, by=self.by)


def check_alone(connection: Connection, sale: str, user: str) -> set[str]:
    """The roles in which an account works for a sale. Raises Rejected if another account works for it too."""
    rows = connection.execute(_OF_SALE.where(sale_people.c.until_ms.is_(None)), {"of_sale": sale}).all()
    if any(row.user != user for row in rows):
        raise Rejected("NOT_ALONE")
    return {row.role for row in rows}


def run_alone(connection: Connection, sale: str, user: str, now_ms: int) -> None:
    """Write that an account does everything in a sale. Raises Rejected as `check_alone` does."""
    held = check_alone(connection, sale, user)
    for role in ALONE:
        if role not in held:
            begin(connection, now_ms, sale=sale, user=user, role=role, by=user)


@dataclass(frozen=True, slots=True)
class Leaving:
    """An account whose work for a sale ends, in a role or (None) in all of them; the row stays."""

    sale: str
    user: str
    role: SaleRole | None
    by: str | None

    def write(self, connection: Connection, now_ms: int) -> None:
        """Write it."""
        work = (sale_people.c.sale == self.sale) & (sale_people.c.user == self.user)
        _end(connection, work if self.role is None else work & (sale_people.c.role == self.role), now_ms, self.by)


def work_of(connection: Connection, sale: str) -> dict[tuple[str, str], bool]:
    """All work for a sale, in the order of its beginning: by account and role, whether it goes on."""
    rows = connection.execute(_OF_SALE.order_by(sale_people.c.since_ms, sale_people.c.user), {"of_sale": sale})
    work: dict[tuple[str, str], bool] = {}
    for row in rows:
        work[row.user, row.role] = work.get((row.user, row.role), False) or row.until_ms is None
    return work


def administered(connection: Connection, sale: str, user: str, now_ms: int) -> None:
    """Write that an account, which is no administrator any more, has worked for a sale as one; once is enough."""
    this = (sale_people.c.sale == sale) & (sale_people.c.user == user) & (sale_people.c.role == Role.ADMINISTRATOR)
    if connection.execute(select(sale_people.c.user).where(this)).first() is None:
        row = {"sale": sale, "user": user, "role": Role.ADMINISTRATOR, "by": None}
        connection.execute(insert(sale_people), {**row, "since_ms": now_ms, "until_ms": now_ms})


def begin(connection: Connection, now_ms: int, **row: str | None) -> None:
    """Write that an account works for a sale from now on. `row` has the sale, the user, the role and `by`."""
    connection.execute(insert(sale_people), {**row, "since_ms": now_ms})


def _end(connection: Connection, which: Any, now_ms: int, by: str | None) -> None:
    ended = update(sale_people).where(which, sale_people.c.until_ms.is_(None))
    connection.execute(ended, {"until_ms": now_ms, "ended_by": by})


def leave_office(connection: Connection, user: str, role: str, now_ms: int) -> None:
    """End an account's work in all sales, because its role changes. Of an administrator, who worked for every sale,
    this is written down: he bids in none of them."""
    _end(connection, sale_people.c.user == user, now_ms, None)
    for sale in connection.scalars(select(sales.c.id)).all() if role == Role.ADMINISTRATOR else ():
        administered(connection, sale, user, now_ms)


def has_served(connection: Connection, sale: str, user: str | None) -> bool:
    """Whether an account works for a sale or once did, as of this transaction."""
    this = (sale_people.c.sale == sale) & (sale_people.c.user == user)
    return connection.execute(select(sale_people.c.user).where(this).limit(1)).first() is not None
