"""Notices of the house to the people of a running sale: to all, to one paddle, or among its desks."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint

from .base import Id, Ms, metadata

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sale", Id, ForeignKey("sales.id"), nullable=False),
    Column("at_ms", Ms, nullable=False),
    Column("by", Id, ForeignKey("users.id"), nullable=False),
    Column("audience", String(8), nullable=False, comment="all, paddle or desk"),
    Column("paddle", String(16), comment="the paddle that alone reads it"),
    Column("note", String(16), comment="the code of a sentence that is ready; null: the text says it"),
    Column("text", String(200), nullable=False),
    Column("named", Id, ForeignKey("users.id"), comment="the account that it is about: who gets the gavel"),
    Column("key", String(64), nullable=False, comment="made by the sender, so that none is sent twice"),
    UniqueConstraint("sale", "by", "key"),
)
Index("ix_notices_at_ms", notices.c.at_ms)
Index("ix_notices_sale", notices.c.sale, notices.c.at_ms)
