"""A folder of files under their SHA-256: put there whole, read in pieces, never changed."""

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from ..base import runtime
from ..base.clock import new_id
from ..base.rejected import Rejected

PIECE_BYTES = 262_144
"""Bytes that are read at once, in a thread."""
COMING = "coming"
"""The folder in it for files that are not kept yet."""
COMING_LASTS_S = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class HashedFolder:
    """A folder of files by their hash. Each file's name ends with `ending`."""

    path: Path
    ending: str = ""

    def place(self, digest: str) -> Path:
        """The place of the file with a SHA-256, whether it is there or not."""
        return self.path / digest[:2] / f"{digest}{self.ending}"

    def draft(self) -> Path:
        """A new name for a file that is not kept yet. Its folder is there."""
        coming = self.path / COMING
        coming.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
        return coming / f"{os.getpid()}.{new_id()}"

    def put(self, draft: Path, digest: str) -> None:
        """Give a draft its place: one step, in which the same bytes take the place of themselves."""
        place = self.place(digest)
        place.parent.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
        draft.replace(place)

    def pieces(self, digest: str) -> Iterator[bytes]:
        """A file in pieces, each read in a thread. Raises Rejected, at once, where it is not there."""
        return in_pieces(self.place(digest))

    def fault(self, digest: str) -> str | None:
        """The fault of a file: `missing`, `damaged` or None. It reads the whole file."""
        try:
            with self.place(digest).open("rb") as opened:
                return None if hash_of(opened) == digest else "damaged"
        except FileNotFoundError:
            return "missing"
        except OSError:
            return "damaged"

    def copy(self, digest: str, target: "HashedFolder") -> str | None:
        """Copy a file into another folder, to the disk. Returns its fault if it is not as it was. Raises OSError."""
        draft = target.draft()
        try:
            try:
                source = self.place(digest).open("rb")
            except FileNotFoundError:
                return "missing"
            with source:
                pour(source, draft, sys.maxsize)
            with draft.open("rb") as copied:
                if hash_of(copied) != digest:
                    return "damaged"
            target.put(draft, digest)
            sync_folder(target.place(digest).parent)
        finally:
            draft.unlink(missing_ok=True)
        return None

    def sweep_all(self) -> None:
        """Remove the folder of drafts, in a folder that takes no more files."""
        shutil.rmtree(self.path / COMING, ignore_errors=True)

    def sweep(self, now_s: float) -> None:
        """Remove drafts that a process left behind when it ended."""
        for left in (self.path / COMING).glob("*"):
            with suppress(OSError):
                if left.stat().st_mtime < now_s - COMING_LASTS_S:
                    left.unlink()


def in_pieces(path: Path, then: Callable[[], None] | None = None) -> Iterator[bytes]:
    """A file in pieces, each read in a thread; `then` is done when it was read or given up.

    Raises Rejected, at once, where the file is not there.
    """
    try:
        opened = path.open("rb")
    except OSError as error:
        raise Rejected("FILE_GONE") from error
    return _pieces(opened, then)


def _pieces(opened: BinaryIO, then: Callable[[], None] | None) -> Iterator[bytes]:
    try:
        with opened:
            while piece := runtime.offload(opened.read, PIECE_BYTES):
                yield piece
    finally:
        if then is not None:
            then()


def hash_of(opened: BinaryIO) -> str:
    """The SHA-256 of a file from where it stands. It takes its time: offload it."""
    digest = sha256()
    while piece := opened.read(PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def pour(source: BinaryIO, path: Path, most: int) -> int | None:
    """Write a new file from a stream, to the disk, for the server's own account only. Offload it.

    Returns its size in bytes; None where it would have more than `most`.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    size = 0
    with os.fdopen(descriptor, "wb") as file:
        while piece := source.read(PIECE_BYTES):
            size += len(piece)
            if size > most:
                return None
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return size


def sync_folder(path: Path) -> None:
    """Write to the disk that files have their places."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
