"""How long the organizer's pages of a sale of 178 lots take to make: from the request to its text, without a server."""

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from ..large import PAGES, large_sale
from .hall import Row

TIMES = 15


def organizer() -> Row:
    """By page: the median of its making, in milliseconds."""
    with TemporaryDirectory() as folder, large_sale(Path(folder)) as large:
        took_ms: Row = {}
        for page in PAGES:
            large.get(page)
            each_ms = []
            for _ in range(TIMES):
                began = time.perf_counter()
                large.get(page)
                each_ms.append((time.perf_counter() - began) * 1e3)
            took_ms[f"{page}_ms"] = round(median(each_ms), 1)
        return took_ms
