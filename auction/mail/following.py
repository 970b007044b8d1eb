"""Reads the journal for letters: who was outbid and wants to know it by mail, and who won.

An event is on disk before any client hears of it. Its letters are written later, in one transaction with its sale's
cursor. So none is lost or written twice, and a bid pays nothing for them. A sale is read from when it is first seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, update

from models.catalog import sales
from models.mail import letter_cursors, letters
from models.people import registrations, users
from models.rows import SaleStatus

from ..base.clock import Clock
from ..database.store import Store
from ..outbox.letters import LetterKind, Letters
from ..record import journal

QUIET_MS = 10 * 60_000
"""The least time between two letters to a person that he was outbid on one lot."""


@dataclass(slots=True)
class NewsOfSale:
    """The news for bidders in a stretch of a journal: leaders by lot, outbid paddles, and lots that were won."""

    leads: dict[str, str]
    outbid: set[tuple[str, str]] = field(default_factory=set)
    won: dict[str, str] = field(default_factory=dict)

    def take(self, body: Mapping[str, Any]) -> None:
        """Read one event."""
        kind, lot = body["kind"], body.get("lot", "")
        if kind == "bid_placed":
            before = self.leads.get(lot)
            if before not in (None, body["leader"]):
                self.outbid.add((lot, str(before)))
            self._lead(lot, body["leader"])
        elif kind in ("bid_voided", "paddle_assigned"):
            self._lead(lot, body["leader"])
        elif kind == "paddle_held":
            for each, now in body["lots"].items():
                self._lead(each, now.get("leader"))
        elif kind in ("lot_sold", "priority_exercised"):
            self.won[lot] = body["paddle"]
        elif kind == "lot_reopened":
            self.won.pop(lot, None)

    def _lead(self, lot: str, paddle: str | None) -> None:
        if paddle is None:
            self.leads.pop(lot, None)
        else:
            self.leads[lot] = paddle
            self.outbid.discard((lot, paddle))


class LettersOfJournals:
    """The journals of all sales that are published."""

    def __init__(self, store: Store, clock: Clock, the_letters: Letters) -> None:
        self._store = store
        self._clock = clock
        self._letters = the_letters
        self._looked: dict[str, int] = {}

    def look(self) -> None:
        """Write the letters of what has happened since. Costs two reads if nothing has."""
        on = sales.c.status.in_((SaleStatus.PUBLISHED, SaleStatus.CLOSED))
        with self._store.read() as connection:
            ids = list(connection.scalars(select(sales.c.id).where(on)))
            heads = journal.heads(connection, ids)
        for sale, head in heads.items():
            if self._looked.get(sale) != head:
                self._read(sale)
                self._looked[sale] = head

    def _read(self, sale: str) -> None:
        with self._store.write() as connection:
            this = letter_cursors.c.sale == sale
            cursor = connection.execute(select(letter_cursors).where(this).with_for_update()).one_or_none()
            if cursor is None:
                self._begin(connection, sale)
                return
            news, event_n = NewsOfSale(dict(cursor.leads)), cursor.event_n
            for each in journal.read_rows(connection, sale, event_n):
                event_n = each.n
                news.take(orjson.loads(each.body))
            self._tell(connection, sale, news)
            connection.execute(update(letter_cursors).where(this), {"event_n": event_n, "leads": news.leads})

    def _begin(self, connection: Connection, sale: str) -> None:
        """Read a sale from now on; another process may be quicker."""
        connection.execute(select(sales.c.id).where(sales.c.id == sale).with_for_update())
        if connection.execute(select(letter_cursors).where(letter_cursors.c.sale == sale)).one_or_none() is None:
            head, news = journal.head_of(connection, sale), NewsOfSale({})
            for each in journal.read_rows(connection, sale, 0):
                news.take(orjson.loads(each.body))
            row = {"sale": sale, "event_n": 0 if head is None else head.n, "leads": news.leads}
            connection.execute(insert(letter_cursors), row)

    def _tell(self, connection: Connection, sale: str, news: NewsOfSale) -> None:
        holders = _holders(connection, sale, {paddle for _, paddle in news.outbid} | set(news.won.values()))
        for lot, paddle in sorted(news.outbid):
            user, wants = holders.get(paddle, ("", False))
            if wants and not self._was_told(connection, sale, lot, user):
                self._letters.post(connection, LetterKind.OUTBID, [user], sale=sale, lot=lot, paddle=paddle)
        for lot, paddle in news.won.items():
            if paddle in holders:
                self._letters.post(connection, LetterKind.WON, [holders[paddle][0]], sale=sale, lot=lot, paddle=paddle)

    def _was_told(self, connection: Connection, sale: str, lot: str, user: str) -> bool:
        since = self._clock.now_ms() - QUIET_MS
        same = (letters.c.user == user) & (letters.c.kind == LetterKind.OUTBID) & (letters.c.created_ms > since)
        query = select(letters.c.id).where(same, letters.c.sale == sale, letters.c.lot == lot)
        return connection.execute(query.limit(1)).first() is not None


def _holders(connection: Connection, sale: str, paddles: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """By paddle the account of its holder, and whether he wants a mail when he is outbid."""
    query = select(registrations.c.paddle, users.c.id, users.c.mail_outbid)
    query = query.join_from(registrations, users, users.c.id == registrations.c.user)
    query = query.where(registrations.c.sale == sale, registrations.c.paddle.in_(list(paddles)))
    return {row.paddle: (row.id, row.mail_outbid) for row in connection.execute(query)}
