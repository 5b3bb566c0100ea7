"""When to go on preparing a publication's uploads."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("publication", sa.Column("prepare_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("publication", "prepare_at")
