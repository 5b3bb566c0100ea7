"""How an owner undoes a change of the password or the address that somebody else made; and which letter
carries the word for it."""

import sqlalchemy as sa
from alembic import op

revision = "0111"
down_revision = "0150"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "way_back",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("portal_now()"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.CheckConstraint("kind IN ('password', 'email')", name=op.f("ck_way_back_kind")),
        sa.UniqueConstraint("digest", name=op.f("uq_way_back_digest")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_way_back_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_way_back")),
    )
    op.create_index("ix_way_back_user_id", "way_back", ["user_id"])
    op.add_column("outbox_letter", sa.Column("way_back_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_outbox_letter_way_back_id"),
        "outbox_letter",
        "way_back",
        ["way_back_id"],
        ["id"],
        ondelete="CASCADE",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_outbox_letter_way_back_id"), "outbox_letter")
    op.drop_column("outbox_letter", "way_back_id")
    op.drop_table("way_back")
