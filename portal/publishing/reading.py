"""Locks claimed rows, and reads what arming has to know of them: in one query for a whole wave."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from portal import clock
from portal.models import Doctor, Post, PostMedia, Publication, SocialAccount
from portal.publishing.stand_ins import Columns, split

# Only what is used: on the way to a thousand posts a second each column costs.
_ROW = Columns(
    Publication,
    *("id", "fence", "version", "post_id", "due_at", "tries", "trying_since", "looks"),
    "may_be_out_since",
    *("content", "options", "client_ref", "staged"),
)
_POST = Columns(Post, "content", "link", "link_title", "footer", "checks_key")
_DOCTOR = Columns(Doctor, "verification", "verified_until", "late_after_minutes", "facts_digest")
_ACCOUNT = Columns(
    SocialAccount,
    *("id", "doctor_id", "platform", "connection", "remote_id", "display_name", "handle", "facts"),
    *("status", "sealed_token", "refresh_at", "trouble"),
)

_PARTS = (_ROW, _POST, _DOCTOR, _ACCOUNT)


def lock(session: Session, owner: int, ids: list[int]) -> Iterator[tuple[Publication, datetime]]:
    """The rows that are ours still, each with the present instant, in one query.

    They are only looked at, so they are stand-ins; a row with media, of which there is more to know, is a
    model. See `kept` for changing one.
    """
    has_media = exists().where(PostMedia.post_id == Publication.post_id)
    query = (
        select(*chain.from_iterable(part.read for part in _PARTS), clock.database_now(), has_media)
        .select_from(Publication)
        .join(Publication.post)
        .join(Post.doctor)
        .join(Publication.account)
        .where(
            Publication.id.in_(ids),
            Publication.owner == owner,
            Publication.status == "publishing",
            Publication.phase == "claimed",
        )
        .order_by(Publication.id)
        .with_for_update(of=Publication)
    )
    rows = session.execute(query).all()
    models = _models(session, [row[0] for row in rows if row[-1]])
    for row in rows:
        of_row, of_post, of_doctor, of_account = split(row, _PARTS)
        now: datetime = row[-2]
        if model := models.get(row[0]):
            yield model, now
            continue
        post = _POST.stand_in(of_post, doctor=_DOCTOR.stand_in(of_doctor), media=[])
        yield _ROW.stand_in(of_row, post=post, account=_ACCOUNT.stand_in(of_account)), now


def _models(session: Session, ids: Sequence[int]) -> dict[int, Publication]:
    """Rows that we have locked, with all that belongs to them."""
    if not ids:
        return {}
    post = joinedload(Publication.post, innerjoin=True)
    query = (
        select(Publication)
        .where(Publication.id.in_(ids))
        .options(
            post.joinedload(Post.doctor, innerjoin=True),
            post.selectinload(Post.media).joinedload(PostMedia.file),
            joinedload(Publication.account, innerjoin=True),
        )
    )
    return {row.id: row for row in session.scalars(query)}


def kept(session: Session, row: Publication) -> Publication:
    """The model of a row that we have locked: what is written there is stored."""
    return session.get_one(Publication, row.id, options=[joinedload(Publication.account, innerjoin=True)])
