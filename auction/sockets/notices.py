"""Tells the screens what the house says. Each process reads the notices of all, and tells its own clients once."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..base.rejected import Rejected
from ..engine.feed import bidder_room, desk_room, sale_room
from ..parts import Parts
from ..rules.visibility import Audience, told_notice
from ..sales.spoken import Notice, NoticeTold
from ..web.errors import Problem
from .connections import Connection

LOOKED_BACK_MS = 20_000
"""How far back each look goes. Another process may commit a notice some time after it was dated."""


class NoticeBoard:
    """The notices as this process tells them. `send(room, name, text)` reaches its clients."""

    def __init__(self, parts: Parts, send: Callable[[str, str, str], None]) -> None:
        self._notices = parts.notices
        self._engine = parts.engine
        self._clock = parts.clock
        self._limits = parts.limits
        self._send = send
        self._turn = threading.Lock()
        self._told: dict[str, int] = {}

    def post(self, connection: Connection, said: Mapping[str, Any]) -> dict[str, Any]:
        """Take a notice of a desk, and tell it. Raises Problem."""
        sale, by = str(connection.sale), str(connection.user)
        if not self._limits.allows(self._limits.notice, sale, by):
            raise Problem("RATE_LIMITED")
        if said["paddle"] is not None and self._reader(sale, said["paddle"]) is None:
            raise Problem("NO_PADDLE")
        told = NoticeTold(
            audience=Audience(said["to"]),
            paddle=said["paddle"],
            note=said["note"],
            text=said["text"] or "",
            named=said["named"],
        )
        try:
            made = self._notices.post(sale, by, told, said["key"])
        except Rejected as error:
            raise Problem("MALFORMED", field="text") from error
        self.tell_new()
        return {"notice": made}

    def tell_new(self) -> None:
        """Tell this process's clients what has been said since the last look, here or anywhere."""
        since = self._clock.now_ms() - LOOKED_BACK_MS
        with self._turn:
            self._told = {each: at_ms for each, at_ms in self._told.items() if at_ms >= since - LOOKED_BACK_MS}
            for notice in self._notices.since(since):
                if notice.id not in self._told:
                    self._told[notice.id] = notice.at_ms
                    self._tell(notice)

    def recent(self, connection: Connection, paddle: str | None) -> list[dict[str, Any]]:
        """The notices for a client that joins now."""
        is_desk = connection.is_inside
        mine = paddle if connection.part == "bidder" else None
        found = self._notices.recent(str(connection.sale), mine, is_desk=is_desk)
        return [told_notice(_facts(each), to_desk=is_desk) for each in found]

    def _tell(self, notice: Notice) -> None:
        facts = _facts(notice)
        for room in self._rooms(notice):
            self._send(room, "notice", json.dumps(told_notice(facts, to_desk=False)))
        self._send(desk_room(notice.sale), "notice", json.dumps(told_notice(facts, to_desk=True)))

    def _rooms(self, notice: Notice) -> Iterator[str]:
        """The rooms beside that of the desks."""
        if notice.told.audience is Audience.ALL:
            yield sale_room(notice.sale)
        if notice.told.paddle is not None:
            reader = self._reader(notice.sale, notice.told.paddle)
            if reader is not None:
                yield bidder_room(notice.sale, reader)

    def _reader(self, sale: str, paddle: str) -> str | None:
        """The account behind a paddle; a paddle of the floor may have none."""
        bidder = self._engine.book(sale).sale.bidders.get(paddle)
        return None if bidder is None else bidder.bidder


def _facts(notice: Notice) -> dict[str, Any]:
    told = notice.told
    return {
        "sale": notice.sale,
        "id": notice.id,
        "at_ms": notice.at_ms,
        "to": told.audience.value,
        "paddle": told.paddle,
        "note": told.note,
        "text": told.text,
        "by": notice.by,
        "by_name": notice.by_name,
        "named": told.named,
        "named_name": notice.named_name,
    }
