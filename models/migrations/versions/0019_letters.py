"""Letters by e-mail, the language of a person, and his choice to be told that he was outbid."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "users", sa.Column("language", sa.String(length=4), comment="in which he is written to; null: not known")
    )
    op.add_column(
        "users",
        sa.Column(
            "mail_outbid",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="he wants a mail when he is outbid",
        ),
    )
    if op.get_context().dialect.name == "postgresql":  # SQLite keeps no comments
        op.alter_column("users", "confirmed_ms", comment="when a mail to the address was answered")
    op.create_table(
        "letters",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("user", sa.String(length=32), comment="null: of an address without an account"),
        sa.Column("email", sa.String(length=254), comment="a typed address; null: that of the account when it is sent"),
        sa.Column("sale", sa.String(length=32)),
        sa.Column("lot", sa.String(length=16)),
        sa.Column("told", sa.JSON(), nullable=False, comment="what it says beside; never a token or a link"),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("next_ms", sa.BigInteger(), comment="when it is tried next; null: it was sent, or given up"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("delivered_ms", sa.BigInteger()),
        sa.Column("fault", sa.String(length=40), comment="a code: why it was not sent at the last try"),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_letters_user"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_letters_sale"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    op.create_index("ix_letters_next_ms", "letters", ["next_ms"], unique=False)
    op.create_index("ix_letters_user", "letters", ["user", "created_ms"], unique=False)
    op.create_index("ix_letters_email", "letters", ["email", "created_ms"], unique=False)
    op.create_table(
        "letter_cursors",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("event_n", sa.BigInteger(), nullable=False, comment="of the journal, up to here read for letters"),
        sa.Column("leads", sa.JSON(), nullable=False, comment="by lot under way the paddle that led at this event"),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_letter_cursors_sale"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sale", name=op.f("pk_letter_cursors")),
    )
