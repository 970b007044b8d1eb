"""People and their sessions: sign up, sign in and out, one-time links, roles, suspension.

Sessions are kept in the database, so that a sign-out, a suspension or a changed role holds at once, on open sockets
too: `on_change` is told the user's id whenever one of these happens.
"""

import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from models.people import links, users, web_sessions

from .clock import Clock, new_id, new_token
from .runtime import offload
from .store import Store

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
KNOWN_FOR_MS = 1_000
"""How long an identity is trusted without the database; every change made by this process is seen at once."""
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200


class Role(StrEnum):
    """What an account may do; nobody (no account) watches."""

    ADMINISTRATOR = "administrator"
    ORGANIZER = "organizer"
    AUCTIONEER = "auctioneer"
    BIDDER = "bidder"


STAFF = frozenset({Role.ADMINISTRATOR, Role.ORGANIZER, Role.AUCTIONEER})


class Purpose(StrEnum):
    """What a one-time link is good for, once."""

    SIGN_IN = "sign_in"
    RESET = "reset"
    FIRST_ADMIN = "first_admin"


class Rejected(Exception):
    """An account cannot be made or changed as asked; the code names the reason for the screen."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is at the other end."""

    user: str
    name: str
    role: Role
    session: bytes


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """How long a session lasts, at the most and unused."""

    lasts_ms: int = 12 * HOUR_MS
    idle_ms: int = 120 * MINUTE_MS


_IDENTIFY = (
    select(web_sessions, users.c.name, users.c.role, users.c.suspended_ms)
    .join_from(web_sessions, users, users.c.id == web_sessions.c.user)
    .where(web_sessions.c.token_hash == bindparam("hash"))
)


class Accounts:
    """Everything about who somebody is."""

    def __init__(self, store: Store, clock: Clock, terms: SessionTerms | None = None) -> None:
        self._store = store
        self._clock = clock
        self._terms = terms or SessionTerms()
        # 19 MiB, two passes: the OWASP floor. Two slots keep a flood of sign-ins from taking all memory.
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._slots = threading.Semaphore(2)
        self._nobody = self._hasher.hash(new_token())
        self._known: dict[bytes, tuple[int, Identity]] = {}
        self.on_change: Callable[[str], None] = lambda _user: None

    # --- sessions ---

    def identify(self, token: str | None) -> Identity | None:
        """Who the token belongs to; None where it is unknown, over, or its account is suspended."""
        if not token:
            return None
        session, now = hash_token(token), self._clock.now_ms()
        known = self._known.get(session)
        if known is not None and now - known[0] < KNOWN_FOR_MS:
            return known[1]
        with self._store.read() as connection:
            row = connection.execute(_IDENTIFY, {"hash": session}).one_or_none()
        over = (
            row is None or row.suspended_ms is not None or now >= min(row.expires_ms, row.seen_ms + self._terms.idle_ms)
        )
        if row is None or over:
            self._known.pop(session, None)
            return None
        if now - row.seen_ms > MINUTE_MS:
            with self._store.write() as connection:
                connection.execute(update(web_sessions).where(web_sessions.c.token_hash == session), {"seen_ms": now})
        identity = Identity(row.user, row.name, Role(row.role), session)
        self._known[session] = (now, identity)
        return identity

    def sign_in(self, email: str, password: str) -> str | None:
        """A new session's token, None where name or password is wrong; both take the same time."""
        with self._store.read() as connection:
            row = connection.execute(select(users).where(users.c.email == fold_email(email))).one_or_none()
        good = self._verify((row.password if row else None) or self._nobody, password)
        if row is None or not good or row.password is None or row.suspended_ms is not None:
            return None
        with self._store.write() as connection:
            return self._begin_session(connection, row.id)

    def sign_out(self, token: str) -> None:
        """End a session, and the sockets that came with it."""
        identity = self.identify(token)
        with self._store.write() as connection:
            connection.execute(delete(web_sessions).where(web_sessions.c.token_hash == hash_token(token)))
        if identity is not None:
            self._changed(identity.user)

    def _begin_session(self, connection: Connection, user: str) -> str:
        token, now = new_token(), self._clock.now_ms()
        row = {
            "token_hash": hash_token(token),
            "user": user,
            "created_ms": now,
            "seen_ms": now,
            "expires_ms": now + self._terms.lasts_ms,
        }
        connection.execute(delete(web_sessions).where(web_sessions.c.expires_ms < now))
        connection.execute(insert(web_sessions), row)
        return token

    # --- accounts ---

    def create(self, email: str, name: str, role: Role, password: str | None = None) -> str:
        """A new account's id. Without a password it is entered by a one-time link only. Raises Rejected."""
        email, name = fold_email(email), clean_name(name)
        if "@" not in email.strip("@") or len(email) > 254:
            raise Rejected("BAD_EMAIL")
        if not name:
            raise Rejected("BAD_NAME")
        hashed = None if password is None else self.hash_password(password)
        user = new_id()
        with self._store.write() as connection:
            if connection.execute(select(users.c.id).where(users.c.email == email)).first():
                raise Rejected("EMAIL_TAKEN")
            row = {"id": user, "email": email, "name": name, "role": role, "password": hashed}
            connection.execute(insert(users), {**row, "created_ms": self._clock.now_ms()})
        return user

    def hash_password(self, password: str) -> str:
        """The argon2id hash of a password that is good enough. Raises Rejected."""
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise Rejected("PASSWORD_LENGTH")
        with self._slots:
            return offload(self._hasher.hash, password)

    def set_password(self, user: str, password: str) -> None:
        """Give an account a new password, and end its sessions. Raises Rejected."""
        hashed = self.hash_password(password)
        with self._store.write() as connection:
            connection.execute(update(users).where(users.c.id == user), {"password": hashed})
            connection.execute(delete(web_sessions).where(web_sessions.c.user == user))
        self._changed(user)

    def suspend(self, user: str, *, suspended: bool) -> None:
        """Shut an account out at once, or let it in again."""
        with self._store.write() as connection:
            value = self._clock.now_ms() if suspended else None
            connection.execute(update(users).where(users.c.id == user), {"suspended_ms": value})
        self._changed(user)

    def set_role(self, user: str, role: Role) -> None:
        """Change what an account may do, at once."""
        with self._store.write() as connection:
            connection.execute(update(users).where(users.c.id == user), {"role": role})
        self._changed(user)

    def _changed(self, user: str) -> None:
        self._known = {session: known for session, known in self._known.items() if known[1].user != user}
        self.on_change(user)

    def _verify(self, hashed: str, password: str) -> bool:
        if len(password) > LONGEST_PASSWORD:
            return False
        try:
            with self._slots:
                return offload(self._hasher.verify, hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    # --- one-time links ---

    def make_link(self, purpose: Purpose, user: str | None, lasts_ms: int = 24 * HOUR_MS) -> str:
        """The token of a link that is good once, until it expires."""
        token = new_token()
        row = {"token_hash": hash_token(token), "purpose": purpose, "user": user}
        with self._store.write() as connection:
            connection.execute(insert(links), {**row, "expires_ms": self._clock.now_ms() + lasts_ms})
        return token

    def link_user(self, token: str, purpose: Purpose) -> tuple[bool, str | None]:
        """Whether a link is still good, and the account it is for; it is not used up by asking."""
        with self._store.read() as connection:
            row = connection.execute(select(links).where(links.c.token_hash == hash_token(token))).one_or_none()
        good = row is not None and row.used_ms is None and row.expires_ms > self._clock.now_ms()
        return (good and row.purpose == purpose, row.user) if row is not None else (False, None)

    def use_link(self, token: str, purpose: Purpose) -> bool:
        """Use a link up. False where somebody was quicker, or it is over."""
        now = self._clock.now_ms()
        alive = (links.c.used_ms.is_(None)) & (links.c.expires_ms > now) & (links.c.purpose == purpose)
        with self._store.write() as connection:
            used = connection.execute(
                update(links).where(links.c.token_hash == hash_token(token), alive), {"used_ms": now}
            )
            return used.rowcount == 1

    def sign_in_by_link(self, token: str) -> str | None:
        """A new session's token for a one-time sign-in link; None where it is used up or over."""
        good, user = self.link_user(token, Purpose.SIGN_IN)
        if not good or user is None or not self.use_link(token, Purpose.SIGN_IN):
            return None
        with self._store.write() as connection:
            return self._begin_session(connection, user)

    def has_administrator(self) -> bool:
        """Whether anybody can make other accounts."""
        with self._store.read() as connection:
            found = connection.execute(select(users.c.id).where(users.c.role == Role.ADMINISTRATOR).limit(1))
            return found.first() is not None


def hash_token(token: str) -> bytes:
    """What is kept of a secret: who reads the database cannot use it."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def fold_email(email: str) -> str:
    """One spelling of a name to sign in with."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def clean_name(text: str, longest: int = 100) -> str:
    """A name as it is shown: NFC, one line, without control, bidi and zero-width characters."""
    visible = "".join(
        c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    )
    return " ".join(visible.split())[:longest]
