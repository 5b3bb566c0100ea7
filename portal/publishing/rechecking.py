"""What became of posts after they went out: some networks go on working on them, or change them.

A lease is enough here: two who ask the same at once harm nothing, and each sentence is told once.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from portal import clock
from portal.extensions import db
from portal.models import Attempt, Publication, PublicationCheck
from portal.platforms import PLATFORMS
from portal.platforms.base import Afterwards
from portal.platforms.errors import PlatformError
from portal.publishing.arming import token_of
from portal.publishing.news import add_to_story, tell_of_move

log = structlog.get_logger()

AT_ONCE = 50
# After trouble the network is left alone for so long.
TRY_AGAIN = timedelta(minutes=10)

# Posts of the last three days that the portal sent itself and whose next look is due; taken for two minutes.
CLAIM = text("""
WITH look AS (
    SELECT * FROM jsonb_to_recordset(CAST(:looks AS jsonb))
        AS v(platform text, number bigint, seconds double precision)
), due AS (
    SELECT p.id FROM publication p
    JOIN social_account a ON a.id = p.social_account_id
    LEFT JOIN publication_check c ON c.publication_id = p.id
    JOIN look ON look.platform = p.platform AND look.number = coalesce(c.looks, 0)
    WHERE p.status = 'published' AND p.removed_at IS NULL AND a.status = 'connected'
      AND p.published_at > portal_now() - interval '3 days'
      AND p.published_at + look.seconds * interval '1 second' <= portal_now()
      AND (c.not_before IS NULL OR c.not_before <= portal_now())
      AND EXISTS (SELECT FROM attempt t WHERE t.publication_id = p.id AND t.outcome = 'accepted')
    ORDER BY p.published_at, p.id LIMIT :most
)
INSERT INTO publication_check AS c (publication_id, not_before)
SELECT id, portal_now() + interval '2 minutes' FROM due
ON CONFLICT (publication_id) DO UPDATE SET not_before = excluded.not_before
WHERE c.not_before IS NULL OR c.not_before <= portal_now()
RETURNING publication_id
""")


def recheck_due() -> int:
    """Look again at every post that it is time for; how many were looked at."""
    looks = [
        {"platform": network.key, "number": number, "seconds": seconds}
        for network in PLATFORMS.values()
        for number, seconds in enumerate(network.second_looks)
    ]
    ids = db.session.scalars(CLAIM, {"looks": json.dumps(looks), "most": AT_ONCE}).all()
    db.session.commit()
    for id in ids:
        _look(id)
    return len(ids)


def _look(publication_id: int) -> None:
    """Ask one post's network about it; trouble is put off and never the doctor's."""
    row = db.session.scalars(_with_account(publication_id)).one()
    account, remote_id = row.account, row.platform_post_id or ""
    now = db.session.scalars(select(clock.database_now())).one()
    network, author, token = account.network, account.author, token_of(account, now)
    sent = db.session.scalars(
        select(Attempt.sent).where(Attempt.publication_id == row.id, Attempt.outcome == "accepted")
    ).first()
    # No connection is held while the network thinks.
    db.session.commit()
    try:
        found = network.look_again(remote_id, sent or {}, author, token) if token else None
    except PlatformError as trouble:
        log.info("not_looked_at", platform=network.key, kind=type(trouble).__name__, code=trouble.code)
        found = None
    _store(db.session(), publication_id, found, now)


def _store(session: Session, publication_id: int, found: Afterwards | None, now: datetime) -> None:
    check = session.scalars(
        select(PublicationCheck).where(PublicationCheck.publication_id == publication_id).with_for_update()
    ).one()
    row = session.scalars(_with_account(publication_id).with_for_update(of=Publication)).one()
    if found is None:
        check.not_before = now + TRY_AGAIN
    elif row.status == "published" and row.published_at is not None:
        check.not_before = None
        check.looks = _looks_over(row.account.network.second_looks, found, now - row.published_at)
        _tell(session, row, check, found)
    session.commit()


def _looks_over(waits: Sequence[int], found: Afterwards, age: timedelta) -> int:
    """Looks that were slept through are not made up for."""
    return len(waits) if found.is_over else sum(seconds <= age.total_seconds() for seconds in waits)


def _tell(session: Session, row: Publication, check: PublicationCheck, found: Afterwards) -> None:
    """Each sentence once; what was told with the news that the post is out is known."""
    for words, is_trouble in ((found.trouble, True), (found.news, False)):
        if words is None or words in check.told or words in (row.moved_why or ""):
            continue
        check.told = [*check.told, words]
        add_to_story(session, row, words)
        if is_trouble:
            tell_of_move(session, row, "changed")
            return


def _with_account(publication_id: int) -> Any:
    return (
        select(Publication)
        .where(Publication.id == publication_id)
        .options(joinedload(Publication.account, innerjoin=True))
        .execution_options(populate_existing=True)
    )
