"""A person who is signed in says his password once more, before an act that binds him."""

from sqlalchemy import select

from models.people import users

from ..base.rejected import Rejected
from ..database.store import Store
from .passwords import Passwords


def confirm_password(store: Store, passwords: Passwords, user: str, password: str) -> None:
    """Pass where the password is that of the account. Raises Rejected, also where the account has none."""
    with store.read() as connection:
        known = connection.scalar(select(users.c.password).where(users.c.id == user))
    if known is None or not passwords.matches(known, password):
        raise Rejected("WRONG_PASSWORD", "password")
