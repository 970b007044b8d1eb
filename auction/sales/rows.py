"""The rows of lots and of the patents in them: read in their order, written, deleted."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select

from models.catalog import lots, patents

Row = dict[str, Any]


def this_lot(sale: str, lot: str) -> Select[Any]:
    """Finds one lot."""
    return select(lots).where(lots.c.sale == sale, lots.c.lot == lot)


def delete_lots(connection: Connection, sale: str, numbers: Sequence[str]) -> None:
    """Take lots out, with their patents."""
    for table in (patents, lots):
        for lot in numbers:
            connection.execute(delete(table).where(table.c.sale == sale, table.c.lot == lot))


def write_patents(connection: Connection, sale: str, lot: str, numbers: Sequence[Mapping[str, Any]]) -> None:
    """Write the patents of a lot that has none, in their order."""
    rows = [{"sale": sale, "lot": lot, "position": place, **each} for place, each in enumerate(numbers)]
    if rows:
        connection.execute(insert(patents), rows)


def same_numbers(one: Iterable[Mapping[str, Any]], other: Iterable[Mapping[str, Any]]) -> bool:
    """Whether two lists of patents name the same ones; what the law has to know of them may differ."""
    return [each["as_written"] for each in one] == [each["as_written"] for each in other]


def patent_rows(connection: Connection, sale: str, lot: str | None = None) -> list[Row]:
    """The patents of one lot, or of all lots of a sale, in their order."""
    query = select(patents).where(patents.c.sale == sale).order_by(patents.c.lot, patents.c.position)
    rows = connection.execute(query if lot is None else query.where(patents.c.lot == lot))
    return [dict(row) for row in rows.mappings()]


def lot_rows(connection: Connection, sale: str) -> list[Row]:
    """The lots of a sale in the order in which they are sold."""
    query = select(lots).where(lots.c.sale == sale).order_by(lots.c.position)
    return [dict(row) for row in connection.execute(query).mappings()]
