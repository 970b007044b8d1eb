"""Files that only the server's own account may read, and the lock that one server at a time holds.

The database has names, limits and sealed offers in it, and the instance folder has the keys.
"""

import errno
import fcntl
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

SIDES = ("", "-wal", "-shm", ".server")
"""The files of one SQLite database, by what is added to its name. SQLite gives new ones the mode of the first."""


class Taken(Exception):
    """Another process holds the lock."""


def folder(path: Path, mark: str) -> None:
    """Make a folder with mode 0700; tighten one that is ours.

    A folder is ours if it is empty, or if the file `mark` is in it. The mode of any other folder stays: a setting
    such as AUCTION_INSTANCE=/tmp must not lock everybody else out of it. Raises OSError.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.stat()
    is_ours = (path / mark).exists() or not any(path.iterdir())
    if is_ours and found.st_uid == os.geteuid() and not found.st_mode & stat.S_ISVTX:
        path.chmod(0o700)


def database(path: Path) -> None:
    """Make the file of a SQLite database with mode 0600, and give those that exist that mode. Raises OSError."""
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for side in SIDES:
        with suppress(FileNotFoundError):
            tighten(path.with_name(path.name + side))


def tighten(path: Path) -> None:
    """Take a file's rights from the group and from all others. A file that is not ours stays as its owner left it.

    Raises OSError.
    """
    if path.stat().st_mode & 0o077:
        with suppress(PermissionError):
            path.chmod(0o600)


class Lock:
    """Held by the one server of a SQLite file, by any path: a symlink, a hard link, a bind mount.

    Two locks. The lock on the file itself goes with its inode, so no path leads around it. The lock beside its real
    path stays when a restored file takes its place. The first is `flock`, which Linux keeps apart from SQLite's own
    locks; but closing any descriptor of the file would drop SQLite's. So `release` comes after SQLite's own close.
    """

    def __init__(self, path: Path) -> None:
        self._path = Path(os.path.realpath(path))
        self._descriptors: list[int] = []

    def take(self) -> None:
        """Raises Taken where another server has the file, OSError where it cannot be opened."""
        self._take(self._path.with_name(f"{self._path.name}.server"))
        if sys.platform == "linux":  # elsewhere the two kinds of lock may be in each other's way
            self._take(self._path)

    def release(self) -> None:
        """Let another server have the file."""
        while self._descriptors:
            os.close(self._descriptors.pop())

    def _take(self, path: Path) -> None:
        self._descriptors.append(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        try:
            fcntl.flock(self._descriptors[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            raise Taken from error
