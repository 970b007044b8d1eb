"""The file of each application to a sale, and its papers."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bidder_files",
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="person or organization"),
        sa.Column("real_name", sa.String(length=200), nullable=False, comment="as on the identity paper or licence"),
        sa.Column("uscc", sa.String(length=18), comment="统一社会信用代码 of an organization"),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False, comment="who bids for it (拍卖法 34); empty: itself"),
        sa.Column("joint", sa.JSON(), nullable=False, comment="联合竞买: [name, share in 1/10,000], with itself"),
        sa.Column("refund_holder", sa.String(length=200), nullable=False, comment="of the account for refunds"),
        sa.Column("refund_bank", sa.String(length=200), nullable=False),
        sa.Column("refund_account", sa.String(length=64), nullable=False),
        sa.Column("rules_version", sa.String(length=16), comment="of the rules that were accepted last"),
        sa.Column("rules_ms", sa.BigInteger(), comment="when"),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.String(length=500), comment="what the house asks for; null: nothing yet"),
        sa.Column("asked_ms", sa.BigInteger()),
        sa.Column("asked_by", sa.String(length=32)),
        sa.Column("answer", sa.Text(), comment="the bidder's; null: none yet"),
        sa.Column("answered_ms", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["registration"], ["registrations.id"], name=op.f("fk_bidder_files_registration"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_bidder_files_sale"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_bidder_files_asked_by")),
        sa.PrimaryKeyConstraint("registration", name=op.f("pk_bidder_files")),
    )
    op.create_index(op.f("ix_bidder_files_sale"), "bidder_files", ["sale"], unique=False)
    op.create_table(
        "bidder_papers",
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False, comment="licence, authority or other"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("added_ms", sa.BigInteger(), nullable=False),
        sa.Column("read_by", sa.String(length=32), comment="who of the house opened it last"),
        sa.Column("read_ms", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["registration"],
            ["bidder_files.registration"],
            name=op.f("fk_bidder_papers_registration"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["sha256"], ["files.sha256"], name=op.f("fk_bidder_papers_sha256")),
        sa.ForeignKeyConstraint(["read_by"], ["users.id"], name=op.f("fk_bidder_papers_read_by")),
        sa.PrimaryKeyConstraint("registration", "sha256", name=op.f("pk_bidder_papers")),
    )
    op.create_index(op.f("ix_bidder_papers_sha256"), "bidder_papers", ["sha256"], unique=False)
