"""A site for a module to use, with people who come and go; and a house for a module to attack: after each test
everybody leaves, and the server is looked at for damage."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from auction.base.config import read
from auction.cluster.limits import RateLimits
from auction.people.accounts import Purpose, Role
from tests.serving import Cast, Person, Server, parts_for, stage

from .house import House, a_house


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Cast]]:
    """A server for the whole module, with the cast of `stage`."""
    folder = tmp_path_factory.mktemp("site")
    cast = stage(folder)
    server = Server(folder).start()
    yield server, cast
    server.stop()


@pytest.fixture
def come(site: tuple[Server, Cast]) -> Iterator[Callable[..., Person]]:
    """come("organizer", "zh"): a person of the cast by a new link, reading a language; others are new bidders."""
    server, cast = site
    everybody: list[Person] = []

    def enter(name: str, language: str = "en") -> Person:
        parts = parts_for(server.instance)
        user = cast.users.get(name) or parts.accounts.create(f"{name}@new.invalid", name, Role.BIDDER)
        person = Person(server.url)
        person.http.headers["Accept-Language"] = language
        person.enter(parts.accounts.make_link(Purpose.SIGN_IN, user))
        parts.store.close()
        everybody.append(person)
        return person

    yield enter
    for person in everybody:
        person.leave()


@pytest.fixture
def organizer(come: Callable[..., Person]) -> Person:
    return come("organizer")


@pytest.fixture
def auctioneer(come: Callable[..., Person]) -> Person:
    return come("auctioneer")


@pytest.fixture(scope="module")
def _house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with a_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def house(_house: House) -> Iterator[House]:
    """A server in the default runtime."""
    yield _house
    _house.clean()


ANY_RUNTIME = ("eventlet", "threading", "gevent") if os.environ.get("LONG") else ("eventlet", "threading")


@pytest.fixture(scope="module", params=ANY_RUNTIME)
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
