"""Texts that a doctor keeps to use again, and the footer of a post."""

import sqlalchemy as sa
from alembic import op

revision = "0172"
down_revision = "0171"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "saved_text",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("portal_now()"), nullable=False),
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("is_always", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("kind IN ('text', 'footer')", name=op.f("ck_saved_text_kind")),
        sa.CheckConstraint("kind = 'footer' OR NOT is_always", name=op.f("ck_saved_text_always_is_footer")),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_saved_text_doctor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_text")),
    )
    op.create_index("ix_saved_text_doctor_id_position", "saved_text", ["doctor_id", "position"])
    op.create_index(
        "uq_saved_text_always",
        "saved_text",
        ["doctor_id"],
        unique=True,
        postgresql_where=sa.text("is_always"),
    )
    op.add_column("post", sa.Column("footer", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("post", "footer")
    op.drop_table("saved_text")
