"""Which account a trip is about, when a permission ends that nobody can renew, and what was said of it."""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0060"

# Where nothing renews it, the token's own end is the permission's; the others say theirs at their next renewal.
KNOWN_ENDS = "UPDATE social_account SET ends_at = token_expires_at WHERE refresh_at IS NULL"


def upgrade() -> None:
    op.add_column("oauth_attempt", sa.Column("account_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_oauth_attempt_account_id"),
        "oauth_attempt",
        "social_account",
        ["account_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.add_column("social_account", sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("social_account", sa.Column("told_days", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_social_account_ends_at",
        "social_account",
        ["ends_at"],
        postgresql_where=sa.text("status = 'connected' AND ends_at IS NOT NULL"),
    )
    op.execute(KNOWN_ENDS)


def downgrade() -> None:
    op.drop_index("ix_social_account_ends_at", table_name="social_account")
    op.drop_column("social_account", "told_days")
    op.drop_column("social_account", "ends_at")
    op.drop_constraint(op.f("fk_oauth_attempt_account_id"), "oauth_attempt", type_="foreignkey")
    op.drop_column("oauth_attempt", "account_id")
