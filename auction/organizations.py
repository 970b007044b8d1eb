"""Organizations: whose people bid and who consigns. Who shares one with a lot or the house may not bid (art. 22)."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select

from models.people import organizations

from .accounts import clean_name
from .clock import Clock, new_id
from .store import Store

LONGEST_NAME = 200


class Organizations:
    """The organizations that people and lots may belong to."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def all(self) -> list[dict[str, Any]]:
        """Every organization by its name."""
        with self._store.read() as connection:
            rows = connection.execute(select(organizations).order_by(organizations.c.name))
            return [dict(row) for row in rows.mappings()]

    def ids(self, names: Iterable[str]) -> dict[str, str]:
        """The id of each name, made where there is none; what is no name is left out.

        A name in other letters (full width, upper case, more spaces) is the same organization.
        """
        wanted = {name: shown for name in names if (shown := _shown(name))}
        if not wanted:
            return {}
        with self._store.write() as connection:
            rows = connection.execute(select(organizations.c.id, organizations.c.name))
            known = {row.name.casefold(): str(row.id) for row in rows}
            for shown in wanted.values():
                if shown.casefold() not in known:
                    known[shown.casefold()] = new_id()
                    row = {"id": known[shown.casefold()], "name": shown, "created_ms": self._clock.now_ms()}
                    connection.execute(insert(organizations), row)
        return {name: known[shown.casefold()] for name, shown in wanted.items()}

    def id_of(self, name: str) -> str | None:
        """The id of one name, made where there is none; None where the text is no name."""
        return self.ids([name]).get(name)


def _shown(name: str) -> str:
    return clean_name(unicodedata.normalize("NFKC", name), LONGEST_NAME)
