"""What the faults happen to: a sale staged once and copied for each test, and a disk that can fail."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.serving import Cast, Server, stage

from .disk import compiled

BIDDERS = 4
Copy = Callable[[Path], Cast]
Say = Callable[[str], None]
Serve = Callable[..., Server]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The disk as a library to preload."""
    return compiled(tmp_path_factory.mktemp("disk"))


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """staged(folder): a copy of the sale there, and its people."""
    first = tmp_path_factory.mktemp("staged")
    cast = stage(first, bidders=BIDDERS)

    def copy(folder: Path) -> Cast:
        shutil.copytree(first, folder, dirs_exist_ok=True)
        return cast

    return copy


@pytest.fixture
def serve() -> Iterator[Serve]:
    """serve(folder, environ): a server that is running, and is ended with the test."""
    started: list[Server] = []

    def start(folder: Path, environ: dict[str, str] | None = None, **options: str) -> Server:
        started.append(Server(folder, environ or {}, **options))
        return started[-1].start()

    yield start
    for server in started:
        server.stop(signal.SIGKILL)


@pytest.fixture
def say(capsys: pytest.CaptureFixture) -> Say:
    """say(line): a figure of a long run, for docs/reliability.md."""

    def out(line: str) -> None:
        if os.environ.get("LONG"):
            with capsys.disabled():
                print(f"\n{line}")  # noqa: T201 - who runs the long counts wants to read it

    return out
