"""accounts that only claim an address, failed sign-ins, and the devices of good ones"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    flag = sa.Boolean()
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "claimed",
                flag,
                nullable=False,
                server_default=sa.false(),
                comment="only its maker says that the address is his",
            )
        )
        batch_op.add_column(
            sa.Column(
                "confirmed_ms", sa.BigInteger(), comment="when a mail to the address was answered; none is sent yet"
            )
        )
        batch_op.add_column(
            sa.Column(
                "organization_claimed",
                flag,
                nullable=False,
                server_default=sa.false(),
                comment="only its maker says so",
            )
        )
        batch_op.drop_constraint(op.f("uq_users_email"), type_="unique")
        batch_op.create_index(op.f("ix_users_email"), ["email"], unique=False)
    op.execute(sa.text("UPDATE users SET claimed = (role = 'bidder'), organization_claimed = (role = 'bidder')"))
    with op.batch_alter_table("users", schema=None) as batch_op:
        for name in ("claimed", "organization_claimed"):
            batch_op.alter_column(name, server_default=None)
    op.create_index(
        "ux_users_email",
        "users",
        ["email"],
        unique=True,
        sqlite_where=sa.text("claimed IS false"),
        postgresql_where=sa.text("claimed IS false"),
    )
    op.create_table(
        "failed_sign_ins",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name_hash", sa.LargeBinary(), nullable=False, comment="of the name, with an account or without"),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_ins")),
    )
    op.create_index(op.f("ix_failed_sign_ins_name_hash"), "failed_sign_ins", ["name_hash"], unique=False)
    op.create_index(op.f("ix_failed_sign_ins_at_ms"), "failed_sign_ins", ["at_ms"], unique=False)
    op.create_table(
        "devices",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False, comment="its last good sign-in"),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_devices_user")),
        sa.PrimaryKeyConstraint("token_hash", "user", name=op.f("pk_devices")),
    )
    op.create_index(op.f("ix_devices_user"), "devices", ["user"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("accounts that share an address cannot be told apart again")
