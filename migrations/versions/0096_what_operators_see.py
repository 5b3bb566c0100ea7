"""Which request moved a post, when it should have left, and quick ways to what is stuck."""

import sqlalchemy as sa
from alembic import op

revision = "0096"
down_revision = "0093"

# As in 0001, and with the request by which a person last touched the publication.
WRITE_EVENT = """
CREATE OR REPLACE FUNCTION write_publication_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    event bigint;
    has_moved boolean := TG_OP = 'INSERT' OR OLD.status <> NEW.status;
    has_asked boolean := TG_OP = 'UPDATE' AND OLD.asked_at IS NULL AND NEW.asked_at IS NOT NULL;
BEGIN
    IF NOT has_moved AND NOT has_asked THEN
        RETURN NULL;
    END IF;
    INSERT INTO publication_event
        (publication_id, from_status, to_status, who, why, version, due_at{column})
    VALUES (NEW.id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.status END, NEW.status, NEW.moved_by,
            NEW.moved_why, NEW.version, NEW.due_at{value})
    RETURNING id INTO event;
    IF has_asked OR (NEW.moved_by <> 'doctor'
                     AND NEW.status IN ('published', 'failed', 'held', 'awaiting_doctor')) THEN
        INSERT INTO notice (doctor_id, publication_id, event_id, kind)
        VALUES (NEW.doctor_id, NEW.id, event, CASE WHEN has_asked THEN 'asked' ELSE NEW.status END);
    END IF;
    RETURN NULL;
END $$
"""

STUCK = sa.text("status IN ('retrying', 'held')")
FAILED = sa.text("status = 'failed'")
LEFT = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    for table in ("audit_event", "publication", "publication_event"):
        op.add_column(table, sa.Column("request_id", sa.String(), nullable=True))
    op.add_column("attempt", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(WRITE_EVENT.format(column=", request_id", value=", NEW.request_id"))
    op.create_index("ix_attempt_left", "attempt", ["created_at"], postgresql_where=LEFT)
    op.create_index("ix_publication_stuck", "publication", ["status", "platform"], postgresql_where=STUCK)
    op.create_index("ix_publication_failed", "publication", ["updated_at"], postgresql_where=FAILED)
    op.create_index("ix_outbox_letter_doctor_id", "outbox_letter", ["doctor_id", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_outbox_letter_doctor_id", table_name="outbox_letter")
    op.drop_index("ix_publication_failed", table_name="publication", postgresql_where=FAILED)
    op.drop_index("ix_publication_stuck", table_name="publication", postgresql_where=STUCK)
    op.drop_index("ix_attempt_left", table_name="attempt", postgresql_where=LEFT)
    op.execute(WRITE_EVENT.format(column="", value=""))
    op.drop_column("attempt", "due_at")
    for table in ("publication_event", "publication", "audit_event"):
        op.drop_column(table, "request_id")
