"""When a patient took back the consent to a picture, and what the archive then says of posts that are out."""

import sqlalchemy as sa
from alembic import op

revision = "0182"
down_revision = "0174"

KINDS = "'published', 'not_published', 'unconfirmed', 'removed', 'noticed', 'held', 'released'"

# As in 0177; what the doctor, and not the network, has to say of a post that is out is a consent taken back.
WANT_EVENT = """
CREATE OR REPLACE FUNCTION want_event_archived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO archive_task (publication_id, kind, words)
    VALUES (NEW.publication_id,
            CASE {withdrawn}WHEN NEW.from_status = NEW.to_status THEN 'noticed'
                 WHEN NEW.to_status = 'failed' THEN 'not_published'
                 ELSE NEW.to_status END,
            NEW.why);
    RETURN NULL;
END $$
"""
WITHDRAWN = "WHEN NEW.from_status = NEW.to_status AND NEW.who = 'doctor' THEN 'withdrawn'\n                 "
# Entries are for ever: those of the newer kind stay when the code of before comes back.
ALLOW = "ALTER TABLE archive_entry ADD CONSTRAINT ck_archive_entry_kind CHECK (kind = ANY (ARRAY[{kinds}])) NOT VALID"


def upgrade() -> None:
    op.add_column("media_file", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    _allow(f"{KINDS}, 'withdrawn'")
    op.execute("ALTER TABLE archive_entry VALIDATE CONSTRAINT ck_archive_entry_kind")
    op.execute(WANT_EVENT.format(withdrawn=WITHDRAWN))


def downgrade() -> None:
    op.execute(WANT_EVENT.format(withdrawn=""))
    _allow(KINDS)
    op.drop_column("media_file", "withdrawn_at")


def _allow(kinds: str) -> None:
    op.execute("ALTER TABLE archive_entry DROP CONSTRAINT ck_archive_entry_kind")
    op.execute(ALLOW.format(kinds=kinds))
