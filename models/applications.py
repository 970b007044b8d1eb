"""The file of each application: the bidder, those for whom he bids, a question to him, and his papers."""

from sqlalchemy import JSON, Column, ForeignKey, String, Table, Text

from .base import Id, Ms, metadata
from .files import Sha256

bidder_files = Table(
    "bidder_files",
    metadata,
    Column("registration", Id, ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True),
    Column("sale", Id, ForeignKey("sales.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(16), nullable=False, comment="person or organization"),
    Column("real_name", String(200), nullable=False, comment="as on the identity paper or licence"),
    Column("uscc", String(18), comment="统一社会信用代码 of an organization"),
    Column("phone", String(40), nullable=False),
    Column("agent", String(200), nullable=False, default="", comment="who bids for it (拍卖法 34); empty: itself"),
    Column("joint", JSON, nullable=False, default=list, comment="联合竞买: [name, share in 1/10,000], with itself"),
    Column("refund_holder", String(200), nullable=False, default="", comment="of the account for refunds"),
    Column("refund_bank", String(200), nullable=False, default=""),
    Column("refund_account", String(64), nullable=False, default=""),
    Column("rules_version", String(16), comment="of the rules that were accepted last"),
    Column("rules_ms", Ms, comment="when"),
    Column("changed_ms", Ms, nullable=False),
    Column("asked", String(500), comment="what the house asks for; null: nothing yet"),
    Column("asked_ms", Ms),
    Column("asked_by", Id, ForeignKey("users.id")),
    Column("answer", Text, comment="the bidder's; null: none yet"),
    Column("answered_ms", Ms),
)

bidder_papers = Table(
    "bidder_papers",
    metadata,
    Column("registration", Id, ForeignKey("bidder_files.registration", ondelete="CASCADE"), primary_key=True),
    Column("sha256", Sha256, ForeignKey("files.sha256"), primary_key=True, index=True),
    Column("what", String(16), nullable=False, comment="licence, authority or other"),
    Column("name", String(200), nullable=False),
    Column("added_ms", Ms, nullable=False),
    Column("read_by", Id, ForeignKey("users.id"), comment="who of the house opened it last"),
    Column("read_ms", Ms),
)
