"""pictures and documents of lots, and the data room"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lot_documents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("document", sa.String(length=32), nullable=False, comment="the same for all versions of a document"),
        sa.Column("version", sa.Integer(), nullable=False, comment="from 1"),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("lot", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="among the documents of its lot"),
        sa.Column("place", sa.String(length=8), nullable=False, comment="public, or room: the data room"),
        sa.Column("name", sa.String(length=120), nullable=False, comment="cleaned, with the ending of its kind"),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_ms", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.String(length=32), nullable=False),
        sa.Column("added_because", sa.String(length=16), comment="a reason, once the sale was published"),
        sa.Column("removed_ms", sa.BigInteger()),
        sa.Column("removed_by", sa.String(length=32)),
        sa.Column("removed_because", sa.String(length=16)),
        sa.ForeignKeyConstraint(["sha256"], ["files.sha256"], name=op.f("fk_lot_documents_sha256")),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_lot_documents_added_by")),
        sa.ForeignKeyConstraint(["removed_by"], ["users.id"], name=op.f("fk_lot_documents_removed_by")),
        sa.ForeignKeyConstraint(
            ["sale", "lot"], ["lots.sale", "lots.lot"], name=op.f("fk_lot_documents_sale"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_documents")),
    )
    op.create_index(op.f("ix_lot_documents_document"), "lot_documents", ["document"])
    op.create_index(op.f("ix_lot_documents_sale"), "lot_documents", ["sale", "lot"])
    op.create_table(
        "room_terms",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="from 1"),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_room_terms_sale"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_room_terms_made_by")),
        sa.PrimaryKeyConstraint("sale", "version", name=op.f("pk_room_terms")),
    )
    op.create_table(
        "room_acceptances",
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accepted_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration"],
            ["registrations.id"],
            name=op.f("fk_room_acceptances_registration"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sale", "version"],
            ["room_terms.sale", "room_terms.version"],
            name=op.f("fk_room_acceptances_sale"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration", "sale", "version", name=op.f("pk_room_acceptances")),
    )
    op.create_table(
        "room_openings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("document", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("paddle", sa.String(length=16), comment="null: one of the house"),
        sa.Column(
            "terms",
            sa.Integer(),
            comment="the version of the terms that the bidder had accepted; null: one of the house",
        ),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"], ["lot_documents.id"], name=op.f("fk_room_openings_document"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_room_openings_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_openings")),
    )
    op.create_index(op.f("ix_room_openings_document"), "room_openings", ["document"])
