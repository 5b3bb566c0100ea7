"""What doctors typed into the composer and have not saved, beside the post that it is about."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0171"
down_revision = "0161"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "working_copy",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("portal_now()"), nullable=False),
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("media_ids", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("post_version", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("turn", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("saved_at", INSTANT, server_default=sa.text("portal_now()"), nullable=False),
        sa.UniqueConstraint("doctor_id", "post_id", name=op.f("uq_working_copy_doctor_id_post_id")),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_working_copy_doctor_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_working_copy_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_copy")),
    )
    op.create_index("ix_working_copy_post_id", "working_copy", ["post_id"])
    op.create_index("ix_working_copy_saved_at", "working_copy", ["saved_at"])


def downgrade() -> None:
    op.drop_table("working_copy")
