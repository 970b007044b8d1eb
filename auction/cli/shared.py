"""Shared parts of the commands: settings, parts, the named sale, and their failures."""

import sys

import click

from models.rows import SaleRow

from ..base import config as settings
from ..base import logs
from ..base.origin import CameFrom, ClientKind, come_from
from ..parts import Parts, build
from ..words import i18n

STDIN = "-"
language = click.option("--lang", type=click.Choice(i18n.LOCALES), default="en", help="Language of the sentences.")


def fail(message: str, status: int = 1) -> None:
    """Say in one line on standard error what went wrong, and end."""
    click.echo(" ".join(message.split()), err=True)
    sys.exit(status)


def read_config() -> settings.Config:
    """The settings; only the commands that need them read them, so that the others work anywhere."""
    config = settings.read()
    logs.configure(config.log)
    return config


def open_parts(config: settings.Config | None = None) -> Parts:
    """The parts for a command that works beside a server or without one."""
    come_from(CameFrom(ClientKind.COMMAND))
    parts = build(config or read_config(), lambda _room, _name, _message: None)
    parts.store.migrate()
    parts.engine.start()
    return parts


def sale_named(parts: Parts, slug: str) -> SaleRow:
    """The row of the sale with a slug. Raises ClickException."""
    sale = parts.sales.find(slug)
    if sale is None:
        raise click.ClickException(f"There is no sale {slug}.")
    return sale
