"""The database: its engine, the one writer, transactions. The only file that knows SQLite from PostgreSQL."""

import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import structlog
from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql as postgresql_dialect
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import StaticPool

from ..base import private, runtime
from .watching import Keep, Watch, Watched

try:
    from pysqlite3 import dbapi2 as _bundled
except ImportError:
    _bundled = None

log = structlog.get_logger()

# Only a database that is not up to date needs it, and loading it would take a third of every start.
alembic_command = runtime.lazily("alembic.command")
alembic_config = runtime.lazily("alembic.config")
MIGRATIONS = Path(__file__).parents[2] / "models" / "migrations"

WAIT_FOR_WRITER_S = 2.0
CHECKPOINT_EVERY = 100
"""Commits until the log is carried over into the database. SQLite would do it by itself, but keep its errors secret."""
READING = {"connect_timeout": 3}
WRITING = {
    **READING,
    "options": f"-c lock_timeout={int(WAIT_FOR_WRITER_S * 1000)} -c idle_in_transaction_session_timeout=10000",
}
"""Settings of a PostgreSQL session. A wait for a lock ends in time. A process that hangs holds none for ever."""

MIGRATING = 0x61756374
"""The lock under which one process at a time brings the tables up to date."""
SAFE_SQLITE = (3, 51, 3)
"""From here on two connections may checkpoint at one moment (the WAL-reset bug is older)."""


class Unavailable(Exception):
    """The database cannot be written just now: locked, full, or out of reach. Nothing was written."""


class OtherVersion(Unavailable):
    """The tables are of another version than this program's, or not ours at all; the message says which."""


class OutcomeUnknown(Exception):
    """The connection broke while committing: the journal must be read again before anything else."""


class Store:
    """One database. Reads may run side by side; on SQLite one connection of the process begins writes."""

    def __init__(self, url: str, *, commit: str = "hub", die: Callable[[str], NoReturn] | None = None) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.locks_rows = not self.is_sqlite
        """Whether a row that is to be changed must be locked first; on SQLite the transaction itself is the lock."""
        self._commit_in_thread = commit == "thread"
        self._die = die or _end_process
        self._turn = threading.Lock()
        self._commits = 0
        self._watch: Watch | None = None
        self._lock: private.Lock | None = None
        if self.is_sqlite:
            self._lock = private.Lock(Path(self.url.database or ""))
            private.database(Path(self.url.database or ""))
            self._readers = _sqlite_engine(self.url, writes=False)
            self._writer = _sqlite_engine(self.url, writes=True)
        else:
            self._readers = _postgres_engine(self.url, 15, READING)
            self._writer = _postgres_engine(self.url, 5, WRITING)

    def watch(self, tables: Watched, keep: Keep) -> None:
        """From now on hand `keep` the rows of these tables that a transaction has changed, before it commits."""
        self._watch = Watch(self._writer, tables, keep)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that only reads, one consistent view of the database. Raises Unavailable where it is away."""
        if self.is_sqlite:
            with self._readers.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                yield connection
            return
        try:
            with self._readers.connect() as connection:
                yield connection
        except DBAPIError as error:
            if not _is_away(error):
                raise
            raise Unavailable(str(error.orig)) from error

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Like `read`, where several statements must see the very same moment while others write."""
        if self.is_sqlite:
            with self.read() as connection:
                yield connection
        else:
            with self._readers.execution_options(isolation_level="REPEATABLE READ").connect() as connection:
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: committed at the end of the block, taken back if it raises.

        Raises Unavailable where the database cannot be written now, OutcomeUnknown where a commit got no answer. An
        I/O error of the disk ends the process: what is on disk is found out by recovery, never guessed.
        """
        if not self.is_sqlite:
            yield from self._write_at_scale()
            return
        give_up = time.monotonic() + WAIT_FOR_WRITER_S
        if not self._turn.acquire(timeout=WAIT_FOR_WRITER_S):
            raise Unavailable("another writer holds the database")
        try:
            with self._writer.connect() as connection:
                try:
                    self._begin(connection, give_up)
                    self._begin_watching(connection)
                    yield connection
                    self._hand_over(connection)
                    self._commit(connection)
                    self._carry_over(connection)
                except DBAPIError as error:
                    self._fail(error)
        finally:
            self._turn.release()

    def _write_at_scale(self) -> Iterator[Connection]:
        committing = False
        try:
            with self._writer.connect() as connection, connection.begin() as transaction:
                self._begin_watching(connection)
                yield connection
                self._hand_over(connection)
                committing = True
                transaction.commit()
        except DBAPIError as error:
            if not _is_away(error):
                raise
            raise (OutcomeUnknown if committing else Unavailable)(str(error.orig)) from error

    def _begin_watching(self, connection: Connection) -> None:
        if self._watch is not None:
            self._watch.begin(connection)

    def _hand_over(self, connection: Connection) -> None:
        if self._watch is not None:
            self._watch.end(connection)

    def _begin(self, connection: Connection, give_up: float) -> None:
        """BEGIN IMMEDIATE, tried again from here until then: SQLite's own wait would stop every greenlet."""
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except OperationalError as error:
                if _primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                    raise
                time.sleep(0.02)

    def _commit(self, connection: Connection) -> None:
        self._run(connection, "COMMIT")

    def _carry_over(self, connection: Connection) -> None:
        """Now and then carry the log over into the database: full or busy it can wait, broken it cannot."""
        self._commits += 1
        if self._commits % CHECKPOINT_EVERY == 0:
            try:
                self._run(connection, "PRAGMA wal_checkpoint(PASSIVE)")
            except DBAPIError as error:
                with suppress(Unavailable):
                    self._fail(error)

    def _run(self, connection: Connection, statement: str) -> None:
        if self._commit_in_thread:
            runtime.offload(connection.exec_driver_sql, statement)
        else:
            connection.exec_driver_sql(statement)

    def _fail(self, error: DBAPIError) -> NoReturn:
        code = _primary_code(error)
        if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            self._die(f"the database's disk failed: {error.orig}")
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY):
            raise Unavailable(str(error.orig)) from error
        raise error

    def insert_missing(self, connection: Connection, table: Table, row: Mapping[str, object]) -> None:
        """Insert a row unless there is one with its key. Another transaction that deletes that one is waited for."""
        insert = sqlite_dialect.insert if self.is_sqlite else postgresql_dialect.insert
        connection.execute(insert(table).values(dict(row)).on_conflict_do_nothing())

    @staticmethod
    def touch(connection: Connection) -> None:
        """Write a row as it is, to see that it can be. Raises OtherVersion where these are not our tables."""
        found = connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num RETURNING version_num")
        versions, wanted = found.scalars().all(), newest_version()
        if versions != [wanted]:
            raise OtherVersion(f"the tables are of version {', '.join(map(str, versions))}, not {wanted}")

    def now_ms(self) -> int:
        """The time of PostgreSQL's clock, which several machines share. Raises Unavailable."""
        with self.read() as connection:
            return int(connection.scalar(_CLOCK) or 0)

    def claim(self) -> None:
        """Become the one server of this SQLite file. Raises Unavailable where another server has it."""
        if self._lock is None:
            return
        try:
            self._lock.take()
        except private.Taken as error:
            raise Unavailable(f"another server runs on {self.url.database}") from error

    def migrate(self) -> None:
        """Bring the tables to the newest version, all or nothing; where they have it, one look is enough.

        Raises OtherVersion where they are of no version that this release knows.
        """
        with self._writer.connect() as connection:
            if _known_version(connection) == newest_version():
                return
            config = alembic_config.Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            with self._changing_tables(connection):
                alembic_command.upgrade(config, "head")

    @contextmanager
    def _changing_tables(self, connection: Connection) -> Iterator[None]:
        """A transaction in which one process alone may change tables."""
        if not self.is_sqlite:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock({MIGRATING})")
            yield
            connection.commit()
            return
        # Alembic makes a table anew to change it. With foreign keys on, the rows of other tables would go too.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        try:
            self._begin(connection, time.monotonic() + WAIT_FOR_WRITER_S)
            yield
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            connection.rollback()
            raise
        finally:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")

    def back_up(self, path: Path) -> None:
        """Copy a SQLite database as it is at this moment into a new file with mode 0600.

        Raises Unavailable on PostgreSQL, which has tools of its own, and OSError where the file is there already.
        """
        if not self.is_sqlite:
            raise Unavailable("a PostgreSQL database is backed up by its own tools, such as pg_basebackup")
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with self.read() as connection, closing(sqlite_module().connect(path)) as copy:
            database: Any = connection.connection.driver_connection
            database.backup(copy)

    def close(self) -> None:
        """Give every connection back."""
        self._readers.dispose()
        self._writer.dispose()
        if self._lock is not None:
            self._lock.release()  # last: see there


_CLOCK = text("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)")


def _is_away(error: DBAPIError) -> bool:
    """Whether PostgreSQL is out of reach or busy; if not, the error is a defect."""
    return isinstance(error, OperationalError) or error.connection_invalidated


@cache
def versions() -> list[str]:
    """The versions of all migrations; each file's name begins with its version, `0001_what_it_does.py`."""
    return sorted(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def newest_version() -> str:
    """The version of the newest migration."""
    return versions()[-1]


def _known_version(connection: Connection) -> str | None:
    """The version of the tables, None where there are none yet. Raises OtherVersion."""
    found = inspect(connection)
    if not found.has_table("alembic_version"):
        if found.has_table("sales"):
            raise OtherVersion("The database has tables of another program. Give it a database of its own.")
        return None
    version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if version is not None and version not in versions():
        raise OtherVersion(
            f"The tables are of version {version}, and this release knows none after {newest_version()}. "
            "Start the release that they were made by, or a newer one."
        )
    return version


def sqlite_module() -> ModuleType:
    """The safest SQLite at hand: the system's, or the bundled one where the system's is older than the fix."""
    if sqlite3.sqlite_version_info < SAFE_SQLITE and _bundled is not None:
        bundled: ModuleType = _bundled
        return bundled
    return sqlite3


def _postgres_engine(url: Any, size: int, terms: dict[str, Any]) -> Engine:
    return create_engine(
        url, pool_size=size, max_overflow=size, pool_pre_ping=True, connect_args=terms, hide_parameters=True
    )


def _sqlite_engine(url: Any, *, writes: bool) -> Engine:
    pool: dict[str, Any] = {"poolclass": StaticPool} if writes else {"pool_size": 20, "max_overflow": 20}
    engine = create_engine(
        url,
        module=sqlite_module(),
        connect_args={"check_same_thread": False, "timeout": 0},
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        **pool,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        pragmas = ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=0"]
        for pragma in pragmas if writes else [*pragmas, "query_only=ON"]:
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _primary_code(error: DBAPIError) -> int:
    """SQLite's primary result code, 0 where the error has none."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return 0 if code is None else int(code) & 0xFF


def _end_process(reason: str) -> NoReturn:
    log.critical("process ends", reason=reason)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(70)
