"""Councils and registers as rows that administrators may change, and what else the checks know of a doctor:
speciality names and the e-mail address, which stand in other tables.

The names are those of the national register's list, from a copy of it; the addresses are from memory. Nobody
has opened them: `checked_at` stays empty until an administrator does.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0178"
down_revision = "0181"

INSTANT = sa.DateTime(timezone=True)

INDIAN = (
    "Andhra Pradesh Medical Council",
    "Arunachal Pradesh Medical Council",
    "Assam Medical Council",
    "Bhopal Medical Council",
    "Bihar Medical Council",
    "Bombay Medical Council",
    "Chandigarh Medical Council",
    "Chhattisgarh Medical Council",
    "Delhi Medical Council",
    "Goa Medical Council",
    "Gujarat Medical Council",
    "Haryana Medical Council",
    "Himachal Pradesh Medical Council",
    "Hyderabad Medical Council",
    "Jammu and Kashmir Medical Council",
    "Jharkhand Medical Council",
    "Karnataka Medical Council",
    "Madhya Pradesh Medical Council",
    "Madras Medical Council",
    "Mahakoshal Medical Council",
    "Maharashtra Medical Council",
    "Manipur Medical Council",
    "Medical Council of India",
    "Mizoram Medical Council",
    "Mysore Medical Council",
    "Nagaland Medical Council",
    "Orissa Medical Council",
    "Pondicherry Medical Council",
    "Punjab Medical Council",
    "Rajasthan Medical Council",
    "Sikkim Medical Council",
    "Tamil Nadu Medical Council",
    "Telangana Medical Council",
    "Travancore-Cochin Medical Council",
    "Tripura Medical Council",
    "Uttar Pradesh Medical Council",
    "Uttarakhand Medical Council",
    "Vidarbha Medical Council",
    "West Bengal Medical Council",
)
# Kind, country, name, address, what to know before searching.
OTHERS = (
    (
        "council",
        "GB",
        "General Medical Council (UK)",
        "https://www.gmc-uk.org/registrants",
        "7 digits. Look for “registered with a licence to practise”, for conditions and for warnings.",
    ),
    (
        "council",
        "GB",
        "General Dental Council (UK)",
        "https://olr.gdc-uk.org/SearchRegister",
        "5 or 6 digits, often after CD. Compare name, number and status.",
    ),
    (
        "register",
        "IN",
        "Indian Medical Register",
        "https://www.nmc.org.in/information-desk/indian-medical-register/",
        "Search by number, year and council. A number is unique only together with both.",
    ),
    (
        "register",
        "US",
        "DocInfo of the state boards",
        "https://www.docinfo.org/",
        "Search by name and state. Look for the licence, its end, and actions of the board.",
    ),
    (
        "register",
        "US",
        "NPI registry",
        "https://npiregistry.cms.hhs.gov/search",
        "A person is type 1. A number that was switched off is not shown, so its absence proves nothing.",
    ),
)

FACTS = (
    "full_name",
    "clinic_name",
    "clinic_address",
    "phone_number",
    "qualification",
    "medical_council_regd_no",
    "speciality_id::text",
    "sub_speciality_id::text",
    "check_pack",
)
OLD_DIGEST = "md5({} || '|' || (verification = 'verified')::text)".format(
    " || '|' || ".join(f"coalesce({name}, '')" for name in FACTS)
)
DIGEST = "md5({} || '|' || (verification = 'verified')::text)".format(
    " || '|' || ".join(f"coalesce({name}, '')" for name in (*FACTS, "facts_version::text"))
)

# What stands in other tables: a number that rises cannot be forgotten by any code.
FOLLOW = """
CREATE FUNCTION follow_speciality() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE doctor SET facts_version = facts_version + 1 WHERE speciality_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER doctor_follows AFTER UPDATE ON medical_speciality FOR EACH ROW
    WHEN ((OLD.name, OLD.aliases) IS DISTINCT FROM (NEW.name, NEW.aliases))
    EXECUTE FUNCTION follow_speciality();
CREATE FUNCTION follow_sub_speciality() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE doctor SET facts_version = facts_version + 1 WHERE sub_speciality_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER doctor_follows AFTER UPDATE ON medical_sub_speciality FOR EACH ROW
    WHEN ((OLD.name, OLD.aliases) IS DISTINCT FROM (NEW.name, NEW.aliases))
    EXECUTE FUNCTION follow_sub_speciality();
CREATE FUNCTION follow_email() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE doctor SET facts_version = facts_version + 1 WHERE user_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER doctor_follows AFTER UPDATE OF email ON user_account FOR EACH ROW
    WHEN (OLD.email IS DISTINCT FROM NEW.email)
    EXECUTE FUNCTION follow_email();
"""


def upgrade() -> None:
    council = op.create_table(
        "council",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("portal_now()"), nullable=False),
        sa.Column("kind", sa.String(), server_default="council", nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("aliases", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("checked_at", INSTANT, nullable=True),
        sa.Column("checked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.CheckConstraint("kind IN ('council', 'register')", name=op.f("ck_council_kind")),
        sa.CheckConstraint("country IN ('IN', 'GB', 'US', 'other')", name=op.f("ck_council_country")),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["user_account.id"], name=op.f("fk_council_checked_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council")),
    )
    op.create_index("uq_council_name", "council", [sa.text("lower(name)")], unique=True)
    op.bulk_insert(council, [{"kind": "council", "country": "IN", "name": name} for name in INDIAN])
    columns = ("kind", "country", "name", "address", "note")
    op.bulk_insert(council, [dict(zip(columns, row, strict=True)) for row in OTHERS])
    op.add_column("doctor", sa.Column("facts_version", sa.BigInteger(), server_default="0", nullable=False))
    _digest_anew(DIGEST)
    op.execute(FOLLOW)


def downgrade() -> None:
    for table in ("medical_speciality", "medical_sub_speciality", "user_account"):
        op.execute(f"DROP TRIGGER doctor_follows ON {table}")
    for function in ("follow_speciality", "follow_sub_speciality", "follow_email"):
        op.execute(f"DROP FUNCTION {function}()")
    _digest_anew(OLD_DIGEST)
    op.drop_column("doctor", "facts_version")
    op.drop_table("council")


def _digest_anew(digest: str) -> None:
    """PostgreSQL cannot change how a column is computed."""
    op.drop_column("doctor", "facts_digest")
    op.add_column(
        "doctor", sa.Column("facts_digest", sa.String(), sa.Computed(digest, persisted=True), nullable=False)
    )
