"""Interest in lots before they are sold: who follows which lot, and how often a lot's page was opened."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table

from .base import Id, Ms, metadata

followers = Table(
    "followers",
    metadata,
    Column("sale", Id, primary_key=True),
    Column("lot", String(16), primary_key=True),
    Column("user", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("since_ms", Ms, nullable=False),
    ForeignKeyConstraint(["sale", "lot"], ["lots.sale", "lots.lot"], ondelete="CASCADE"),
)
"""The watchlist of each person. It is also the interest in a lot, which the house sees as a number."""
Index("ix_followers_user", followers.c.user)

lot_views = Table(
    "lot_views",
    metadata,
    Column("sale", Id, primary_key=True),
    Column("lot", String(16), primary_key=True),
    Column("views", Integer, nullable=False, comment="openings of its page; no row tells by whom"),
    ForeignKeyConstraint(["sale", "lot"], ["lots.sale", "lots.lot"], ondelete="CASCADE"),
)
