"""What the checks found in each version of a post, and why the doctor kept it; who is seen in its pictures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0100"
down_revision = "0091"

PACKS = "('IN', 'IN-strict', 'GB', 'US')"


def upgrade() -> None:
    op.add_column("doctor", sa.Column("check_pack", sa.String(), server_default="IN", nullable=False))
    op.create_check_constraint(op.f("ck_doctor_check_pack"), "doctor", f"check_pack IN {PACKS}")
    op.add_column("post", sa.Column("is_sponsored", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("post_media", sa.Column("shows", sa.String(), server_default="", nullable=False))
    op.add_column("post_media", sa.Column("consent", sa.String(), nullable=True))
    op.create_check_constraint(
        op.f("ck_post_media_shows"), "post_media", "shows IN ('', 'nobody', 'staff', 'patient')"
    )
    op.create_table(
        "post_check",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("pack", sa.String(), nullable=False),
        sa.Column("rules_version", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("checks_run", sa.BigInteger(), nullable=False),
        sa.Column("findings", postgresql.JSONB(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("is_passed", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.CheckConstraint(f"pack IN {PACKS}", name=op.f("ck_post_check_pack")),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_post_check_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_check")),
    )
    op.create_index("ix_post_check_post_id_id", "post_check", ["post_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_post_check_post_id_id", table_name="post_check")
    op.drop_table("post_check")
    op.drop_constraint(op.f("ck_post_media_shows"), "post_media", type_="check")
    op.drop_column("post_media", "consent")
    op.drop_column("post_media", "shows")
    op.drop_column("post", "is_sponsored")
    op.drop_constraint(op.f("ck_doctor_check_pack"), "doctor", type_="check")
    op.drop_column("doctor", "check_pack")
