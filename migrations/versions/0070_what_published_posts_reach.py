"""What networks count of published posts, and when a doctor took one away again."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0080"


def upgrade() -> None:
    op.add_column("publication", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "publication_figures",
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("likes", sa.BigInteger(), nullable=True),
        sa.Column("comments", sa.BigInteger(), nullable=True),
        sa.Column("shares", sa.BigInteger(), nullable=True),
        sa.Column("views", sa.BigInteger(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("portal_now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_publication_figures_publication_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_figures")),
        sa.UniqueConstraint("publication_id", name=op.f("uq_publication_figures_publication_id")),
    )
    op.create_index(
        "ix_publication_published_at",
        "publication",
        ["published_at"],
        postgresql_where=sa.text("status = 'published'"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_publication_published_at",
        table_name="publication",
        postgresql_where=sa.text("status = 'published'"),
    )
    op.drop_table("publication_figures")
    op.drop_column("publication", "removed_at")
