"""The password that a registration's code confirms."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("one_time_code", sa.Column("password_digest", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("one_time_code", "password_digest")
