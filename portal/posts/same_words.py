"""Whether a network that refuses the same words twice would get them twice: told before, and no reason to
refuse the plan."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from portal import zones
from portal.extensions import db
from portal.models import Doctor, Post, Publication, SocialAccount
from portal.posts import planning

# What is planned there or out; what failed or was cancelled was never said.
SAID = ("scheduled", "held", "retrying", "publishing", "unconfirmed", "awaiting_doctor", "published")

# No network says how long it remembers. A post that comes this close to another one is told of again.
CLOSE = timedelta(days=14)

# An account and what would be said there.
Said = tuple[int, str]


def warnings(post: Post, within: timedelta | None = None) -> list[str]:
    """A sentence for each network at which another post says the same, at any time or `within` so long of
    this one."""
    if post.is_draft:
        return []
    live = [one for one in planning.live_publications(post) if one.account.network.refuses_same_words]
    said = {one.id: (one.social_account_id, one.content or post.content or "") for one in live}
    known = already(post.doctor, said.values(), but=post)
    at = post.scheduled_at
    return [
        sentence(one.account, known[said[one.id]], post.timezone)
        for one in live
        if said[one.id] in known and (within is None or at is None or abs(known[said[one.id]] - at) <= within)
    ]


def already(doctor: Doctor, said: Collection[Said], but: Post | None = None) -> dict[Said, datetime]:
    """Which of these words another post says at the same account, and when: the one that stands nearest to
    the post in `but`, else the first. One statement."""
    wanted = {(account, words) for account, words in said if words}
    if not wanted:
        return {}
    words = func.coalesce(Publication.content, Post.content)
    query = (
        select(Publication.social_account_id, words, Post.scheduled_at)
        .join(Post, Post.id == Publication.post_id)
        .where(
            Publication.doctor_id == doctor.id,
            Publication.status.in_(SAID),
            Publication.social_account_id.in_({account for account, _ in wanted}),
            words.in_({text for _, text in wanted}),
            Post.scheduled_at.is_not(None),
        )
        .ext(distinct_on(Publication.social_account_id, words))
        .order_by(Publication.social_account_id, words, _distance(but), Post.scheduled_at)
    )
    found = db.session.execute(query if but is None else query.where(Post.id != but.id)).all()
    return {(account, text): at for account, text, at in found if at and (account, text) in wanted}


def _distance(post: Post | None) -> ColumnElement[Any]:
    if post is None or post.scheduled_at is None:
        return Post.scheduled_at.expression
    return func.abs(func.extract("epoch", Post.scheduled_at - post.scheduled_at))


def sentence(account: SocialAccount, at: datetime, zone: str) -> str:
    day = zones.day_words(at, zone)
    return (
        f"{account.network.label} may refuse this: your post of {day} says the same there. Change some words."
    )
