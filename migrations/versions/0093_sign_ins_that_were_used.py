"""What became of a sign-in at a network, so that its answer loaded twice is told the truth."""

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0070"


def upgrade() -> None:
    op.add_column("oauth_attempt", sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("oauth_attempt", sa.Column("ended_as", sa.String(), nullable=True))
    op.create_check_constraint(
        op.f("ck_oauth_attempt_ended_as"),
        "oauth_attempt",
        "ended_as IN ('account', 'offer', 'nothing')",
    )


def downgrade() -> None:
    # The code before this one takes a used sign-in for an open one.
    op.execute("DELETE FROM oauth_attempt WHERE used_at IS NOT NULL")
    op.drop_constraint(op.f("ck_oauth_attempt_ended_as"), "oauth_attempt", type_="check")
    op.drop_column("oauth_attempt", "ended_as")
    op.drop_column("oauth_attempt", "used_at")
