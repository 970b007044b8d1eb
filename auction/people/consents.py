"""Consents to the notice about personal data: version, moment, language (个人信息保护法 14, 17)."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from models.privacy import consents

from ..base.clock import Clock
from ..base.rejected import Rejected
from ..database.store import Store

NOTICE_VERSION = "2026-12-01"
"""The version of `templates/privacy.html`. Another text is another version, and people are asked again."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A person's consent to a version of the notice."""

    version: str
    at_ms: int
    language: str


class Consents:
    """The consents of all accounts. None is ever changed."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, user: str) -> list[Consent]:
        """The consents of an account, the newest first."""
        query = select(consents).where(consents.c.user == user).order_by(consents.c.at_ms.desc())
        with self._store.read() as connection:
            return [Consent(row.version, row.at_ms, row.language) for row in connection.execute(query)]

    def agree(self, user: str, version: str, language: str) -> None:
        """Keep that an account agrees to the notice. Once is enough. Raises Rejected for an old version."""
        check_version(version)
        this = (consents.c.user == user) & (consents.c.version == version)
        with self._store.write() as connection:
            if connection.execute(select(consents.c.at_ms).where(this)).first() is None:
                note_consent(connection, user, language, self._clock.now_ms())


def check_version(version: str) -> None:
    """Raise Rejected unless a person agreed to the notice as it is now."""
    if version != NOTICE_VERSION:
        raise Rejected("NOTICE_NOT_AGREED", "agreed")


def note_consent(connection: Connection, user: str, language: str, now_ms: int) -> None:
    """Keep the consent of a new account."""
    row = {"user": user, "version": NOTICE_VERSION, "at_ms": now_ms, "language": language}
    connection.execute(insert(consents), row)
