"""Moving a post within the calendar, and taking it back.

A move is a change of the post like any other. The last moves are remembered in the browser's session as
(post, where it stood, the version that the move made): any later change of the post outdates the memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal import zones
from portal.errors import Conflict, Invalid
from portal.models import Doctor, Post
from portal.posts import flows, planning
from portal.posts.inputs import PostChanges

REMEMBERED = 10

# A move as the session keeps it: the post, where it stood, and its version since.
Kept = tuple[int, str, int]


@dataclass(frozen=True)
class Target:
    """A day of the calendar, or an hour of it."""

    day: date
    hour: int | None = None


def move(doctor: Doctor, post: Post, to: Target, version: int, fold: int | None = None) -> Kept | None:
    """Move a post to another day or hour, the rest of its time of day stays; None when it stands there.

    Raises Conflict or Invalid with a sentence that says why it stays, and zones.DoubledTime, which asks, when
    the hour comes twice and `fold` does not say which one is meant.
    """
    was = post.scheduled_at
    at = landing(was, doctor.timezone, to, fold) if was else None
    if was is None or at is None or at == was:
        return None
    _change(doctor, post, at, version)
    return post.id, was.isoformat(), post.version


def landing(was: datetime, zone: str, to: Target, fold: int | None = None) -> datetime:
    """The instant of a move, kept in wall time; raises Invalid when the clock skips it, zones.DoubledTime
    when it comes twice and `fold` does not say which."""
    shown = zones.wall(was, zone).at
    at = datetime.combine(to.day, shown.time())
    if to.hour is not None:
        at = at.replace(hour=to.hour)
    if fold is None and at.replace(fold=0) == shown.replace(fold=0):
        return was
    try:
        return zones.instant(at.replace(fold=0), zone, fold)
    except zones.SkippedTime as skipped:
        raise Invalid("scheduled_at", str(skipped)) from None


def undo(doctor: Doctor, post: Post, kept: Kept) -> None:
    """Put a post back to where it stood; raises Conflict or Invalid with a sentence."""
    _, was, version = kept
    _change(doctor, post, datetime.fromisoformat(was), version)


def remember(moves: Sequence[Kept], kept: Kept) -> list[Kept]:
    """The last moves with one more."""
    return [*moves, kept][-REMEMBERED:]


def take(moves: Sequence[Kept], post_id: int | None) -> Kept | None:
    """The last move, or the last one of a certain post."""
    fitting = [kept for kept in moves if post_id in (None, kept[0])]
    return fitting[-1] if fitting else None


def without(moves: Sequence[Kept], kept: Kept, version: int | None = None) -> list[Kept]:
    """The moves that are left when one is taken back; the post's earlier ones then start from `version`."""
    left = [one for one in moves if one != kept]
    if version is None:
        return [one for one in left if one[0] != kept[0]]
    return [(one[0], one[1], version) if one[0] == kept[0] else one for one in left]


def _change(doctor: Doctor, post: Post, at: datetime, version: int) -> None:
    if version != post.version:
        raise Conflict("This post was changed meanwhile. It is shown here as it is now.")
    if not post.can_change:
        raise Conflict(flows.why_too_late(post))
    planning.check_time(at)
    flows.change(doctor, post, PostChanges(scheduled_at=at, timezone=doctor.timezone, version=version))
