"""The way of a message out of its table. One process takes it for a while, tries, and notes how it went.

Webhooks and letters share it. Their tables have the columns `id`, `next_ms`, `tries` and `delivered_ms`.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, Table, update


class WaitingMessage(Protocol):
    """A message that waits."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def next_ms(self) -> int | None:
        """When it is tried next; None: never again."""

    @property
    def tries(self) -> int:
        """How often it was tried."""


class Deliveries:
    """The messages of a table. `pauses_s` come before the second try, the third and so on; then it is given up."""

    def __init__(self, table: Table, pauses_s: Sequence[int], taken_for_ms: int) -> None:
        self._table = table
        self._pauses_s = pauses_s
        self._taken_for_ms = taken_for_ms

    def take(self, connection: Connection, message: WaitingMessage, now_ms: int) -> bool:
        """Keep other processes from a message for as long as a try can take; whether none was quicker.

        If this process ends before it has noted the try, the message is due again after that time.
        """
        this = self._table.c.id == message.id
        same = this & (self._table.c.next_ms == message.next_ms) & (self._table.c.tries == message.tries)
        taken = update(self._table).where(same)
        return connection.execute(taken, {"next_ms": now_ms + self._taken_for_ms}).rowcount == 1

    def note(
        self, connection: Connection, message: WaitingMessage, now_ms: int, *, is_over: bool, **values: Any
    ) -> None:
        """Note a try. One that `is_over` is the last; `values` are further columns of the message."""
        n = message.tries + 1
        pause_s = None if is_over or n > len(self._pauses_s) else self._pauses_s[n - 1]
        after = {"tries": n, "next_ms": None if pause_s is None else now_ms + pause_s * 1000}
        connection.execute(update(self._table).where(self._table.c.id == message.id), {**after, **values})
