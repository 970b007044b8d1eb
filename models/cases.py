"""After a sale: the steps of each sold lot until it is in use, and offers for passed lots."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table

from .base import Id, Ms, metadata

case_steps = Table(
    "case_steps",
    metadata,
    Column("sale", Id, ForeignKey("sales.id"), primary_key=True),
    Column("lot", String(16), primary_key=True),
    Column("step", String(24), primary_key=True),
    Column("due_on", String(10), nullable=False, comment="a day such as 2018-12-28; empty: none is set"),
    Column("who", String(80), nullable=False, comment="who does it"),
    Column("note", String(300), nullable=False),
    Column("done_ms", Ms, comment="null: not done; of a payment the ledger says it"),
    Column("set_by", Id, ForeignKey("users.id"), nullable=False),
    Column("set_ms", Ms, nullable=False),
)

later_offers = Table(
    "later_offers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sale", Id, ForeignKey("sales.id"), nullable=False),
    Column("lot", String(16), nullable=False),
    Column("who", String(120), nullable=False),
    Column("amount_minor", BigInteger),
    Column("note", String(300), nullable=False),
    Column("made_by", Id, ForeignKey("users.id"), nullable=False),
    Column("made_ms", Ms, nullable=False),
    Index("ix_later_offers_sale", "sale", "lot"),
)
