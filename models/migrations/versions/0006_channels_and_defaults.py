"""a paddle has a channel, and a buyer who did not pay is marked

Whoever has an account bids online until he says otherwise; a paddle of the floor bids on the floor.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("registrations") as changed:
        changed.add_column(
            sa.Column(
                "channel",
                sa.String(8),
                nullable=False,
                server_default=sa.text("'online'"),
                comment="where it bids: online, floor or both",
            )
        )
        changed.add_column(
            sa.Column(
                "defaulted_ms",
                sa.BigInteger(),
                nullable=True,
                comment="when it was said that the buyer did not pay (拍卖法 39)",
            )
        )
    rows = sa.table("registrations", sa.column("user"), sa.column("channel"))
    op.execute(sa.update(rows).where(rows.c.user.is_(None)).values(channel="floor"))
    with op.batch_alter_table("registrations") as changed:
        changed.alter_column("channel", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("registrations") as changed:
        changed.drop_column("channel")
        changed.drop_column("defaulted_ms")
