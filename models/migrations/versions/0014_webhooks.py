"""Webhooks of a sale, their messages, and each try to deliver one."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("ended_ms", sa.BigInteger()),
        sa.Column("ended_because", sa.String(length=16), comment="person, or gone: the receiver answered 410"),
        sa.Column("event_n", sa.BigInteger(), nullable=False, comment="of the journal, up to here in the outbox"),
        sa.Column("entry_n", sa.BigInteger(), nullable=False, comment="of the ledger, up to here in the outbox"),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_webhooks_sale")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_webhooks_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_sale"), "webhooks", ["sale"], unique=False)
    op.create_table(
        "webhook_messages",
        sa.Column(
            "id",
            sa.String(length=40),
            nullable=False,
            comment="made of the webhook and what happened: no message comes twice",
        ),
        sa.Column("webhook", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="the bytes that are signed"),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("next_ms", sa.BigInteger(), comment="when it is tried next; null: it was delivered, or given up"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("delivered_ms", sa.BigInteger()),
        sa.ForeignKeyConstraint(["webhook"], ["webhooks.id"], name=op.f("fk_webhook_messages_webhook")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_messages")),
    )
    op.create_index("ix_webhook_messages_next_ms", "webhook_messages", ["next_ms"], unique=False)
    op.create_index("ix_webhook_messages_webhook", "webhook_messages", ["webhook", "created_ms"], unique=False)
    op.create_table(
        "webhook_tries",
        sa.Column("message", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False, comment="from 1"),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), comment="of the answer; null: none came"),
        sa.Column("fault", sa.String(length=40), comment="a code: why it failed"),
        sa.ForeignKeyConstraint(["message"], ["webhook_messages.id"], name=op.f("fk_webhook_tries_message")),
        sa.PrimaryKeyConstraint("message", "n", name=op.f("pk_webhook_tries")),
    )


def downgrade() -> None:
    op.drop_table("webhook_tries")
    op.drop_table("webhook_messages")
    op.drop_table("webhooks")
