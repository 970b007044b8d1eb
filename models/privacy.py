"""Consents of people, their wishes to be erased, and the day until which the papers of a sale are kept."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, String, Table

from .base import Id, Ms, metadata

consents = Table(
    "consents",
    metadata,
    Column("user", Id, ForeignKey("users.id"), primary_key=True),
    Column("version", String(10), primary_key=True, comment="of the notice, a day such as 2026-12-01"),
    Column("at_ms", Ms, nullable=False),
    Column("language", String(4), nullable=False, comment="in which it was read"),
)

erasures = Table(
    "erasures",
    metadata,
    Column("user", Id, ForeignKey("users.id"), primary_key=True),
    Column("asked_ms", Ms, nullable=False),
    Column("done_ms", Ms, comment="null: the law still asks for what the account has done"),
)

sale_keeping = Table(
    "sale_keeping",
    metadata,
    Column("sale", Id, ForeignKey("sales.id"), primary_key=True),
    Column("contracts_end_on", Date, comment="the last consignment contract (拍卖法 54); null: not known"),
    Column("for_court", Boolean, nullable=False, comment="法释〔2016〕18号 29: kept for 10 years instead of 5"),
    Column("erased_ms", Ms, comment="when its personal data went"),
)
