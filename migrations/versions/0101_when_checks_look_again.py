"""By which rules, and for which facts of the doctor, the checks last passed a post: when either differs, they
look again before it leaves. The database itself keeps the digest of the facts, so that no change is missed."""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"

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
DIGEST = "md5({} || '|' || (verification = 'verified')::text)".format(
    " || '|' || ".join(f"coalesce({name}, '')" for name in FACTS)
)


def upgrade() -> None:
    op.add_column(
        "doctor", sa.Column("facts_digest", sa.String(), sa.Computed(DIGEST, persisted=True), nullable=False)
    )
    op.add_column("post", sa.Column("checks_key", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("post", "checks_key")
    op.drop_column("doctor", "facts_digest")
