"""One writer for each form of file; every report can be written in every form."""

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any

Row = tuple[Any, ...]

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def to_csv(rows: Iterable[Row]) -> bytes:
    """UTF-8 with a byte order mark, so that a spreadsheet reads it; cells that would be formulas are defused."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_defused(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _defused(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


WRITERS: dict[str, Callable[[Iterable[Row]], bytes]] = {"csv": to_csv}
