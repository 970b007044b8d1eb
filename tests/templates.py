"""Databases that have all tables already: the migrations run once in a process of tests, and what they made is copied.

`tests.serving.parts_for` and `stage` begin with a copy, and so does `tests.postgres.database`. A test of the migrations
themselves takes a `Store` over a database without tables (tests/database/test_migrations.py).
"""

import atexit
import shutil
import tempfile
import uuid
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text

from auction.database.store import Store

_POSTGRES = f"migrated_{uuid.uuid4().hex[:12]}"
"""The name of this process's template on a PostgreSQL server."""


def sqlite(path: Path) -> None:
    """Put a database without rows at a path, unless there is one."""
    if not path.exists():
        shutil.copy(_sqlite(), path)  # with its mode: only its owner may read it


@cache
def _sqlite() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="auction-template-"))
    atexit.register(shutil.rmtree, folder)
    made = folder / "auction.sqlite3"
    _migrate(f"sqlite:///{made}")
    assert [each.name for each in folder.iterdir()] == [made.name], "all of it is in one file"
    return made


def postgres(connection: Connection, server: str, name: str) -> None:
    """Make a database without rows on a server: `connection` is open to it, `server` its address without a name."""
    if not connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": _POSTGRES}):
        connection.execute(text(f"CREATE DATABASE {_POSTGRES}"))
        _migrate(f"{server}/{_POSTGRES}")
    connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {_POSTGRES}"))


def _migrate(url: str) -> None:
    store = Store(url)
    store.migrate()
    store.close()
