"""Who may read what the server keeps, and that one server at a time has a database (issue 8, number 30)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..serving import ROOT, Server, free_port, stage

GROUP_AND_OTHERS = 0o077


def modes(folder: Path) -> dict[str, str]:
    """By its name: the mode of the folder (".") and of each file in it, in octal."""
    return {str(path.relative_to(folder)): oct(path.stat().st_mode & 0o777) for path in [folder, *folder.rglob("*")]}


def run(instance: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess:
    """A command as a person with the usual umask 022 gives it."""
    given = {**os.environ, "AUCTION_INSTANCE": str(instance), "PORT": str(free_port()), **environ}
    command = ["sh", "-c", 'umask 022; exec "$@"', "sh", sys.executable, "app.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def served(tmp_path):
    instance = tmp_path / "instance"
    stage(instance)
    server = Server(instance).start()
    yield server
    server.stop()


def test_08_30_what_the_program_makes_is_for_its_own_account_only(tmp_path):
    instance = tmp_path / "instance"
    assert run(instance, "create-user", "a@b.invalid", "--name", "A").returncode == 0
    assert run(instance, "backup", str(instance / "copy.sqlite3")).returncode == 0
    assert run(instance, "export", "none", "lots").returncode == 1

    found = modes(instance)
    assert {"auction.sqlite3", "copy.sqlite3", "secret_key"} <= set(found)
    folders = (".", "copy.sqlite3.files", "copy.sqlite3.files/files", "copy.sqlite3.files/papers")
    assert {found.pop(each) for each in folders} == {"0o700"}
    assert set(found.values()) == {"0o600"}


def test_08_30_what_was_open_to_others_is_closed_at_the_next_start(served):
    served.stop()
    served.instance.chmod(0o755)
    for path in served.instance.iterdir():
        path.chmod(0o755 if path.is_dir() else 0o644)
    (served.instance / "server.log").unlink()
    served.start()

    found = modes(served.instance)
    assert found.pop(".") == "0o700"
    assert {found.pop("files"), found.pop("files/coming")} == {"0o700"}
    del found["server.log"]
    assert {"secret_key", "auction.sqlite3", "auction.sqlite3-wal", "auction.sqlite3-shm"} <= set(found)
    assert set(found.values()) == {"0o600"}


def test_08_30_a_folder_that_is_not_ours_keeps_its_mode(tmp_path):
    (tmp_path / "other").touch()
    tmp_path.chmod(0o755)
    run(tmp_path, "migrate")

    assert modes(tmp_path)["."] == "0o755"
    assert modes(tmp_path)["auction.sqlite3"] == "0o600"


@pytest.mark.parametrize("way", ["same", "symlink", "hard link", "folder", "put in its place"])
def test_08_30_a_second_server_finds_no_path_around_the_first(served, tmp_path, way):
    database = served.instance / "auction.sqlite3"
    other = tmp_path / "other"
    path = other / "x.sqlite3"
    if way != "folder":
        other.mkdir()
    if way == "symlink":
        path.symlink_to(database)
    elif way == "hard link":
        path.hardlink_to(database)
    elif way == "folder":
        other.symlink_to(served.instance)
        path = other / database.name
    else:
        path = database
    if way == "put in its place":
        assert run(served.instance, "backup", str(other / "copy")).returncode == 0
        (other / "copy").rename(database)

    second = run(tmp_path / "second", "serve", AUCTION_DATABASE_URL=f"sqlite:///{path}")
    assert second.returncode == 1
    assert "another server runs" in second.stderr


def test_08_30_a_backup_never_overwrites_and_is_whole(served, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    assert run(served.instance, "backup", str(copy)).returncode == 0
    assert "File exists" in run(served.instance, "backup", str(copy)).stderr

    address = f"sqlite:///{copy}"
    assert "good" in run(served.instance, "verify", "sale", AUCTION_DATABASE_URL=address).stdout
    assert not copy.stat().st_mode & GROUP_AND_OTHERS
