"""Papers of a sale: their numbers, their versions, their files, and what they say that no other table holds."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from .base import Id, Ms, metadata

papers = Table(
    "papers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sale", Id, ForeignKey("sales.id"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("subject", String(80), nullable=False, comment="a lot, a paddle or a patent; empty: the sale"),
    Column("running", Integer, nullable=False, comment="its number among the papers of its kind, from 1"),
    Column("number", String(100), nullable=False, unique=True),
    UniqueConstraint("sale", "kind", "running"),
    UniqueConstraint("sale", "kind", "subject"),
)

paper_versions = Table(
    "paper_versions",
    metadata,
    Column("paper", Id, ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, comment="from 1"),
    Column("made_ms", Ms, nullable=False),
    Column("made_by", Id, ForeignKey("users.id"), comment="null: the server"),
    Column("facts", LargeBinary, nullable=False, comment="canonical JSON that the templates print"),
)

paper_files = Table(
    "paper_files",
    metadata,
    Column("paper", Id, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("lang", String(4), primary_key=True, comment="zh, en or both"),
    Column("sha256", String(64), nullable=False, comment="the name of the file in the instance folder"),
    Column("size", Integer, nullable=False, comment="bytes"),
)

paper_facts = Table(
    "paper_facts",
    metadata,
    Column("sale", Id, ForeignKey("sales.id"), primary_key=True),
    Column("subject", String(80), primary_key=True, comment="paddle:101, lot:3, patent:CN…; empty: the sale"),
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
