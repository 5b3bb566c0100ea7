"""Files are kept to be used again: their names, who is seen, since when no post uses them; videos made smaller."""

import sqlalchemy as sa
from alembic import op

revision = "0175"
down_revision = "0172"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("media_file", sa.Column("file_name", sa.String(), server_default="", nullable=False))
    op.add_column("media_file", sa.Column("shows", sa.String(), server_default="", nullable=False))
    op.add_column("media_file", sa.Column("idle_since", INSTANT, nullable=True))
    op.add_column("media_file", sa.Column("hidden_at", INSTANT, nullable=True))
    op.create_check_constraint(
        op.f("ck_media_file_shows"), "media_file", "shows IN ('', 'nobody', 'staff', 'patient')"
    )
    # What is said of a file for the next post no longer changes what was said with an earlier one.
    op.execute(
        "UPDATE post_media SET alt_text = f.alt_text FROM media_file f"
        " WHERE f.id = post_media.media_file_id AND post_media.alt_text IS NULL AND f.alt_text IS NOT NULL"
    )
    op.add_column("rendition", sa.Column("state", sa.String(), server_default="ready", nullable=False))
    op.add_column("rendition", sa.Column("progress", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("rendition", sa.Column("trouble", sa.String(), nullable=True))
    op.add_column("rendition", sa.Column("worked_at", INSTANT, nullable=True))
    op.create_check_constraint(
        op.f("ck_rendition_state"), "rendition", "state IN ('ready', 'waiting', 'turning', 'refused')"
    )
    op.create_index(
        "ix_rendition_to_turn",
        "rendition",
        ["id"],
        postgresql_where=sa.text("state IN ('waiting', 'turning')"),
    )


def downgrade() -> None:
    # The old code knows none that is not ready; they are made again when they are needed.
    op.execute("DELETE FROM rendition WHERE state <> 'ready'")
    op.drop_index("ix_rendition_to_turn", table_name="rendition")
    op.drop_constraint(op.f("ck_rendition_state"), "rendition", type_="check")
    for column in ("worked_at", "trouble", "progress", "state"):
        op.drop_column("rendition", column)
    op.drop_constraint(op.f("ck_media_file_shows"), "media_file", type_="check")
    for column in ("hidden_at", "idle_since", "shows", "file_name"):
        op.drop_column("media_file", column)
