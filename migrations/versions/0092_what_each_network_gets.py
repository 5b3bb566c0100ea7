"""Pictures in the shape of each network: what the doctor chose for each, and the files made of it.

A video of another kind than networks take waits with its state until it has been turned into one of theirs.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0092"
down_revision = "0096"


def upgrade() -> None:
    op.add_column("post_media", sa.Column("fits", postgresql.JSONB(), server_default="{}", nullable=False))
    op.create_table(
        "rendition",
        sa.Column("media_file_id", sa.BigInteger(), nullable=False),
        sa.Column("recipe", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mime_type", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("portal_now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["media_file_id"],
            ["media_file.id"],
            name=op.f("fk_rendition_media_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendition")),
        sa.UniqueConstraint("name", name=op.f("uq_rendition_name")),
        sa.UniqueConstraint("media_file_id", "recipe", name=op.f("uq_rendition_media_file_id_recipe")),
    )
    op.add_column("media_file", sa.Column("state", sa.String(), server_default="ready", nullable=False))
    op.add_column("media_file", sa.Column("progress", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("media_file", sa.Column("trouble", sa.String(), nullable=True))
    op.add_column("media_file", sa.Column("worked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_media_file_state"), "media_file", "state IN ('ready', 'waiting', 'turning', 'refused')"
    )
    op.create_index(
        "ix_media_file_to_turn",
        "media_file",
        ["id"],
        postgresql_where=sa.text("state IN ('waiting', 'turning')"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_media_file_to_turn",
        table_name="media_file",
        postgresql_where=sa.text("state IN ('waiting', 'turning')"),
    )
    op.drop_constraint(op.f("ck_media_file_state"), "media_file", type_="check")
    for name in ("worked_at", "trouble", "progress", "state"):
        op.drop_column("media_file", name)
    op.drop_table("rendition")
    op.drop_column("post_media", "fits")
