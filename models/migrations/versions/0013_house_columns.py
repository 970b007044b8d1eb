"""the columns that a house has chosen for the headings of its files"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "house_columns",
        sa.Column(
            "house",
            sa.String(length=32),
            nullable=False,
            comment="the organization that runs the sale; empty: none is named",
        ),
        sa.Column("heading", sa.String(length=200), nullable=False, comment="of a file of lots, folded"),
        sa.Column(
            "name", sa.String(length=40), nullable=False, comment="the column that a person chose for it; -: left out"
        ),
        sa.PrimaryKeyConstraint("house", "heading", name=op.f("pk_house_columns")),
    )


def downgrade() -> None:
    op.drop_table("house_columns")
