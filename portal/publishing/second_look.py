"""Looks again at posts that were planned by other rules, or before the doctor's own facts changed.

A day ahead where possible, so that the doctor can answer in time; and before arming, which sends nothing that
was not looked at. A post that may not go as it stands is held, never lost, and never sent past it.
"""

from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, joinedload

from portal.checks import RULES, RULES_VERSION, Finding
from portal.checks.pictures import WITHDRAWN
from portal.extensions import db
from portal.models import Post, PostCheck, Publication
from portal.publishing import checking
from portal.publishing.claiming import Claimed

log = structlog.get_logger()

HELD_FOR = "checks"
BROKE = "Something in the portal went wrong when this post was looked at again. Nothing was sent."

AT_ONCE = 200

# Planned posts, the next one first: those of one doctor, or all of a day.
STALE = text("""
SELECT p.post_id FROM publication p
JOIN post ON post.id = p.post_id JOIN doctor d ON d.id = p.doctor_id
WHERE p.status IN ('scheduled', 'retrying')
  AND (p.doctor_id = :doctor_id OR CAST(:doctor_id AS bigint) IS NULL
       AND p.due_at <= portal_now() + interval '1 day')
  AND post.checks_key IS DISTINCT FROM :rules || ' ' || d.facts_digest
GROUP BY p.post_id ORDER BY min(p.due_at), p.post_id LIMIT :most
""")


def look_again_due(doctor_id: int | None = None) -> int:
    """Look at every planned post of this doctor, or of the next day, that was not seen as things are now; how
    many were looked at."""
    facts = {"doctor_id": doctor_id, "rules": RULES_VERSION, "most": AT_ONCE}
    ids = db.session.scalars(STALE, facts).all()
    db.session.rollback()
    for post_id in ids:
        look_again(db.session(), post_id)
    return len(ids)


def look_before_arming(session: Session, found: Mapping[int, list[Claimed]]) -> list[Claimed]:
    """Look at posts that arming passed by, mostly none; their claimed rows, for it to try again.

    It takes what was let pass then, and passes by what is held.
    """
    for post_id in found:
        look_again(session, post_id)
    return [row for rows in found.values() for row in rows]


def look_again(session: Session, post_id: int) -> None:
    """Ask the checks about a post as it is now, and hold it where they stop it; committed.

    One post that breaks the checks is held alone: the crowd behind it must go on.
    """
    try:
        _look_again(session, post_id)
    except DBAPIError:
        raise
    except Exception as error:
        # A bug of ours in a rule. Whatever it is, a post that was not looked at does not leave.
        session.rollback()
        log.exception("checks_broke", post_id=post_id, kind=type(error).__name__)
        _, publications = _locked(session, post_id)
        _hold(publications, BROKE)
    session.commit()


def _look_again(session: Session, post_id: int) -> None:
    post, publications = _locked(session, post_id)
    if post is None or post.is_checked:
        return
    before = session.scalar(PostCheck.newest_of(post_id))
    with session.no_autoflush:
        looked = checking.look(post, post.doctor)
    found = checking.stopping(looked.report, (), before)
    reasons = dict(before.reasons) if before else {}
    session.add(checking.result(post, post.doctor, looked, reasons, is_passed=not found))
    if found:
        _hold(publications, why_held(found))
    else:
        post.checks_key = post.doctor.checks_key


def why_held(found: Sequence[Finding]) -> str:
    """The sentence for the doctor: what was found, in the rules' words and never in the post's."""
    if any(one.suggestion == WITHDRAWN for one in found):
        return "A patient took back the consent to a picture here. Take the picture out, or cancel the post."
    titles = list(dict.fromkeys(RULES[one.id].title for one in found))
    if any(one.severity == "block" for one in found):
        what_now = "Change the post."
    else:
        what_now = "Change the post, or say why it is right."
    return f"The checks looked again and found: {', '.join(titles)}. {what_now}"


def _locked(session: Session, post_id: int) -> tuple[Post | None, Sequence[Publication]]:
    """In the order in which a doctor's change takes them: post first, then its publications."""
    fresh = {"populate_existing": True}
    post = session.scalars(
        select(Post)
        .where(Post.id == post_id)
        .options(joinedload(Post.doctor, innerjoin=True))
        .with_for_update(of=Post),
        execution_options=fresh,
    ).one_or_none()
    publications = session.scalars(
        select(Publication)
        .where(Publication.post_id == post_id)
        .order_by(Publication.id)
        .with_for_update(of=Publication),
        execution_options=fresh,
    ).all()
    return post, publications


def _hold(publications: Sequence[Publication], why: str) -> None:
    """What is certainly unsent waits, also what a publisher has only claimed: it is not armed any more."""
    for row in publications:
        is_claimed = row.status == "publishing" and row.phase == "claimed"
        if row.status in ("scheduled", "retrying") or is_claimed:
            row.phase = row.owner = None
            row.move("held", by="portal", why=why, held_for=HELD_FOR)
