"""Accounts that claim one address: a newcomer says that it is his, and it is not confirmed yet."""

import unicodedata
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from models.people import (
    access_tokens,
    devices,
    failed_sign_ins,
    links,
    registrations,
    sale_people,
    users,
    web_sessions,
)
from models.privacy import consents, erasures

from ..base.clock import new_id
from .links import HOUR_MS, hash_token

CLAIMS = 8
"""How many accounts may claim one address."""
FAILURES_KEPT_MS = 30 * 24 * HOUR_MS


def has_room(connection: Connection, email: str) -> bool:
    """Whether one more account may claim an address. The oldest one that never took part in a sale gives way."""
    claims = select(users.c.id).where(users.c.email == email).order_by(users.c.created_ms)
    known = list(connection.scalars(claims))
    if len(known) < CLAIMS:
        return True
    return bool(remove_idle(connection, known, most=1))


def remove_idle(connection: Connection, accounts: Sequence[str], most: int = CLAIMS) -> list[str]:
    """Remove the first of these accounts that never took part in a sale, so many at the most; their ids."""
    took_part: set[str] = set()
    for theirs in (registrations.c.user, sale_people.c.user):
        took_part.update(connection.scalars(select(theirs).where(theirs.in_(accounts))))
    idle = [each for each in accounts if each not in took_part][:most]
    for user in idle:
        for table in (web_sessions, access_tokens, links, devices, consents, erasures):
            connection.execute(delete(table).where(table.c.user == user))
        connection.execute(delete(users).where(users.c.id == user))
    return idle


def note_failure(connection: Connection, email: str, now_ms: int) -> None:
    """Keep that a sign-in by a name failed. A row is written whether an account has it or not: a stranger who measures
    the time of a commit learns nothing."""
    connection.execute(delete(failed_sign_ins).where(failed_sign_ins.c.at_ms < now_ms - FAILURES_KEPT_MS))
    row = {"id": new_id(), "name_hash": hash_token(fold_email(email)), "at_ms": now_ms}
    connection.execute(insert(failed_sign_ins), row)


def take_failures(connection: Connection, email: str) -> int:
    """How many sign-ins by a name failed since this was last asked."""
    return connection.execute(delete(failed_sign_ins).where(failed_sign_ins.c.name_hash == hash_token(email))).rowcount


def fold_email(email: str) -> str:
    """One spelling of a name to sign in with."""
    return unicodedata.normalize("NFKC", email).strip().casefold()
