"""Letters to people, written in the transaction of what they tell of. `auction/mail` words and sends them.

A row holds no link: its token is made when the letter is sent. So the database has no secret that opens an account.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select

from models.mail import letters

from ..base.clock import Clock, new_id

COUNTED_MS = 3_600_000
MOST_AN_HOUR = 3
"""Letters of one kind with a link to one address. A stranger who types it again and again fills no mailbox."""


class LetterKind(StrEnum):
    """The subject of a letter."""

    CONFIRM = "confirm"
    RESET = "reset"
    ADMITTED = "admitted"
    TURNED_DOWN = "turned_down"
    ASKED = "asked"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    OUTBID = "outbid"
    WON = "won"


class Letters:
    """The letters of the house. Without a mail server (`are_sent` is false) none is written."""

    def __init__(self, clock: Clock, *, are_sent: bool = False) -> None:
        self._clock = clock
        self.are_sent = are_sent

    def post(
        self,
        connection: Connection,
        kind: LetterKind,
        people: Iterable[str],
        *,
        sale: str | None = None,
        lot: str | None = None,
        **told: Any,
    ) -> None:
        """Write a letter to each of these accounts."""
        about = {"kind": kind, "sale": sale, "lot": lot, "told": told}
        self._write(connection, [{**about, "user": user, "email": None} for user in people])

    def post_to_address(self, connection: Connection, kind: LetterKind, email: str, user: str | None = None) -> None:
        """Write a letter with a link to a typed address, unless the last hour had enough of them.

        `user` is the account that the link is for; None: the one that the house knows by the address, if there is one.
        """
        since = self._clock.now_ms() - COUNTED_MS
        same = (letters.c.email == email) & (letters.c.kind == kind) & (letters.c.created_ms > since)
        count = connection.scalar(select(func.count()).select_from(letters).where(same)) or 0
        if count < MOST_AN_HOUR:
            about: dict[str, Any] = {"kind": kind, "sale": None, "lot": None, "told": {}}
            self._write(connection, [{**about, "user": user, "email": email}])

    def _write(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        now = self._clock.now_ms()
        if self.are_sent and rows:
            new = {"created_ms": now, "next_ms": now, "tries": 0}
            connection.execute(insert(letters), [{**row, **new, "id": new_id()} for row in rows])
