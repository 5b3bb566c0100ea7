"""Whether the doctor chose the time zone, and since when somebody who was turned down waits again."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0002"


def upgrade() -> None:
    op.add_column(
        "doctor",
        sa.Column("timezone_is_chosen", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column("doctor", sa.Column("verification_asked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("doctor", "verification_asked_at")
    op.drop_column("doctor", "timezone_is_chosen")
