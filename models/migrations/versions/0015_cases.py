"""The steps that follow a sold lot, and later offers for lots that were passed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_steps",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("lot", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column(
            "due_on", sa.String(length=10), nullable=False, comment="a day such as 2018-12-28; empty: none is set"
        ),
        sa.Column("who", sa.String(length=80), nullable=False, comment="who does it"),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("done_ms", sa.BigInteger(), comment="null: not done; of a payment the ledger says it"),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_case_steps_sale")),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_case_steps_set_by")),
        sa.PrimaryKeyConstraint("sale", "lot", "step", name=op.f("pk_case_steps")),
    )
    op.create_table(
        "later_offers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("lot", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("amount_minor", sa.BigInteger()),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_later_offers_sale")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_later_offers_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_later_offers")),
    )
    op.create_index("ix_later_offers_sale", "later_offers", ["sale", "lot"], unique=False)
