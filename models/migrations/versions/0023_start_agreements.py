"""Agreements of consignors to a start price."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "start_agreements",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("lot", sa.String(length=16), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False, comment="a person of the consignor"),
        sa.Column("agreed_ms", sa.BigInteger(), nullable=False),
        sa.Column(
            "start_minor",
            sa.BigInteger(),
            nullable=False,
            comment="the start price that he agreed to, with his password",
        ),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_start_agreements_user")),
        sa.ForeignKeyConstraint(
            ["sale", "lot"], ["lots.sale", "lots.lot"], name=op.f("fk_start_agreements_sale"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sale", "lot", "user", "agreed_ms", name=op.f("pk_start_agreements")),
    )
