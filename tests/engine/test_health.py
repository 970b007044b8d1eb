"""What /healthz says is true: the next bid is taken, or it is known why not."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text

from auction.database.store import Unavailable, sqlite_module
from auction.engine.orders import Order
from auction.rules import commands as cmd
from auction.web.application import create_app
from tests.played import publish
from tests.serving import parts_for, wait_for

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def parts(tmp_path, database):
    made = parts_for(tmp_path, **database)
    made.engine.start()
    yield made
    made.engine.stop()
    made.store.close()


def a_bid(parts, sale: str) -> Order:
    return Order(sale, "101", cmd.PlaceBid(parts.clock.now_ms(), "1", "101", 1), uuid.uuid4().hex)


def status(parts) -> int:
    return create_app(parts).test_client().get("/healthz").status_code


def soon(parts, wanted: int) -> None:
    wait_for(lambda: status(parts) == wanted)


@contextmanager
def elsewhere(parts):
    """Another program over the same database, which holds what it has changed."""
    own = {"module": sqlite_module()} if parts.store.is_sqlite else {}  # locks do not hold between two libraries
    engine = create_engine(parts.store.url, **own)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_08_24_tables_of_another_version_are_no_health(parts):
    soon(parts, 200)
    with elsewhere(parts) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
    soon(parts, 503)
    assert "9999" in create_app(parts).test_client().get("/healthz").json["reason"]


def test_08_24_while_every_bid_is_unavailable_it_is_not_ready(parts):
    """On PostgreSQL the probe wrote nothing: another held the head, every bid was UNAVAILABLE, and it said 200."""
    sale = publish(parts, parts.clock).id
    soon(parts, 200)
    with elsewhere(parts) as other:
        if parts.store.is_sqlite:
            other.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            other.execute(text("SELECT n FROM heads WHERE sale = :sale FOR UPDATE"), {"sale": sale})
        with pytest.raises(Unavailable):
            parts.engine.submit(a_bid(parts, sale)).result(8)
        soon(parts, 503)
        assert status(parts) == 503
        other.rollback()
    soon(parts, 200)
    parts.engine.submit(a_bid(parts, sale)).result(8)


def test_08_24_a_writer_that_has_ended_is_no_health(parts):
    soon(parts, 200)
    parts.engine.stop()
    assert status(parts) == 503


def test_08_24_a_crowd_that_asks_makes_one_look(parts):
    looks = 0
    stock = parts.store.touch

    def counted(connection):
        nonlocal looks
        looks += 1
        stock(connection)

    parts.store.touch = counted
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: parts.health.reason(), range(400)))
    assert 1 <= looks <= 3, "once a second"
