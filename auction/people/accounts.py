"""People: sign up, sign in and out, passwords, one-time links, roles, suspension.

`on_change` gets the user's id when a user signs out, is suspended, or has another role or password.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import structlog
from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from models.people import devices, users
from models.people import links as links_table
from models.rows import typed

from ..base.clock import Clock, new_id, new_token
from ..base.rejected import Rejected
from ..database.store import Store
from ..outbox.letters import LetterKind, Letters
from . import links
from .access import end_access
from .claims import CLAIMS, fold_email, has_room, note_failure
from .consents import note_consent
from .links import HOUR_MS, Purpose
from .passwords import Passwords, fault
from .roles import STAFF, Role, leave_office
from .rows import ACCOUNTS, ADMINISTRATOR_ROWS, AccountRow
from .sessions import Identity, Sessions, SessionTerms

log = structlog.get_logger()

EMAIL = re.compile(r"(?=.{3,254}$)[^\s@]+@[^\s@]+")


def _check_not_last(administrators: Sequence[Any], user: str, *, takes_away: bool) -> None:
    others = [row for row in administrators if row.able and row.id != user]
    if takes_away and not others and any(row.id == user for row in administrators):
        raise Rejected("LAST_ADMINISTRATOR")


class Accounts:
    """Everything about who a user is."""

    def __init__(
        self, store: Store, clock: Clock, terms: SessionTerms | None = None, letters: Letters | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._letters = letters or Letters(clock)
        self._sessions = Sessions(store, clock, terms or SessionTerms())
        self.passwords = Passwords()
        self._nobody = self.passwords.hash(new_token())
        self.on_change: Callable[[str], None] = lambda _user: None

    # --- sessions ---

    def identify(self, token: str | None) -> Identity | None:
        """The person to whom the token belongs. None: it is unknown or over, or its account is suspended."""
        return self._sessions.identify(token)

    def alive(self) -> dict[bytes, str]:
        """Every session that holds now, with the role of its account."""
        return self._sessions.alive()

    def sign_in(self, email: str, password: str) -> str | None:
        """A new session's token, None where name or password is wrong; both take the same time.

        Of several accounts that claim one address it is the one with this password.
        """
        address = users.c.email == fold_email(email)
        with self._store.read() as connection:
            found = select(users).where(address).order_by(users.c.claimed, users.c.created_ms, users.c.id)
            rows = connection.execute(found.limit(CLAIMS + 1)).all()
        hashes = [row.password or self._nobody for row in rows] or [self._nobody]
        good = [self.passwords.matches(each, password) for each in hashes]
        able = (row for row, is_good in zip(rows, good, strict=False) if is_good and row.suspended_ms is None)
        row = next((each for each in able if each.password is not None), None)
        with self._store.write() as connection:
            if row is not None:
                return self._sessions.begin(connection, row.id)
            note_failure(connection, email, self._clock.now_ms())
        log.warning("sign-in failed", accounts=[each.id for each in rows])
        return None

    def sign_out(self, token: str) -> None:
        """End a session, and the sockets that came with it."""
        identity = self._sessions.end(token)
        if identity is not None:
            self._changed(identity.user)

    # --- accounts ---

    def sign_up(
        self, email: str, name: str, password: str, organization: str | None = None, language: str | None = None
    ) -> None:
        """Make a bidder's account that claims an address, unless the house has given the address to one. The answer
        does not tell which. Raises Rejected.

        A letter goes to the address: to confirm it, or to say that it has an account already.
        Several accounts may claim one address, each with its password, so that none keeps its owner out. Every case
        hashes a password and commits one row, so that time tells no more than the answer does.
        `language` is that of the page, on which the newcomer agreed to the notice about personal data.
        """
        row = self._new_row(email, name, Role.BIDDER, password)
        row |= {"claimed": True, "organization": organization, "organization_claimed": organization is not None}
        row |= {"language": language}
        with self._store.write() as connection:
            same = users.c.email == row["email"]
            settled = connection.execute(select(users.c.id).where(same, users.c.claimed.is_(False))).first()
            is_new = settled is None and has_room(connection, row["email"])
            if is_new:
                connection.execute(insert(users), row)
                if language is not None:
                    note_consent(connection, row["id"], language, row["created_ms"])
            else:
                note_failure(connection, email, self._clock.now_ms())
            to = row["email"], row["id"] if is_new else None
            self._letters.post_to_address(connection, LetterKind.CONFIRM, *to)

    def create(self, email: str, name: str, role: Role, password: str | None = None) -> str:
        """A new account's id. Without a password it is entered by a one-time link only. Raises Rejected."""
        row = self._new_row(email, name, role, password)
        try:
            with self._store.write() as connection:
                connection.execute(insert(users), row)
        except IntegrityError as error:
            raise Rejected("EMAIL_TAKEN", "email") from error
        return str(row["id"])

    def first_administrator(self, token: str, email: str, name: str, password: str) -> str | None:
        """Make the first administrator; a session's token. None where the link is over or there is one already."""
        row = self._new_row(email, name, Role.ADMINISTRATOR, password)
        try:
            with self._store.write() as connection:
                if connection.execute(ADMINISTRATOR_ROWS.with_for_update()).first() is not None:
                    return None
                if self._spend(connection, token, Purpose.FIRST_ADMIN) is None:
                    return None
                connection.execute(insert(users), row)
                return self._sessions.begin(connection, row["id"])
        except IntegrityError as error:
            raise Rejected("EMAIL_TAKEN", "email") from error

    def _new_row(self, email: str, name: str, role: Role, password: str | None) -> dict[str, Any]:
        email, name = fold_email(email), clean_name(name)
        if not EMAIL.fullmatch(email) or clean_name(email, 254) != email:
            raise Rejected("BAD_EMAIL", "email")
        if not name:
            raise Rejected("BAD_NAME", "name")
        hashed = None if password is None else self.hash_password(password, email, name)
        row = {"id": new_id(), "email": email, "name": name, "role": role, "password": hashed}
        return {**row, "created_ms": self._clock.now_ms()}

    def find(self, user: str) -> AccountRow | None:
        """An account by its id."""
        with self._store.read() as connection:
            row = connection.execute(ACCOUNTS.where(users.c.id == user)).mappings().one_or_none()
        return None if row is None else typed(AccountRow, row)

    def names(self, accounts: Iterable[str]) -> dict[str, str]:
        """The names of accounts by their ids."""
        query = select(users.c.id, users.c.name).where(users.c.id.in_(list(accounts)))
        with self._store.read() as connection:
            return {row.id: row.name for row in connection.execute(query)}

    def by_email(self, email: str) -> AccountRow | None:
        """The account to which the house has given an address, folded as when it was made."""
        this = ACCOUNTS.where(users.c.email == email, users.c.claimed.is_(False))
        with self._store.read() as connection:
            row = connection.execute(this).mappings().one_or_none()
        return None if row is None else typed(AccountRow, row)

    def search(self, words: str, limit: int = 50) -> list[AccountRow]:
        """Accounts whose address or name holds the words, the newest first."""
        found = or_(
            users.c.email.contains(fold_email(words), autoescape=True),
            func.lower(users.c.name).contains(words.strip().lower(), autoescape=True),
        )
        query = ACCOUNTS.where(found).order_by(users.c.created_ms.desc(), users.c.id).limit(limit)
        with self._store.read() as connection:
            return [typed(AccountRow, row) for row in connection.execute(query).mappings()]

    def hash_password(self, password: str, *own: str) -> str:
        """The argon2id hash of a password that is good enough; `own` is what is known of its owner. Raises Rejected."""
        code = fault(password, *own)
        if code is not None:
            raise Rejected(code, "password")
        return self.passwords.hash(password)

    def _hash_for(self, user: str | None, password: str) -> str:
        account = self.find(user or "")
        return self.hash_password(password, *((account.email, account.name) if account else ()))

    def change_password(self, user: str, current: str, new: str) -> str:
        """Change one's own password; every session ends but the new one, whose token comes back. Raises Rejected.

        An account that was made without a password has no current one to show.
        """
        with self._store.read() as connection:
            known = connection.scalar(select(users.c.password).where(users.c.id == user))
        if known is not None and not self.passwords.matches(known, current):
            raise Rejected("WRONG_PASSWORD", "current")
        hashed = self._hash_for(user, new)
        with self._store.write() as connection:
            self._replace_password(connection, user, hashed)
            token = self._sessions.begin(connection, user)
        self._changed(user)
        return token

    def _replace_password(self, connection: Connection, user: str, hashed: str) -> None:
        """Set the password, and end all earlier sessions, access tokens and links."""
        connection.execute(update(users).where(users.c.id == user), {"password": hashed})
        end_access(connection, user, self._clock.now_ms())
        connection.execute(delete(devices).where(devices.c.user == user))
        unused = links_table.c.used_ms.is_(None)
        connection.execute(delete(links_table).where(links_table.c.user == user, unused))

    def rename(self, user: str, name: str) -> None:
        """Change the name that is shown. Raises Rejected."""
        name = clean_name(name)
        if not name:
            raise Rejected("BAD_NAME", "name")
        with self._store.write() as connection:
            connection.execute(update(users).where(users.c.id == user), {"name": name})
        self._sessions.forget(user)

    def suspend(self, user: str, *, suspended: bool) -> None:
        """Shut an account out at once, or let it in again, with no session left from before.

        Raises Rejected for the last administrator.
        """
        value = self._clock.now_ms() if suspended else None
        self._govern(user, takes_away=suspended, suspended_ms=value)

    def set_role(self, user: str, role: Role) -> None:
        """Change what an account may do, at once; its sessions and its work end. Raises Rejected for the last
        administrator."""
        settled = {"claimed": False} if role in STAFF else {}
        try:
            self._govern(user, takes_away=role is not Role.ADMINISTRATOR, role=role, **settled)
        except IntegrityError as error:
            raise Rejected("EMAIL_TAKEN") from error

    def check_not_last(self, user: str, role: Role) -> None:
        """Raise Rejected if no account could make others any more, should this one have the role."""
        with self._store.read() as connection:
            _check_not_last(
                connection.execute(ADMINISTRATOR_ROWS).all(), user, takes_away=role is not Role.ADMINISTRATOR
            )

    def _govern(self, user: str, *, takes_away: bool, **values: Any) -> None:
        """Change an account. One that can sign in and make accounts always remains."""
        with self._store.write() as connection:
            administrators = connection.execute(ADMINISTRATOR_ROWS.with_for_update()).all()
            _check_not_last(administrators, user, takes_away=takes_away)
            before = connection.execute(select(users.c.role).where(users.c.id == user)).one_or_none()
            if before is None:
                raise Rejected("UNKNOWN_ACCOUNT")
            connection.execute(update(users).where(users.c.id == user), values)
            end_access(connection, user, self._clock.now_ms())
            if values.get("role", before.role) != before.role:
                leave_office(connection, user, before.role, self._clock.now_ms())
        self._changed(user)

    def _changed(self, user: str) -> None:
        self._sessions.forget(user)
        self.on_change(user)

    # --- one-time links ---

    def make_link(self, purpose: Purpose, user: str | None, lasts_ms: int = 24 * HOUR_MS) -> str:
        """The token of a link that is good once, until it expires. A new reset link makes the older ones void."""
        with self._store.write() as connection:
            return links.make(connection, purpose, user, self._clock.now_ms(), lasts_ms)

    def link_user(self, token: str, purpose: Purpose) -> tuple[bool, str | None]:
        """Whether a link is still good, and the account it is for; it is not used up by asking."""
        with self._store.read() as connection:
            return links.find(connection, token, purpose, self._clock.now_ms())

    def _spend(self, connection: Connection, token: str, purpose: Purpose) -> Any | None:
        return links.spend(connection, token, purpose, self._clock.now_ms())

    def sign_in_by_link(self, token: str) -> str | None:
        """A new session's token for a one-time sign-in link; None where it is used up or over."""
        with self._store.write() as connection:
            link = self._spend(connection, token, Purpose.SIGN_IN)
            return None if link is None or link.user is None else self._sessions.begin(connection, link.user)

    def reset_password(self, token: str, password: str) -> str | None:
        """Use a reset link: a new password, and a session's token. None where the link is over. Raises Rejected.

        A password that is not good enough leaves the link as it was.
        """
        hashed = self._hash_for(self.link_user(token, Purpose.RESET)[1], password)
        with self._store.write() as connection:
            link = self._spend(connection, token, Purpose.RESET)
            if link is None or link.user is None:
                return None
            self._replace_password(connection, link.user, hashed)
            session = self._sessions.begin(connection, link.user)
        self._changed(link.user)
        return session

    def has_administrator(self) -> bool:
        """Whether an account can make other accounts."""
        with self._store.read() as connection:
            return connection.execute(ADMINISTRATOR_ROWS.limit(1)).first() is not None


def clean_name(text: str, longest: int = 100) -> str:
    """A name as it is shown: NFC, one line, without control, bidi and zero-width characters."""
    visible = "".join(
        c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    )
    return " ".join(visible.split())[:longest]
