"""The people to whom a notice about a sale goes: applicants, bidders, and followers of its lots."""

from sqlalchemy import Connection, select

from models.interest import followers
from models.people import registrations
from models.rows import RegistrationStatus


def concerned(connection: Connection, sale: str) -> list[str]:
    """The accounts that a sale concerns, each once."""
    with_paddle = registrations.c.user.is_not(None) & (registrations.c.status != RegistrationStatus.TURNED_DOWN)
    applied = select(registrations.c.user).where(registrations.c.sale == sale, with_paddle)
    follow = select(followers.c.user).where(followers.c.sale == sale)
    return sorted({*connection.scalars(applied), *connection.scalars(follow)})
