"""Letters that wait to be sent by e-mail, and how far the journal of each sale was read for them."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Table

from .base import Id, Ms, metadata

letters = Table(
    "letters",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("user", Id, ForeignKey("users.id", ondelete="CASCADE"), comment="null: of an address without an account"),
    Column("email", String(254), comment="a typed address; null: that of the account when it is sent"),
    Column("sale", Id, ForeignKey("sales.id", ondelete="CASCADE")),
    Column("lot", String(16)),
    Column("told", JSON, nullable=False, comment="what it says beside; never a token or a link"),
    Column("created_ms", Ms, nullable=False),
    Column("next_ms", Ms, comment="when it is tried next; null: it was sent, or given up"),
    Column("tries", Integer, nullable=False, default=0),
    Column("delivered_ms", Ms),
    Column("fault", String(40), comment="a code: why it was not sent at the last try"),
)
Index("ix_letters_next_ms", letters.c.next_ms)
Index("ix_letters_user", letters.c.user, letters.c.created_ms)
Index("ix_letters_email", letters.c.email, letters.c.created_ms)

letter_cursors = Table(
    "letter_cursors",
    metadata,
    Column("sale", Id, ForeignKey("sales.id", ondelete="CASCADE"), primary_key=True),
    Column("event_n", BigInteger, nullable=False, comment="of the journal, up to here read for letters"),
    Column("leads", JSON, nullable=False, comment="by lot under way the paddle that led at this event"),
)
