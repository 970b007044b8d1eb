"""Uploaded files: told by content, drawn anew, kept once under their hash, erased when nothing names them."""

import io
import os
import threading
from dataclasses import replace
from hashlib import sha256

import pytest
from PIL import Image
from sqlalchemy import Column, ForeignKey, MetaData, String, Table, delete, insert

from auction.base.config import BadSetting
from auction.base.rejected import Rejected
from auction.files import workshop
from auction.files.kinds import PICTURES, FileKind, clean_name
from auction.files.store import LARGEST_BYTES, FileStore

from . import samples

HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.fixture
def store(parts) -> FileStore:
    return parts.files


def kept(parts, raw: bytes, name: str = "a.pdf"):
    """A file, kept as any table's rows would keep it."""
    with parts.files.received(io.BytesIO(raw), name) as new, parts.store.write() as connection:
        parts.files.keep(connection, new)
    return new


REFUSED = [
    ("page.pdf", HTML, "UPLOAD_KIND"),
    ("drawing.png", SVG, "UPLOAD_KIND"),
    ("drawing.svg", SVG, "UPLOAD_KIND"),
    ("nothing.pdf", b"", "UPLOAD_EMPTY"),
    ("late.pdf", HTML + samples.pdf(), "UPLOAD_KIND"),
    ("archive.jpg", b"PK\x03\x04" + bytes(100), "UPLOAD_KIND"),
    ("large.pdf", b"%PDF-1.7" + bytes(LARGEST_BYTES), "UPLOAD_TOO_LARGE"),
    ("half.png", samples.picture()[:200], "UPLOAD_BROKEN"),
    ("half.jpg", b"\xff\xd8\xff\xe0" + bytes(50), "UPLOAD_BROKEN"),
    ("half.pdf", b"%PDF-1.7\nnothing more", "UPLOAD_BROKEN"),
    ("bomb.png", samples.bomb(), "UPLOAD_HUGE_PICTURE"),
    ("locked.pdf", samples.pdf(password="secret"), "UPLOAD_PROTECTED_PDF"),
    ("script.pdf", samples.pdf(script="app.alert(1)"), "UPLOAD_ACTIVE_PDF"),
    ("attached.pdf", samples.pdf(attached=b"MZ"), "UPLOAD_ACTIVE_PDF"),
]


def test_10_2_what_is_no_plain_pdf_png_or_jpeg_is_refused_by_its_content_and_nothing_of_it_stays(parts):
    for name, raw, code in REFUSED:
        with pytest.raises(Rejected) as error, parts.files.received(io.BytesIO(raw), name):
            pass
        assert (error.value.code, error.value.params["name"]) == (code, name)
    with pytest.raises(Rejected, match="UPLOAD_KIND"), parts.files.received(io.BytesIO(samples.pdf()), "a", PICTURES):
        pass
    assert [path for path in parts.files.folder.path.rglob("*") if path.is_file()] == []


def test_10_2_a_picture_is_drawn_anew_upright_without_what_stood_beside_its_pixels(parts):
    new = kept(parts, samples.photo(), "photo.PNG")
    raw = b"".join(parts.files.pieces(new.sha256))
    assert (new.name, new.kind, new.width, new.height) == ("photo.jpg", FileKind.JPEG, 200, 400)
    assert sha256(raw).hexdigest() == new.sha256
    assert len(raw) == new.size == parts.files.find(new.sha256).size
    drawn = Image.open(io.BytesIO(raw))
    assert not drawn.getexif()
    assert drawn.size == (200, 400)
    assert drawn.getpixel((100, 10))[0] > 150, "the red half is above now"

    drawing = kept(parts, samples.told_picture())
    raw += b"".join(parts.files.pieces(drawing.sha256))
    assert (drawing.name, drawing.small.width, drawing.small.height) == ("a.png", 480, 320)
    assert parts.files.find(drawing.sha256).small == drawing.small.sha256
    assert not any(secret in raw for secret in (b"SECRET", b"<html"))


def test_10_2_drawings_of_every_kind_of_pixels_stay_what_they_show(tmp_path):
    drawn = Image.new("L", (60, 40), 255)
    drawn.paste(0, (0, 0, 30, 40))
    for mode in ("1", "L", "I;16", "P", "LA", "RGBA", "RGB"):
        odd = drawn.convert(mode) if mode not in ("I;16", "LA", "RGBA") else Image.new(mode, (60, 40))
        if mode == "I;16":
            odd.paste(65_535, (30, 0, 60, 40))
        elif mode in ("LA", "RGBA"):
            odd.paste(drawn.convert(mode).crop((0, 0, 30, 40)), (0, 0))
        odd.save(tmp_path / "odd", format="PNG")
        workshop.picture(*(str(tmp_path / name) for name in ("odd", "large", "small")))
        seen = Image.open(tmp_path / "large").convert("L")
        assert (seen.getpixel((10, 20)), seen.getpixel((50, 20))) == (0, 255), (
            f"{mode}: what is clear is white as paper"
        )


def test_10_2_a_pdf_stays_byte_for_byte_and_is_kept_once(parts):
    raw = samples.pdf(3)
    first, second = kept(parts, raw, "说明书.pdf"), kept(parts, raw, "../../etc/说明书.PDF.pdf")
    assert (first.sha256, first.pages, first.name) == (sha256(raw).hexdigest(), 3, "说明书.pdf")
    assert second == type(second)(**{name: getattr(first, name) for name in first.__slots__} | {"draft": second.draft})
    files = [path for path in parts.files.folder.path.rglob("*") if path.is_file()]
    assert [(path.name, path.read_bytes()) for path in files] == [(first.sha256, raw)]
    assert all(oct(path.stat().st_mode)[-3:] == "600" for path in files)


NAMES = {
    "../../x": "x.pdf",
    "..\\..\\windows\\system.ini": "system.ini.pdf",
    "annual\u202efdp.exe": "annualfdp.exe.pdf",
    "a\u200bb\x00\n.pdf": "ab.pdf",
    "": "file.pdf",
    "...": "file.pdf",
    "CON.pdf": "_CON.pdf",
    'a"b<c>|d?*%2f.pdf': "a_b_c__d___2f.pdf",
    "x.pdf.PNG.jpeg": "x.pdf",
    "说明书（全文）.pdf": "说明书（全文）.pdf",
    "x" * 500 + ".pdf": "x" * 100 + ".pdf",
}


def test_10_2_names_are_cleaned():
    assert {name: clean_name(name, FileKind.PDF) for name in NAMES} == NAMES


def test_10_2_a_file_is_erased_when_no_row_names_it_any_more(parts):
    mine = Table("mine", MetaData(), Column("sha256", String(64), ForeignKey("files.sha256")))
    new = kept(parts, samples.picture())
    with parts.store.write() as connection:
        connection.exec_driver_sql("CREATE TABLE mine (sha256 REFERENCES files (sha256))")
        connection.execute(insert(mine), {"sha256": new.sha256})
    assert not parts.files.erase(new.sha256)
    assert b"".join(parts.files.pieces(new.sha256))
    with parts.store.write() as connection:
        connection.execute(delete(mine))
    assert parts.files.erase(new.sha256)
    assert [path for path in parts.files.folder.path.rglob("*") if path.is_file()] == []
    with pytest.raises(Rejected, match="FILE_GONE"):
        parts.files.pieces(new.sha256)


def test_10_2_a_file_that_is_erased_while_it_comes_again_is_there(parts):
    raw = samples.pdf()
    digest = kept(parts, raw).sha256
    faults: list[BaseException] = []

    def erase_often() -> None:
        try:
            for _each in range(20):
                parts.files.erase(digest)
        except BaseException as error:
            faults.append(error)

    eraser = threading.Thread(target=erase_often)
    with parts.files.received(io.BytesIO(raw), "a.pdf") as new:
        eraser.start()
        with parts.store.write() as connection:
            connection.exec_driver_sql("CREATE TABLE mine (sha256 REFERENCES files (sha256))")
            parts.files.keep(connection, new)
            connection.exec_driver_sql("INSERT INTO mine SELECT sha256 FROM files")
        eraser.join()
    assert faults == []
    assert b"".join(parts.files.pieces(digest)) == raw


def sharing(parts, folder):
    """The files of a house whose setting names a folder."""
    return FileStore(parts.store, parts.clock, replace(parts.config, files=folder, shares_files=True))


def test_10_2_a_shared_folder_is_known_again_at_the_start(parts, tmp_path):
    shared, other = tmp_path / "shared", tmp_path / "other"
    asked = sharing(parts, shared)
    with pytest.raises(BadSetting, match="there is no folder"):
        asked.check_folder()
    shared.mkdir()
    other.mkdir()
    asked.check_folder()
    asked.check_folder()
    with pytest.raises(BadSetting, match="Is it mounted"):
        sharing(parts, other).check_folder()
    sharing(parts, other).take_folder()
    sharing(parts, other).check_folder()
    if os.geteuid():
        other.chmod(0o500)
        with pytest.raises(BadSetting, match="cannot be kept"):
            sharing(parts, other).check_folder()
