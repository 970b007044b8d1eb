"""Keeps the notices of the house to the people of a running sale, in the table `notices`.

A notice goes to everybody, to one paddle, or only to the desks. It moves nothing in the sale, so it is no part of the
record. Its text was typed by a person, so it lies in a row that can be deleted.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, insert, or_, select

from models.notices import notices
from models.people import users

from ..base.clock import Clock, new_id
from ..base.rejected import Rejected
from ..database.store import Store
from ..rules.visibility import DESK_NOTES, ROOM_NOTES, Audience

MOST_CHARS = 200
RECENT_MS = 15 * 60_000
"""A screen that comes later is not told of an older one."""
MOST_RECENT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTold:
    """The words of a person to the people of a sale. `note` is the code of a ready sentence, else `text` says it.

    `named` is the account that it is about.
    """

    audience: Audience
    paddle: str | None = None
    note: str | None = None
    text: str = ""
    named: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice as it was said. `by` and `named` are accounts, each with its name."""

    id: str
    sale: str
    at_ms: int
    told: NoticeTold
    by: str
    by_name: str
    named_name: str


class Notices:
    """The notices of all sales."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def post(self, sale: str, by: str, told: NoticeTold, key: str) -> str:
        """Keep a notice; its id. The same key of the same person is the same notice.

        Raises Rejected: NOTICE_EMPTY where it says nothing, or not what its audience may be told.
        """
        ready = {Audience.ALL: ROOM_NOTES, Audience.PADDLE: (), Audience.DESK: DESK_NOTES}[told.audience]
        text = told.text.strip()
        says_one_thing = (told.note is None) == bool(text) and (told.note is None or told.note in ready)
        if not says_one_thing or (told.audience is Audience.PADDLE) == (told.paddle is None):
            raise Rejected("NOTICE_EMPTY")
        mine = and_(notices.c.sale == sale, notices.c.by == by, notices.c.key == key)
        with self._store.write() as connection:
            before = connection.execute(select(notices.c.id).where(mine)).scalar()
            if before is not None:
                return str(before)
            made = new_id()
            said = {"audience": told.audience.value, "paddle": told.paddle, "note": told.note, "named": told.named}
            row = {"id": made, "sale": sale, "at_ms": self._clock.now_ms(), "by": by, "text": text, "key": key, **said}
            connection.execute(insert(notices).values(row))
        return made

    def since(self, at_ms: int) -> list[Notice]:
        """The notices of all sales from a moment on, the oldest first."""
        return self._read(notices.c.at_ms >= at_ms)

    def recent(self, sale: str, paddle: str | None, *, is_desk: bool) -> list[Notice]:
        """The notices for a screen that comes now, the newest last: to all, to its paddle, to its desk."""
        mine = [notices.c.audience == Audience.ALL.value]
        if is_desk:
            mine += [notices.c.audience != Audience.ALL.value]
        elif paddle is not None:
            mine += [and_(notices.c.audience == Audience.PADDLE.value, notices.c.paddle == paddle)]
        since = notices.c.at_ms >= self._clock.now_ms() - RECENT_MS
        return self._read(and_(notices.c.sale == sale, since, or_(*mine)))[-MOST_RECENT:]

    def of_sale(self, sale: str) -> list[Notice]:
        """Every notice of a sale, the oldest first."""
        return self._read(notices.c.sale == sale)

    def _read(self, wanted: ColumnElement[bool]) -> list[Notice]:
        by, named = users.alias(), users.alias()
        query = select(notices, by.c.name.label("by_name"), named.c.name.label("named_name"))
        query = query.select_from(
            notices.join(by, by.c.id == notices.c.by).outerjoin(named, named.c.id == notices.c.named)
        )
        with self._store.read() as connection:
            rows = connection.execute(query.where(wanted).order_by(notices.c.at_ms, notices.c.id)).all()
        return [
            Notice(
                id=row.id,
                sale=row.sale,
                at_ms=row.at_ms,
                told=NoticeTold(
                    audience=Audience(row.audience), paddle=row.paddle, note=row.note, text=row.text, named=row.named
                ),
                by=row.by,
                by_name=row.by_name,
                named_name=row.named_name or "",
            )
            for row in rows
        ]
