"""Since when it is the doctor's turn to post a publication, and when that is recalled."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0040"

# What waits for its doctor already is recalled from now on.
BEGIN_NOW = """
UPDATE publication SET handed_at = portal_now(), remind_at = portal_now()
WHERE status = 'awaiting_doctor'
"""


def upgrade() -> None:
    op.add_column("publication", sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("publication", sa.Column("reminders", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("publication", sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_publication_remind",
        "publication",
        ["remind_at"],
        postgresql_where=sa.text("status = 'awaiting_doctor'"),
    )
    op.execute(BEGIN_NOW)


def downgrade() -> None:
    op.drop_index(
        "ix_publication_remind",
        table_name="publication",
        postgresql_where=sa.text("status = 'awaiting_doctor'"),
    )
    op.drop_column("publication", "remind_at")
    op.drop_column("publication", "reminders")
    op.drop_column("publication", "handed_at")
