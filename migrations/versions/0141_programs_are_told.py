"""Webhooks, and their messages, which the database itself writes with what they tell of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0141"
down_revision = "0111"

INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("portal_now()")
IS_WAITING = sa.text("delivered_at IS NULL AND given_up_at IS NULL")

TELL = """
CREATE FUNCTION tell_webhooks(whose bigint, word text, of_stream text, facts jsonb)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO webhook_message (webhook_id, kind, stream, about)
    SELECT id, word, of_stream, facts FROM webhook
    WHERE doctor_id = whose AND disabled_at IS NULL AND word = ANY (kinds)
$$
"""
TELL_OF_PUBLICATION = """
CREATE FUNCTION tell_of_publication() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    it publication%ROWTYPE;
BEGIN
    SELECT * INTO it FROM publication WHERE id = NEW.publication_id;
    IF EXISTS (SELECT FROM webhook WHERE doctor_id = it.doctor_id) THEN
        PERFORM tell_webhooks(it.doctor_id, 'publication.' || NEW.to_status, 'post:' || it.post_id,
            jsonb_build_object('post_id', it.post_id, 'publication_id', it.id,
                'social_account_id', it.social_account_id, 'platform', it.platform,
                'status', NEW.to_status, 'previous_status', NEW.from_status));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER publication_event_is_told AFTER INSERT ON publication_event
    FOR EACH ROW EXECUTE FUNCTION tell_of_publication();
"""
TELL_OF_ACCOUNT = """
CREATE FUNCTION tell_of_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tell_webhooks(NEW.doctor_id, 'account.' || NEW.status, 'account:' || NEW.id,
        jsonb_build_object('social_account_id', NEW.id, 'platform', NEW.platform, 'status', NEW.status));
    RETURN NULL;
END $$;
CREATE TRIGGER new_account_is_told AFTER INSERT ON social_account
    FOR EACH ROW EXECUTE FUNCTION tell_of_account();
CREATE TRIGGER account_is_told AFTER UPDATE OF status ON social_account
    FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION tell_of_account();
"""
TELL_OF_VERIFICATION = """
CREATE FUNCTION tell_of_verification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tell_webhooks(NEW.id, 'verification.' || NEW.verification, 'doctor:' || NEW.id,
        jsonb_build_object('doctor_id', NEW.id, 'status', NEW.verification));
    RETURN NULL;
END $$;
CREATE TRIGGER verification_is_told AFTER UPDATE OF verification ON doctor
    FOR EACH ROW WHEN (OLD.verification <> NEW.verification) EXECUTE FUNCTION tell_of_verification();
"""


def upgrade() -> None:
    op.create_table(
        "webhook",
        *_beginning(),
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("sealed_secret", sa.String(), nullable=False),
        sa.Column("sealed_old_secret", sa.String(), nullable=True),
        sa.Column("old_secret_until", INSTANT, nullable=True),
        sa.Column("failing_since", INSTANT, nullable=True),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.Column("disabled_why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_webhook_doctor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index("ix_webhook_doctor_id", "webhook", ["doctor_id"])
    mark = sa.text("'msg_' || replace(gen_random_uuid()::text, '-', '')")
    op.create_table(
        "webhook_message",
        *_beginning(),
        sa.Column("webhook_id", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.String(), server_default=mark, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("about", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("not_before", INSTANT, server_default=NOW, nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tried_at", INSTANT, nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("given_up_at", INSTANT, nullable=True),
        sa.Column("answer_status", sa.BigInteger(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_message_webhook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_message")),
    )
    op.create_index("ix_webhook_message_webhook_id", "webhook_message", ["webhook_id", "id"])
    op.create_index(
        "ix_webhook_message_stream",
        "webhook_message",
        ["webhook_id", "stream", "id"],
        postgresql_where=IS_WAITING,
    )
    op.create_index(
        "ix_webhook_message_waiting", "webhook_message", ["not_before"], postgresql_where=IS_WAITING
    )
    for step in (TELL, TELL_OF_PUBLICATION, TELL_OF_ACCOUNT, TELL_OF_VERIFICATION):
        op.execute(step)


def downgrade() -> None:
    op.execute("DROP FUNCTION tell_of_publication, tell_of_account, tell_of_verification CASCADE")
    op.execute("DROP FUNCTION tell_webhooks")
    op.drop_table("webhook_message")
    op.drop_table("webhook")


def _beginning() -> list[sa.Column]:
    """What each of them begins with, new at each call: a column belongs to one table."""
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
    ]
