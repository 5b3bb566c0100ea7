"""Answers to programs that hold a secret are kept sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0189"
down_revision = "0182"


def upgrade() -> None:
    op.add_column("idempotency_key", sa.Column("sealed_answer", sa.String()))


def downgrade() -> None:
    op.drop_column("idempotency_key", "sealed_answer")
