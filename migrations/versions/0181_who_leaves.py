"""When an account that its owner left will be erased."""

import sqlalchemy as sa
from alembic import op

revision = "0181"
down_revision = "0177"


def upgrade() -> None:
    op.add_column("user_account", sa.Column("leaves_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_user_account_leaves_at",
        "user_account",
        ["leaves_at"],
        postgresql_where=sa.text("leaves_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_user_account_leaves_at", "user_account")
    op.drop_column("user_account", "leaves_at")
