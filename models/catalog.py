"""Sales, their lots and the patents in them: what is shown. What bears on bidding enters the journal when published."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    Text,
)

from .base import Id, Minor, Ms, metadata

sales = Table(
    "sales",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", String(60), nullable=False, unique=True),
    Column("status", String(16), nullable=False, comment="draft, published, closed or archived"),
    Column("title_zh", String(200), nullable=False),
    Column("title_en", String(200), nullable=False),
    Column("place", String(200), nullable=False),
    Column("about", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("time_zone", String(40), nullable=False),
    Column("starts_at_ms", Ms),
    Column("house_org", Id, ForeignKey("organizations.id"), comment="the organization that runs the sale"),
    Column("invented", Boolean, nullable=False, comment="a demo: every page says so"),
    Column("created_ms", Ms, nullable=False),
)

lots = Table(
    "lots",
    metadata,
    Column("sale", Id, ForeignKey("sales.id"), primary_key=True),
    Column("lot", String(16), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("format", String(16), nullable=False),
    Column("start_minor", Minor),
    Column("reserve_minor", Minor),
    Column("increment", JSON, comment="as in a scenario"),
    Column("own", JSON, nullable=False, comment="the format's own terms, as in a scenario"),
    Column("consignor_org", Id, ForeignKey("organizations.id")),
    Column("consignor", String(500), nullable=False),
    Column("title_zh", String(300), nullable=False),
    Column("title_en", String(300), nullable=False),
    Column("abstract_zh", Text, nullable=False),
    Column("abstract_en", Text, nullable=False),
    Column("field", String(100), nullable=False),
    Column("transfer_type", String(40), nullable=False),
    Column("defects", Text, nullable=False),
    Column("estimate_low_minor", Minor),
    Column("estimate_high_minor", Minor),
)

patents = Table(
    "patents",
    metadata,
    Column("sale", Id, primary_key=True),
    Column("lot", String(16), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("as_written", String(40), nullable=False),
    Column("number", String(40), comment="canonical; null where it could not be read"),
    Column("kind", String(40), nullable=False),
    Column("filing_date", Date),
    Column("publication_date", Date),
    ForeignKeyConstraint(["sale", "lot"], ["lots.sale", "lots.lot"], ondelete="CASCADE"),
)
