"""Pictures and documents of lots; the data room: its terms, who accepted them, and each opening of a document."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, Text

from .base import Id, Ms, metadata
from .files import Sha256

lot_documents = Table(
    "lot_documents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("document", Id, nullable=False, index=True, comment="the same for all versions of a document"),
    Column("version", Integer, nullable=False, comment="from 1"),
    Column("sale", Id, nullable=False),
    Column("lot", String(16), nullable=False),
    Column("position", Integer, nullable=False, comment="among the documents of its lot"),
    Column("place", String(8), nullable=False, comment="public, or room: the data room"),
    Column("name", String(120), nullable=False, comment="cleaned, with the ending of its kind"),
    Column("sha256", Sha256, ForeignKey("files.sha256"), nullable=False),
    Column("added_ms", Ms, nullable=False),
    Column("added_by", Id, ForeignKey("users.id"), nullable=False),
    Column("added_because", String(16), comment="a reason, once the sale was published"),
    Column("removed_ms", Ms),
    Column("removed_by", Id, ForeignKey("users.id")),
    Column("removed_because", String(16)),
    ForeignKeyConstraint(["sale", "lot"], ["lots.sale", "lots.lot"], ondelete="CASCADE"),
    Index("ix_lot_documents_sale", "sale", "lot"),
)

room_terms = Table(
    "room_terms",
    metadata,
    Column("sale", Id, ForeignKey("sales.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, comment="from 1"),
    Column("text_zh", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("made_ms", Ms, nullable=False),
    Column("made_by", Id, ForeignKey("users.id"), nullable=False),
)

room_acceptances = Table(
    "room_acceptances",
    metadata,
    Column("registration", Id, ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True),
    Column("sale", Id, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("accepted_ms", Ms, nullable=False),
    ForeignKeyConstraint(["sale", "version"], ["room_terms.sale", "room_terms.version"], ondelete="CASCADE"),
)

room_openings = Table(
    "room_openings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("document", Id, ForeignKey("lot_documents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("user", Id, ForeignKey("users.id"), nullable=False),
    Column("paddle", String(16), comment="null: one of the house"),
    Column("terms", Integer, comment="the version of the terms that the bidder had accepted; null: one of the house"),
    Column("at_ms", Ms, nullable=False),
)
