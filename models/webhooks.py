"""Webhooks of a sale: where to, what was told, and each try to tell it."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from .base import Id, Ms, metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sale", Id, ForeignKey("sales.id"), nullable=False, index=True),
    Column("url", String(500), nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("created_ms", Ms, nullable=False),
    Column("created_by", Id, ForeignKey("users.id"), nullable=False),
    Column("ended_ms", Ms),
    Column("ended_because", String(16), comment="person, or gone: the receiver answered 410"),
    Column("event_n", BigInteger, nullable=False, comment="of the journal, up to here in the outbox"),
    Column("entry_n", BigInteger, nullable=False, comment="of the ledger, up to here in the outbox"),
)

webhook_messages = Table(
    "webhook_messages",
    metadata,
    Column("id", String(40), primary_key=True, comment="made of the webhook and what happened: no message comes twice"),
    Column("webhook", Id, ForeignKey("webhooks.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", Text, nullable=False, comment="the bytes that are signed"),
    Column("created_ms", Ms, nullable=False),
    Column("next_ms", Ms, comment="when it is tried next; null: it was delivered, or given up"),
    Column("tries", Integer, nullable=False, default=0),
    Column("delivered_ms", Ms),
)
Index("ix_webhook_messages_next_ms", webhook_messages.c.next_ms)
Index("ix_webhook_messages_webhook", webhook_messages.c.webhook, webhook_messages.c.created_ms)

webhook_tries = Table(
    "webhook_tries",
    metadata,
    Column("message", String(40), ForeignKey("webhook_messages.id"), primary_key=True),
    Column("n", Integer, primary_key=True, comment="from 1"),
    Column("at_ms", Ms, nullable=False),
    Column("took_ms", Integer, nullable=False),
    Column("status", Integer, comment="of the answer; null: none came"),
    Column("fault", String(40), comment="a code: why it failed"),
)
