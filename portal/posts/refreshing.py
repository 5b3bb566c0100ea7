"""How soon a page that shows a post should look again."""

from datetime import datetime, timedelta

from portal.models import Post, Publication, states


def seconds(post: Post, now: datetime) -> int | None:
    """How soon the page should ask again; None when nothing moves by itself."""
    waits = [wait for p in post.publications if (wait := _wait(p, now)) is not None]
    return min(waits, default=None)


def _wait(publication: Publication, now: datetime) -> int | None:
    if publication.status not in states.MOVING or (publication.asked_at and publication.can_confirm):
        return None
    if publication.status in ("publishing", "unconfirmed") or publication.due_at is None:
        return 2
    left = (publication.due_at - now) / timedelta(seconds=1)
    return int(min(max(left / 4, 2), 60))
