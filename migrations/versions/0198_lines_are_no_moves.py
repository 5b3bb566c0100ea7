"""Programs are told of moves, not of every line in a post's story: what became of its first comment told them
a second time that it is published. That a doctor is asked about a lost post is news without a move."""

from alembic import op

revision = "0198"
down_revision = "0190"

IS_MOVE = "WHEN (NEW.from_status IS DISTINCT FROM NEW.to_status OR NEW.to_status = 'unconfirmed') "
TELL = """
DROP TRIGGER publication_event_is_told ON publication_event;
CREATE TRIGGER publication_event_is_told AFTER INSERT ON publication_event
    FOR EACH ROW {condition}EXECUTE FUNCTION tell_of_publication();
"""


def upgrade() -> None:
    op.execute(TELL.format(condition=IS_MOVE))


def downgrade() -> None:
    op.execute(TELL.format(condition=""))
