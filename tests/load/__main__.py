"""`python -m tests.load WHAT`: one measurement alone, as JSON."""

import json

import click

from . import bidding, fanout


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
    _show(bidding.path(watchers, bidders, seconds))


@cli.command("calm")
@click.option("--watchers", default=3000, show_default=True)
@click.option("--per-s", default=5.0, show_default=True)
@click.option("--seconds", default=5.0, show_default=True)
def show_calm(watchers: int, per_s: float, seconds: float) -> None:
    """From a bid to every screen, at a steady rate."""
    _show(bidding.calm(watchers, per_s, seconds))


if __name__ == "__main__":
    cli()
