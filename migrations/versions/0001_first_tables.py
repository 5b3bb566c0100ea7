"""The first tables, the database's clock, the legal moves of a publication, and what may never change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

# The one clock that decides what is due. A test sets `portal.now` to stand at an instant of its own.
CLOCK = """
CREATE FUNCTION portal_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('portal.now', true), '')::timestamptz, statement_timestamp())
$$
"""

MOVES = {
    "draft": "scheduled held cancelled",
    "scheduled": "draft held publishing cancelled",
    "held": "draft scheduled awaiting_doctor cancelled",
    "publishing": "scheduled held retrying unconfirmed awaiting_doctor published failed",
    "retrying": "scheduled held publishing awaiting_doctor failed cancelled",
    "unconfirmed": "published retrying failed",
    "awaiting_doctor": "scheduled published failed cancelled",
    "failed": "scheduled held awaiting_doctor",
}

REFUSE_ILLEGAL_MOVE = """
CREATE FUNCTION refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM publication_move WHERE from_status = OLD.status AND to_status = NEW.status
    ) THEN
        RAISE EXCEPTION 'a publication cannot go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER publication_move BEFORE UPDATE OF status ON publication
    FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION refuse_illegal_move();
"""

WRITE_EVENT = """
CREATE FUNCTION write_publication_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    event bigint;
    has_moved boolean := TG_OP = 'INSERT' OR OLD.status <> NEW.status;
    has_asked boolean := TG_OP = 'UPDATE' AND OLD.asked_at IS NULL AND NEW.asked_at IS NOT NULL;
BEGIN
    IF NOT has_moved AND NOT has_asked THEN
        RETURN NULL;
    END IF;
    INSERT INTO publication_event (publication_id, from_status, to_status, who, why, version, due_at)
    VALUES (NEW.id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.status END, NEW.status, NEW.moved_by,
            NEW.moved_why, NEW.version, NEW.due_at)
    RETURNING id INTO event;
    IF has_asked OR (NEW.moved_by <> 'doctor'
                     AND NEW.status IN ('published', 'failed', 'held', 'awaiting_doctor')) THEN
        INSERT INTO notice (doctor_id, publication_id, event_id, kind)
        VALUES (NEW.doctor_id, NEW.id, event, CASE WHEN has_asked THEN 'asked' ELSE NEW.status END);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER publication_event AFTER INSERT OR UPDATE OF status, asked_at ON publication
    FOR EACH ROW EXECUTE FUNCTION write_publication_event();
"""

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER audit_event_is_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.execute(CLOCK)
    op.execute("CREATE SEQUENCE publisher_number AS integer CYCLE")
    op.create_table(
        "media_file",
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mime_type", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("duration", sa.Double(), nullable=True),
        sa.Column("alt_text", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.CheckConstraint("purpose IN ('profile_photo', 'post')", name=op.f("ck_media_file_purpose")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_file")),
        sa.UniqueConstraint("name", name=op.f("uq_media_file_name")),
    )
    op.create_index("ix_media_file_doctor_id", "media_file", ["doctor_id"], unique=False)
    op.create_table(
        "medical_speciality",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("aliases", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medical_speciality")),
    )
    op.create_index(
        "uq_medical_speciality_name", "medical_speciality", [sa.literal_column("lower(name)")], unique=True
    )
    op.create_table(
        "network_gate",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_gate")),
        sa.UniqueConstraint("platform", "connection", name=op.f("uq_network_gate_platform_connection")),
    )
    op.create_table(
        "user_account",
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password_digest", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.CheckConstraint("role IN ('doctor', 'administrator')", name=op.f("ck_user_account_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
    )
    op.create_index("uq_user_account_email", "user_account", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "audit_event",
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_audit_event_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_subject", "audit_event", ["subject", "subject_id"], unique=False)
    op.create_table(
        "browser_session",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("device", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_browser_session_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_browser_session_digest")),
    )
    op.create_index("ix_browser_session_user_id", "browser_session", ["user_id"], unique=False)
    op.create_table(
        "medical_sub_speciality",
        sa.Column("speciality_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["speciality_id"], ["medical_speciality.id"], name=op.f("fk_medical_sub_speciality_speciality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medical_sub_speciality")),
        sa.UniqueConstraint("id", "speciality_id", name=op.f("uq_medical_sub_speciality_id_speciality_id")),
    )
    op.create_index(
        "uq_medical_sub_speciality_name",
        "medical_sub_speciality",
        ["speciality_id", sa.literal_column("lower(name)")],
        unique=True,
    )
    op.create_table(
        "one_time_code",
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("is_browser_bound", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.CheckConstraint(
            "purpose IN ('registration', 'login', 'reset')", name=op.f("ck_one_time_code_purpose")
        ),
        sa.CheckConstraint("tries BETWEEN 0 AND 5", name=op.f("ck_one_time_code_tries")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_one_time_code_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    op.create_index(
        "ix_one_time_code_email_purpose", "one_time_code", ["email", "purpose", "created_at"], unique=False
    )
    op.create_table(
        "trusted_browser",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_trusted_browser_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trusted_browser")),
        sa.UniqueConstraint("digest", name=op.f("uq_trusted_browser_digest")),
    )
    op.create_index("ix_trusted_browser_user_id", "trusted_browser", ["user_id"], unique=False)
    op.create_table(
        "doctor",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("phone_number", sa.String(), nullable=True),
        sa.Column("clinic_name", sa.String(), nullable=True),
        sa.Column("clinic_address", sa.String(), nullable=True),
        sa.Column("speciality_id", sa.BigInteger(), nullable=True),
        sa.Column("sub_speciality_id", sa.BigInteger(), nullable=True),
        sa.Column("years_of_experience", sa.BigInteger(), nullable=True),
        sa.Column("qualification", sa.String(), nullable=True),
        sa.Column("medical_institute", sa.String(), nullable=True),
        sa.Column("awards", sa.String(), nullable=True),
        sa.Column("medical_council", sa.String(), nullable=True),
        sa.Column("medical_council_regd_no", sa.String(), nullable=True),
        sa.Column("profile_photo_id", sa.BigInteger(), nullable=True),
        sa.Column("professional_bio", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("verification", sa.String(), server_default="pending", nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("rejection_reason", sa.String(), nullable=True),
        sa.Column("late_after_minutes", sa.BigInteger(), server_default="60", nullable=False),
        sa.Column("letters_about_trouble", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("letters_about_success", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.CheckConstraint(
            "verification IN ('pending', 'verified', 'rejected')", name=op.f("ck_doctor_verification")
        ),
        sa.CheckConstraint(
            "late_after_minutes BETWEEN 5 AND 10080", name=op.f("ck_doctor_late_after_minutes")
        ),
        sa.CheckConstraint(
            "sub_speciality_id IS NULL OR speciality_id IS NOT NULL",
            name=op.f("ck_doctor_sub_speciality_needs_speciality"),
        ),
        sa.CheckConstraint(
            "years_of_experience BETWEEN 0 AND 80", name=op.f("ck_doctor_years_of_experience")
        ),
        sa.ForeignKeyConstraint(
            ["speciality_id"], ["medical_speciality.id"], name=op.f("fk_doctor_speciality_id")
        ),
        sa.ForeignKeyConstraint(
            ["sub_speciality_id", "speciality_id"],
            ["medical_sub_speciality.id", "medical_sub_speciality.speciality_id"],
            name="fk_doctor_sub_speciality_within_speciality",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_doctor_user_id")),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["user_account.id"], name=op.f("fk_doctor_verified_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doctor")),
        sa.UniqueConstraint("user_id", name=op.f("uq_doctor_user_id")),
    )
    op.create_table(
        "account_offer",
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("choices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed_tokens", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_account_offer_doctor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_offer")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body_digest", sa.String(), nullable=False),
        sa.Column("answer_status", sa.BigInteger(), nullable=True),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_idempotency_key_doctor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("doctor_id", "key", name=op.f("uq_idempotency_key_doctor_id_key")),
    )
    op.create_table(
        "oauth_attempt",
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("state_digest", sa.String(), nullable=False),
        sa.Column("sealed_verifier", sa.String(), nullable=True),
        sa.Column("browser_digest", sa.String(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_oauth_attempt_doctor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_attempt")),
        sa.UniqueConstraint("state_digest", name=op.f("uq_oauth_attempt_state_digest")),
    )
    op.create_table(
        "outbox_letter",
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("about", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("code_id", sa.BigInteger(), nullable=True),
        sa.Column("doctor_id", sa.BigInteger(), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stale_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_trouble", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["code_id"], ["one_time_code.id"], name=op.f("fk_outbox_letter_code_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_outbox_letter_doctor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_letter")),
    )
    op.create_index(
        "ix_outbox_letter_waiting",
        "outbox_letter",
        ["not_before"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )
    op.create_table(
        "post",
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("link_title", sa.String(), nullable=True),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wall_time", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("fold", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("zone_data", sa.String(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.CheckConstraint("fold IN (0, 1)", name=op.f("ck_post_fold")),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctor.id"], name=op.f("fk_post_doctor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    op.create_index("ix_post_doctor_id_id", "post", ["doctor_id", "id"], unique=False)
    op.create_index("ix_post_doctor_id_scheduled_at", "post", ["doctor_id", "scheduled_at"], unique=False)
    op.create_table(
        "social_account",
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=True),
        sa.Column("picture_url", sa.String(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("sealed_token", sa.String(), nullable=True),
        sa.Column("scopes", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refresh_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("gated_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.CheckConstraint(
            "status <> 'disconnected' OR sealed_token IS NULL",
            name=op.f("ck_social_account_no_token_when_disconnected"),
        ),
        sa.CheckConstraint(
            "status IN ('connected', 'reconnect', 'disconnected')", name=op.f("ck_social_account_status")
        ),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctor.id"], name=op.f("fk_social_account_doctor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_social_account")),
        sa.UniqueConstraint(
            "doctor_id", "platform", "remote_id", name=op.f("uq_social_account_doctor_id_platform_remote_id")
        ),
    )
    op.create_index(
        "uq_social_account_remote",
        "social_account",
        ["platform", "remote_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'disconnected'"),
    )
    op.create_table(
        "post_media",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("media_file_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("alt_text", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["media_file_id"], ["media_file.id"], name=op.f("fk_post_media_media_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_post_media_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_media")),
    )
    op.create_index("uq_post_media_place", "post_media", ["post_id", "position"], unique=True)
    op.create_table(
        "publication",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("social_account_id", sa.BigInteger(), nullable=False),
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_for", sa.String(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=True),
        sa.Column("phase", sa.String(), nullable=True),
        sa.Column("client_ref", sa.String(), nullable=False),
        sa.Column("staged", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("trying_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looks", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("platform_post_id", sa.String(), nullable=True),
        sa.Column("permalink", sa.String(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("error_message", sa.String(), nullable=True),
        sa.Column("moved_by", sa.String(), server_default="portal", nullable=False),
        sa.Column("moved_why", sa.String(), nullable=True),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.CheckConstraint(
            "(status = 'held') = (held_for IS NOT NULL)", name=op.f("ck_publication_held_has_reason")
        ),
        sa.CheckConstraint(
            "(status = 'publishing' AND phase IN ('claimed', 'sending') AND owner IS NOT NULL) OR (status = 'unconfirmed' AND (phase = 'looking') = (owner IS NOT NULL)) OR (status NOT IN ('publishing', 'unconfirmed') AND phase IS NULL AND owner IS NULL)",
            name=op.f("ck_publication_phase_and_owner_fit_status"),
        ),
        sa.CheckConstraint("phase IN ('claimed', 'sending', 'looking')", name=op.f("ck_publication_phase")),
        sa.CheckConstraint(
            "status <> 'published' OR platform_post_id IS NOT NULL",
            name=op.f("ck_publication_published_has_id"),
        ),
        sa.CheckConstraint(
            "status = ANY (ARRAY['draft', 'scheduled', 'held', 'publishing', 'retrying', 'unconfirmed', 'awaiting_doctor', 'published', 'failed', 'cancelled'])",
            name=op.f("ck_publication_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('scheduled', 'retrying') OR due_at IS NOT NULL",
            name=op.f("ck_publication_planned_has_time"),
        ),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctor.id"], name=op.f("fk_publication_doctor_id")),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_publication_post_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["social_account_id"], ["social_account.id"], name=op.f("fk_publication_social_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint(
            "post_id", "social_account_id", name=op.f("uq_publication_post_id_social_account_id")
        ),
    )
    op.create_index(
        "ix_publication_account_in_hand",
        "publication",
        ["social_account_id"],
        unique=False,
        postgresql_where=sa.text("status = 'publishing'"),
    )
    op.create_index("ix_publication_doctor_id_status", "publication", ["doctor_id", "status"], unique=False)
    op.create_index(
        "ix_publication_due",
        "publication",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('scheduled', 'retrying')"),
    )
    op.create_index(
        "ix_publication_in_hand",
        "publication",
        ["owner"],
        unique=False,
        postgresql_where=sa.text("owner IS NOT NULL"),
    )
    op.create_index(
        "ix_publication_look",
        "publication",
        ["look_at"],
        unique=False,
        postgresql_where=sa.text("status = 'unconfirmed'"),
    )
    op.create_index(
        "ix_publication_social_account_id", "publication", ["social_account_id", "status"], unique=False
    )
    op.create_table(
        "attempt",
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sent", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("error_message", sa.String(), nullable=True),
        sa.Column("platform_post_id", sa.String(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.CheckConstraint(
            "outcome = ANY (ARRAY['accepted', 'assisted', 'refused', 'not_sent', 'slow_down', 'unknown', 'absent', 'cannot_tell'])",
            name=op.f("ck_attempt_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_attempt_publication_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_publication_id", "attempt", ["publication_id"], unique=False)
    op.create_index(
        "uq_attempt_accepted",
        "attempt",
        ["publication_id"],
        unique=True,
        postgresql_where=sa.text("outcome = 'accepted'"),
    )
    op.create_table(
        "publication_event",
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("from_status", sa.String(), nullable=True),
        sa.Column("to_status", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_publication_event_publication_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_event")),
    )
    op.create_index(
        "ix_publication_event_publication_id", "publication_event", ["publication_id"], unique=False
    )
    op.create_table(
        "notice",
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_notice_doctor_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["publication_event.id"], name=op.f("fk_notice_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_notice_publication_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(
        "ix_notice_unread", "notice", ["doctor_id"], unique=False, postgresql_where=sa.text("read_at IS NULL")
    )
    op.create_index(
        "ix_notice_untold", "notice", ["id"], unique=False, postgresql_where=sa.text("told_at IS NULL")
    )
    op.create_index("uq_notice_event_id", "notice", ["event_id"], unique=True)
    op.create_foreign_key("fk_doctor_profile_photo_id", "doctor", "media_file", ["profile_photo_id"], ["id"])
    op.create_foreign_key("fk_media_file_doctor_id", "media_file", "doctor", ["doctor_id"], ["id"])
    op.create_table(
        "publication_move",
        sa.Column("from_status", sa.String(), primary_key=True),
        sa.Column("to_status", sa.String(), primary_key=True),
    )
    for from_status, to_statuses in MOVES.items():
        for to_status in to_statuses.split():
            op.execute(f"INSERT INTO publication_move VALUES ('{from_status}', '{to_status}')")
    op.execute(REFUSE_ILLEGAL_MOVE)
    op.execute(WRITE_EVENT)
    op.execute(REFUSE_CHANGE)


def downgrade() -> None:
    op.execute("DROP TRIGGER audit_event_is_for_ever ON audit_event")
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("DROP TRIGGER publication_event ON publication")
    op.execute("DROP TRIGGER publication_move ON publication")
    op.execute("DROP FUNCTION write_publication_event()")
    op.execute("DROP FUNCTION refuse_illegal_move()")
    op.drop_table("publication_move")
    op.drop_constraint("fk_doctor_profile_photo_id", "doctor")
    op.drop_constraint("fk_media_file_doctor_id", "media_file")
    op.drop_index("uq_notice_event_id", table_name="notice")
    op.drop_index("ix_notice_untold", table_name="notice", postgresql_where=sa.text("told_at IS NULL"))
    op.drop_index("ix_notice_unread", table_name="notice", postgresql_where=sa.text("read_at IS NULL"))
    op.drop_table("notice")
    op.drop_index("ix_publication_event_publication_id", table_name="publication_event")
    op.drop_table("publication_event")
    op.drop_index(
        "uq_attempt_accepted", table_name="attempt", postgresql_where=sa.text("outcome = 'accepted'")
    )
    op.drop_index("ix_attempt_publication_id", table_name="attempt")
    op.drop_table("attempt")
    op.drop_index("ix_publication_social_account_id", table_name="publication")
    op.drop_index(
        "ix_publication_look", table_name="publication", postgresql_where=sa.text("status = 'unconfirmed'")
    )
    op.drop_index(
        "ix_publication_in_hand", table_name="publication", postgresql_where=sa.text("owner IS NOT NULL")
    )
    op.drop_index(
        "ix_publication_due",
        table_name="publication",
        postgresql_where=sa.text("status IN ('scheduled', 'retrying')"),
    )
    op.drop_index("ix_publication_doctor_id_status", table_name="publication")
    op.drop_index(
        "ix_publication_account_in_hand",
        table_name="publication",
        postgresql_where=sa.text("status = 'publishing'"),
    )
    op.drop_table("publication")
    op.drop_index("uq_post_media_place", table_name="post_media")
    op.drop_table("post_media")
    op.drop_index(
        "uq_social_account_remote",
        table_name="social_account",
        postgresql_where=sa.text("status <> 'disconnected'"),
    )
    op.drop_table("social_account")
    op.drop_index("ix_post_doctor_id_scheduled_at", table_name="post")
    op.drop_index("ix_post_doctor_id_id", table_name="post")
    op.drop_table("post")
    op.drop_index(
        "ix_outbox_letter_waiting",
        table_name="outbox_letter",
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )
    op.drop_table("outbox_letter")
    op.drop_table("oauth_attempt")
    op.drop_table("idempotency_key")
    op.drop_table("account_offer")
    op.drop_table("doctor")
    op.drop_index("ix_trusted_browser_user_id", table_name="trusted_browser")
    op.drop_table("trusted_browser")
    op.drop_index("ix_one_time_code_email_purpose", table_name="one_time_code")
    op.drop_table("one_time_code")
    op.drop_index("uq_medical_sub_speciality_name", table_name="medical_sub_speciality")
    op.drop_table("medical_sub_speciality")
    op.drop_index("ix_browser_session_user_id", table_name="browser_session")
    op.drop_table("browser_session")
    op.drop_index("ix_audit_event_subject", table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_index("uq_user_account_email", table_name="user_account")
    op.drop_table("user_account")
    op.drop_table("network_gate")
    op.drop_index("uq_medical_speciality_name", table_name="medical_speciality")
    op.drop_table("medical_speciality")
    op.drop_index("ix_media_file_doctor_id", table_name="media_file")
    op.drop_table("media_file")
    op.execute("DROP SEQUENCE publisher_number")
    op.execute("DROP FUNCTION portal_now()")
