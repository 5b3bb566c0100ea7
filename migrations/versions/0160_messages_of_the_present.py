"""A publication's message tells of the state that it is in, whoever moved it there."""

from alembic import op

revision = "0160"
down_revision = "0141"

# Held: what it waits for. Planned, under way, out, cancelled: nothing is wrong. In any other state a message
# that was written before this move is an old one; then the move's own reason tells more.
SET_MESSAGE = """
CREATE FUNCTION set_publication_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'held' THEN
        NEW.error_code := NEW.held_for;
        NEW.error_message := coalesce(NEW.moved_why, CASE NEW.held_for
            WHEN 'verification' THEN 'It waits until we have verified you.'
            WHEN 'account' THEN 'It waits until you connect this account again.'
            WHEN 'late' THEN 'Its hour has passed, and it did not go out.'
            ELSE 'It waits for your decision.' END);
    ELSIF NEW.status IN ('draft', 'scheduled', 'publishing', 'awaiting_doctor', 'published', 'cancelled') THEN
        NEW.error_code := NULL;
        NEW.error_message := NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        IF NEW.error_message IS NOT DISTINCT FROM OLD.error_message
           AND NEW.error_message IS DISTINCT FROM NEW.moved_why THEN
            NEW.error_code := NULL;
            NEW.error_message := NEW.moved_why;
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER publication_message BEFORE UPDATE OF status, held_for, moved_why ON publication
    FOR EACH ROW WHEN (OLD.status <> NEW.status OR NEW.status = 'held')
    EXECUTE FUNCTION set_publication_message();
CREATE TRIGGER new_publication_message BEFORE INSERT ON publication
    FOR EACH ROW EXECUTE FUNCTION set_publication_message();
"""

# What waits now gets its words from the trigger.
HELD_NOW = "UPDATE publication SET held_for = held_for WHERE status = 'held'"
OLD_NOW = """
UPDATE publication SET error_code = NULL, error_message = NULL
WHERE status IN ('draft', 'scheduled', 'publishing', 'awaiting_doctor', 'published', 'cancelled')
    AND (error_code IS NOT NULL OR error_message IS NOT NULL)
"""


def upgrade() -> None:
    for step in (SET_MESSAGE, HELD_NOW, OLD_NOW):
        op.execute(step)


def downgrade() -> None:
    op.execute("DROP FUNCTION set_publication_message CASCADE")
