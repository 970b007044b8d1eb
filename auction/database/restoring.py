"""Put a backup of a SQLite database in the place of the present one, which is kept beside it."""

import os
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import URL

from ..base import private
from .store import sqlite_module, versions


class NotABackup(Exception):
    """A file that cannot take the database's place. Its text says why."""


def put_back(url: URL, copy: Path, before: Callable[[], None] = lambda: None) -> Path | None:
    """Let `copy` take the place of the database. Returns where the present one is kept now; None if there was none.

    `before` puts in place what belongs to it, while no server can run; the database follows if it raises nothing.
    Raises NotABackup, what `before` raises, and private.Taken while a server has the database. Then nothing has
    changed.
    """
    place = Path(os.path.realpath(url.database or ""))
    _check(copy)
    lock = private.Lock(place)
    lock.take()
    try:
        coming = place.with_name(f"{place.name}.coming")
        coming.unlink(missing_ok=True)
        private.database(coming)
        sqlite = sqlite_module()
        try:
            with closing(sqlite.connect(copy)) as old, closing(sqlite.connect(coming)) as new:
                old.backup(new)
        except sqlite.Error as error:  # the disk is full, say
            coming.unlink()
            raise NotABackup(f"{copy} could not be copied: {error}. Nothing was changed.") from error
        try:
            before()
        except BaseException:
            coming.unlink()
            raise
        return _exchange(place, coming)
    finally:
        lock.release()


def _check(copy: Path) -> None:
    if not copy.is_file():
        raise NotABackup(f"There is no file {copy}.")
    sqlite = sqlite_module()
    try:
        with closing(sqlite.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as database:
            fault = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            version = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite.DatabaseError as error:
        raise NotABackup(f"{copy} is no backup of an auction: {error}.") from error
    if fault != "ok":
        raise NotABackup(f"{copy} is damaged: {fault}.")
    if version is None or version[0] not in versions():
        raise NotABackup(f"{copy} has tables of a version that this release does not know.")


def _exchange(place: Path, coming: Path) -> Path | None:
    """One rename: a loss of power leaves the old database or the new one, never none."""
    kept = _free_name(place) if place.stat().st_size else None  # the lock makes an empty file where there was none
    if kept is not None:
        _write_whole(place)
        os.link(place, kept)
    for side in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.replace(f"{place}{side}", f"{kept or coming}{side}")
    os.replace(coming, place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return kept


def _write_whole(place: Path) -> None:
    """Write what stands in the log into the file itself. A damaged database is kept as it is, its log beside it."""
    sqlite = sqlite_module()
    with suppress(sqlite.DatabaseError), closing(sqlite.connect(place)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _free_name(place: Path) -> Path:
    """The first name for the present database that is not taken by an earlier one."""
    number = 1
    while (name := place.with_name(f"{place.name}.before-{number}")).exists():
        number += 1
    return name
