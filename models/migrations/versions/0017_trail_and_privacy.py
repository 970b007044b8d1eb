"""the trail of changed rows, consents, erasures, and until when the papers of a sale are kept"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_trail()
    _make_privacy()
    _forbid_changes(op.get_bind().dialect.name)


def _make_trail() -> None:
    op.create_table(
        "trail_entries",
        sa.Column("sale", sa.String(length=32), nullable=False, comment="the chain; empty: of the house"),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False, comment="from 1, without gaps"),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False, comment="an account; empty: none"),
        sa.Column("of_table", sa.String(length=32), nullable=False),
        sa.Column("of_row", sa.String(length=200), nullable=False, comment="its key, without the sale"),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="canonical JSON, the bytes that are hashed"),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sale", "n", name=op.f("pk_trail_entries")),
    )
    op.create_index("ix_trail_entries_row", "trail_entries", ["sale", "of_table", "of_row"], unique=False)
    op.create_index("ix_trail_entries_actor", "trail_entries", ["sale", "actor"], unique=False)
    op.create_table(
        "trail_values",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "salt",
            sa.String(length=32),
            nullable=False,
            comment="of the fingerprint in the entry; goes with the values",
        ),
        sa.Column("personal", sa.Text(), nullable=False, comment="canonical JSON: the address, and personal values"),
        sa.ForeignKeyConstraint(
            ["sale", "n"], ["trail_entries.sale", "trail_entries.n"], name=op.f("fk_trail_values_sale")
        ),
        sa.PrimaryKeyConstraint("sale", "n", name=op.f("pk_trail_values")),
    )
    op.create_table(
        "trail_heads",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sale", name=op.f("pk_trail_heads")),
    )


def _make_privacy() -> None:
    op.create_table(
        "consents",
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=10), nullable=False, comment="of the notice, a day such as 2026-12-01"),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=4), nullable=False, comment="in which it was read"),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_consents_user")),
        sa.PrimaryKeyConstraint("user", "version", name=op.f("pk_consents")),
    )
    op.create_table(
        "erasures",
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("done_ms", sa.BigInteger(), comment="null: the law still asks for what the account has done"),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_erasures_user")),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_erasures")),
    )
    op.create_table(
        "sale_keeping",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("contracts_end_on", sa.Date(), comment="the last consignment contract (拍卖法 54); null: not known"),
        sa.Column(
            "for_court", sa.Boolean(), nullable=False, comment="法释〔2016〕18号 29: kept for 10 years instead of 5"
        ),
        sa.Column("erased_ms", sa.BigInteger(), comment="when its personal data went"),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_sale_keeping_sale")),
        sa.PrimaryKeyConstraint("sale", name=op.f("pk_sale_keeping")),
    )


FORBIDDEN = (("trail_entries", "UPDATE"), ("trail_entries", "DELETE"), ("trail_values", "UPDATE"))


def _forbid_changes(dialect: str) -> None:
    if dialect == "sqlite":
        for table, what in FORBIDDEN:
            op.execute(
                f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'an entry of the trail is never changed'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION trail_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'an entry of the trail is never changed'; END $$"
    )
    for table, what in (*FORBIDDEN, ("trail_entries", "TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION trail_stays()"
        )


def downgrade() -> None:
    for table in ("trail_values", "trail_entries", "trail_heads", "consents", "erasures", "sale_keeping"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION trail_stays()")
