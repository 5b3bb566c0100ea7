"""What some networks refuse of a video is kept beside it; and when a permission was last asked about."""

import sqlalchemy as sa
from alembic import op

revision = "0190"
down_revision = "0183"


def upgrade() -> None:
    traits = sa.Column("traits", sa.ARRAY(sa.TEXT()), nullable=False, server_default="{}")
    op.add_column("media_file", traits)
    op.add_column("social_account", sa.Column("looked_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("social_account", "looked_at")
    op.drop_column("media_file", "traits")
