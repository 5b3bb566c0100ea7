"""The first comment below a post: what it says, and for each publication that is out, what becomes of it."""

import sqlalchemy as sa
from alembic import op

revision = "0174"
down_revision = "0179"

INSTANT = sa.DateTime(timezone=True)

# Written together with the move, so that none is forgotten; what a person confirmed is no post of ours.
WANT_COMMENT = """
CREATE FUNCTION want_first_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO follow_up (publication_id, words, due_at)
    SELECT NEW.id, first_comment, portal_now() FROM post
    WHERE id = NEW.post_id AND first_comment IS NOT NULL
    ON CONFLICT (publication_id) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER publication_wants_first_comment AFTER UPDATE OF status ON publication FOR EACH ROW
    WHEN (OLD.status <> 'published' AND NEW.status = 'published' AND NEW.moved_by = 'network')
    EXECUTE FUNCTION want_first_comment();
"""


def upgrade() -> None:
    op.add_column("post", sa.Column("first_comment", sa.String(), nullable=True))
    op.create_table(
        "follow_up",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("portal_now()"), nullable=False),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("status", sa.String(), server_default="waiting", nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("looks", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("remote_id", sa.String(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.CheckConstraint(
            "status = ANY (ARRAY['waiting', 'sending', 'unconfirmed', 'out', 'failed', 'asked', 'left'])",
            name=op.f("ck_follow_up_status"),
        ),
        sa.CheckConstraint(
            "(owner IS NOT NULL) = (status = 'sending')", name=op.f("ck_follow_up_owner_sends")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_follow_up_publication_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("publication_id", name=op.f("uq_follow_up_publication_id")),
    )
    op.create_index(
        "ix_follow_up_due",
        "follow_up",
        ["due_at"],
        postgresql_where=sa.text("status IN ('waiting', 'sending', 'unconfirmed')"),
    )
    op.execute(WANT_COMMENT)


def downgrade() -> None:
    op.execute("DROP TRIGGER publication_wants_first_comment ON publication")
    op.execute("DROP FUNCTION want_first_comment()")
    op.drop_table("follow_up")
    op.drop_column("post", "first_comment")
