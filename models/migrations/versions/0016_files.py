"""files that people upload, and the mark of their folder"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column(
            "sha256", sa.String(length=64), nullable=False, comment="the name of the file in the folder of files"
        ),
        sa.Column("kind", sa.String(length=8), nullable=False, comment="of FileKind"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column("width", sa.Integer(), comment="of a picture, in pixels"),
        sa.Column("height", sa.Integer(), comment="of a picture, in pixels"),
        sa.Column("pages", sa.Integer(), comment="of a PDF"),
        sa.Column("small", sa.String(length=64), comment="the small version of a picture"),
        sa.Column("kept_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["small"], ["files.sha256"], name=op.f("fk_files_small")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_files")),
    )
    op.create_table(
        "file_folders",
        sa.Column("one", sa.SmallInteger(), autoincrement=False, nullable=False, comment="always 1"),
        sa.Column(
            "mark",
            sa.String(length=32),
            nullable=False,
            comment="what stands in the folder of files, so that it is known again",
        ),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_file_folders")),
    )
