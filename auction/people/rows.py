"""Accounts as other packages read them, without the hash of the password, and how they are found."""

from dataclasses import dataclass

from sqlalchemy import select

from models.people import users

from .roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """A row of `users`, without the hash of its password."""

    id: str
    email: str
    claimed: bool
    confirmed_ms: int | None
    name: str
    role: Role
    has_password: bool
    organization: str | None
    organization_claimed: bool
    licence: str | None
    suspended_ms: int | None
    created_ms: int
    language: str | None
    mail_outbid: bool


ACCOUNTS = select(users, users.c.password.is_not(None).label("has_password"))
"""Every account, with the columns of `AccountRow`."""
ADMINISTRATOR_ROWS = (
    select(users.c.id, (users.c.suspended_ms.is_(None) & users.c.password.is_not(None)).label("able"))
    .where(users.c.role == Role.ADMINISTRATOR)
    .order_by(users.c.id)
)
"""Every administrator, and whether he can sign in."""
