"""Access tokens. With one a program acts for a person. Both the token's scopes and the person's rights bound it.

The database keeps the hash of a token. The token itself is shown once. It ends on its day, when its owner ends it, and
with a new password or another role. While the account is suspended it opens nothing.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import bindparam, func, insert, select, update

from models.people import access_tokens, users
from models.rows import AccessTokenRow, typed

from ..base.clock import Clock, new_id, new_token
from ..base.rejected import Rejected
from ..database.store import Store, Unavailable
from .accounts import clean_name
from .links import HOUR_MS, hash_token
from .roles import Role
from .sessions import MINUTE_MS, Identity

PREFIX = "pat_"
"""Every token begins with it, so that a scanner of leaked secrets knows one."""
DAY_MS = 24 * HOUR_MS
MOST_TOKEN_DAYS = 366
MOST_TOKENS = 50
"""Of one account that hold at the same time."""


class Scope(StrEnum):
    """One thing that a token lets a program do, if its owner may do it."""

    READ = "read"
    """Read what its owner may read: drafts, registrations, bids, papers."""
    REGISTER = "register"
    """Apply to sales."""
    BID = "bid"
    """Bid, and whatever else a bidder does in a sale."""
    CATALOGUE = "catalogue"
    """Make drafts of sales and put lots into them."""
    DECIDE = "decide"
    """Admit bidders and turn them down."""
    CALL = "call"
    """Call as an auctioneer."""
    MONEY = "money"
    """Read the ledger."""
    WEBHOOKS = "webhooks"
    """Make webhooks of a sale, see what they were sent, and end them."""
    CALENDAR = "calendar"
    """Read one's sales as a calendar. A token with this scope alone may stand in an address."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made. The server never tells `secret` again."""

    id: str
    secret: str
    expires_ms: int


_OF_TOKEN = (
    select(access_tokens, users.c.name.label("person"), users.c.role)
    .join_from(access_tokens, users, users.c.id == access_tokens.c.user)
    .where(access_tokens.c.token_hash == bindparam("hash"), users.c.suspended_ms.is_(None))
)


class AccessTokens:
    """The tokens of all accounts."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def identify(self, token: str) -> Identity | None:
        """The person for whom a program acts. None: the token is unknown or over, or its account is suspended."""
        if not token.startswith(PREFIX):
            return None
        now, hashed = self._clock.now_ms(), hash_token(token)
        with self._store.read() as connection:
            row = connection.execute(_OF_TOKEN, {"hash": hashed}).one_or_none()
        if row is None or row.ended_ms is not None or row.expires_ms <= now:
            return None
        if now - (row.used_ms or 0) > MINUTE_MS:
            with suppress(Unavailable), self._store.write() as connection:
                connection.execute(update(access_tokens).where(access_tokens.c.id == row.id), {"used_ms": now})
        return Identity(row.user, row.person, Role(row.role), hashed, frozenset(row.scopes))

    def make(self, user: str, name: str, scopes: Collection[Scope], days: int) -> NewToken:
        """A new token of an account. Raises Rejected."""
        name = clean_name(name)
        if not name:
            raise Rejected("BAD_NAME", "name")
        if not scopes:
            raise Rejected("NO_SCOPE", "scopes")
        if not 1 <= days <= MOST_TOKEN_DAYS:
            raise Rejected("BAD_DAYS", "days", most=MOST_TOKEN_DAYS)
        now, secret = self._clock.now_ms(), PREFIX + new_token()
        made = NewToken(new_id(), secret, now + days * DAY_MS)
        row = {"id": made.id, "user": user, "name": name, "token_hash": hash_token(secret), "created_ms": now}
        held = (access_tokens.c.user == user) & access_tokens.c.ended_ms.is_(None) & (access_tokens.c.expires_ms > now)
        with self._store.write() as connection:
            if (connection.scalar(select(func.count()).select_from(access_tokens).where(held)) or 0) >= MOST_TOKENS:
                raise Rejected("TOO_MANY_TOKENS", most=MOST_TOKENS)
            connection.execute(insert(access_tokens), {**row, "scopes": sorted(scopes), "expires_ms": made.expires_ms})
        return made

    def of_user(self, user: str) -> list[AccessTokenRow]:
        """All tokens of an account, the newest first; those that are over too."""
        query = select(access_tokens).where(access_tokens.c.user == user)
        query = query.order_by(access_tokens.c.created_ms.desc(), access_tokens.c.id)
        with self._store.read() as connection:
            return [typed(AccessTokenRow, row) for row in connection.execute(query).mappings()]

    def end(self, user: str, token: str) -> None:
        """End a token of an account, by its id; one that is over stays so. Raises Rejected for another's."""
        mine = (access_tokens.c.user == user) & (access_tokens.c.id == token)
        with self._store.write() as connection:
            if connection.execute(select(access_tokens.c.id).where(mine)).first() is None:
                raise Rejected("UNKNOWN_TOKEN")
            still = mine & access_tokens.c.ended_ms.is_(None)
            connection.execute(update(access_tokens).where(still), {"ended_ms": self._clock.now_ms()})
