"""`python -m tests.load WHAT`: one measurement alone, as JSON."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ..postgres import database, server
from . import bidding, crowd, fanout, throughput
from .overload import overload


@click.group(context_settings={"max_content_width": 120})
def cli() -> None:
    """Measure the server under load. `make bench` measures everything."""


@contextmanager
def database_settings(store: str) -> Iterator[dict[str, str]]:
    """The settings of an empty database of that kind."""
    if store == "sqlite":
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="auction-pg-") as folder, server(Path(folder)) as url:
        yield {"AUCTION_DATABASE_URL": database(url)}


def _show(value: object) -> None:
    click.echo(json.dumps(value, indent=1))


@cli.command("fanout")
@click.option("--watchers", multiple=True, type=int, default=[1000], show_default=True)
@click.option("--server", "servers", multiple=True, default=["ours"], show_default=True)
@click.option("--rounds", default=1, show_default=True)
@click.option("--seconds", default=4.0, show_default=True, help="How long the paced measurement lasts.")
def show_fanout(watchers: tuple[int, ...], servers: tuple[str, ...], rounds: int, seconds: float) -> None:
    """What a delivered event costs."""
    rows, missing = fanout.compare(list(watchers), list(servers), fanout.Size(seconds, rounds))
    for row in rows:
        click.echo(json.dumps(row))
    for each in missing:
        click.echo(each, err=True)


@cli.command("bid-path")
@click.option("--watchers", default=3000, show_default=True)
@click.option("--bidders", default=20, show_default=True)
@click.option("--seconds", default=5.0, show_default=True)
def show_path(watchers: int, bidders: int, seconds: float) -> None:
    """Closed-loop bidders before watchers, on SQLite."""
    _show(bidding.path(watchers, bidders, seconds))


@cli.command("calm")
@click.option("--watchers", default=3000, show_default=True)
@click.option("--per-s", default=5.0, show_default=True)
@click.option("--seconds", default=5.0, show_default=True)
def show_calm(watchers: int, per_s: float, seconds: float) -> None:
    """From a bid to every screen, at a steady rate."""
    _show(bidding.calm(watchers, per_s, seconds))


@cli.command("throughput")
@click.option("--store", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--over", type=click.Choice(["engine", "sockets"]), default="engine", show_default=True)
@click.option("--seconds", default=4.0, show_default=True)
def show_throughput(store: str, over: str, seconds: float) -> None:
    """Two hundred bidders, nobody who watches."""
    measure = {"engine": throughput.through_the_engine, "sockets": throughput.over_sockets}[over]
    with database_settings(store) as environ:
        _show(measure(seconds, **environ))


@cli.command("crowd")
@click.option("--watchers", default=10_000, show_default=True)
@click.option("--events", default=8, show_default=True)
def show_crowd(watchers: int, events: int) -> None:
    """Very many watchers, one event a second."""
    _show(crowd.watchers(watchers, events))


@cli.command("storm")
@click.option("--clients", default=3000, show_default=True)
@click.option("--window-ms", default=2000, show_default=True)
def show_storm(clients: int, window_ms: int) -> None:
    """Everybody is cut off at once, and comes back."""
    _show(crowd.storm(clients, window_ms))


@cli.command("slow-readers")
@click.option("--count", default=100, show_default=True)
@click.option("--watchers", default=1000, show_default=True)
@click.option("--seconds", default=120.0, show_default=True)
@click.option("--per-s", default=20.0, show_default=True)
def show_slow_readers(count: int, watchers: int, seconds: float, per_s: float) -> None:
    """Those who never read, and those who never read but say PONG."""
    _show(crowd.slow_readers(count, watchers, seconds, per_s, calm_s=min(seconds, 10)))


@cli.command("overload")
@click.option("--watchers", default=200, show_default=True)
@click.option("--seconds", default=30.0, show_default=True)
def show_overload(watchers: int, seconds: float) -> None:
    """Ten times as many bids as can be decided."""
    _show(overload(watchers, seconds))


if __name__ == "__main__":
    cli()
