"""An archive of what was published: only ever added to, each entry chained to the one before."""

import sqlalchemy as sa
from alembic import op

revision = "0177"
down_revision = "0175"

INSTANT = sa.DateTime(timezone=True)
KINDS = "'published', 'not_published', 'unconfirmed', 'removed', 'noticed', 'held', 'released'"

# In the transaction that did it, so that nothing goes out without a wish to archive it.
WANT_EVENT = """
CREATE FUNCTION want_event_archived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO archive_task (publication_id, kind, words)
    VALUES (NEW.publication_id,
            CASE WHEN NEW.from_status = NEW.to_status THEN 'noticed'
                 WHEN NEW.to_status = 'failed' THEN 'not_published'
                 ELSE NEW.to_status END,
            NEW.why);
    RETURN NULL;
END $$;
CREATE TRIGGER archive_wants_event AFTER INSERT ON publication_event FOR EACH ROW
    WHEN (NEW.to_status IN ('published', 'failed', 'unconfirmed'))
    EXECUTE FUNCTION want_event_archived();
"""
WANT_REMOVAL = """
CREATE FUNCTION want_removal_archived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO archive_task (publication_id, kind) VALUES (NEW.id, 'removed');
    RETURN NULL;
END $$;
CREATE TRIGGER archive_wants_removal AFTER UPDATE OF removed_at ON publication FOR EACH ROW
    WHEN (OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL)
    EXECUTE FUNCTION want_removal_archived();
"""
# The one change: what was said is forgotten when its time is over, and the chain stays.
KEEP_ENTRIES = """
CREATE FUNCTION keep_archive_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.body IS NOT NULL AND NEW.body IS NULL AND NEW.forgotten_at IS NOT NULL
       AND (OLD.id, OLD.created_at, OLD.doctor_id, OLD.number, OLD.kind, OLD.at, OLD.body_digest,
            OLD.previous, OLD.digest)
         = (NEW.id, NEW.created_at, NEW.doctor_id, NEW.number, NEW.kind, NEW.at, NEW.body_digest,
            NEW.previous, NEW.digest)
       AND OLD.publication_id IS NOT DISTINCT FROM NEW.publication_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'archive_entry is only ever added to' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER archive_entry_stays BEFORE UPDATE ON archive_entry FOR EACH ROW
    EXECUTE FUNCTION keep_archive_entry();
CREATE TRIGGER archive_entry_is_for_ever BEFORE DELETE OR TRUNCATE ON archive_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
# What went out before there was an archive is archived as it stands today.
BEGIN_WITH_WHAT_IS_OUT = """
INSERT INTO archive_task (publication_id, kind)
SELECT id, 'published' FROM publication WHERE status = 'published' ORDER BY published_at, id;
INSERT INTO archive_task (publication_id, kind)
SELECT id, 'removed' FROM publication WHERE removed_at IS NOT NULL ORDER BY removed_at, id;
"""


def upgrade() -> None:
    op.create_table(
        "archive_task",
        *_beginning("archive_task"),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
    )
    op.create_table(
        "archive_entry",
        *_beginning("archive_entry"),
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("publication_id", sa.BigInteger(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("body_digest", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("forgotten_at", INSTANT, nullable=True),
        sa.CheckConstraint(f"kind = ANY (ARRAY[{KINDS}])", name=op.f("ck_archive_entry_kind")),
        sa.CheckConstraint(
            "(body IS NULL) = (forgotten_at IS NOT NULL)", name=op.f("ck_archive_entry_body_until_forgotten")
        ),
        sa.UniqueConstraint("doctor_id", "number", name=op.f("uq_archive_entry_doctor_id_number")),
        sa.UniqueConstraint("digest", name=op.f("uq_archive_entry_digest")),
    )
    op.create_index("ix_archive_entry_publication_id", "archive_entry", ["publication_id"])
    op.create_index("ix_archive_entry_at", "archive_entry", ["at"])
    op.create_table(
        "archived_file",
        *_beginning("archived_file"),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mime_type", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["archive_entry.id"], name=op.f("fk_archived_file_entry_id")),
        sa.UniqueConstraint("name", name=op.f("uq_archived_file_name")),
    )
    op.create_index("ix_archived_file_entry_id", "archived_file", ["entry_id"])
    for statement in (WANT_EVENT, WANT_REMOVAL, KEEP_ENTRIES, BEGIN_WITH_WHAT_IS_OUT):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER archive_wants_removal ON publication")
    op.execute("DROP TRIGGER archive_wants_event ON publication_event")
    for table in ("archived_file", "archive_entry", "archive_task"):
        op.drop_table(table)
    for function in ("want_event_archived", "want_removal_archived", "keep_archive_entry"):
        op.execute(f"DROP FUNCTION {function}()")


def _beginning(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("portal_now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
