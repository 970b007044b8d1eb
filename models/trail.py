"""The trail: who changed which row. An entry is only ever added; its personal values lie beside it and may go.

Triggers refuse to change or delete an entry, and to change its values.
"""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, LargeBinary, String, Table, Text

from .base import Ms, metadata

trail_entries = Table(
    "trail_entries",
    metadata,
    Column("sale", String(32), primary_key=True, comment="the chain; empty: of the house"),
    Column("n", BigInteger, primary_key=True, autoincrement=False, comment="from 1, without gaps"),
    Column("at_ms", Ms, nullable=False),
    Column("actor", String(64), nullable=False, comment="an account; empty: none"),
    Column("of_table", String(32), nullable=False),
    Column("of_row", String(200), nullable=False, comment="its key, without the sale"),
    Column("body", LargeBinary, nullable=False, comment="canonical JSON, the bytes that are hashed"),
    Column("hash", LargeBinary, nullable=False),
    Index("ix_trail_entries_row", "sale", "of_table", "of_row"),
    Index("ix_trail_entries_actor", "sale", "actor"),
)

trail_values = Table(
    "trail_values",
    metadata,
    Column("sale", String(32), primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("salt", String(32), nullable=False, comment="of the fingerprint in the entry; goes with the values"),
    Column("personal", Text, nullable=False, comment="canonical JSON: the address, and personal values"),
    ForeignKeyConstraint(["sale", "n"], ["trail_entries.sale", "trail_entries.n"]),
)

trail_heads = Table(
    "trail_heads",
    metadata,
    Column("sale", String(32), primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
