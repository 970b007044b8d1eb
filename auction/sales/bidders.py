"""Bidders of a sale. A bidder applies. The organizer admits him with a paddle, or turns him down with a reason.

Once a sale is published, facts of a paddle go through the engine. Their row is written in the event's transaction. A
paddle's number is taken in a transaction of its own before that. So two organizers at once never give one number twice.
A number belongs to one bidder for good, also if the admission fails.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from models.catalog import sales
from models.people import registrations, resets, users
from models.rows import RegistrationRow, RegistrationStatus, SaleStatus, typed

from ..base.clock import Clock, new_id
from ..base.rejected import Rejected
from ..database.store import Store, Unavailable
from ..engine.engine import Engine
from ..engine.orders import Answer, Order, Stale
from ..outbox.letters import LetterKind, Letters
from ..people.accounts import clean_name
from ..people.organizations import also_known_as
from ..people.roles import STAFF, has_served
from ..record.fingerprints import of_paddle
from ..rules import commands as cmd
from ..rules.refusals import Code
from ..rules.rights import FLOOR
from ..rules.standing import ROOM
from .applicants import Applicant, Application, applicant, applicants, applications, of_user
from .bidder_files import names_in_file
from .checks import admission_of
from .sales import TRIES

FIRST_PADDLE = 101
OPEN_TO_BIDDERS = (SaleStatus.DRAFT, SaleStatus.PUBLISHED)
LONGEST_REASON = 200
NEW: Mapping[str, object] = {"status": RegistrationStatus.APPLIED, "holds": []}
"""Of every new registration; `admit` issues its paddle."""


class Registration:
    """Applications and paddles of all sales."""

    def __init__(self, store: Store, clock: Clock, engine: Engine, letters: Letters | None = None) -> None:
        self._store = store
        self._clock = clock
        self._engine = engine
        self._letters = letters or Letters(clock)

    # --- reading ---

    def of_sale(self, sale: str) -> list[Applicant]:
        """Every application and floor paddle of a sale, the oldest first."""
        with self._store.read() as connection:
            order = (registrations.c.applied_ms, registrations.c.id)
            return applicants(connection, registrations.c.sale == sale, *order)

    def find(self, sale: str, registration: str) -> Applicant:
        """One application to a sale, or a paddle of its floor. Raises Rejected."""
        with self._store.read() as connection:
            row = applicant(connection, registration)
        if row.sale != sale:
            raise Rejected("UNKNOWN_REGISTRATION")
        return row

    def of_user(self, sale: str, user: str) -> RegistrationRow | None:
        """A user's application to a sale."""
        with self._store.read() as connection:
            row = connection.execute(of_user(sale, user)).mappings().one_or_none()
            return None if row is None else typed(RegistrationRow, row)

    def all_of_user(self, user: str) -> Sequence[Application]:
        """A user's applications, the newest first."""
        with self._store.read() as connection:
            return applications(connection, user)

    # --- applying ---

    def apply(self, sale: str, user: str) -> str:
        """Apply to take part; who was turned down may apply again. The application's id. Raises Rejected."""
        try:
            return self._apply(sale, user)
        except IntegrityError:  # the same person, twice at the same moment
            return self._apply(sale, user)

    def _apply(self, sale: str, user: str) -> str:
        with self._store.write() as connection:
            account = connection.execute(select(users).where(users.c.id == user)).one()
            if account.role in STAFF:
                raise Rejected("STAFF_MAY_NOT_BID")
            if has_served(connection, sale, user):
                raise Rejected("STAFF_OF_SALE")
            if connection.scalar(select(sales.c.status).where(sales.c.id == sale)) not in OPEN_TO_BIDDERS:
                raise Rejected("SALE_OVER")
            known = connection.execute(of_user(sale, user)).one_or_none()
            now = self._clock.now_ms()
            if known is None:
                registration = new_id()
                row = {"id": registration, "sale": sale, "user": user, "name": account.name}
                connection.execute(insert(registrations), {**row, **NEW, "applied_ms": now})
                return registration
            if known.status == RegistrationStatus.TURNED_DOWN:
                again = {"status": RegistrationStatus.APPLIED, "applied_ms": now}
                again |= dict.fromkeys(("reason", "decided_ms", "decided_by"))
                connection.execute(update(registrations).where(registrations.c.id == known.id), again)
            return str(known.id)

    # --- deciding ---

    def admit(self, registration: str, actor: str, limit_minor: int | None = None) -> Answer | None:
        """Issue the next free paddle, or change the limit of one issued; None while the sale is not published.

        Raises Rejected.
        """
        values: dict[str, Any] = {"status": RegistrationStatus.ADMITTED, "reason": None, "limit_minor": limit_minor}
        with self._store.write() as connection:
            row = applicant(connection, registration, lock=True)
            if row.paddle is None:
                self._take_number(connection, row.sale, registration)
                if _has_defaulted(connection, row.user):
                    values["holds"] = sorted({*row.holds, Code.DEFAULTER_BARRED.value})
        return self._issue(registration, actor, values)

    def admit_with(self, registration: str, actor: str, holds: Sequence[str]) -> Answer | None:
        """Say with which holds a paddle is admitted. Only `Holding` holds a paddle with bids. Raises Rejected."""
        return self._issue(registration, actor, {"holds": list(holds)})

    def deposit(self, registration: str, actor: str, *, arrived: bool) -> Answer | None:
        """Say that the deposit of an applicant or a paddle has arrived, or after all has not. Raises Rejected."""
        at_ms = self._clock.now_ms() if arrived else None
        with self._store.write() as connection:
            row = applicant(connection, registration, lock=True)
            if row.status is not RegistrationStatus.ADMITTED:
                change = update(registrations).where(registrations.c.id == registration)
                connection.execute(change, {"deposit_ms": at_ms})
                return None
        return self._issue(registration, actor, {"deposit_ms": at_ms})

    def set_priority(self, registration: str, actor: str, ranks: Mapping[str, int]) -> Answer | None:
        """Say on which lots a paddle has a priority right, with its rank (1 is highest). Raises Rejected."""
        return self._issue(registration, actor, {"priority": dict(ranks)})

    def set_highest(self, sale: str, actor: str, highest_minor: int) -> Answer:
        """Change the highest bid that any paddle may make in a published sale, in the minor unit."""
        command = cmd.SetHighest(self._clock.now_ms(), highest_minor)
        return self._engine.ask(Order(sale, actor, command, key=new_id()))

    def turn_down(self, registration: str, actor: str, reason: str) -> None:
        """Turn an application down with a reason. Raises Rejected."""
        reason = clean_name(reason, LONGEST_REASON)
        if not reason:
            raise Rejected("NO_REASON")
        values = {"status": RegistrationStatus.TURNED_DOWN, "reason": reason, **self._decided(actor)}
        waiting = (registrations.c.id == registration) & (registrations.c.status == RegistrationStatus.APPLIED)
        with self._store.write() as connection:
            if connection.execute(update(registrations).where(waiting), values).rowcount != 1:
                raise Rejected("NOT_APPLIED")
            row = applicant(connection, registration)
            to = [] if row.user is None else [row.user]
            self._letters.post(connection, LetterKind.TURNED_DOWN, to, sale=row.sale, reason=reason)

    def floor_paddle(self, sale: str, name: str, actor: str) -> str:
        """Issue a paddle for the floor, which needs no account; the paddle. Raises Rejected."""
        name = clean_name(name)
        if not name:
            raise Rejected("NO_NAME")
        registration = new_id()
        row = {"id": registration, "sale": sale, "name": name, "channel": FLOOR, **NEW}
        with self._store.write() as connection:
            connection.execute(insert(registrations), {**row, "applied_ms": self._clock.now_ms()})
            paddle = self._take_number(connection, sale, registration)
        answer = self._issue(registration, actor, {"status": RegistrationStatus.ADMITTED})
        if answer is not None and not answer.ok:
            with self._store.write() as connection:
                connection.execute(delete(registrations).where(registrations.c.id == registration))
            raise Rejected(answer.code or "NOT_ALLOWED_NOW")
        return paddle

    def set_organization(self, user: str, organization: str | None, actor: str) -> Answer | None:
        """Say which organization a bidder belongs to, also in the sales where he has a paddle. Raises Rejected.

        The first sale that refuses ends it with its answer; the account then has the organization already.
        """
        with self._store.write() as connection:
            told = {"organization": organization, "organization_claimed": False}
            connection.execute(update(users).where(users.c.id == user), told)
        return self._renew(user, actor, {})

    def _renew(self, user: str, actor: str, values: Mapping[str, Any]) -> Answer | None:
        """Tell the journals of all sales that go on what is known of a user's paddles now."""
        for row in self.all_of_user(user):
            if row.status is RegistrationStatus.ADMITTED and row.sale_status in OPEN_TO_BIDDERS:
                answer = self._issue(row.id, actor, values)
                if answer is not None and not answer.ok:
                    return answer
        return None

    def _take_number(self, connection: Connection, sale: str, registration: str) -> str:
        """Give a registration the next free number; the sale's row is locked, so that numbers come one by one."""
        connection.execute(select(sales.c.id).where(sales.c.id == sale).with_for_update())
        paddle = next_paddle(connection, sale)
        connection.execute(update(registrations).where(registrations.c.id == registration), {"paddle": paddle})
        return paddle

    def _issue(self, registration: str, actor: str, values: Mapping[str, Any]) -> Answer | None:
        """Write what is known of a paddle; once the sale is published, in its journal's own transaction."""
        for _ in range(TRIES):
            try:
                return self._issue_once(registration, actor, values)
            except Stale:
                continue
        raise Unavailable("another change of the same paddle is under way")

    def _issue_once(self, registration: str, actor: str, values: Mapping[str, Any]) -> Answer | None:
        with self._store.read() as connection:
            row = applicant(connection, registration)
            others = names_in_file(connection, row.id)
            also = also_known_as(connection, row.name, row.organization, others)
        if row.paddle is None or (row.status is not RegistrationStatus.ADMITTED and "status" not in values):
            raise Rejected("UNKNOWN_REGISTRATION")
        values = self._without_staff(row, values)
        write_row = self._writing(row, {**values, **self._decided(actor)})
        if row.sale_status is SaleStatus.DRAFT:
            with self._store.write() as connection:
                write_row(connection)
            return None
        after = replace(row, **values)
        command: cmd.Command = admission_of(after, also, self._clock.now_ms())
        if row.paddle not in self._engine.book(row.sale).sale.identities:
            identity = cmd.IdentifyPaddles(command.arrived_ms, {row.paddle: of_paddle(after)})
            command = cmd.Together(command.arrived_ms, (command, identity))
        return self._engine.ask(Order(row.sale, actor, command, key=new_id(), rows=write_row))

    def _without_staff(self, row: Applicant, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values for a paddle whose holder may have become staff, or may once have worked for this sale.

        Such a holder is not admitted, and a paddle that he has stays suspended (拍卖法 22). A holder whose new password
        the staff made is not admitted before he confirms it. Raises Rejected.
        """
        if row.user is None:
            return values
        with self._store.read() as connection:
            served = has_served(connection, row.sale, row.user)
            if row.status is not RegistrationStatus.ADMITTED and reset_is_open(connection, row.user):
                raise Rejected("RESET_NOT_CONFIRMED")
        if not served and row.role not in STAFF:
            return values
        if row.status is not RegistrationStatus.ADMITTED:
            raise Rejected("STAFF_OF_SALE" if served else "STAFF_MAY_NOT_BID")
        others = [each for each in values.get("holds", row.holds) if each != Code.SUSPENDED]
        return {**values, "holds": [Code.SUSPENDED.value, *others]}

    def _writing(self, row: Applicant, values: Mapping[str, Any]) -> Callable[[Connection], None]:
        """Writes the values, unless what the order was made from has changed."""

        def write_row(connection: Connection) -> None:
            if applicant(connection, row.id, lock=True) != row:
                raise Stale
            connection.execute(update(registrations).where(registrations.c.id == row.id), dict(values))
            is_new = row.status is not RegistrationStatus.ADMITTED and "status" in values
            to = [row.user] if is_new and row.user is not None else []
            self._letters.post(connection, LetterKind.ADMITTED, to, sale=row.sale, paddle=row.paddle)

        return write_row

    def _decided(self, actor: str) -> Mapping[str, Any]:
        return {"decided_ms": self._clock.now_ms(), "decided_by": actor}


def _has_defaulted(connection: Connection, user: str | None) -> bool:
    """Whether an account has bought, in any sale, and not paid."""
    unpaid = select(registrations.c.id).where(registrations.c.user == user, registrations.c.defaulted_ms.is_not(None))
    return user is not None and connection.execute(unpaid.limit(1)).first() is not None


def reset_is_open(connection: Connection, user: str | None) -> bool:
    """Whether the staff granted a link for a new password that the bidder has not confirmed yet."""
    waits = (resets.c.user == user) & resets.c.granted_ms.is_not(None) & resets.c.confirmed_ms.is_(None)
    return user is not None and connection.execute(select(resets.c.id).where(waits).limit(1)).first() is not None


def next_paddle(connection: Connection, sale: str) -> str:
    """The next free paddle number of a sale; a number is never given twice."""
    issued = connection.scalars(select(registrations.c.paddle).where(registrations.c.sale == sale))
    numbers = [int(paddle) for paddle in issued if paddle and paddle.isdigit() and paddle != ROOM]
    return str(max(numbers, default=FIRST_PADDLE - 1) + 1)
