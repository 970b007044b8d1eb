"""salts of the rows that have a fingerprint in the record"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = {"sales": ("id",), "lots": ("sale", "lot"), "registrations": ("id",)}


def upgrade() -> None:
    connection = op.get_bind()
    for name, key in TABLES.items():
        op.add_column(name, sa.Column("salt", sa.String(32), comment="of its fingerprint in the record; goes with it"))
        table = sa.table(name, *(sa.column(each) for each in (*key, "salt")))
        rows = connection.execute(sa.select(*(table.c[each] for each in key))).all()
        fill = sa.update(table).where(*(table.c[each] == sa.bindparam(f"of_{each}") for each in key))
        for row in rows:
            given = {f"of_{each}": value for each, value in zip(key, row, strict=True)}
            connection.execute(fill, {**given, "salt": secrets.token_hex(16)})


def downgrade() -> None:
    for name in TABLES:
        op.drop_column(name, "salt")
