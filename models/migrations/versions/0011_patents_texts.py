"""each patent has its own title, classes, inventors and owner"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXTS = {
    "title": (300, "its own; the lot has another"),
    "ipc": (200, "classes, with semicolons between"),
    "inventors": (500, None),
    "owner": (300, "as the register names it"),
}


def upgrade() -> None:
    with op.batch_alter_table("patents") as changed:
        for name, (length, comment) in TEXTS.items():
            column = sa.Column(name, sa.String(length), nullable=False, server_default="", comment=comment)
            changed.add_column(column)
    with op.batch_alter_table("patents") as changed:
        for name in TEXTS:
            changed.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("patents") as changed:
        for name in TEXTS:
            changed.drop_column(name)
