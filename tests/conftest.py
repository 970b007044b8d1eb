"""Fixtures that all tests share. Tests of this process run on plain threads; real servers run in their own process."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from auction.parts import Parts

from . import postgres
from .serving import Cast, Person, Server, parts_for, stage

pytest_plugins = ["tests.skips", "tests.fixtures"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers a core: half of the time of a test is waiting for a server."""
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 2 * ours


SLOW = ("engine/test_runtimes.py", "browser/", "many/", "faults/", "demo/", "server/", "audit/check/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first, so that at the end no worker has a long one alone."""
    items.sort(key=lambda item: next((n for n, each in enumerate(SLOW) if f"tests/{each}" in item.path.as_posix()), 99))


class SetClock:
    """A clock that a test sets."""

    def __init__(self, now_ms: int = 1_543_363_200_000) -> None:
        self.at_ms = now_ms

    def now_ms(self) -> int:
        return self.at_ms


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server, started when the first test asks for it."""
    with postgres.folder() as here, postgres.server(here) as url:
        yield url


@pytest.fixture
def database(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of the database that a test runs on: SQLite, unless it is parametrized with "postgres"."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return {}
    return {"AUCTION_DATABASE_URL": postgres.database(request.getfixturevalue("postgres_server"))}


@pytest.fixture
def parts(tmp_path: Path, database: dict[str, str]) -> Iterator[Parts]:
    """The parts over a database of their own, deciding but serving nothing."""
    made = parts_for(tmp_path, **database)
    made.engine.start()
    made.feed.start()
    yield made
    made.feed.stop()
    made.engine.stop()
    made.store.close()


@pytest.fixture(params=["eventlet", "threading"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Server, Cast]]:
    """A server with a staged sale, in each runtime that is promised."""
    cast = stage(tmp_path)
    server = Server(tmp_path, {"AUCTION_ASYNC_MODE": request.param}).start()
    yield server, cast
    server.stop()


@pytest.fixture
def enter(running: tuple[Server, Cast]) -> Iterator:
    """enter("bidder1", "bidder"): a person of the cast, signed in and joined."""
    server, cast = running
    everybody: list[Person] = []

    def come_in(name: str | None, part: str = "watcher") -> Person:
        person = Person(server.url)
        if name is not None:
            person.enter(cast.links[name])
        person.connect(cast.slug, part)
        everybody.append(person)
        return person

    yield come_in
    for person in everybody:
        person.leave()
