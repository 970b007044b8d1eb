"""Files that people upload. Other tables name them by their hash, and say whose they are."""

from sqlalchemy import Column, ForeignKey, Integer, SmallInteger, String, Table

from .base import Ms, metadata

Sha256 = String(64)

files = Table(
    "files",
    metadata,
    Column("sha256", Sha256, primary_key=True, comment="the name of the file in the folder of files"),
    Column("kind", String(8), nullable=False, comment="of FileKind"),
    Column("size", Integer, nullable=False, comment="bytes"),
    Column("width", Integer, comment="of a picture, in pixels"),
    Column("height", Integer, comment="of a picture, in pixels"),
    Column("pages", Integer, comment="of a PDF"),
    Column("small", Sha256, ForeignKey("files.sha256"), comment="the small version of a picture"),
    Column("kept_ms", Ms, nullable=False),
)

file_folders = Table(
    "file_folders",
    metadata,
    Column("one", SmallInteger, primary_key=True, autoincrement=False, comment="always 1"),
    Column("mark", String(32), nullable=False, comment="what stands in the folder of files, so that it is known again"),
    Column("made_ms", Ms, nullable=False),
)
