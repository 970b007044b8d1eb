"""People: accounts, organizations, sessions, one-time links, and who takes part in which sale."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    false,
)

from .base import Id, Minor, Ms, metadata, salt

organizations = Table(
    "organizations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("uscc", String(18), comment="统一社会信用代码"),
    Column("created_ms", Ms, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", String(254), nullable=False, index=True, comment="lower case; the name to sign in with"),
    Column("claimed", Boolean, nullable=False, default=False, comment="only its maker says that the address is his"),
    Column("confirmed_ms", Ms, comment="when a mail to the address was answered"),
    Column("name", String(100), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password", String(200), comment="argon2id; null: only by a one-time link"),
    Column("organization", Id, ForeignKey("organizations.id")),
    Column("organization_claimed", Boolean, nullable=False, default=False, comment="only its maker says so"),
    Column("licence", String(50), comment="an auctioneer's licence number (拍卖法 14)"),
    Column("suspended_ms", Ms),
    Column("created_ms", Ms, nullable=False),
    Column("language", String(4), comment="in which he is written to; null: not known"),
    Column(
        "mail_outbid",
        Boolean,
        nullable=False,
        default=False,
        server_default=false(),
        comment="he wants a mail when he is outbid",
    ),
)
Index(
    "ux_users_email",
    users.c.email,
    unique=True,
    sqlite_where=users.c.claimed.is_(false()),
    postgresql_where=users.c.claimed.is_(false()),
)
"""One account has an address, but those that only claim it: none of these keeps its owner out."""

devices = Table(
    "devices",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("user", Id, ForeignKey("users.id"), primary_key=True, index=True),
    Column("seen_ms", Ms, nullable=False, comment="its last good sign-in"),
)

failed_sign_ins = Table(
    "failed_sign_ins",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name_hash", LargeBinary, nullable=False, index=True, comment="of the name, with an account or without"),
    Column("at_ms", Ms, nullable=False, index=True),
)

web_sessions = Table(
    "web_sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("user", Id, ForeignKey("users.id"), nullable=False, index=True),
    Column("created_ms", Ms, nullable=False),
    Column("seen_ms", Ms, nullable=False),
    Column("expires_ms", Ms, nullable=False),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user", Id, ForeignKey("users.id"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("created_ms", Ms, nullable=False),
    Column("expires_ms", Ms, nullable=False),
    Column("used_ms", Ms, comment="the last time, to the minute"),
    Column("ended_ms", Ms, comment="by its owner, a new password or another role"),
)

links = Table(
    "links",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("purpose", String(16), nullable=False, comment="sign_in, reset or first_admin"),
    Column("user", Id, ForeignKey("users.id")),
    Column("expires_ms", Ms, nullable=False),
    Column("used_ms", Ms),
)

resets = Table(
    "resets",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user", Id, ForeignKey("users.id"), nullable=False, index=True),
    Column("asked_by", Id, ForeignKey("users.id"), nullable=False),
    Column("asked_ms", Ms, nullable=False),
    Column("granted_by", Id, ForeignKey("users.id"), comment="another of the staff"),
    Column("granted_ms", Ms),
    Column("taken_ms", Ms, comment="when the link was shown, once"),
    Column("confirmed_ms", Ms, comment="when the bidder said that he asked for it"),
    Column("held", JSON, nullable=False, comment="the registrations whose paddles were held for it"),
)

sale_people = Table(
    "sale_people",
    metadata,
    Column("sale", Id, ForeignKey("sales.id"), primary_key=True),
    Column("user", Id, ForeignKey("users.id"), primary_key=True, index=True),
    Column("role", String(16), primary_key=True, comment="organizer, auctioneer; administrator"),
    Column("since_ms", Ms, primary_key=True),
    Column("until_ms", Ms, comment="null: still; the row stays"),
    Column("by", Id, ForeignKey("users.id"), comment="null: the command line"),
    Column("ended_by", Id, ForeignKey("users.id"), comment="null: a changed role"),
)

registrations = Table(
    "registrations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sale", Id, ForeignKey("sales.id"), nullable=False, index=True),
    Column("user", Id, ForeignKey("users.id"), comment="null: a paddle of the floor"),
    Column("name", String(100), nullable=False),
    Column("status", String(16), nullable=False, comment="applied, admitted or turned_down"),
    Column("reason", String(200), comment="why it was turned down"),
    Column("paddle", String(16)),
    Column("limit_minor", Minor, comment="null: none"),
    Column("holds", JSON, nullable=False, comment="but DEPOSIT_MISSING where the sale asks for a deposit"),
    Column("channel", String(8), nullable=False, default="online", comment="where it bids: online, floor or both"),
    Column("defaulted_ms", Ms, comment="when it was said that the buyer did not pay (拍卖法 39)"),
    Column("deposit_ms", Ms, comment="when the deposit arrived; null: it has not"),
    Column("priority", JSON, nullable=False, default=dict, comment="ranks of 优先购买权 by lot"),
    Column("applied_ms", Ms, nullable=False),
    Column("decided_ms", BigInteger),
    Column("decided_by", Id, ForeignKey("users.id")),
    salt(),
    UniqueConstraint("sale", "user"),
    UniqueConstraint("sale", "paddle"),
)
