"""A planned post may become the doctor's own turn: its network may be shut by the operator's app for days."""

from alembic import op

revision = "0161"
down_revision = "0160"


def upgrade() -> None:
    op.execute("INSERT INTO publication_move VALUES ('scheduled', 'awaiting_doctor')")


def downgrade() -> None:
    # Moves that were made stay: the table judges only those to come.
    op.execute(
        "DELETE FROM publication_move WHERE from_status = 'scheduled' AND to_status = 'awaiting_doctor'"
    )
