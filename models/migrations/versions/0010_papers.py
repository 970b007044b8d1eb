"""papers with their numbers, versions, files and facts"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "papers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column(
            "subject", sa.String(length=80), nullable=False, comment="a lot, a paddle or a patent; empty: the sale"
        ),
        sa.Column("running", sa.Integer(), nullable=False, comment="its number among the papers of its kind, from 1"),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_papers_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint("number", name=op.f("uq_papers_number")),
        sa.UniqueConstraint("sale", "kind", "running", name=op.f("uq_papers_sale_kind_running")),
        sa.UniqueConstraint("sale", "kind", "subject", name=op.f("uq_papers_sale_kind_subject")),
    )
    op.create_table(
        "paper_versions",
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="from 1"),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=32), comment="null: the server"),
        sa.Column("facts", sa.LargeBinary(), nullable=False, comment="canonical JSON that the templates print"),
        sa.ForeignKeyConstraint(["paper"], ["papers.id"], name=op.f("fk_paper_versions_paper"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_paper_versions_made_by")),
        sa.PrimaryKeyConstraint("paper", "version", name=op.f("pk_paper_versions")),
    )
    op.create_table(
        "paper_files",
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=4), nullable=False, comment="zh, en or both"),
        sa.Column(
            "sha256", sa.String(length=64), nullable=False, comment="the name of the file in the instance folder"
        ),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.PrimaryKeyConstraint("paper", "version", "lang", name=op.f("pk_paper_files")),
    )
    op.create_table(
        "paper_facts",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column(
            "subject", sa.String(length=80), nullable=False, comment="paddle:101, lot:3, patent:CN…; empty: the sale"
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_paper_facts_sale")),
        sa.PrimaryKeyConstraint("sale", "subject", "name", name=op.f("pk_paper_facts")),
    )
