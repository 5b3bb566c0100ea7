"""What a letter about posts says, drawn from the posts as they are: what came right since is left out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import zones
from portal.extensions import db
from portal.models import Notice, OutboxLetter, Post, Publication

# The letter about one piece of news, and about several.
ONE, SEVERAL = "about_post", "about_posts"

# So many posts have a line of their own; the list behind the letter shows the others.
LISTED = 10

# The state in which each kind of news is true.
TRUE_IN = {
    "published": "published",
    "changed": "published",
    "failed": "failed",
    "held": "held",
    "asked": "unconfirmed",
    "later": "retrying",
    "repeat": "draft",
    "awaiting_doctor": "awaiting_doctor",
}


def item(notice: Notice) -> dict[str, Any]:
    """One piece of news as the letter's row keeps it."""
    publication = notice.publication
    # Our own sentence or the network's; never the post's text.
    return _item(publication, notice.kind, publication.error_message or publication.moved_why)


def write(letter: OutboxLetter, items: Sequence[Mapping[str, Any]]) -> None:
    """Make the letter say these, and nothing else."""
    common = {name: letter.about[name] for name in ("full_name", "is_good")}
    if len(items) == 1:
        letter.letter, letter.about = ONE, {**common, **items[0]}
    else:
        letter.letter, letter.about = SEVERAL, common | {"items": list(items), "groups": _groups(items)}


def items(letter: OutboxLetter) -> list[dict[str, Any]]:
    """The news that the letter holds."""
    return list(letter.about["items"]) if letter.letter == SEVERAL else [letter.about]


def bring_up_to_date(letter: OutboxLetter) -> bool:
    """Leave out what has come right since, before the letter leaves; False when nothing remains to be told.

    Of one publication only the last news counts. Other letters stay as they are, and so do letters that were
    written before each piece of news named its publication.
    """
    if letter.letter not in (ONE, SEVERAL) or any("publication_id" not in told for told in items(letter)):
        return True
    last = {told["publication_id"]: told for told in items(letter)}
    rows = {row.id: row for row in db.session.scalars(_publications(last))}
    still = [
        _item(rows[number], told["kind"], rows[number].error_message or told["why"])
        for number, told in last.items()
        if number in rows and _is_true(rows[number], told["kind"])
    ]
    if still:
        write(letter, still)
    return bool(still)


def _publications(numbers: Iterable[int]) -> Any:
    return (
        select(Publication)
        .where(Publication.id.in_(numbers))
        .options(
            joinedload(Publication.account, innerjoin=True),
            joinedload(Publication.post, innerjoin=True).joinedload(Post.doctor, innerjoin=True),
        )
        .execution_options(populate_existing=True)
    )


def _is_true(publication: Publication, kind: str) -> bool:
    if publication.status != TRUE_IN[kind]:
        return False
    if kind == "held":
        # What it waited for is here, and it goes on by itself any moment.
        is_over = {
            "account": publication.account.is_connected,
            "verification": publication.post.doctor.is_verified,
        }
        return not is_over.get(publication.held_for or "", False)
    if kind == "asked":
        return publication.asked_at is not None
    return publication.removed_at is None


def _item(publication: Publication, kind: str, why: str | None) -> dict[str, Any]:
    at = publication.post.scheduled_at
    return {
        "kind": kind,
        "network": publication.account.network.label,
        "platform": publication.platform,
        "account": publication.account.display_name,
        "why": why,
        "post_id": publication.post_id,
        "publication_id": publication.id,
        "at": _hour(at, publication.post.doctor.timezone) if at else None,
        "zone": publication.post.doctor.timezone,
        "permalink": publication.permalink,
    }


def _hour(at: datetime, zone: str) -> str:
    local = at.astimezone(zones.zone_of(zone))
    half = "am" if local.hour < 12 else "pm"
    return f"{local:%A} {local.day} {local:%B}, {local.hour % 12 or 12}:{local:%M} {half}"


def _groups(told: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same news of the same network as one line, with the reason that came last, and its first posts."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    listed: set[int] = set()
    for one in told:
        group = groups.setdefault((one["kind"], one["network"]), {"count": 0, "posts": []})
        group |= {name: one[name] for name in ("kind", "network", "platform", "why")}
        group["count"] += 1
        if one["post_id"] in listed or len(listed) < LISTED:
            listed.add(one["post_id"])
            group["posts"].append({name: one[name] for name in ("post_id", "account", "at", "zone")})
    return list(groups.values())
