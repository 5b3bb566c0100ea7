"""What an administrator may do about a stuck post: have it looked for, tried again, or given to its doctor.

Nobody needs the post's words for that, so the lists do not read them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from portal import clock, queue
from portal.errors import Conflict
from portal.extensions import db
from portal.models import AuditEvent, Doctor, Post, Publication, User
from portal.models.publication import MISSED
from portal.posts import remedies
from portal.posts.flows import lock
from portal.posts.planning import database_now
from portal.publishing import looking
from portal.publishing.watching import Kind
from portal.transaction import transaction

PER_PAGE = 50

# A post that is due for less goes out by itself before anybody has read about it.
TIME_ENOUGH = timedelta(minutes=1)

TRIED_AGAIN = "An administrator asked for another try."
GIVEN = "An administrator stopped the tries and left the decision to you. Choose what should happen."
MOVED_ON = "This post has moved on meanwhile. Nothing was done."

# What the doctor has decided, or alone can decide.
DOCTORS_OWN = (MISSED, "absent")


@dataclass(frozen=True)
class Deed:
    """One button: whether it makes sense for a post, and what it does."""

    label: str
    said: str
    can: Callable[[Publication], bool]
    do: Callable[[Publication], None]


def listed(kind: Kind, platform: str | None, page: int) -> tuple[Sequence[Publication], bool]:
    """The posts of this page, the oldest due at the top, and whether more follow."""
    doctor = joinedload(Publication.post, innerjoin=True).load_only(Post.doctor_id, raiseload=True)
    query = (
        select(Publication)
        .where(kind.where, *([Publication.platform == platform] if platform else []))
        .options(
            defer(Publication.content, raiseload=True),
            doctor.joinedload(Post.doctor, innerjoin=True).load_only(Doctor.full_name),
            joinedload(Publication.account, innerjoin=True),
        )
        .order_by(Publication.due_at, Publication.id)
        .offset((page - 1) * PER_PAGE)
        .limit(PER_PAGE + 1)
    )
    rows = db.session.scalars(query).all()
    return rows[:PER_PAGE], len(rows) > PER_PAGE


def act(publication: Publication, deed: str, who: User) -> str:
    """Do it, written into the audit; what to say of it. Raises Conflict when it makes no sense any more."""
    with transaction():
        lock(publication.post)
        wanted = DEEDS[deed]
        if not wanted.can(publication):
            raise Conflict(MOVED_ON)
        was = publication.status
        wanted.do(publication)
        AuditEvent.write(
            f"publication: {wanted.label.lower()}",
            user_id=who.id,
            subject="publication",
            subject_id=publication.id,
            doctor_id=publication.doctor_id,
            platform=publication.platform,
            was=was,
        )
    return wanted.said


def deeds_for(publication: Publication) -> list[tuple[str, Deed]]:
    """The buttons that make sense."""
    return [(key, deed) for key, deed in DEEDS.items() if deed.can(publication)]


def _can_look(publication: Publication) -> bool:
    """Not where a look may itself create the post: there only the doctor settles it."""
    is_free = publication.status == "unconfirmed" and publication.phase is None
    return is_free and not publication.account.network.look_creates(publication.account.author)


def _look(publication: Publication) -> None:
    publication.asked_at, publication.looks, publication.look_at = None, 0, database_now()
    publication.error_code = publication.error_message = None
    queue.enqueue("look_for_lost")


def _can_try(publication: Publication) -> bool:
    if publication.status == "retrying":
        return True
    return publication.status == "failed" and publication.error_code not in DOCTORS_OWN


def _try(publication: Publication) -> None:
    """Its hour stays what it was: when that is too long ago, its doctor is asked before it goes out."""
    if obstacle := remedies.obstacle(publication, publication.post.doctor):
        raise Conflict(f"It cannot go out yet. The doctor is told: {obstacle}")
    if publication.status == "failed":
        publication.tries, publication.trying_since = 0, None
        publication.error_code = publication.error_message = None
        publication.move("scheduled", by="administrator", why=TRIED_AGAIN)
    else:
        publication.due_at = database_now()
    queue.enqueue("publish_due")


def _can_give(publication: Publication) -> bool:
    if publication.status == "unconfirmed":
        return publication.phase is None and publication.asked_at is None
    return publication.status == "retrying" or (
        publication.status == "scheduled"
        and publication.due_at is not None
        and publication.due_at < clock.now() - TIME_ENOUGH
    )


def _give(publication: Publication) -> None:
    if publication.status == "unconfirmed":
        words = looking.ASK.format(network=publication.account.network.label)
        publication.look_at, publication.asked_at = None, database_now()
        publication.error_code, publication.error_message = "asked", words
        publication.moved_by, publication.moved_why = "administrator", words
    else:
        publication.move("held", by="administrator", why=GIVEN, held_for="decision")


DEEDS: Mapping[str, Deed] = {
    "look-again": Deed("Look again", "We look for it again now.", _can_look, _look),
    "try-again": Deed("Try again", "It is tried again now.", _can_try, _try),
    "give-to-doctor": Deed("Give to the doctor", "The doctor is asked what to do.", _can_give, _give),
}
