"""Writes a long report in a process of its own, so that the server goes on taking bids meanwhile.

The process is the command `export`, run as a module, with a lower priority. It reads the database by itself.
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import structlog
from sqlalchemy import Select, func, select

from models.catalog import lots
from models.journal import heads
from models.rows import SaleRow
from models.trail import trail_heads

from ..base import runtime
from ..base.config import ENV_PREFIX, ROOT
from ..base.rejected import Rejected
from ..parts import Parts
from .reports import source
from .writers import SEPARATORS, to_bytes

log = structlog.get_logger()

LONG = 5_000
"""A report of bids is long if the journal has more events. The trail counts its entries, others the lots."""
AT_MOST_S = 600.0
BEHIND = ("nice", "-n", "19")
"""Puts a process behind the server from its first instruction: its imports alone take most of a second."""
_MODULE = "auction.cli.exports"
_PIECE = 65_536
_turn = threading.Lock()
"""One such process at a time: a second one waits."""


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report as a file of a form, in a language, its cells divided by a separator by name."""

    report: str
    form: str
    language: str
    separator: str = "comma"


def is_long(parts: Parts, sale: SaleRow, report: str) -> bool:
    """Whether a report has so many rows that a process of its own writes it. The sale itself is not read for that."""
    if report == "trail":
        counted: Select[Any] = select(trail_heads.c.n).where(trail_heads.c.sale == sale.id)
    elif report == "bids":
        counted = select(heads.c.n).where(heads.c.sale == sale.id)
    else:
        counted = select(func.count()).select_from(lots).where(lots.c.sale == sale.id)
    with parts.store.read() as connection:
        rows = connection.scalar(counted)
    return (rows or 0) > LONG


def report_bytes(parts: Parts, sale: SaleRow, file: ReportFile) -> Iterator[bytes]:
    """The file in pieces. Raises Rejected if it cannot be written now."""
    if is_long(parts, sale, file.report):
        opened = _written_apart(parts, sale, file)
        return iter(lambda: opened.read(_PIECE), b"")
    of = source(parts, sale, file.report)
    separator = SEPARATORS[file.separator]
    return iter((runtime.offload(to_bytes, of, file.report, file.form, file.language, separator),))


def _written_apart(parts: Parts, sale: SaleRow, file: ReportFile) -> BinaryIO:
    """Start the process, and look now and then whether it has ended. The file is gone once it is read and closed."""
    with _turn, tempfile.TemporaryDirectory(prefix="export-", dir=parts.config.instance) as folder:
        out = Path(folder) / "file"
        options = ("--format", file.form, "--lang", file.language, "--separator", file.separator, "--out", str(out))
        command = [*BEHIND, sys.executable, "-m", _MODULE, sale.id, file.report, *options]
        process = subprocess.Popen(command, cwd=ROOT, env=_environ(parts), stderr=subprocess.DEVNULL)
        status = runtime.end_of(process, AT_MOST_S)
        if not out.exists():
            log.error("a report was not written", sale=sale.id, report=file.report, status=status)
            raise Rejected("UNAVAILABLE")
        return out.open("rb")


def _environ(parts: Parts) -> dict[str, str]:
    """The environment of this process, with the place of its data."""
    place = {"INSTANCE": str(parts.config.instance), "DATABASE_URL": parts.config.database_url}
    return {**os.environ, **{f"{ENV_PREFIX}{name}": value for name, value in place.items()}}
