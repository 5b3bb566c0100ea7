"""Posts that come again, tables that doctors send in, and every reading of a post's figures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0150"
down_revision = "0140"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "post_import",
        *_beginning("post_import"),
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        _of("post_import", "doctor_id", "doctor", "CASCADE"),
    )
    op.create_index("ix_post_import_doctor_id", "post_import", ["doctor_id"])
    op.create_table(
        "imported_row",
        *_beginning("imported_row"),
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        _of("imported_row", "doctor_id", "doctor", "CASCADE"),
        _of("imported_row", "post_id", "post", "SET NULL"),
    )
    op.create_index("uq_imported_row_digest", "imported_row", ["doctor_id", "digest"], unique=True)
    op.create_index("ix_imported_row_post_id", "imported_row", ["post_id"])
    _make_series()
    op.create_table(
        "figures_reading",
        *_beginning("figures_reading"),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=True)
            for name in ("likes", "comments", "shares", "views")
        ),
        _of("figures_reading", "publication_id", "publication", "CASCADE"),
    )
    op.create_index(
        "ix_figures_reading_publication_id_read_at", "figures_reading", ["publication_id", "read_at"]
    )


def _make_series() -> None:
    op.create_table(
        "post_series",
        *_beginning("post_series"),
        sa.Column("doctor_id", sa.BigInteger(), nullable=False),
        sa.Column("pattern_id", sa.BigInteger(), nullable=True),
        sa.Column("rhythm", sa.String(), nullable=False),
        sa.Column("every", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("weekdays", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("times", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("adds_date", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_paused", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("updated_at", INSTANT, server_default=sa.text("portal_now()"), nullable=False),
        sa.CheckConstraint(
            "rhythm IN ('daily', 'weekly', 'monthly_day', 'monthly_weekday')",
            name=op.f("ck_post_series_rhythm"),
        ),
        sa.CheckConstraint("every BETWEEN 1 AND 52", name=op.f("ck_post_series_every")),
        sa.CheckConstraint("(until_on IS NULL) <> (times IS NULL)", name=op.f("ck_post_series_has_one_end")),
        sa.CheckConstraint("weekdays BETWEEN 0 AND 127", name=op.f("ck_post_series_weekdays")),
        _of("post_series", "doctor_id", "doctor", "CASCADE"),
        _of("post_series", "pattern_id", "post", "SET NULL"),
    )
    op.create_index("ix_post_series_doctor_id", "post_series", ["doctor_id"])
    op.create_index("ix_post_series_pattern_id", "post_series", ["pattern_id"])
    op.create_index(
        "ix_post_series_live", "post_series", ["id"], postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_table(
        "series_post",
        *_beginning("series_post"),
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("made_version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        _of("series_post", "series_id", "post_series", "CASCADE"),
        _of("series_post", "post_id", "post", "SET NULL"),
    )
    op.create_index("uq_series_post_day", "series_post", ["series_id", "day_on"], unique=True)
    op.create_index("ix_series_post_post_id", "series_post", ["post_id"])
    op.create_index(
        "ix_series_post_trouble",
        "series_post",
        ["series_id"],
        postgresql_where=sa.text("trouble IS NOT NULL"),
    )


def downgrade() -> None:
    for table in ("figures_reading", "series_post", "post_series", "imported_row", "post_import"):
        op.drop_table(table)


def _beginning(table: str) -> list[sa.schema.SchemaItem]:
    """What each of them begins with, new at each call: a column belongs to one table."""
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("portal_now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _of(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )
