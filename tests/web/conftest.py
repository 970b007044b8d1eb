"""A house for a module to attack: after each test everybody leaves, and the server is looked at for damage."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from auction.config import read
from auction.limits import RateLimits

from .house import House, a_house


@pytest.fixture(scope="module")
def _house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with a_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def house(_house: House) -> Iterator[House]:
    """A server in the default runtime."""
    yield _house
    _house.clean()


@pytest.fixture(scope="module", params=["eventlet", "threading"])
def _any_house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with a_house(tmp_path_factory.mktemp("house"), request.param) as house:
        yield house


@pytest.fixture
def any_house(_any_house: House) -> Iterator[House]:
    """A server in each runtime that is promised."""
    yield _any_house
    _any_house.clean()


class Now:
    """Seconds that a test sets."""

    s = 0.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def limits(tmp_path: Path) -> RateLimits:
    """The rate limits at their defaults, in a time that stands still."""
    now = Now()
    made = RateLimits(read({"AUCTION_INSTANCE": str(tmp_path)}), now)
    made.now = now
    return made
