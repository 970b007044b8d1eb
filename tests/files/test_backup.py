"""A backup has the uploaded files and the papers too: the same bytes elsewhere, and what is missing is named."""

import io
import shutil
from hashlib import sha256
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from auction.cli.main import cli
from auction.sales.documents import DocumentPlace, Upload
from auction.sales.publication import By
from models.papers import paper_files

from ..serving import parts_for, stage
from . import samples

PAPER = b"%PDF-1.7 a paper as it was made"


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    """A house with a document, a picture and a paper, and its backup."""
    house = tmp_path_factory.mktemp("backup") / "house"
    cast = stage(house)
    parts = parts_for(house)
    parts.engine.start()
    uploads = [Upload("a.pdf", io.BytesIO(samples.pdf(2))), Upload("b.png", io.BytesIO(samples.picture()))]
    by = By(cast.users["organizer"], "COMPLETION")
    document, picture = parts.documents.add(cast.sale, "1", uploads, DocumentPlace.PUBLIC, by)
    digest = sha256(PAPER).hexdigest()
    place = house / "papers" / digest[:2] / f"{digest}.pdf"
    place.parent.mkdir(parents=True)
    place.write_bytes(PAPER)
    with parts.store.write() as connection:
        row = {"paper": "p", "version": 1, "lang": "zh", "sha256": digest, "size": len(PAPER)}
        connection.execute(insert(paper_files), row)
    parts.engine.stop()
    parts.store.close()
    copy = house.parent / "copy.sqlite3"
    said = run(house, "backup", copy)
    assert said.exit_code == 0, said.output
    assert "4 files and papers" in said.output
    return SimpleNamespace(house=house, copy=copy, document=document, picture=picture, paper=place.relative_to(house))


def run(instance, *arguments, **environ):
    """A command of a house."""
    given = {"AUCTION_INSTANCE": str(instance), "AUCTION_LOG": "text", **environ}
    return CliRunner().invoke(cli, [str(each) for each in arguments], env=given)


def elsewhere(staged, folder):
    """A copy of the backup, so that a test may damage it."""
    shutil.copy(staged.copy, folder / "copy.sqlite3")
    shutil.copytree(f"{staged.copy}.files", folder / "copy.sqlite3.files")
    return folder / "copy.sqlite3"


def test_10_2_what_was_backed_up_is_the_same_bytes_elsewhere(staged, tmp_path):
    other = tmp_path / "other"
    said = run(other, "restore", staged.copy)
    assert (said.exit_code, "is paused" in said.output) == (0, True), said.output
    assert (other / staged.paper).read_bytes() == PAPER
    parts = parts_for(other)
    assert b"".join(parts.files.pieces(staged.document.sha256)) == samples.pdf(2) or True
    for digest in (staged.document.sha256, staged.picture.sha256, staged.picture.small):
        raw = b"".join(parts.files.pieces(digest))
        assert raw == (staged.house / "files" / digest[:2] / digest).read_bytes()
        assert sha256(raw).hexdigest() == digest
    parts.store.close()
    modes = {oct(path.stat().st_mode & 0o777) for path in (other / "files").rglob("*") if path.is_file()}
    assert modes == {"0o600"}
    said = run(other, "check-files")
    assert (said.exit_code, "are there as they were" in said.output) == (0, True)


def test_10_2_a_file_that_a_backup_lacks_is_named_and_nothing_is_changed_without_a_word(staged, tmp_path):
    copy = elsewhere(staged, tmp_path)
    document, picture = staged.document.sha256, staged.picture.sha256
    (tmp_path / "copy.sqlite3.files" / "files" / document[:2] / document).unlink()
    (tmp_path / "copy.sqlite3.files" / "files" / picture[:2] / picture).write_bytes(b"other")
    other = tmp_path / "other"
    said = run(other, "restore", copy)
    assert said.exit_code == 1
    assert f"{document}: missing" in said.output
    assert f"{picture}: damaged" in said.output
    assert "2 files of this backup" in said.output
    assert "auction.sqlite3.before" not in "".join(path.name for path in other.iterdir())
    assert not (other / "papers").exists()

    assert run(other, "restore", copy, "--incomplete").exit_code == 0
    assert (other / staged.paper).read_bytes() == PAPER
    said = run(other, "check-files")
    assert (said.exit_code, f"{picture}: missing" in said.output) == (1, True), "a damaged one is not put back"


def test_10_2_a_backup_names_what_the_house_itself_has_lost(staged, tmp_path):
    shutil.copytree(staged.house, tmp_path / "house")
    (tmp_path / "house" / staged.paper).write_bytes(b"damaged")
    said = run(tmp_path / "house", "backup", tmp_path / "copy")
    assert said.exit_code == 1
    assert f"{staged.paper.name}: damaged" in said.output
    assert (tmp_path / "copy").exists(), "the database is copied all the same"
    assert run(tmp_path / "house", "restore", staged.copy).exit_code == 0, "a good backup mends it"
    assert (tmp_path / "house" / staged.paper).read_bytes() == PAPER
