"""links for new passwords that two of the staff make together"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resets",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("granted_by", sa.String(length=32), comment="another of the staff"),
        sa.Column("granted_ms", sa.BigInteger()),
        sa.Column("taken_ms", sa.BigInteger(), comment="when the link was shown, once"),
        sa.Column("confirmed_ms", sa.BigInteger(), comment="when the bidder said that he asked for it"),
        sa.Column("held", sa.JSON(), nullable=False, comment="the registrations whose paddles were held for it"),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_resets_user")),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_resets_asked_by")),
        sa.ForeignKeyConstraint(["granted_by"], ["users.id"], name=op.f("fk_resets_granted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resets")),
    )
    op.create_index(op.f("ix_resets_user"), "resets", ["user"], unique=False)
    # Until now a link was made by one alone: those not used yet are void.
    op.execute(sa.text("DELETE FROM links WHERE purpose = 'reset' AND used_ms IS NULL"))


def downgrade() -> None:
    op.drop_table("resets")
