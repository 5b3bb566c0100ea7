"""What an uploaded picture or video told beside its pixels before it was taken out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0060"
down_revision = "0050"


def upgrade() -> None:
    told = postgresql.ARRAY(sa.TEXT())
    op.add_column("media_file", sa.Column("removed", told, server_default="{}", nullable=False))
    op.create_index("ix_post_media_media_file_id", "post_media", ["media_file_id"])


def downgrade() -> None:
    op.drop_index("ix_post_media_media_file_id", "post_media")
    op.drop_column("media_file", "removed")
