"""The commands that copy the database with its files, put a copy back, and look through the files."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import click

from ..base import private
from ..base.config import Config
from ..database.restoring import NotABackup, put_back
from ..files.backup import (
    FileFault,
    FilesNotBack,
    copy_files,
    faults_of_backup,
    faults_of_house,
    put_files_back,
)
from ..parts import build
from ..sales.restored import say_restored
from .shared import open_parts, read_config


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the SQLite database, uploaded files and papers.

    The database goes into the new FILE, the others into the folder FILE.files beside it. The server may run meanwhile.
    Only its owner may read the copy. Keep the keys apart from it.
    """
    config = read_config()
    store = build(config, lambda _room, _name, _message: None).store
    store.back_up(file)
    count, faults = copy_files(store, config, file)
    click.echo(f"The database is copied, and {count} files and papers beside it.")
    if faults:
        _say(faults)
        raise click.ClickException(f"{len(faults)} files of the house could not be copied as they were.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--incomplete", is_flag=True, help="Put it back although files of it are missing or damaged.")
def restore(file: Path, incomplete: bool) -> None:
    """Put a backup back, while no server runs.

    Its files and papers come along. The present database is kept beside it.

    Every sale that is not closed is paused, and its record says why: numbers
    that were told once are used again. Resume it when everybody has looked.
    """
    config = read_config()
    before = build(config, lambda _room, _name, _message: None).store
    if not before.is_sqlite:
        raise click.ClickException("A PostgreSQL database is put back by its own tools.")
    before.close()
    try:
        kept = put_back(before.url, file, partial(_files_back, file, config, incomplete))
    except (NotABackup, FilesNotBack) as error:
        raise click.ClickException(str(error)) from error
    except private.Taken as error:
        raise click.ClickException("A server has the database. Stop it first.") from error
    if kept is not None:
        click.echo(f"The database that was there is kept as {kept.name}.")
    parts = open_parts(config)
    if config.shares_files:
        parts.files.take_folder()
    for slug in say_restored(parts.sales, parts.engine, parts.clock.now_ms()):
        click.echo(f"{slug} is paused, and its record says that an older record was put back.")


@click.command("check-files")
@click.option("--take-folder", is_flag=True, help="Let the folder of AUCTION_FILES be the house's from now on.")
@click.option("--erase-unnamed", is_flag=True, help="Erase files that nothing names any more since a day.")
def check_files(take_folder: bool, erase_unnamed: bool) -> None:
    """Look through all uploaded files and papers. Exit status 1: a file is missing or damaged; each is named."""
    config = read_config()
    parts = open_parts(config)
    if take_folder:
        parts.files.take_folder()
    if erase_unnamed:
        click.echo(f"Erased: {parts.files.erase_unnamed()}")
    faults = faults_of_house(parts.store, config)
    _say(faults)
    if faults:
        raise click.ClickException(f"{len(faults)} files are missing or damaged.")
    click.echo("All files and papers are there as they were.")


def _files_back(file: Path, config: Config, incomplete: bool) -> None:
    faults = faults_of_backup(file)
    _say(faults)
    if faults and not incomplete:
        raise FilesNotBack(
            f"{len(faults)} files of this backup are missing or damaged. Nothing was changed. "
            "With --incomplete it is put back without them."
        )
    put_files_back(file, config)


def _say(faults: Iterable[FileFault]) -> None:
    for each in faults:
        click.echo(f"{each.path}: {each.fault}")
