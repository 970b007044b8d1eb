"""Who takes part in a sale: a bidder applies, the organizer admits with a paddle or turns down with a reason."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from models.people import registrations, users

from .accounts import STAFF
from .clock import Clock, new_id
from .engine import Engine
from .orders import Answer, Order
from .rules import commands as cmd
from .rules.lot import ROOM
from .store import Store

APPLIED, ADMITTED, TURNED_DOWN = "applied", "admitted", "turned_down"
FIRST_PADDLE = 101


class Rejected(Exception):
    """An application or admission cannot be taken; the code names the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Registration:
    """Applications and paddles of all sales."""

    def __init__(self, store: Store, clock: Clock, engine: Engine) -> None:
        self._store = store
        self._clock = clock
        self._engine = engine

    def of_sale(self, sale: str) -> list[dict[str, Any]]:
        """Every application and floor paddle of a sale, with the account's address and organization."""
        query = (
            select(registrations, users.c.email, users.c.organization)
            .join_from(registrations, users, users.c.id == registrations.c.user, isouter=True)
            .where(registrations.c.sale == sale)
            .order_by(registrations.c.applied_ms, registrations.c.id)
        )
        with self._store.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def of_user(self, sale: str, user: str) -> dict[str, Any] | None:
        """A user's application to a sale."""
        query = select(registrations).where(registrations.c.sale == sale, registrations.c.user == user)
        with self._store.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
            return None if row is None else dict(row)

    def apply(self, sale: str, user: str) -> str:
        """Apply to take part; who was turned down may apply again. Raises Rejected."""
        with self._store.write() as connection:
            account = connection.execute(select(users).where(users.c.id == user)).one()
            if account.role in STAFF:
                raise Rejected("STAFF_MAY_NOT_BID")
            known = connection.execute(
                select(registrations).where(registrations.c.sale == sale, registrations.c.user == user)
            ).one_or_none()
            now = self._clock.now_ms()
            if known is None:
                row = {"id": new_id(), "sale": sale, "user": user, "name": account.name, "status": APPLIED}
                connection.execute(insert(registrations), {**row, "holds": [], "applied_ms": now})
                return str(row["id"])
            if known.status == TURNED_DOWN:
                again = {"status": APPLIED, "reason": None, "applied_ms": now}
                connection.execute(update(registrations).where(registrations.c.id == known.id), again)
            return str(known.id)

    def admit(self, registration: str, actor: str, limit_minor: int | None = None) -> Answer | None:
        """Issue the next free paddle, or change the limit of one issued; None while the sale is not published."""
        with self._store.read() as connection:
            row = connection.execute(select(registrations).where(registrations.c.id == registration)).one_or_none()
            if row is None:
                raise Rejected("UNKNOWN_REGISTRATION")
            account = connection.execute(select(users).where(users.c.id == row.user)).one_or_none()
            paddle = row.paddle or next_paddle(connection, row.sale)
        values = {"status": ADMITTED, "reason": None, "paddle": paddle, "limit_minor": limit_minor}
        return self._issue(row, account.organization if account else None, actor, values)

    def hold(self, registration: str, actor: str, holds: Sequence[str]) -> Answer | None:
        """Keep a paddle from bidding (SUSPENDED, DEFAULTER_BARRED, DEPOSIT_MISSING), or with no hold let it bid."""
        with self._store.read() as connection:
            row = connection.execute(select(registrations).where(registrations.c.id == registration)).one_or_none()
            if row is None or row.paddle is None:
                raise Rejected("UNKNOWN_REGISTRATION")
            account = connection.execute(select(users).where(users.c.id == row.user)).one_or_none()
        values = {"holds": list(holds)}
        return self._issue(row, account.organization if account else None, actor, values)

    def turn_down(self, registration: str, actor: str, reason: str) -> None:
        """Turn an application down with a reason; a paddle that was issued stays. Raises Rejected."""
        if not reason.strip():
            raise Rejected("NO_REASON")
        values = {"status": TURNED_DOWN, "reason": reason.strip()[:200], **self._decided(actor)}
        waiting = (registrations.c.id == registration) & (registrations.c.status == APPLIED)
        with self._store.write() as connection:
            if connection.execute(update(registrations).where(waiting), values).rowcount != 1:
                raise Rejected("NOT_APPLIED")

    def floor_paddle(self, sale: str, name: str, actor: str) -> str:
        """Issue a paddle for the floor, which needs no account; the paddle. Raises Rejected."""
        if not name.strip():
            raise Rejected("NO_NAME")
        row = {"id": new_id(), "sale": sale, "name": name.strip()[:100], "status": APPLIED, "holds": []}
        with self._store.write() as connection:
            connection.execute(insert(registrations), {**row, "applied_ms": self._clock.now_ms()})
        self.admit(str(row["id"]), actor)
        with self._store.read() as connection:
            query = select(registrations.c.paddle).where(registrations.c.id == row["id"])
            return str(connection.scalar(query))

    def _issue(self, row: Any, org: str | None, actor: str, values: dict[str, Any]) -> Answer | None:
        """Write what is known of a paddle; once the sale is published, in its journal's own transaction."""
        decided = {**values, **self._decided(actor)}

        def write_row(connection: Connection) -> None:
            connection.execute(update(registrations).where(registrations.c.id == row.id), decided)

        if not self._engine.book(row.sale).sale.published:
            with self._store.write() as connection:
                write_row(connection)
            return None
        after = {**row._mapping, **values}
        command = cmd.AdmitBidder(
            self._clock.now_ms(),
            after["paddle"],
            row.user,
            after["limit_minor"],
            org,
            holds=tuple(after["holds"]),
        )
        return self._engine.ask(Order(row.sale, actor, command, key=new_id(), rows=write_row))

    def _decided(self, actor: str) -> dict[str, Any]:
        return {"decided_ms": self._clock.now_ms(), "decided_by": actor}


def next_paddle(connection: Connection, sale: str) -> str:
    """The next free paddle number of a sale; a number is never given twice."""
    issued = connection.scalars(select(registrations.c.paddle).where(registrations.c.sale == sale))
    numbers = [int(paddle) for paddle in issued if paddle and paddle.isdigit() and paddle != ROOM]
    return str(max(numbers, default=FIRST_PADDLE - 1) + 1)


def count_waiting(connection: Connection, sale: str) -> int:
    """How many applications wait for the organizer."""
    waiting = (registrations.c.sale == sale) & (registrations.c.status == APPLIED)
    return int(connection.scalar(select(func.count()).select_from(registrations).where(waiting)) or 0)
