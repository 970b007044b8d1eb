"""the ledger of each sale, whose entries stay as they are"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("ledger_entries", "ledger_lines")


def upgrade() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False, comment="from 1, without gaps"),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column(
            "key",
            sa.String(length=64),
            nullable=False,
            comment="made by the form, so that a second press does nothing",
        ),
        sa.Column("asked", sa.String(length=500), nullable=False, comment="to tell a second press from another act"),
        sa.Column("reference", sa.String(length=100), nullable=False, comment="of the bank"),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("purchase", sa.JSON(), comment="of entries about a lot that was sold"),
        sa.Column("reverses", sa.BigInteger(), comment="the number of the entry that this one takes back"),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_ledger_entries_sale")),
        sa.PrimaryKeyConstraint("sale", "n", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("sale", "key", name=op.f("uq_ledger_entries_sale_key")),
    )
    op.create_table(
        "ledger_lines",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column(
            "party",
            sa.String(length=32),
            nullable=False,
            comment="the registration; empty where the account has none",
        ),
        sa.Column("lot", sa.String(length=16), nullable=False, comment="empty where the account has none"),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False, comment="debit positive, credit negative"),
        sa.ForeignKeyConstraint(
            ["sale", "n"], ["ledger_entries.sale", "ledger_entries.n"], name=op.f("fk_ledger_lines_sale")
        ),
        sa.PrimaryKeyConstraint("sale", "n", "position", name=op.f("pk_ledger_lines")),
    )
    _forbid_changes(op.get_bind().dialect.name)


def _forbid_changes(dialect: str) -> None:
    if dialect == "sqlite":
        for table in TABLES:
            for what in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'an entry of the ledger is never changed'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'an entry of the ledger is never changed'; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays()"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_stays()")
