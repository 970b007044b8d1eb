"""who works for which sale; until now every organizer and auctioneer did for every sale, and so he does for those"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sale_people",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False, comment="organizer, auctioneer; administrator"),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True, comment="null: still; the row stays"),
        sa.Column("by", sa.String(length=32), nullable=True, comment="null: the command line"),
        sa.Column("ended_by", sa.String(length=32), nullable=True, comment="null: a changed role"),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_sale_people_sale")),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_sale_people_user")),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_sale_people_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["users.id"], name=op.f("fk_sale_people_ended_by")),
        sa.PrimaryKeyConstraint("sale", "user", "role", "since_ms", name=op.f("pk_sale_people")),
    )
    with op.batch_alter_table("sale_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sale_people_user"), ["user"], unique=False)
    op.execute(
        sa.text(
            'INSERT INTO sale_people (sale, "user", role, since_ms) '
            "SELECT sales.id, users.id, users.role, sales.created_ms FROM sales CROSS JOIN users "
            "WHERE users.role IN ('organizer', 'auctioneer')"
        )
    )


def downgrade() -> None:
    op.drop_table("sale_people")
