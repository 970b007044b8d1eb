"""Copies uploaded files and papers beside a backup of the database, looks through them, and puts them back.

A backup `copy.sqlite3` has its files in the folder `copy.sqlite3.files`, each under its SHA-256. The database says
which they are. So a file that is missing or damaged is known by name.
"""

import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from models.files import files
from models.papers import paper_files

from ..base.config import Config
from ..database.store import Store, sqlite_module
from .folder import HashedFolder

BESIDE = ".files"
"""The ending of a backup's folder, behind the name of its database."""
PAPERS_FOLDER = "papers"
_TABLES = {"files": files, PAPERS_FOLDER: paper_files}


@dataclass(frozen=True, slots=True)
class FileFault:
    """A file that a database names and a folder does not have as it was: `missing` or `damaged`."""

    path: Path
    fault: str


class FilesNotBack(Exception):
    """The files of a backup are not put back; the text says why. Nothing was changed."""


def folders(config: Config) -> dict[str, HashedFolder]:
    """The folders of files by hash that a house has."""
    papers = HashedFolder(config.instance / PAPERS_FOLDER, ".pdf")
    return {"files": HashedFolder(config.files), PAPERS_FOLDER: papers}


def _beside(copy: Path) -> dict[str, HashedFolder]:
    folder = copy.with_name(copy.name + BESIDE)
    return {"files": HashedFolder(folder / "files"), PAPERS_FOLDER: HashedFolder(folder / PAPERS_FOLDER, ".pdf")}


def faults_of_house(store: Store, config: Config) -> list[FileFault]:
    """The files of the running house that are missing or damaged. It reads all of them."""
    return list(_faults(folders(config), _named(store)))


def copy_files(store: Store, config: Config, copy: Path) -> tuple[int, list[FileFault]]:
    """Copy what a backup of the database names into the folder beside it.

    Returns how many files there are now, and those that could not be copied as they were. A file that was erased in
    the meantime is none of them. Raises OSError.
    """
    wanted, source, target = _named_in(copy), folders(config), _beside(copy)
    for folder in target.values():
        folder.path.mkdir(mode=stat.S_IRWXU, parents=True)
    count, faults = 0, []
    for name, digests in wanted.items():
        for digest in digests:
            fault = source[name].copy(digest, target[name])
            count += fault is None
            faults += [(name, digest, fault)] if fault else []
        target[name].sweep_all()
    still = _named(store) if faults else {}
    lost = [each for each in faults if each[1] in still[each[0]]]
    return count, [FileFault(source[name].place(digest), fault) for name, digest, fault in lost]


def faults_of_backup(copy: Path) -> list[FileFault]:
    """The files of a backup that are missing or damaged. It reads all of them."""
    return list(_faults(_beside(copy), _named_in(copy)))


def put_files_back(copy: Path, config: Config) -> None:
    """Give the files of a backup their places in the house. Those that are there as they were stay.

    A file that the backup lacks is left out. Raises FilesNotBack; then nothing was changed.
    """
    source, target = _beside(copy), folders(config)
    lacking = [
        (name, digest)
        for name, digests in _named_in(copy).items()
        for digest in digests
        if source[name].place(digest).exists() and target[name].fault(digest) is not None
    ]
    placed: list[Path] = []
    try:
        _check_room(lacking, source, target)
        for name, digest in lacking:
            was_there = target[name].place(digest).exists()
            target[name].path.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
            if source[name].copy(digest, target[name]) is None and not was_there:
                placed.append(target[name].place(digest))
    except OSError as error:
        for path in placed:
            path.unlink(missing_ok=True)
        why = error.strerror or str(error)
        raise FilesNotBack(f"The files could not be put back: {why}. Nothing was changed.") from error


def _check_room(
    lacking: Sequence[tuple[str, str]], source: dict[str, HashedFolder], target: dict[str, HashedFolder]
) -> None:
    for name, folder in target.items():
        needed = sum(source[name].place(digest).stat().st_size for which, digest in lacking if which == name)
        there = next(each for each in (folder.path, *folder.path.parents) if each.exists())
        if needed > shutil.disk_usage(there).free:
            raise OSError(f"{there} has no room for {needed} bytes")


def _faults(where: dict[str, HashedFolder], wanted: dict[str, list[str]]) -> Iterator[FileFault]:
    for name, digests in wanted.items():
        for digest in digests:
            fault = where[name].fault(digest)
            if fault is not None:
                yield FileFault(where[name].place(digest), fault)


def _named(store: Store) -> dict[str, list[str]]:
    """The hashes that the database names, by folder."""
    with store.read() as connection:
        return {
            name: list(connection.scalars(select(table.c.sha256).distinct().order_by(table.c.sha256)))
            for name, table in _TABLES.items()
        }


def _named_in(copy: Path) -> dict[str, list[str]]:
    """The same of a copy of a database, which may be older than the tables."""
    with closing(sqlite_module().connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as database:
        there = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return {
            name: [row[0] for row in database.execute(f"SELECT DISTINCT sha256 FROM {table.name} ORDER BY 1")]  # noqa: S608 - our names
            for name, table in _TABLES.items()
            if table.name in there
        }
