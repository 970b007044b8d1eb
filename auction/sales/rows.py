"""The rows of sales, lots and the patents in them: read in their order, written, deleted."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, delete, insert, select

from models.catalog import lots, patents, sales
from models.rows import LotRow, PatentRow, SaleRow, columns_of, new_columns, typed

from ..base.rejected import Rejected

RowOfSale = TypeVar("RowOfSale", LotRow, PatentRow)


def sale_row(connection: Connection, sale: str, *, lock: bool = False) -> SaleRow:
    """A sale's row; if asked, no other transaction changes it before this one ends. Raises Rejected."""
    query = select(sales).where(sales.c.id == sale)
    row = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise Rejected("UNKNOWN_SALE")
    return typed(SaleRow, row)


def this_lot(sale: str, lot: str) -> Select[Any]:
    """Finds one lot."""
    return select(lots).where(lots.c.sale == sale, lots.c.lot == lot)


def lot_row(connection: Connection, sale: str, lot: str) -> LotRow | None:
    """One lot."""
    row = connection.execute(this_lot(sale, lot)).mappings().one_or_none()
    return None if row is None else typed(LotRow, row)


def lot_rows(connection: Connection, sale: str) -> list[LotRow]:
    """The lots of a sale in the order in which they are sold."""
    query = select(lots).where(lots.c.sale == sale).order_by(lots.c.position)
    return [typed(LotRow, row) for row in connection.execute(query).mappings()]


def patent_rows(connection: Connection, sale: str, lot: str | None = None) -> list[PatentRow]:
    """The patents of one lot, or of all lots of a sale, in their order."""
    query = select(patents).where(patents.c.sale == sale).order_by(patents.c.lot, patents.c.position)
    rows = connection.execute(query if lot is None else query.where(patents.c.lot == lot))
    return [typed(PatentRow, row) for row in rows.mappings()]


def lots_of_sales(connection: Connection, wanted: Sequence[str]) -> dict[str, list[LotRow]]:
    """The lots of several sales, each sale's in their order."""
    query = select(lots).where(lots.c.sale.in_(wanted)).order_by(lots.c.sale, lots.c.position)
    return _by_sale(typed(LotRow, row) for row in connection.execute(query).mappings())


def patents_of_sales(connection: Connection, wanted: Sequence[str]) -> dict[str, list[PatentRow]]:
    """The patents of several sales, each lot's in their order."""
    order = (patents.c.sale, patents.c.lot, patents.c.position)
    query = select(patents).where(patents.c.sale.in_(wanted)).order_by(*order)
    return _by_sale(typed(PatentRow, row) for row in connection.execute(query).mappings())


def _by_sale(rows: Iterable[RowOfSale]) -> dict[str, list[RowOfSale]]:
    found: dict[str, list[RowOfSale]] = {}
    for row in rows:
        found.setdefault(row.sale, []).append(row)
    return found


def by_lot(numbers: Iterable[PatentRow]) -> dict[str, list[PatentRow]]:
    """Patents by the lot that they are in."""
    found: dict[str, list[PatentRow]] = {}
    for each in numbers:
        found.setdefault(each.lot, []).append(each)
    return found


def delete_lots(connection: Connection, sale: str, numbers: Sequence[str]) -> None:
    """Take lots out, with their patents."""
    for table in (patents, lots):
        for lot in numbers:
            connection.execute(delete(table).where(table.c.sale == sale, table.c.lot == lot))


def write_lot(connection: Connection, row: LotRow) -> None:
    """Write a new lot. If its row has no salt, the table makes one."""
    connection.execute(insert(lots), new_columns(row) if row.salt is None else columns_of(row))


def write_patents(connection: Connection, sale: str, lot: str, numbers: Sequence[PatentRow]) -> None:
    """Write the patents of a lot that has none, in their order."""
    rows = [new_columns(replace(each, sale=sale, lot=lot, position=place)) for place, each in enumerate(numbers)]
    if rows:
        connection.execute(insert(patents), rows)


def same_numbers(one: Iterable[PatentRow], other: Iterable[PatentRow]) -> bool:
    """Whether two lists of patents name the same ones; what the law has to know of them may differ."""
    return [each.as_written for each in one] == [each.as_written for each in other]
