"""Keeps files that people upload: judged by content, once under their hash, erased when no row names them any more.

A table that has files names them by `files.sha256`, with a foreign key. To take a file:

    with parts.files.received(upload.stream, upload.filename) as new:      # judged; raises Rejected
        with parts.store.write() as connection:
            parts.files.keep(connection, new)
            connection.execute(insert(mine), {"sha256": new.sha256, "name": new.name, …})

To hand it out: `pieces`. To let it go: delete one's own row, then `erase`.
The caller decides who may read a file, and logs each opening.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog
from sqlalchemy import Connection, delete, exists, select
from sqlalchemy.exc import IntegrityError

from models import metadata
from models.files import file_folders, files
from models.rows import KeptFile, columns_of, typed

from ..base import runtime
from ..base.clock import Clock, new_id
from ..base.config import BadSetting, Config
from ..base.rejected import Rejected
from ..database.store import Store
from .bench import work
from .folder import COMING_LASTS_S, HashedFolder, hash_of, pour, sync_folder
from .kinds import ANY_KIND, SIGNATURE_BYTES, FileKind, clean_name, kind_of

log = structlog.get_logger()

LARGEST_MB = 20
LARGEST_BYTES = LARGEST_MB * 1024 * 1024
MARK_FILE = "house"
"""In a shared folder: the mark that the database has too."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that was judged and is not kept yet. `name` is cleaned, with the ending of its kind.

    A picture was drawn anew, and hash and size are those of the new one. `small` is its small version.
    """

    name: str
    kind: FileKind
    sha256: str
    size: int
    draft: Path
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    small: "NewFile | None" = None


class FileStore:
    """The files of a house, in the folder of the instance or in one that several machines share."""

    def __init__(self, store: Store, clock: Clock, config: Config) -> None:
        self._store = store
        self._clock = clock
        self._shared = config.shares_files
        self.folder = HashedFolder(config.files)

    @contextmanager
    def received(self, stream: BinaryIO, name: str, kinds: Collection[FileKind] = ANY_KIND) -> Iterator[NewFile]:
        """Read a stream to a draft and judge it. After the block the draft is gone, unless the block kept it.

        Raises Rejected, whose `name` is what the file was called.
        """
        shown, drafts = clean_name(name), [self.folder.draft() for _each in range(3)]
        try:
            try:
                new = self._judged(stream, name, kinds, drafts)
            except Rejected as error:
                raise Rejected(error.code, error.field, name=shown, **error.params) from error
            except OSError as error:  # the disk is full, say
                log.error("a file could not be taken", reason=str(error))
                raise Rejected("UNAVAILABLE") from error
            yield new
            for each in (new, new.small):
                if each is not None and self.folder.place(each.sha256).exists():
                    runtime.offload(sync_folder, self.folder.place(each.sha256).parent)
        finally:
            for draft in drafts:
                draft.unlink(missing_ok=True)

    def _judged(self, stream: BinaryIO, name: str, kinds: Collection[FileKind], drafts: list[Path]) -> NewFile:
        given, large, small = drafts
        size = runtime.offload(pour, stream, given, LARGEST_BYTES)
        if size is None:
            raise Rejected("UPLOAD_TOO_LARGE", most=LARGEST_MB)
        if not size:
            raise Rejected("UPLOAD_EMPTY")
        with given.open("rb") as opened:
            kind = kind_of(opened.read(SIGNATURE_BYTES))
        if kind is None or kind not in kinds:
            raise Rejected("UPLOAD_KIND", kinds=", ".join(each.upper() for each in FileKind if each in kinds))
        if not kind.is_picture:
            pages = work("document", given)["pages"]
            return NewFile(clean_name(name, kind), kind, _hash(given), size, given, pages=pages)
        drawn = work("picture", given, large, small)["sizes"]
        made = [
            NewFile(clean_name(name, kind), kind, _hash(path), path.stat().st_size, path, *size)
            for path, size in zip((large, small), drawn, strict=True)
        ]
        only = made[0]
        if made[1].sha256 == only.sha256:
            return only
        return NewFile(only.name, kind, only.sha256, only.size, large, only.width, only.height, small=made[1])

    def keep(self, connection: Connection, new: NewFile) -> None:
        """Keep a file for good, in the transaction of the row that names it. The same bytes are kept once."""
        small = new.small
        if small is not None:
            self.keep(connection, small)
        row = KeptFile(
            sha256=new.sha256,
            kind=new.kind,
            size=new.size,
            width=new.width,
            height=new.height,
            pages=new.pages,
            small=None if small is None else small.sha256,
            kept_ms=self._clock.now_ms(),
        )
        self._store.insert_missing(connection, files, columns_of(row))
        self.folder.put(new.draft, new.sha256)

    def find(self, sha256: str) -> KeptFile | None:
        """The facts of a kept file. None: there is none."""
        with self._store.read() as connection:
            found = connection.execute(select(files).where(files.c.sha256 == sha256)).mappings().one_or_none()
        return None if found is None else typed(KeptFile, found)

    def pieces(self, sha256: str) -> Iterator[bytes]:
        """A kept file in pieces, read off the loop. Raises Rejected, at once, where it has gone from the folder."""
        return self.folder.pieces(sha256)

    def erase(self, sha256: str) -> bool:
        """Erase a file, and its small version, if no row of any table names it any more. Returns whether it did."""
        row = self.find(sha256)
        if row is None or not self._erase_one(sha256):
            return False
        if row.small is not None:
            self._erase_one(row.small)
        return True

    def _erase_one(self, sha256: str) -> bool:
        """The file leaves its place within the transaction: the same bytes may be uploaded at this moment."""
        limbo, moved = self.folder.draft(), False
        try:
            with self._store.write() as connection:
                connection.execute(delete(files).where(files.c.sha256 == sha256))
                with suppress(FileNotFoundError):
                    self.folder.place(sha256).rename(limbo)
                    moved = True
        except BaseException as error:
            if moved:
                self.folder.put(limbo, sha256)
            if isinstance(error, IntegrityError):
                return False
            raise
        limbo.unlink(missing_ok=True)
        return True

    def erase_unnamed(self) -> int:
        """Erase the files that no row of any table has named for a day. Returns how many they were."""
        naming = [
            exists().where(column == files.c.sha256)
            for table in metadata.tables.values()
            for column in table.c
            if table is not files and any(each.column is files.c.sha256 for each in column.foreign_keys)
        ]
        before_ms = self._clock.now_ms() - COMING_LASTS_S * 1000
        old = select(files.c.sha256).where(files.c.kept_ms < before_ms, *(~each for each in naming))
        with self._store.read() as connection:
            found = connection.scalars(old).all()
        return sum(self.erase(each) for each in found)

    # --- at the start ---

    def check_folder(self) -> None:
        """Look at the folder before serving. Raises BadSetting if a shared one is not there, or is another's.

        A mark in it and in the database tells it from a folder that was not mounted, or that one machine has alone.
        """
        path = self.folder.path
        if self._shared and not path.is_dir():
            raise BadSetting(f"AUCTION_FILES: there is no folder {path}. Mount it, or make it.")
        try:
            draft = self.folder.draft()
            draft.write_bytes(b"")
            draft.unlink()
            if not self._shared:
                path.chmod(0o700)
        except OSError as error:
            raise BadSetting(f"Files cannot be kept in {path}: {error.strerror}.") from error
        self.folder.sweep(self._clock.now_ms() / 1000)
        if self._shared and self._mark_here() != self._mark_known():
            raise BadSetting(
                f"AUCTION_FILES: {path} is not the folder that this house has used. Is it mounted? "
                "To go on with this folder: python app.py check-files --take-folder"
            )

    def take_folder(self) -> None:
        """Let the folder be the house's from now on."""
        mark = self._mark_known() or new_id()
        self.folder.draft()  # the folder is there after it
        (self.folder.path / MARK_FILE).write_text(mark)

    def _mark_here(self) -> str:
        """The mark in the folder; a new one if neither it nor the database has one."""
        path = self.folder.path / MARK_FILE
        if not path.exists() and not self._mark_known():
            with suppress(FileExistsError):  # another machine was first
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                os.write(descriptor, new_id().encode())
                os.close(descriptor)
        mark = path.read_text() if path.exists() else ""
        if mark and not self._mark_known():
            with self._store.write() as connection:
                row = {"one": 1, "mark": mark, "made_ms": self._clock.now_ms()}
                self._store.insert_missing(connection, file_folders, row)
        return mark

    def _mark_known(self) -> str:
        with self._store.read() as connection:
            return connection.scalar(select(file_folders.c.mark)) or ""


def _hash(path: Path) -> str:
    return runtime.offload(_hash_and_sync, path)


def _hash_and_sync(path: Path) -> str:
    with path.open("rb") as opened:
        digest = hash_of(opened)
        os.fsync(opened.fileno())
    return digest
