"""Notices of the house to the people of a running sale."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False, comment="all, paddle or desk"),
        sa.Column("paddle", sa.String(length=16), comment="the paddle that alone reads it"),
        sa.Column("note", sa.String(length=16), comment="the code of a sentence that is ready; null: the text says it"),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("named", sa.String(length=32), comment="the account that it is about: who gets the gavel"),
        sa.Column(
            "key", sa.String(length=64), nullable=False, comment="made by the sender, so that none is sent twice"
        ),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_notices_sale")),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_notices_by")),
        sa.ForeignKeyConstraint(["named"], ["users.id"], name=op.f("fk_notices_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("sale", "by", "key", name=op.f("uq_notices_sale_by_key")),
    )
    op.create_index("ix_notices_at_ms", "notices", ["at_ms"], unique=False)
    op.create_index("ix_notices_sale", "notices", ["sale", "at_ms"], unique=False)
