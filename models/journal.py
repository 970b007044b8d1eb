"""The record of each sale: events, the head they lead to, receipts of commands, refusals as evidence."""

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, String, Table, Text, UniqueConstraint

from .base import Id, Ms, metadata

# Events and receipts are written only together with the locked head of their sale, which says for all of them that
# there is such a sale. PostgreSQL would look that up again for every row, at a fifth of what a row costs it.
events = Table(
    "events",
    metadata,
    Column("sale", Id, primary_key=True),
    Column("n", BigInteger, primary_key=True, comment="place in the full chain, from 1"),
    Column("seq", BigInteger, comment="place in the public chain, from 1; null where the event is secret"),
    Column("at_ms", Ms, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("lot", String(16)),
    Column("actor", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False, comment="canonical JSON, the bytes that are hashed"),
    Column("hash", LargeBinary, nullable=False),
    Column("public_hash", LargeBinary),
    UniqueConstraint("sale", "seq"),
)

heads = Table(
    "heads",
    metadata,
    Column("sale", Id, ForeignKey("sales.id"), primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at_ms", Ms, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("public_hash", LargeBinary, nullable=False),
    Column("next_deadline_ms", Ms),
    Column("alive_ms", Ms, comment="written every second while a lot is open"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("sale", Id, primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("actor", String(64), primary_key=True),
    Column("digest", LargeBinary, nullable=False, comment="of the command, to tell a retry from another command"),
    Column("seq", BigInteger, nullable=False, comment="of the last public event that it was judged by or led to"),
    Column("code", String(32), comment="null: accepted"),
    Column("params", Text, comment="JSON; null where there are none"),
)

refusals = Table(
    "refusals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sale", Id, ForeignKey("sales.id"), nullable=False, index=True),
    Column("at_ms", Ms, nullable=False),
    Column("arrived_ms", Ms, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("command", String(32), nullable=False),
    Column("lot", String(16)),
    Column("details", Text, nullable=False, comment="the command as it came, at most 500 characters"),
    Column("code", String(32), nullable=False),
    Column("seq", BigInteger, nullable=False, comment="what the refusal was judged against"),
)
