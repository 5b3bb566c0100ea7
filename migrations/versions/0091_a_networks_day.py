"""How much of a network's day the portal has used, and what became of posts after they went out."""

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0092"


def upgrade() -> None:
    op.create_table(
        "daily_use",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_use")),
        sa.UniqueConstraint(
            "platform", "connection", "day", name=op.f("uq_daily_use_platform_connection_day")
        ),
    )
    op.create_table(
        "publication_check",
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("looks", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("told", sa.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_publication_check_publication_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_check")),
        sa.UniqueConstraint("publication_id", name=op.f("uq_publication_check_publication_id")),
    )


def downgrade() -> None:
    op.drop_table("publication_check")
    op.drop_table("daily_use")
