"""the first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True, comment="统一社会信用代码"),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("name", name=op.f("uq_organizations_name")),
    )
    op.create_table(
        "sales",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False, comment="draft, published, closed or archived"),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("starts_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("house_org", sa.String(length=32), nullable=True, comment="the organization that runs the sale"),
        sa.Column("invented", sa.Boolean(), nullable=False, comment="a demo: every page says so"),
        sa.Column("under_law", sa.Boolean(), nullable=False, comment="拍卖法 binds it"),
        sa.Column("priority_mode", sa.String(length=1), nullable=False, comment="优先购买权: A, B or C"),
        sa.Column("priority_days", sa.Integer(), nullable=True, comment="working days of mode C"),
        sa.Column("notice_on", sa.Date(), nullable=True, comment="拍卖法 45"),
        sa.Column("preview_from", sa.Date(), nullable=True, comment="拍卖法 48"),
        sa.Column("preview_to", sa.Date(), nullable=True, comment="拍卖法 48"),
        sa.Column("auctioneer_licence", sa.String(length=50), nullable=False, comment="拍卖法 14"),
        sa.Column("rules_announced_ms", sa.BigInteger(), nullable=True, comment="拍卖法 49"),
        sa.Column("buyer_commission", sa.JSON(), nullable=False, comment="slices [from_minor, rate_bp]"),
        sa.Column("seller_commission", sa.JSON(), nullable=False, comment="the same, agreed with the consignors"),
        sa.Column(
            "deposit", sa.JSON(), nullable=True, comment="share_bp of the highest start, or fixed_minor; null: none"
        ),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["house_org"], ["organizations.id"], name=op.f("fk_sales_house_org")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales")),
        sa.UniqueConstraint("slug", name=op.f("uq_sales_slug")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False, comment="lower case; the name to sign in with"),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=True, comment="argon2id; null: only by a one-time link"),
        sa.Column("organization", sa.String(length=32), nullable=True),
        sa.Column("licence", sa.String(length=50), nullable=True, comment="an auctioneer's licence number (拍卖法 14)"),
        sa.Column("suspended_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organization"], ["organizations.id"], name=op.f("fk_users_organization")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "events",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False, comment="place in the full chain, from 1"),
        sa.Column(
            "seq",
            sa.BigInteger(),
            nullable=True,
            comment="place in the public chain, from 1; null where the event is secret",
        ),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("lot", sa.String(length=16), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="canonical JSON, the bytes that are hashed"),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("public_hash", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("sale", "n", name=op.f("pk_events")),
        sa.UniqueConstraint("sale", "seq", name=op.f("uq_events_sale_seq")),
    )
    op.create_table(
        "heads",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("public_hash", sa.LargeBinary(), nullable=False),
        sa.Column("next_deadline_ms", sa.BigInteger(), nullable=True),
        sa.Column("alive_ms", sa.BigInteger(), nullable=True, comment="written every second while a lot is open"),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_heads_sale")),
        sa.PrimaryKeyConstraint("sale", name=op.f("pk_heads")),
    )
    op.create_table(
        "links",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False, comment="sign_in, reset or first_admin"),
        sa.Column("user", sa.String(length=32), nullable=True),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_links_user")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_links")),
    )
    op.create_table(
        "lots",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("lot", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("start_minor", sa.BigInteger(), nullable=True),
        sa.Column("reserve_minor", sa.BigInteger(), nullable=True),
        sa.Column("increment", sa.JSON(), nullable=True, comment="as in a scenario"),
        sa.Column("own", sa.JSON(), nullable=False, comment="the format's own terms, as in a scenario"),
        sa.Column("consignor_org", sa.String(length=32), nullable=True),
        sa.Column("consignor", sa.String(length=500), nullable=False),
        sa.Column("title_zh", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("abstract_zh", sa.Text(), nullable=False),
        sa.Column("abstract_en", sa.Text(), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("transfer_type", sa.String(length=40), nullable=False),
        sa.Column("defects", sa.Text(), nullable=False),
        sa.Column("estimate_low_minor", sa.BigInteger(), nullable=True),
        sa.Column("estimate_high_minor", sa.BigInteger(), nullable=True),
        sa.Column("no_reserve", sa.Boolean(), nullable=False, comment="its absence is announced, 拍卖法 50"),
        sa.Column("defects_declared", sa.Boolean(), nullable=False, comment="by the consignor, 拍卖法 27"),
        sa.Column("defects_stated", sa.Boolean(), nullable=False, comment="to bidders, also none, 拍卖法 18"),
        sa.Column("title_proven", sa.Boolean(), nullable=False, comment="by the consignor, 拍卖法 41"),
        sa.ForeignKeyConstraint(["consignor_org"], ["organizations.id"], name=op.f("fk_lots_consignor_org")),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_lots_sale")),
        sa.PrimaryKeyConstraint("sale", "lot", name=op.f("pk_lots")),
    )
    op.create_table(
        "receipts",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column(
            "digest", sa.LargeBinary(), nullable=False, comment="of the command, to tell a retry from another command"
        ),
        sa.Column(
            "seq", sa.BigInteger(), nullable=False, comment="of the last public event that it was judged by or led to"
        ),
        sa.Column("code", sa.String(length=32), nullable=True, comment="null: accepted"),
        sa.Column("params", sa.Text(), nullable=True, comment="JSON; null where there are none"),
        sa.PrimaryKeyConstraint("sale", "key", "actor", name=op.f("pk_receipts")),
    )
    op.create_table(
        "refusals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("arrived_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("command", sa.String(length=32), nullable=False),
        sa.Column("lot", sa.String(length=16), nullable=True),
        sa.Column("details", sa.Text(), nullable=False, comment="the command as it came, at most 500 characters"),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False, comment="what the refusal was judged against"),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_refusals_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusals")),
    )
    with op.batch_alter_table("refusals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refusals_sale"), ["sale"], unique=False)

    op.create_table(
        "registrations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=True, comment="null: a paddle of the floor"),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False, comment="applied, admitted or turned_down"),
        sa.Column("reason", sa.String(length=200), nullable=True, comment="why it was turned down"),
        sa.Column("paddle", sa.String(length=16), nullable=True),
        sa.Column("limit_minor", sa.BigInteger(), nullable=True, comment="null: none"),
        sa.Column("holds", sa.JSON(), nullable=False, comment="but DEPOSIT_MISSING where the sale asks for a deposit"),
        sa.Column("deposit_ms", sa.BigInteger(), nullable=True, comment="when the deposit arrived; null: it has not"),
        sa.Column("priority", sa.JSON(), nullable=False, comment="ranks of 优先购买权 by lot"),
        sa.Column("applied_ms", sa.BigInteger(), nullable=False),
        sa.Column("decided_ms", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_registrations_decided_by")),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_registrations_sale")),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_registrations_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("sale", "paddle", name=op.f("uq_registrations_sale_paddle")),
        sa.UniqueConstraint("sale", "user", name=op.f("uq_registrations_sale_user")),
    )
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registrations_sale"), ["sale"], unique=False)

    op.create_table(
        "web_sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_web_sessions_user")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_web_sessions")),
    )
    with op.batch_alter_table("web_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_sessions_user"), ["user"], unique=False)

    op.create_table(
        "patents",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("lot", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("as_written", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True, comment="canonical; null where it could not be read"),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("filing_date", sa.Date(), nullable=True),
        sa.Column("publication_date", sa.Date(), nullable=True),
        sa.Column("legal_status", sa.String(length=20), nullable=True, comment="of LegalStatus; null: not known"),
        sa.Column("consents", sa.Boolean(), nullable=False, comment="of all co-owners and pledgees"),
        sa.Column("priority_date", sa.Date(), nullable=True, comment="专利法 29"),
        sa.Column("grant_date", sa.Date(), nullable=True),
        sa.Column("extended_to", sa.Date(), nullable=True, comment="the last day of an extended or foreign term"),
        sa.Column("status_checked_on", sa.Date(), nullable=True),
        sa.Column("annuity_paid_until", sa.Date(), nullable=True),
        sa.Column("claims_total", sa.Integer(), nullable=True),
        sa.Column("claims_independent", sa.Integer(), nullable=True),
        sa.Column("pledged", sa.Boolean(), nullable=False),
        sa.Column("open_licence", sa.Boolean(), nullable=False, comment="专利法 51"),
        sa.Column("litigation_pending", sa.Boolean(), nullable=False),
        sa.Column("invalidation_pending", sa.Boolean(), nullable=False),
        sa.Column("evaluation_report", sa.Boolean(), nullable=False, comment="of a utility model or design"),
        sa.ForeignKeyConstraint(
            ["sale", "lot"], ["lots.sale", "lots.lot"], name=op.f("fk_patents_sale"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sale", "lot", "position", name=op.f("pk_patents")),
    )


def downgrade() -> None:
    op.drop_table("patents")
    with op.batch_alter_table("web_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_sessions_user"))

    op.drop_table("web_sessions")
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registrations_sale"))

    op.drop_table("registrations")
    with op.batch_alter_table("refusals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refusals_sale"))

    op.drop_table("refusals")
    op.drop_table("receipts")
    op.drop_table("lots")
    op.drop_table("links")
    op.drop_table("heads")
    op.drop_table("events")
    op.drop_table("users")
    op.drop_table("sales")
    op.drop_table("organizations")
