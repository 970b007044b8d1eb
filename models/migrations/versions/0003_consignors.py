"""a lot has one or more consignors: each with the id of an organization or an account, its name, and whether it is sure

The one organization that a lot had is its first consignor.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COMMENT = "who may not bid: id, name, sure; secret"


def upgrade() -> None:
    with op.batch_alter_table("lots") as changed:
        changed.add_column(
            sa.Column("consignors", sa.JSON(), nullable=False, server_default=sa.text("'[]'"), comment=COMMENT)
        )
    lots = sa.table(
        "lots", *(sa.column(name) for name in ("sale", "lot", "consignor_org")), sa.column("consignors", sa.JSON)
    )
    named = sa.table("organizations", sa.column("id"), sa.column("name"))
    connection = op.get_bind()
    found = connection.execute(
        sa.select(lots.c.sale, lots.c.lot, named.c.id, named.c.name).join_from(
            lots, named, named.c.id == lots.c.consignor_org
        )
    )
    for sale, lot, org, name in found.all():
        this = (lots.c.sale == sale) & (lots.c.lot == lot)
        consignors = [{"id": org, "name": name, "sure": True}]
        connection.execute(sa.update(lots).where(this).values(consignors=consignors))
    with op.batch_alter_table("lots") as changed:
        changed.drop_constraint("fk_lots_consignor_org", type_="foreignkey")
        changed.drop_column("consignor_org")
        changed.alter_column("consignors", server_default=None)
        changed.alter_column("consignor", existing_type=sa.String(500), comment="the owner as shown")


def downgrade() -> None:
    with op.batch_alter_table("lots") as changed:
        changed.add_column(sa.Column("consignor_org", sa.String(32), nullable=True))
        changed.create_foreign_key("fk_lots_consignor_org", "organizations", ["consignor_org"], ["id"])
        changed.drop_column("consignors")
