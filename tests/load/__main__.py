"""`python -m tests.load WHAT`: one measurement alone, as JSON."""

import json
import sys
from pathlib import Path

import click

from . import (
    bench,
    bidding,
    crowd,
    databases,
    exports,
    fanout,
    hammers,
    organizer,
    pages,
    records,
    report,
    scale,
    throughput,
)
from .hall import hall
from .overload import overload
from .slow import slow_readers


@click.group(context_settings={"max_content_width": 120})
def cli() -> None:
    """Measure the server under load. `make bench` measures everything."""


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
    with hall(watchers, bidders) as full:
        _show(bidding.path(full, seconds))


@cli.command("calm")
@click.option("--watchers", default=3000, show_default=True)
@click.option("--per-s", default=5.0, show_default=True)
@click.option("--seconds", default=5.0, show_default=True)
def show_calm(watchers: int, per_s: float, seconds: float) -> None:
    """From a bid to every screen, at a steady rate."""
    with hall(watchers, 20) as full:
        _show(bidding.calm(full, per_s, seconds))


@cli.command("throughput")
@click.option("--store", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--over", type=click.Choice(["engine", "sockets"]), default="engine", show_default=True)
@click.option("--seconds", default=4.0, show_default=True)
def show_throughput(store: str, over: str, seconds: float) -> None:
    """Two hundred bidders, no watcher."""
    with databases.store(store) as environ:
        if over == "engine":
            _show(throughput.through_the_engine(seconds, **environ))
        else:
            with hall(0, throughput.BIDDERS, **environ) as full:
                _show(bidding.path(full, seconds))


@cli.command("crowd")
@click.option("--watchers", default=10_000, show_default=True)
@click.option("--seconds", default=8.0, show_default=True)
def show_crowd(watchers: int, seconds: float) -> None:
    """Very many watchers, one bid a second."""
    with hall(watchers, 5) as full:
        _show(crowd.watchers(full, seconds))


@cli.command("storm")
@click.option("--clients", default=3000, show_default=True)
@click.option("--window-ms", default=2000, show_default=True)
def show_storm(clients: int, window_ms: int) -> None:
    """Everybody is cut off at once, and comes back."""
    bidders = min(clients, 200)
    strangers = clients - bidders
    with hall(strangers, bidders, strangers, "bidder") as full:
        _show(crowd.storm(full, window_ms))


@cli.command("slow-readers")
@click.option("--count", default=100, show_default=True)
@click.option("--watchers", default=1000, show_default=True)
@click.option("--seconds", default=120.0, show_default=True)
@click.option("--per-s", default=20.0, show_default=True)
def show_slow_readers(count: int, watchers: int, seconds: float, per_s: float) -> None:
    """Those who never read, and those who never read but say PONG."""
    with hall(watchers, 20) as full:
        _show(slow_readers(full, count, per_s, seconds, calm_s=min(seconds, 10)))


@cli.command("overload")
@click.option("--watchers", default=200, show_default=True)
@click.option("--seconds", default=30.0, show_default=True)
def show_overload(watchers: int, seconds: float) -> None:
    """Ten times as many bids as can be decided."""
    with hall(watchers, 200) as full:
        _show(overload(full, bidding.path(full, 4), seconds))


@cli.command("pages")
@click.option("--seconds", default=10.0, show_default=True)
def show_pages(seconds: float) -> None:
    """Public pages beside bids."""
    with hall(0, 20, lots=pages.LOTS) as full:
        _show(pages.pages(full, seconds))


@cli.command("hammers")
@click.option("--count", default=100, show_default=True)
@click.option("--every-s", default=2.0, show_default=True)
@click.option("--watchers", default=500, show_default=True)
def show_hammers(count: int, every_s: float, watchers: int) -> None:
    """Confirmations of sale behind hammers, beside bids."""
    _show(hammers.hammers(count, every_s, watchers))


@cli.command("exports")
@click.option("--rows", default=100_000, show_default=True)
def show_exports(rows: int) -> None:
    """A long report in every form, beside bids."""
    _show(exports.exports(rows))


@cli.command("organizer")
def show_organizer() -> None:
    """The organizer's pages of a large sale."""
    _show(organizer.organizer())


@cli.command("records")
@click.option("--events", default=10_000, show_default=True)
def show_records(events: int) -> None:
    """How quickly events are chained, verified and replayed."""
    records.main(events)


@cli.command("scale")
@click.option("--watchers", default=1000, show_default=True)
@click.option("--seconds", default=5.0, show_default=True)
def show_scale(watchers: int, seconds: float) -> None:
    """Two processes against one."""
    with databases.postgresql() as new, databases.broker() as environ:
        _show(scale.compare(watchers, seconds, lambda: new() | environ))


@cli.command("all")
def measure_all() -> None:
    """Everything, as `make bench` does: QUICK=1 for a short run, BENCH_OUT for where the results go."""
    sys.exit(bench.main())


@cli.command("report")
@click.argument("results", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=bench.OUT)
def write_report(results: Path) -> None:
    """Write docs/benchmarks.md and its pictures from RESULTS."""
    report.write(results)


if __name__ == "__main__":
    cli()
