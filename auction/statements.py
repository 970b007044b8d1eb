"""Statements of the bid's path: prepared once, and the one construct that the databases spell differently."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Executable, Table, insert
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]

Values = Mapping[str, Any]


class Prepared:
    """A statement of the bid's path, compiled once a dialect; its values go to the driver as they are.

    So they must be what the driver takes: whole numbers, texts, bytes and None.
    """

    def __init__(self, statement: Executable, *columns: str) -> None:
        self._statement = statement
        self._columns = list(columns) or None
        self._compiled: dict[str, tuple[str, list[str] | None]] = {}

    def __call__(self, connection: Connection, values: Values | Sequence[Values]) -> CursorResult[Any]:
        """Execute it with one set of values, or with many at once."""
        dialect = connection.dialect
        text, order = self._compiled.get(dialect.name) or self._compile(dialect)
        if order is None:
            return connection.exec_driver_sql(text, values)
        if isinstance(values, Mapping):
            return connection.exec_driver_sql(text, tuple([values[name] for name in order]))
        return connection.exec_driver_sql(text, [tuple([each[name] for name in order]) for each in values])

    def _compile(self, dialect: Dialect) -> tuple[str, list[str] | None]:
        compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)  # type: ignore[attr-defined]
        order = None if compiled.positiontup is None else list(compiled.positiontup)
        self._compiled[dialect.name] = str(compiled), order
        return self._compiled[dialect.name]


class Rows:
    """Rows into one table, many at once: on SQLite row by row in one call, which costs it little; on PostgreSQL as one
    statement with an array for each column, which costs a third of as many statements."""

    def __init__(self, table: Table) -> None:
        self._names = [column.name for column in table.c]
        self._one_by_one = Prepared(insert(table), *self._names)
        types = {column.name: column.type.compile(dialect=_POSTGRESQL) for column in table.c}
        arrays = ", ".join(f"%({name})s::{kind}[]" for name, kind in types.items())
        columns = ", ".join(f'"{name}"' for name in self._names)
        self._at_once = f'INSERT INTO "{table.name}" ({columns}) SELECT * FROM unnest({arrays})'  # noqa: S608 - our names

    def write(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Write them; values as `Prepared` takes them."""
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(self._at_once, {name: [row[name] for row in rows] for name in self._names})
        else:
            self._one_by_one(connection, rows)


class listed(FunctionElement[Any]):
    """The texts of a JSON array as a subquery's rows: `column.op("IN")(listed(bindparam("keys")))` has one form for any
    number of them, so that it can be prepared."""

    inherit_cache = True


@compiles(listed, "sqlite")
def _listed_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **options)}))"  # noqa: S608 - a bound value


@compiles(listed, "postgresql")
def _listed_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"(SELECT json_array_elements_text(({compiler.process(element.clauses, **options)})::json))"
