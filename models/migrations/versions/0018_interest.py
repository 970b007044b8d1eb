"""Followers of lots, and how often the page of a lot was opened."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followers",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("lot", sa.String(length=16), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_followers_user"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["sale", "lot"], ["lots.sale", "lots.lot"], name=op.f("fk_followers_sale"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sale", "lot", "user", name=op.f("pk_followers")),
    )
    op.create_index("ix_followers_user", "followers", ["user"], unique=False)
    op.create_table(
        "lot_views",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("lot", sa.String(length=16), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False, comment="openings of its page; no row tells by whom"),
        sa.ForeignKeyConstraint(
            ["sale", "lot"], ["lots.sale", "lots.lot"], name=op.f("fk_lot_views_sale"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sale", "lot", name=op.f("pk_lot_views")),
    )
