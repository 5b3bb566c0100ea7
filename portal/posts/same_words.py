"""Whether a network that refuses the same words twice would get them twice: told before, and no reason to
refuse the plan."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from portal import zones
from portal.extensions import db
from portal.models import Doctor, Post, Publication, SocialAccount
from portal.posts import planning

# What is planned there or out; what failed or was cancelled was never said.
SAID = ("scheduled", "held", "retrying", "publishing", "unconfirmed", "awaiting_doctor", "published")

# An account and what would be said there.
Said = tuple[int, str]


def warnings(post: Post) -> list[str]:
    """A sentence for each network at which another post says the same."""
    if post.is_draft:
        return []
    live = [one for one in planning.live_publications(post) if one.account.network.refuses_same_words]
    said = {one.id: (one.social_account_id, one.content or post.content or "") for one in live}
    known = already(post.doctor, said.values(), but=post.id)
    return [
        sentence(one.account, known[said[one.id]], post.timezone) for one in live if said[one.id] in known
    ]


def already(doctor: Doctor, said: Collection[Said], but: int | None = None) -> dict[Said, datetime]:
    """Which of these words another post says at the same account, and when; one statement."""
    wanted = {(account, words) for account, words in said if words}
    if not wanted:
        return {}
    words = func.coalesce(Publication.content, Post.content)
    query = (
        select(Publication.social_account_id, words, func.min(Post.scheduled_at))
        .join(Post, Post.id == Publication.post_id)
        .where(
            Publication.doctor_id == doctor.id,
            Publication.status.in_(SAID),
            Publication.social_account_id.in_({account for account, _ in wanted}),
            words.in_({text for _, text in wanted}),
            Post.scheduled_at.is_not(None),
        )
        .group_by(Publication.social_account_id, words)
    )
    found = db.session.execute(query if but is None else query.where(Post.id != but)).all()
    return {(account, text): at for account, text, at in found if at and (account, text) in wanted}


def sentence(account: SocialAccount, at: datetime, zone: str) -> str:
    day = zones.day_words(at, zone)
    return (
        f"{account.network.label} may refuse this: your post of {day} says the same there. Change some words."
    )
