"""A network's day: what the whole portal may begin there through one app is counted before it is begun.

The count lies in PostgreSQL: every process draws on the same one, and a queue that forgets loses none of it.
What would exceed it waits for the network's next day, and the doctor is told.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.models import Publication
from portal.platforms.base import Content, Platform
from portal.publishing.news import tell_of_move

TAKE = text("""
INSERT INTO daily_use (platform, connection, day, used)
SELECT :platform, :connection, :day, 1 WHERE :most > 0
ON CONFLICT (platform, connection, day) DO UPDATE SET used = daily_use.used + 1
WHERE daily_use.used < :most
RETURNING used
""")

USED_UP = (
    "{network} takes {most} {what} a day from this portal, and today’s are used up. "
    "Yours goes out by itself on the next day."
)


def take(
    session: Session, network: Platform, content: Content, staged: Mapping[str, Any], now: datetime
) -> bool:
    """Whether these uploads may begin; what they draw on the network's day is counted with that.

    Counted too much when the program dies before the call: a day that ends early harms nobody.
    """
    if network.daily is None or not network.begins_anew(content, staged):
        return True
    row = {
        "platform": network.key,
        "connection": content.author.connection,
        "day": network.daily.day(now),
        "most": network.daily.most,
    }
    return session.execute(TAKE, row).first() is not None


def put_off(session: Session, row: Publication, now: datetime) -> None:
    """Let a publication wait for the network's next day, and tell its doctor; no try is counted."""
    network = row.account.network
    assert network.daily is not None  # by take
    row.phase = row.owner = None
    row.due_at = network.daily.next_day(now)
    why = USED_UP.format(network=network.label, most=network.daily.most, what=network.daily.what)
    row.move("retrying", by="portal", why=why)
    tell_of_move(session, row, "later")
