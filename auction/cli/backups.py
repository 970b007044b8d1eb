"""The commands that copy the database, and put a copy back."""

from pathlib import Path

import click

from ..base import private
from ..database.restoring import NotABackup, put_back
from ..parts import build
from ..sales.restored import say_restored
from .shared import open_parts, read_config


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the SQLite database into a new file.

    The server may run meanwhile. Only its owner may read the copy. Keep the keys apart from it.
    """
    build(read_config(), lambda _room, _name, _message: None).store.back_up(file)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put a backup back, while no server runs.

    The present database is kept beside it. Every sale that is not closed is paused, and its record says why: numbers
    that were told once are used again. Resume it when everybody has looked.
    """
    config = read_config()
    before = build(config, lambda _room, _name, _message: None).store
    if not before.is_sqlite:
        raise click.ClickException("A PostgreSQL database is put back by its own tools.")
    before.close()
    try:
        kept = put_back(before.url, file)
    except NotABackup as error:
        raise click.ClickException(str(error)) from error
    except private.Taken as error:
        raise click.ClickException("A server has the database. Stop it first.") from error
    if kept is not None:
        click.echo(f"The database that was there is kept as {kept.name}.")
    parts = open_parts(config)
    for slug in say_restored(parts.sales, parts.engine, parts.clock.now_ms()):
        click.echo(f"{slug} is paused, and its record says that an older record was put back.")
