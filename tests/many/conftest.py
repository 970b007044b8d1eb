"""A database of its own for each test of many processes, and a Valkey."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres

from .machines import Broker, House, broker, house

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Several servers start for each of these tests: on a busy machine that takes its time."""
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture
def database_url(postgres_server: str) -> str:
    return postgres.database(postgres_server)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Broker]:
    with broker(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[House]:
    """Two processes with a Valkey between them, for all tests of a module."""
    folder = tmp_path_factory.mktemp("pair")
    with broker(folder) as redis, house(folder, postgres.database(postgres_server), broker_url=redis.url) as made:
        made.broker = redis
        yield made
