"""Whether the feed for a calendar program tells the first words of posts; those made before do."""

import sqlalchemy as sa
from alembic import op

revision = "0183"
down_revision = "0189"


def upgrade() -> None:
    told = sa.Column("feed_tells_words", sa.Boolean, nullable=False, server_default="false")
    op.add_column("calendar_setting", told)
    op.execute("UPDATE calendar_setting SET feed_tells_words = true WHERE feed_digest IS NOT NULL")


def downgrade() -> None:
    op.drop_column("calendar_setting", "feed_tells_words")
