"""Notes which rows of watched tables a transaction changes, and hands them over before it commits.

It listens to the statements that are built from tables. Those of the bid's path are prepared (`prepared.py`), write to
no watched table, and never come by here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Delete, Engine, Insert, Table, Update, event, select, tuple_

from ..base.origin import CameFrom, current_origin

_NOTED, _BEFORE = "changed_rows", "rows_before"
Values = Mapping[str, Any]
Watched = Mapping[Table, Sequence[str]]
"""The tables that are watched, each with the columns whose values are noted."""


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that a transaction changes. `before` None: it is new; `after` None: it is gone."""

    table: Table
    key: tuple[str, ...]
    before: Values | None
    after: Values | None
    origin: CameFrom


READ_AT_ONCE = 200
"""Rows that are read again in one statement."""
Keep = Callable[[Connection, Sequence[ChangedRow]], None]


class Watch:
    """Listens on the connections of a writer."""

    def __init__(self, engine: Engine, tables: Watched, keep: Keep) -> None:
        self._tables = tables
        self._keep = keep
        event.listen(engine, "before_execute", self._before)
        event.listen(engine, "after_execute", self._after)

    @staticmethod
    def begin(connection: Connection) -> None:
        """Forget what a transaction before this one noted, and did not commit."""
        connection.info.pop(_NOTED, None)

    def end(self, connection: Connection) -> None:
        """Hand over what was noted, within the transaction."""
        noted = connection.info.pop(_NOTED, None)
        if noted:
            changed = [each for each in _joined(noted) if each.before != each.after]
            if changed:
                self._keep(connection, changed)

    def _before(self, connection: Connection, statement: Any, *_rest: Any) -> None:
        if isinstance(statement, Update | Delete) and statement.table in self._tables:
            connection.info[_BEFORE] = self._read(connection, statement)

    def _after(self, connection: Connection, statement: Any, *rest: Any) -> None:
        if not isinstance(statement, Insert | Update | Delete) or statement.table not in self._tables:
            return
        table: Any = statement.table
        before: dict[tuple[str, ...], Values] = {}
        after: dict[tuple[str, ...], Values] = {}
        if isinstance(statement, Insert):
            rows = [self._row(table, given) for given in rest[-1].context.compiled_parameters]
            after = {_key(table, row): row for row in rows}
        else:
            rows = connection.info.pop(_BEFORE)
            before = {_key(table, row): row for row in rows}
            after = self._again(connection, table, rows) if isinstance(statement, Update) else {}
        origin = current_origin()
        noted = connection.info.setdefault(_NOTED, [])
        for key in {**before, **after}:
            noted.append(ChangedRow(table, key, before.get(key), after.get(key), origin))

    def _read(self, connection: Connection, statement: Update | Delete) -> list[Values]:
        """The rows that a statement is about to change, as they are."""
        table: Any = statement.table
        query = select(*self._columns(table)).with_for_update()
        if statement.whereclause is not None:
            query = query.where(statement.whereclause)
        return [dict(row) for row in connection.execute(query).mappings()]

    def _again(self, connection: Connection, table: Table, rows: Sequence[Values]) -> dict[tuple[str, ...], Values]:
        """Rows by their keys, as they are after a change."""
        found: dict[tuple[str, ...], Values] = {}
        columns = list(table.primary_key)
        for first in range(0, len(rows), READ_AT_ONCE):
            keys = [tuple(row[column.name] for column in columns) for row in rows[first : first + READ_AT_ONCE]]
            query = select(*self._columns(table)).where(tuple_(*columns).in_(keys))
            found |= {_key(table, row): row for row in map(dict, connection.execute(query).mappings())}
        return found

    def _columns(self, table: Table) -> list[Any]:
        return [*table.primary_key, *(table.c[name] for name in self._tables[table] if not table.c[name].primary_key)]

    def _row(self, table: Table, given: Values) -> Values:
        return {column.name: given.get(column.name) for column in self._columns(table)}


def _key(table: Table, row: Values) -> tuple[str, ...]:
    return tuple(str(row[column.name]) for column in table.primary_key)


def _joined(noted: Sequence[ChangedRow]) -> list[ChangedRow]:
    """One change a row: from how it was first to how it is last. A row that was made again is the same row."""
    first: dict[tuple[str, tuple[str, ...]], ChangedRow] = {}
    for each in noted:
        place = (each.table.name, each.key)
        first[place] = replace(each, before=first[place].before) if place in first else each
    return list(first.values())
