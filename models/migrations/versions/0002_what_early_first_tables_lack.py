"""what early first tables lack: 0001 was edited in place six times, so a database of 0001 may be any of six

Each step looks first, and does nothing where the table has its last form already.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NO, NONE, EMPTY, NOTHING = sa.false(), sa.text("'[]'"), sa.text("'{}'"), sa.text("''")

COLUMNS: dict[str, list[sa.Column[Any]]] = {
    "sales": [
        sa.Column("under_law", sa.Boolean(), nullable=False, server_default=sa.true(), comment="拍卖法 binds it"),
        sa.Column(
            "priority_mode",
            sa.String(1),
            nullable=False,
            server_default=sa.text("'A'"),
            comment="优先购买权: A, B or C",
        ),
        sa.Column("priority_days", sa.Integer(), comment="working days of mode C"),
        sa.Column("notice_on", sa.Date(), comment="拍卖法 45"),
        sa.Column("preview_from", sa.Date(), comment="拍卖法 48"),
        sa.Column("preview_to", sa.Date(), comment="拍卖法 48"),
        sa.Column("auctioneer_licence", sa.String(50), nullable=False, server_default=NOTHING, comment="拍卖法 14"),
        sa.Column("rules_announced_ms", sa.BigInteger(), comment="拍卖法 49"),
        sa.Column(
            "buyer_commission", sa.JSON(), nullable=False, server_default=NONE, comment="slices [from_minor, rate_bp]"
        ),
        sa.Column(
            "seller_commission",
            sa.JSON(),
            nullable=False,
            server_default=NONE,
            comment="the same, agreed with the consignors",
        ),
        sa.Column("deposit", sa.JSON(), comment="share_bp of the highest start, or fixed_minor; null: none"),
    ],
    "lots": [
        sa.Column(
            "no_reserve", sa.Boolean(), nullable=False, server_default=NO, comment="its absence is announced, 拍卖法 50"
        ),
        sa.Column(
            "defects_declared", sa.Boolean(), nullable=False, server_default=NO, comment="by the consignor, 拍卖法 27"
        ),
        sa.Column(
            "defects_stated",
            sa.Boolean(),
            nullable=False,
            server_default=NO,
            comment="to bidders, also none, 拍卖法 18",
        ),
        sa.Column(
            "title_proven", sa.Boolean(), nullable=False, server_default=NO, comment="by the consignor, 拍卖法 41"
        ),
    ],
    "patents": [
        sa.Column("legal_status", sa.String(20), comment="of LegalStatus; null: not known"),
        sa.Column("consents", sa.Boolean(), nullable=False, server_default=NO, comment="of all co-owners and pledgees"),
        sa.Column("priority_date", sa.Date(), comment="专利法 29"),
        sa.Column("grant_date", sa.Date()),
        sa.Column("extended_to", sa.Date(), comment="the last day of an extended or foreign term"),
        sa.Column("status_checked_on", sa.Date()),
        sa.Column("annuity_paid_until", sa.Date()),
        sa.Column("claims_total", sa.Integer()),
        sa.Column("claims_independent", sa.Integer()),
        sa.Column("pledged", sa.Boolean(), nullable=False, server_default=NO),
        sa.Column("open_licence", sa.Boolean(), nullable=False, server_default=NO, comment="专利法 51"),
        sa.Column("litigation_pending", sa.Boolean(), nullable=False, server_default=NO),
        sa.Column("invalidation_pending", sa.Boolean(), nullable=False, server_default=NO),
        sa.Column(
            "evaluation_report", sa.Boolean(), nullable=False, server_default=NO, comment="of a utility model or design"
        ),
    ],
    "registrations": [
        sa.Column("deposit_ms", sa.BigInteger(), comment="when the deposit arrived; null: it has not"),
        sa.Column("priority", sa.JSON(), nullable=False, server_default=EMPTY, comment="ranks of 优先购买权 by lot"),
    ],
}


def upgrade() -> None:
    found = sa.inspect(op.get_bind())
    for table, columns in COLUMNS.items():
        there = {each["name"] for each in found.get_columns(table)}
        for column in columns:
            if column.name not in there:
                op.add_column(table, column)
    if any(each["name"] == "ix_events_sale_lot" for each in found.get_indexes("events")):
        op.drop_index("ix_events_sale_lot", "events")
    for table in ("events", "receipts"):
        if found.get_foreign_keys(table):
            with op.batch_alter_table(table) as changed:
                changed.drop_constraint(f"fk_{table}_sale", type_="foreignkey")
    if found.get_pk_constraint("receipts")["constrained_columns"] != ["sale", "key", "actor"]:
        _receipts_by_key()


def _receipts_by_key() -> None:
    """The key of a receipt is looked up by (sale, key), and its parameters are a text."""
    op.create_table(
        "receipts_by_key",
        sa.Column("sale", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column(
            "digest", sa.LargeBinary(), nullable=False, comment="of the command, to tell a retry from another command"
        ),
        sa.Column(
            "seq", sa.BigInteger(), nullable=False, comment="of the last public event that it was judged by or led to"
        ),
        sa.Column("code", sa.String(32), comment="null: accepted"),
        sa.Column("params", sa.Text(), comment="JSON; null where there are none"),
        sa.PrimaryKeyConstraint("sale", "key", "actor", name="pk_receipts_by_key"),
    )
    names = "sale, key, actor, digest, seq, code"
    op.execute(f"INSERT INTO receipts_by_key ({names}, params) SELECT {names}, CAST(params AS TEXT) FROM receipts")  # noqa: S608 - our names
    op.drop_table("receipts")
    op.rename_table("receipts_by_key", "receipts")
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE receipts RENAME CONSTRAINT pk_receipts_by_key TO pk_receipts")


def downgrade() -> None:
    """The last form of 0001 is the one that 0002 leads to."""
