"""Interest in lots before they are sold: followers, openings of pages, and consignors' agreements to a start price."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table

from .base import Id, Minor, Ms, metadata

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

start_agreements = Table(
    "start_agreements",
    metadata,
    Column("sale", Id, primary_key=True),
    Column("lot", String(16), primary_key=True),
    Column("user", Id, ForeignKey("users.id"), primary_key=True, comment="a person of the consignor"),
    Column("agreed_ms", Ms, primary_key=True),
    Column("start_minor", Minor, nullable=False, comment="the start price that he agreed to, with his password"),
    ForeignKeyConstraint(["sale", "lot"], ["lots.sale", "lots.lot"], ondelete="CASCADE"),
)
"""Each agreement of a consignor to a start price. None is changed; a later one stands beside it."""
