"""One-time links: a secret in an address, of which the database keeps the hash. Each is good once, for one purpose."""

from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from models.people import links

from ..base.clock import new_token

HOUR_MS = 3_600_000
LINKS_KEPT_MS = 30 * 24 * HOUR_MS


class Purpose(StrEnum):
    """The purpose of a one-time link."""

    SIGN_IN = "sign_in"
    RESET = "reset"
    FIRST_ADMIN = "first_admin"
    CONFIRM = "confirm"


def make(connection: Connection, purpose: Purpose, user: str | None, now_ms: int, lasts_ms: int) -> str:
    """The token of a new link. A new reset link makes the older ones void."""
    token = new_token()
    row = {"token_hash": hash_token(token), "purpose": purpose, "user": user, "expires_ms": now_ms + lasts_ms}
    connection.execute(delete(links).where(links.c.expires_ms < now_ms - LINKS_KEPT_MS))
    if purpose is Purpose.RESET:
        older = (links.c.user == user) & (links.c.purpose == purpose) & links.c.used_ms.is_(None)
        connection.execute(delete(links).where(older))
    connection.execute(insert(links), row)
    return token


def find(connection: Connection, token: str, purpose: Purpose, now_ms: int) -> tuple[bool, str | None]:
    """Whether a link is still good, and the account it is for; it is not used up by asking."""
    row = connection.execute(select(links).where(links.c.token_hash == hash_token(token))).one_or_none()
    if row is None:
        return False, None
    return row.used_ms is None and row.expires_ms > now_ms and row.purpose == purpose, row.user


def spend(connection: Connection, token: str, purpose: Purpose, now_ms: int) -> Any | None:
    """Use a link up, and return its row; None if it was used before, or is over."""
    this = (links.c.token_hash == hash_token(token)) & (links.c.purpose == purpose)
    alive = this & links.c.used_ms.is_(None) & (links.c.expires_ms > now_ms)
    if connection.execute(update(links).where(alive), {"used_ms": now_ms}).rowcount != 1:
        return None
    return connection.execute(select(links).where(this)).one()


def hash_token(token: str) -> bytes:
    """The hash of a secret, as it is kept. A reader of the database cannot use it."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
