"""Authenticator apps with their recovery codes, and passkeys; a question that an app answers, and one that
a new address answers."""

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = "0101"

INSTANT = sa.DateTime(timezone=True)
BEFORE = "purpose IN ('registration', 'login', 'reset')"
NOW = "purpose IN ('registration', 'login', 'reset', 'authenticator', 'email')"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_one_time_code_purpose"), "one_time_code")
    op.create_check_constraint(op.f("ck_one_time_code_purpose"), "one_time_code", NOW)
    op.create_table(
        "authenticator",
        *_beginning(),
        sa.Column("sealed_key", sa.String(), nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("wrong_tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("wrong_since", INSTANT, nullable=True),
        sa.CheckConstraint("wrong_tries >= 0", name=op.f("ck_authenticator_wrong_tries")),
        sa.UniqueConstraint("user_id", name=op.f("uq_authenticator_user_id")),
        *_ending("authenticator"),
    )
    op.create_table(
        "recovery_code",
        *_beginning(),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        *_ending("recovery_code"),
    )
    op.create_index("uq_recovery_code_user_id_digest", "recovery_code", ["user_id", "digest"], unique=True)
    op.create_table(
        "passkey",
        *_beginning(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("handle", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
        *_ending("passkey"),
    )
    op.create_index("ix_passkey_user_id", "passkey", ["user_id"])


def downgrade() -> None:
    for table in ("passkey", "recovery_code", "authenticator"):
        op.drop_table(table)
    op.execute(f"DELETE FROM one_time_code WHERE NOT ({BEFORE})")
    op.drop_constraint(op.f("ck_one_time_code_purpose"), "one_time_code")
    op.create_check_constraint(op.f("ck_one_time_code_purpose"), "one_time_code", BEFORE)


def _beginning() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("portal_now()"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
    ]


def _ending(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f(f"fk_{table}_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
