"""A patient takes back the consent to a picture: it goes out no more, and where it is out the doctor is told.

What was planned with it waits for the doctor. What is on a network stays there until somebody deletes it: the
doctor gets the list. The archive keeps what was agreed to, and from when on that no longer held.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import selectinload

from portal.errors import Conflict
from portal.extensions import db
from portal.models import AuditEvent, Doctor, MediaFile, Post, PostMedia, Publication
from portal.posts import planning
from portal.posts.flows import lock
from portal.publishing import second_look
from portal.publishing.news import add_to_story, tell_of_move
from portal.transaction import transaction

DELETE = "The patient took back the consent to a picture in this post. Delete the post on {network}."
STOPPED = "The patient took back the consent to a picture in this post."
KNOWN = "You told us this before. The picture goes out no more."

# On its network, or perhaps; and on the way there.
OUT = ("published", "unconfirmed")
WAITING = ("scheduled", "held", "publishing", "retrying", "awaiting_doctor")


@dataclass(frozen=True)
class Reach:
    """Where the picture is, one publication a line: out and not deleted, and still to come."""

    out: Sequence[Publication]
    waiting: Sequence[Publication]


def reach(file: MediaFile) -> Reach:
    """Where the picture is, the newest post first; drafts promise nothing and are left out."""
    rows = [row for post in _posts_with(file) for row in post.publications]
    out = [row for row in rows if row.status in OUT and row.removed_at is None]
    return Reach(out, [row for row in rows if row.status in WAITING])


def still_out(doctor: Doctor) -> Sequence[tuple[MediaFile, int]]:
    """The pictures that a patient took back and that networks still show, each with how many times."""
    number = func.count(distinct(Publication.id))
    found = db.session.execute(
        select(MediaFile, number)
        .join(PostMedia, PostMedia.media_file_id == MediaFile.id)
        .join(Publication, Publication.post_id == PostMedia.post_id)
        .where(
            MediaFile.doctor_id == doctor.id,
            MediaFile.withdrawn_at.is_not(None),
            Publication.status == "published",
            Publication.removed_at.is_(None),
        )
        .group_by(MediaFile.id)
        .order_by(MediaFile.withdrawn_at, MediaFile.id)
    )
    return [(file, times) for file, times in found]


def withdraw(doctor: Doctor, file: MediaFile) -> None:
    """From now on the picture goes out no more. Raises Conflict when that was said before."""
    with transaction():
        # Whoever is writing a post with it comes first, and is among those that are stopped below.
        db.session.scalars(select(MediaFile.id).where(MediaFile.id == file.id).with_for_update()).one()
        db.session.refresh(file, ["withdrawn_at"])
        if file.withdrawn_at is not None:
            raise Conflict(KNOWN)
        file.withdrawn_at = planning.database_now()
        _note("consent.withdrawn", doctor, file)
    for post in _posts_with(file):
        with transaction():
            lock(post)
            # Whatever brings it back on its way, it is looked at before it leaves.
            post.checks_key = None
            for publication in post.publications:
                _tell(publication)
        second_look.look_again(db.session(), post.id)


def agree_again(doctor: Doctor, file: MediaFile) -> None:
    """The picture may be used again, in posts that say what was agreed to; nothing goes out by itself."""
    with transaction():
        file.withdrawn_at = None
        _note("consent.given_again", doctor, file)


def _posts_with(file: MediaFile) -> Sequence[Post]:
    seen = select(PostMedia.post_id).where(PostMedia.media_file_id == file.id)
    mine = select(Post).where(Post.id.in_(seen), Post.doctor_id == file.doctor_id).order_by(Post.id.desc())
    return db.session.scalars(
        mine.options(selectinload(Post.publications).joinedload(Publication.account))
    ).all()


def _tell(row: Publication) -> None:
    label = row.account.network.label
    if row.status == "published" and row.removed_at is None:
        add_to_story(db.session(), row, DELETE.format(network=label), who="doctor")
        tell_of_move(db.session(), row, "changed")
    elif row.status == "awaiting_doctor":
        row.move("cancelled", by="portal", why=STOPPED)


def _note(action: str, doctor: Doctor, file: MediaFile) -> None:
    AuditEvent.write(action, user_id=doctor.user_id, subject="media_file", subject_id=file.id)


def withdrawn_in(post: Post) -> Iterator[MediaFile]:
    """The pictures of a post to which a patient no longer agrees."""
    return (place.file for place in post.media if place.file.withdrawn_at is not None)
