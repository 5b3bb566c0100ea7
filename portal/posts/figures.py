"""What published posts reach: read rarely, for some networks charge for each post that is read.

A post is asked for after a day and after a week, and when its doctor wants to know, at most once an hour
for each account.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import joinedload

from portal import queue
from portal.errors import Conflict
from portal.extensions import db
from portal.models import FiguresReading, Post, Publication, PublicationFigures, SocialAccount
from portal.platforms.base import Figures
from portal.platforms.errors import PlatformError, RateLimited
from portal.posts import planning
from portal.publishing.arming import token_of
from portal.transaction import transaction

log = structlog.get_logger()

# One call for so many posts of an account.
AT_ONCE = 50
# After trouble the network is left alone for so long.
TRY_AGAIN = timedelta(hours=1)
ON_DEMAND = timedelta(hours=1)

TOO_SOON = "We asked {network} less than an hour ago. Try again later."
NOTHING = "Nothing of this post is out on a connected account."

# Posts of the last 30 days whose day or week is over since they were last read, or that a doctor asked for;
# taken for ten minutes, so that two who read at once do not both pay.
CLAIM = text("""
WITH due AS (
    SELECT p.id FROM publication p
    JOIN social_account a ON a.id = p.social_account_id
    LEFT JOIN publication_figures f ON f.publication_id = p.id
    WHERE p.status = 'published' AND p.removed_at IS NULL AND p.platform_post_id IS NOT NULL
      AND p.published_at > portal_now() - interval '30 days'
      AND a.status = 'connected'
      AND (f.not_before IS NULL OR f.not_before <= portal_now())
      AND (f.wanted_at > coalesce(f.read_at, '-infinity')
           OR EXISTS (SELECT FROM (VALUES (interval '1 day'), (interval '7 days')) AS after(age)
                      WHERE p.published_at + age <= portal_now()
                        AND coalesce(f.read_at, '-infinity') < p.published_at + age))
    ORDER BY p.social_account_id, p.id LIMIT :most
)
INSERT INTO publication_figures AS f (publication_id, not_before)
SELECT id, portal_now() + interval '10 minutes' FROM due
ON CONFLICT (publication_id) DO UPDATE SET not_before = excluded.not_before
WHERE f.not_before IS NULL OR f.not_before <= portal_now()
RETURNING publication_id
""")


def read_due() -> int:
    """Read the figures of every post that it is time for; how many posts were asked for."""
    with transaction():
        ids = db.session.scalars(CLAIM, {"most": 10 * AT_ONCE}).all()
    for account, publications in _by_account(ids).items():
        for start in range(0, len(publications), AT_ONCE):
            _read(account, publications[start : start + AT_ONCE])
    return len(ids)


def want(post: Post) -> None:
    """The doctor would like to see this post's figures; raises Conflict when that was an hour ago or less."""
    with transaction():
        wanted = [p for p in post.publications if can_read(p)]
        if not wanted:
            raise Conflict(NOTHING)
        # One after another, so that two pages open at once count as one.
        ids = sorted({p.social_account_id for p in wanted})
        db.session.scalars(
            select(SocialAccount.id)
            .where(SocialAccount.id.in_(ids))
            .order_by(SocialAccount.id)
            .with_for_update()
        ).all()
        now = planning.database_now()
        ready = [p for p in wanted if not _asked_lately(p.social_account_id, now)]
        if not ready:
            raise Conflict(TOO_SOON.format(network=wanted[0].account.network.label))
        for publication in ready:
            row = publication.figures or PublicationFigures(publication_id=publication.id)
            row.wanted_at = now
            db.session.add(row)
        queue.enqueue("read_figures")


def can_read(publication: Publication) -> bool:
    """Whether a network could be asked about it."""
    is_out = publication.status == "published" and publication.removed_at is None
    account = publication.account
    can_ask = account.is_connected and not account.is_by_hand
    return is_out and publication.platform_post_id is not None and can_ask


def _asked_lately(account_id: int, now: Any) -> bool:
    latest = db.session.scalar(
        select(func.max(PublicationFigures.wanted_at))
        .join(Publication, Publication.id == PublicationFigures.publication_id)
        .where(Publication.social_account_id == account_id)
    )
    return latest is not None and latest > now - ON_DEMAND


def _by_account(ids: Sequence[int]) -> dict[SocialAccount, list[Publication]]:
    rows = db.session.scalars(
        select(Publication)
        .where(Publication.id.in_(ids))
        .options(joinedload(Publication.account, innerjoin=True))
        .order_by(Publication.social_account_id, Publication.id)
    )
    found: defaultdict[SocialAccount, list[Publication]] = defaultdict(list)
    for row in rows:
        found[row.account].append(row)
    return dict(found)


def _read(account: SocialAccount, publications: Sequence[Publication]) -> None:
    """Ask one account's network about some posts; trouble is put off and never the doctor's."""
    now = planning.database_now()
    ids = {publication.id: str(publication.platform_post_id) for publication in publications}
    token = None if account.is_by_hand else token_of(account, now)
    network, author = account.network, account.author
    # No connection is held while the network thinks.
    db.session.commit()
    if token is None:
        return _put_off(list(ids), now + TRY_AGAIN)
    try:
        found = network.figures(list(ids.values()), author, token)
    except PlatformError as trouble:
        log.info("figures_not_read", platform=network.key, kind=type(trouble).__name__, code=trouble.code)
        until = trouble.until if isinstance(trouble, RateLimited) else None
        return _put_off(list(ids), max(until or now, now + TRY_AGAIN))
    for publication_id, remote_id in ids.items():
        _store(publication_id, found.get(remote_id, Figures()))
    return None


def _store(publication_id: int, figures: Figures) -> None:
    counts = {name: getattr(figures, name) for name in ("likes", "comments", "shares", "views")}
    now = planning.database_now()
    with transaction():
        # The newest stands beside the post; every reading is kept, to see how it went.
        db.session.add(FiguresReading(publication_id=publication_id, read_at=now, **counts))
        db.session.execute(
            update(PublicationFigures)
            .where(PublicationFigures.publication_id == publication_id)
            .values(**counts, read_at=now, not_before=None)
        )


def _put_off(publication_ids: Sequence[int], until: Any) -> None:
    with transaction():
        db.session.execute(
            update(PublicationFigures)
            .where(PublicationFigures.publication_id.in_(publication_ids))
            .values(not_before=until)
        )
