"""Statements of the bid's path: prepared once, and the one construct that the databases spell differently."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import ClauseElement, Connection, CursorResult, Dialect, Table, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

Values = Mapping[str, Any]


class Prepared:
    """A statement of the bid's path, compiled once a dialect; its values go to the driver as they are.

    So they must be what the driver takes: whole numbers, texts, bytes and None.
    """

    def __init__(self, statement: ClauseElement, *columns: str) -> None:
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
        compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)
        assert isinstance(compiled, SQLCompiler), "only a statement that reads or writes rows is prepared"
        order = None if compiled.positiontup is None else list(compiled.positiontup)
        self._compiled[dialect.name] = str(compiled), order
        return self._compiled[dialect.name]


class ManyRows:
    """Rows into one table, many at once. SQLite takes them row by row in one call, which costs it little. PostgreSQL
    takes one statement with all rows in one JSON document. That costs an eighth of an array for each column."""

    def __init__(self, table: Table) -> None:
        self._one_by_one = Prepared(insert(table), *(column.name for column in table.c))
        columns = ", ".join(f'"{column.name}"' for column in table.c)
        self._at_once = (
            f'INSERT INTO "{table.name}" ({columns}) '  # noqa: S608 - our names
            f'SELECT {columns} FROM json_populate_recordset(NULL::"{table.name}", %(rows)s)'
        )

    def write(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Write them; values as `Prepared` takes them."""
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(self._at_once, {"rows": orjson.dumps(rows, default=_hexadecimal).decode()})
        else:
            self._one_by_one(connection, rows)


def _hexadecimal(value: bytes) -> str:
    """Bytes as PostgreSQL reads them from a text."""
    return "\\x" + value.hex()


class among(FunctionElement[Any]):
    """Whether a column's value is one of the texts of a JSON array: `among(column, bindparam("keys"))` has one form for
    any number of them, so that it can be prepared. Each is looked up in the index, however long the table is.

    It is not typed as a Boolean: SQLite has none, `= 1` would be appended, and no index be used.
    """

    inherit_cache = True


@compiles(among, "sqlite")
def _among_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, texts = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"  # noqa: S608 - a bound value


@compiles(among, "postgresql")
def _among_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    # Not IN: to PostgreSQL that is a join, for which it would rather read every row there is.
    column, texts = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY (ARRAY(SELECT json_array_elements_text(({texts})::json)))"
