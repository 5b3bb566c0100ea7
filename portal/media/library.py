"""The doctor's files, to be found and used again: what is there, which posts use it, and taking one away."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import selectinload

from portal import clock, files
from portal.errors import Conflict
from portal.extensions import db
from portal.media import renditions
from portal.media.inputs import Described
from portal.models import Doctor, MediaFile, Post, PostMedia
from portal.transaction import transaction

Kind = Literal["picture", "video"]
KINDS: tuple[Kind, ...] = ("picture", "video")
Use = Literal["used", "unused"]
USES: tuple[Use, ...] = ("used", "unused")

# A quarter of a year is long enough to come back to a picture, and not so long that forgotten ones pile up.
IDLE_STAY = timedelta(days=90)
# Of a search that names half the library, as much as it can mean.
LONGEST_SEARCH = 100

# A post in one of these, and in no other, is over: it keeps the file as the record of what was said.
OVER = ("published", "failed", "cancelled")


@dataclass(frozen=True)
class Wanted:
    """Which files; nothing said means all."""

    words: str = ""
    kind: Kind | None = None
    use: Use | None = None


def chosen(doctor: Doctor, wanted: Wanted) -> Select[Any]:
    """The doctor's files that fit, in no order yet. Words are looked for in a file's name, in what was said
    of it, and in the posts that use it."""
    found = own(doctor)
    if wanted.kind:
        found = found.where(_is_video() if wanted.kind == "video" else ~_is_video())
    if wanted.use:
        found = found.where(_is_used() if wanted.use == "used" else ~_is_used())
    for word in wanted.words[:LONGEST_SEARCH].split():
        found = found.where(_says(word))
    return found


def own(doctor: Doctor) -> Select[Any]:
    """All that stands in the doctor's library."""
    return select(MediaFile).where(
        MediaFile.doctor_id == doctor.id, MediaFile.purpose == "post", MediaFile.hidden_at.is_(None)
    )


def counts(doctor: Doctor) -> Counter[str]:
    """How many files there are, by kind and by use; one statement, whatever their number."""
    mine = own(doctor).with_only_columns(MediaFile.id, MediaFile.mime_type).subquery()
    used = exists().where(PostMedia.media_file_id == mine.c.id)
    video = mine.c.mime_type.like("video/%")
    row = db.session.execute(
        select(
            func.count().label("all"),
            func.count().filter(video).label("video"),
            func.count().filter(used).label("used"),
        ).select_from(mine)
    ).one()
    total, videos, in_use = row
    return Counter(
        {"all": total, "video": videos, "picture": total - videos, "used": in_use, "unused": total - in_use}
    )


def uses(shown: Iterable[MediaFile]) -> dict[int, list[Post]]:
    """By the number of the file: the posts that use it, the latest first; a handful of statements."""
    numbers = [file.id for file in shown]
    rows = db.session.execute(
        select(PostMedia.media_file_id, Post)
        .join(Post, Post.id == PostMedia.post_id)
        .where(PostMedia.media_file_id.in_(numbers))
        .options(selectinload(Post.publications))
        .order_by(Post.id.desc())
    )
    found: dict[int, list[Post]] = {number: [] for number in numbers}
    for number, post in rows.unique():
        found[number].append(post)
    return found


def goes_at(file: MediaFile) -> datetime | None:
    """When a file that no post uses goes away by itself."""
    return file.idle_since + IDLE_STAY if file.idle_since else None


def describe(file: MediaFile, said: Described) -> MediaFile:
    """Give a file another name, and what the next post with it proposes; posts that have it do not change."""
    with transaction():
        if said.file_name:
            file.file_name = said.file_name
        file.alt_text, file.shows = said.alt_text, said.shows
    return file


def needed_by(file: MediaFile) -> Sequence[Post]:
    """The posts that would be broken without it: drafts, and all that is planned or on its way."""
    return [post for post in uses([file])[file.id] if not _is_over(post)]


def remove(file: MediaFile) -> bool:
    """Take a file out of the library. Posts that went out with it keep it as the record of what they showed:
    then it is hidden, and this is False. Raises Conflict while a post still needs it."""
    with transaction():
        held = select(MediaFile.id).where(MediaFile.id == file.id).with_for_update()
        db.session.scalars(held).one()  # a post that takes it right now comes first
        if needed_by(file):
            raise Conflict("A post still needs this file. Take it out of the post first.")
        if uses([file])[file.id]:
            file.hidden_at = clock.now()
            return False
        names = [file.name, *renditions.names_of([file.id])]
        db.session.delete(file)
    for name in names:
        files.remove(name)
    return True


def _is_over(post: Post) -> bool:
    statuses = {publication.status for publication in post.publications}
    return bool(statuses) and statuses <= set(OVER)


def _is_video() -> ColumnElement[bool]:
    return MediaFile.mime_type.like("video/%")


def _is_used() -> ColumnElement[bool]:
    return exists().where(PostMedia.media_file_id == MediaFile.id)


def _says(word: str) -> ColumnElement[bool]:
    in_post = (
        exists()
        .where(PostMedia.media_file_id == MediaFile.id, PostMedia.post_id == Post.id)
        .where(or_(Post.content.icontains(word, autoescape=True), _in_place(word)))
    )
    return or_(
        MediaFile.file_name.icontains(word, autoescape=True),
        MediaFile.alt_text.icontains(word, autoescape=True),
        in_post,
    )


def _in_place(word: str) -> ColumnElement[bool]:
    return PostMedia.alt_text.icontains(word, autoescape=True)
