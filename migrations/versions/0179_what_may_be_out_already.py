"""A mark on publications that came out of a backup: since when they may have gone out without our knowing."""

import sqlalchemy as sa
from alembic import op

revision = "0179"
down_revision = "0178"


def upgrade() -> None:
    op.add_column("publication", sa.Column("may_be_out_since", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("publication", "may_be_out_since")
