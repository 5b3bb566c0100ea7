"""What a doctor says about the registration, papers, decisions, marks that end; fields of medicine that retire;
what takes two administrators, and the numbers that they choose."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0130"
down_revision = "0120"

INSTANT = sa.DateTime(timezone=True)
STANDING = ("verified_until", "recheck_asked_at", "more_asked_at", "lapsed_at", "suspended_at")


def upgrade() -> None:
    for name in STANDING:
        op.add_column("doctor", sa.Column(name, INSTANT, nullable=True))
    op.add_column("doctor", sa.Column("told_days", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_doctor_suspended_is_not_verified"),
        "doctor",
        "suspended_at IS NULL OR verification <> 'verified'",
    )
    # Marks of former days end too, but nobody's before there was time for every reminder.
    op.execute(
        "UPDATE doctor SET verified_until = greatest(coalesce(verified_at, portal_now()) + interval '1 year',"
        " portal_now() + interval '61 days') WHERE verification = 'verified'"
    )
    op.add_column("medical_speciality", sa.Column("retired_at", INSTANT, nullable=True))
    op.add_column("medical_sub_speciality", sa.Column("retired_at", INSTANT, nullable=True))
    op.add_column(
        "medical_sub_speciality",
        sa.Column("aliases", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
    )
    _licence()
    _licence_document()
    _licence_decision()
    op.create_table(
        "office_setting",
        *_beginning(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("name", name=op.f("uq_office_setting_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_setting")),
    )
    _joint_decision()


def downgrade() -> None:
    for table in ("joint_decision", "office_setting", "licence_decision", "licence_document", "licence"):
        op.drop_table(table)
    op.drop_column("medical_sub_speciality", "aliases")
    op.drop_column("medical_sub_speciality", "retired_at")
    op.drop_column("medical_speciality", "retired_at")
    op.drop_constraint(op.f("ck_doctor_suspended_is_not_verified"), "doctor")
    for name in (*STANDING, "told_days"):
        op.drop_column("doctor", name)


def _licence() -> None:
    op.create_table(
        "licence",
        *_beginning(),
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("registered_name", sa.String(), nullable=True),
        sa.Column("second_kind", sa.String(), nullable=True),
        sa.Column("second_number", sa.String(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("claim_key", sa.String(), nullable=True),
        sa.Column("updated_at", INSTANT, server_default=sa.text("portal_now()"), nullable=False),
        sa.CheckConstraint("country IN ('IN', 'GB', 'US', 'other')", name=op.f("ck_licence_country")),
        sa.CheckConstraint("year BETWEEN 1900 AND 2100", name=op.f("ck_licence_year")),
        sa.CheckConstraint(
            "second_kind IN ('npi', 'nmr', 'gmc', 'gdc', 'other')", name=op.f("ck_licence_second_kind")
        ),
        _of_doctor("licence"),
        sa.UniqueConstraint("doctor_id", name=op.f("uq_licence_doctor_id")),
        sa.UniqueConstraint("claim_key", name=op.f("uq_licence_claim_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence")),
    )


def _licence_document() -> None:
    op.create_table(
        "licence_document",
        *_beginning(),
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mime_type", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("added_by_id", sa.BigInteger(), nullable=True),
        sa.Column("remove_after", INSTANT, nullable=True),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('certificate', 'photo_id', 'evidence')", name=op.f("ck_licence_document_kind")
        ),
        sa.CheckConstraint(
            "(sealed IS NULL) = (removed_at IS NOT NULL)",
            name=op.f("ck_licence_document_sealed_until_removed"),
        ),
        _of_doctor("licence_document"),
        _by_user("licence_document", "added_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_document")),
    )
    op.create_index("ix_licence_document_doctor_id", "licence_document", ["doctor_id"])


def _licence_decision() -> None:
    op.create_table(
        "licence_decision",
        *_beginning(),
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("matched", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("claim", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.CheckConstraint(
            "decision IN ('verified', 'more', 'rejected', 'revoked', 'suspended')",
            name=op.f("ck_licence_decision_decision"),
        ),
        _of_doctor("licence_decision"),
        _by_user("licence_decision", "decided_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_decision")),
    )
    op.create_index("ix_licence_decision_doctor_id", "licence_decision", ["doctor_id"])


def _joint_decision() -> None:
    op.create_table(
        "joint_decision",
        *_beginning(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('revoke', 'demote')", name=op.f("ck_joint_decision_kind")),
        sa.CheckConstraint("outcome IN ('confirmed', 'withdrawn')", name=op.f("ck_joint_decision_outcome")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_joint_decision_outcome_has_time")
        ),
        sa.CheckConstraint(
            "outcome <> 'confirmed' OR decided_by_id <> asked_by_id",
            name=op.f("ck_joint_decision_two_people"),
        ),
        _by_user("joint_decision", "subject_id", "CASCADE"),
        _by_user("joint_decision", "asked_by_id", "CASCADE"),
        _by_user("joint_decision", "decided_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_decision")),
    )
    op.create_index(
        "uq_joint_decision_open",
        "joint_decision",
        ["kind", "subject_id"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL"),
    )


def _beginning() -> list[sa.Column]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("portal_now()"), nullable=False),
    ]


def _of_doctor(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_doctor_id")
    return sa.ForeignKeyConstraint(["doctor_id"], ["doctor.id"], name=name, ondelete="CASCADE")


def _by_user(table: str, column: str, ondelete: str = "SET NULL") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], ["user_account.id"], name=name, ondelete=ondelete)
