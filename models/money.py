"""The ledger of each sale. An entry is only ever added: triggers refuse to change or delete one."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from .base import Id, Minor, Ms, metadata

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("sale", Id, ForeignKey("sales.id"), primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False, comment="from 1, without gaps"),
    Column("kind", String(32), nullable=False),
    Column("at_ms", Ms, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("key", String(64), nullable=False, comment="made by the form, so that a second press does nothing"),
    Column("asked", String(500), nullable=False, comment="to tell a second press from another act"),
    Column("reference", String(100), nullable=False, comment="of the bank"),
    Column("note", String(300), nullable=False),
    Column("purchase", JSON, comment="of entries about a lot that was sold"),
    Column("reverses", BigInteger, comment="the number of the entry that this one takes back"),
    UniqueConstraint("sale", "key"),
)

ledger_lines = Table(
    "ledger_lines",
    metadata,
    Column("sale", Id, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("account", String(32), nullable=False),
    Column("party", Id, nullable=False, comment="the registration; empty where the account has none"),
    Column("lot", String(16), nullable=False, comment="empty where the account has none"),
    Column("amount_minor", Minor, nullable=False, comment="debit positive, credit negative"),
    ForeignKeyConstraint(["sale", "n"], ["ledger_entries.sale", "ledger_entries.n"]),
)
