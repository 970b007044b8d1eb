"""Sessions of browsers, as rows. So a sign-out, a suspension or a changed role holds at once, on open sockets too."""

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from models.people import users, web_sessions

from ..base.clock import Clock, new_token
from ..database.store import Store, Unavailable
from .links import HOUR_MS, hash_token
from .roles import Role

MINUTE_MS = 60_000
KNOWN_FOR_MS = 1_000
"""How long an identity is trusted without the database; every change made by this process is seen at once."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The person at the other end."""

    user: str
    name: str
    role: Role
    session: bytes
    scopes: frozenset[str] | None = None
    """The scopes of the access token that a program came with; None: a person, with a session."""


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


class Sessions:
    """The sessions of all accounts."""

    def __init__(self, store: Store, clock: Clock, terms: SessionTerms) -> None:
        self._store = store
        self._clock = clock
        self._terms = terms
        self._changes = 0
        self._known: dict[bytes, tuple[int, Identity]] = {}
        self._touched: dict[bytes, int] = {}

    def identify(self, token: str | None) -> Identity | None:
        """The person to whom the token belongs. None: it is unknown or over, or its account is suspended."""
        if not token:
            return None
        session, now = hash_token(token), self._clock.now_ms()
        known = self._known.get(session)
        if known is not None and now - known[0] < KNOWN_FOR_MS:
            return known[1]
        changes = self._changes
        with self._store.read() as connection:
            row = connection.execute(_IDENTIFY, {"hash": session}).one_or_none()
        over = (
            row is None or row.suspended_ms is not None or now >= min(row.expires_ms, row.seen_ms + self._terms.idle_ms)
        )
        if row is None or over:
            self._known.pop(session, None)
            self._touched.pop(session, None)
            return None
        if now - max(row.seen_ms, self._touched.get(session, 0)) > MINUTE_MS:
            self._touch(session, now)
        identity = Identity(row.user, row.name, Role(row.role), session)
        if changes == self._changes:  # a row that was read before a change is not kept
            self._known[session] = (now, identity)
        return identity

    def _touch(self, session: bytes, now: int) -> None:
        """Note that a session is used; where that cannot be written just now, it is tried again in a minute."""
        self._touched[session] = now
        with suppress(Unavailable), self._store.write() as connection:
            connection.execute(update(web_sessions).where(web_sessions.c.token_hash == session), {"seen_ms": now})

    def alive(self) -> dict[bytes, str]:
        """Every session that holds now, with the role of its account."""
        now = self._clock.now_ms()
        holds = (web_sessions.c.expires_ms > now) & (web_sessions.c.seen_ms > now - self._terms.idle_ms)
        query = (
            select(web_sessions.c.token_hash, users.c.role)
            .join_from(web_sessions, users, users.c.id == web_sessions.c.user)
            .where(holds, users.c.suspended_ms.is_(None))
        )
        with self._store.read() as connection:
            return {row.token_hash: row.role for row in connection.execute(query)}

    def begin(self, connection: Connection, user: str) -> str:
        """A new session of an account; its token. Those that are over by now are deleted."""
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

    def end(self, token: str) -> Identity | None:
        """End a session; whose it was."""
        identity = self.identify(token)
        with self._store.write() as connection:
            connection.execute(delete(web_sessions).where(web_sessions.c.token_hash == hash_token(token)))
        return identity

    def forget(self, user: str) -> None:
        """Trust no identity of an account that was read before now."""
        self._changes += 1
        self._known = {session: known for session, known in self._known.copy().items() if known[1].user != user}
