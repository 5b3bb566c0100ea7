"""How a doctor wants the calendar, the doctor's own days, and the weekly hours of each account."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0120"
down_revision = "0110"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "calendar_setting",
        *_beginning(),
        sa.Column("shows_health_days", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("hidden_days", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("feed_digest", sa.String(), nullable=True),
        sa.Column("feed_made_at", INSTANT, nullable=True),
        sa.Column("feed_read_at", INSTANT, nullable=True),
        sa.Column("updated_at", INSTANT, server_default=sa.text("portal_now()"), nullable=False),
        sa.UniqueConstraint("doctor_id", name=op.f("uq_calendar_setting_doctor_id")),
        sa.UniqueConstraint("feed_digest", name=op.f("uq_calendar_setting_feed_digest")),
        *_ending("calendar_setting"),
    )
    op.create_table(
        "own_day",
        *_beginning(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("is_yearly", sa.Boolean(), server_default="false", nullable=False),
        *_ending("own_day"),
    )
    op.create_index("ix_own_day_doctor_id_day_on", "own_day", ["doctor_id", "day_on"])
    op.create_table(
        "posting_slot",
        *_beginning(),
        sa.Column("social_account_id", sa.BigInteger(), nullable=False),
        sa.Column("weekday", sa.BigInteger(), nullable=False),
        sa.Column("hour", sa.Time(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_posting_slot_weekday")),
        sa.ForeignKeyConstraint(
            ["social_account_id"],
            ["social_account.id"],
            name=op.f("fk_posting_slot_social_account_id"),
            ondelete="CASCADE",
        ),
        *_ending("posting_slot"),
    )
    op.create_index(
        "uq_posting_slot_hour", "posting_slot", ["social_account_id", "weekday", "hour"], unique=True
    )
    op.create_index("ix_posting_slot_doctor_id", "posting_slot", ["doctor_id"])


def downgrade() -> None:
    op.drop_table("posting_slot")
    op.drop_table("own_day")
    op.drop_table("calendar_setting")


def _beginning() -> list[sa.Column]:
    """What each of them begins with, new at each call: a column belongs to one table."""
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("portal_now()"), nullable=False),
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
    ]


def _ending(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f(f"fk_{table}_doctor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
