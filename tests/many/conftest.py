"""A database of its own for each test of many processes, and a Valkey."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres

from .machines import Broker, House, broker, house


@pytest.fixture
def database_url(postgres_server: str) -> str:
    return postgres.database(postgres_server)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Broker]:
    with broker(tmp_path) as made:
        yield made


@pytest.fixture
def pair(tmp_path: Path, database_url: str, valkey: Broker) -> Iterator[House]:
    """Two processes with a Valkey between them."""
    with house(tmp_path, database_url, broker_url=valkey.url) as made:
        yield made
