"""Posts by JSON: the composer's inputs and flows in other clothes."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from flask import abort
from pydantic import BeforeValidator, Field
from sqlalchemy.orm import selectinload

from portal.api.callers import current_doctor
from portal.api.endpoint import Listed, Output, delete, get, post, put
from portal.api.idempotency import once
from portal.extensions import db
from portal.models import Post, PostMedia
from portal.paging import PageQuery, page
from portal.posts import flows, remedies
from portal.posts.inputs import Confirmation, Instant, NewPost, PostChanges
from portal.posts.listing import PLATFORM_NAMES, POST_STATUSES, Filters, chosen

BY_ID = "<int(max=9223372036854775807):id>"
PUBLICATION_BY_ID = "<int(max=9223372036854775807):publication_id>"


class MediaOut(Output):
    """A picture or video in its place."""

    id: int
    url: str
    mime_type: str
    alt_text: str | None


class PublicationOut(Output):
    """The post on one account, and what became of it."""

    id: int
    social_account_id: int
    platform: str
    content: str | None
    options: dict[str, Any]
    status: str
    due_at: datetime | None
    published_at: datetime | None
    platform_post_id: str | None
    permalink: str | None
    attempts: int
    error_code: str | None
    error_message: str | None


class PostOut(Output):
    """A post with all its publications."""

    id: int
    doctor_id: int
    content: str
    link: str | None
    media: list[MediaOut]
    scheduled_at: datetime | None
    timezone: str
    status: str
    version: int
    created_at: datetime
    updated_at: datetime
    publications: list[PublicationOut]


class PostList(Listed):
    posts: list[PostOut]


def _plus_again(value: Any) -> Any:
    # In an address "+05:30" means " 05:30"; hardly a program writes %2B.
    return re.sub(r" (\d\d:\d\d)$", r"+\1", value) if isinstance(value, str) else value


InstantInAddress = Annotated[Instant, BeforeValidator(_plus_again)]


class PostQuery(PageQuery):
    """Which posts; the newest first."""

    status: Literal[POST_STATUSES] | None = None  # type: ignore[valid-type]
    platform: Literal[PLATFORM_NAMES] | None = None  # type: ignore[valid-type]
    from_: InstantInAddress | None = Field(None, alias="from", description="Planned at or after this time.")
    to: InstantInAddress | None = Field(None, description="Planned before this time.")


@post("/posts", takes=NewPost, gives=PostOut, status=201, summary="Write a post")
def create(body: NewPost) -> PostOut:
    """Plans it, or keeps it as a draft. With the header Idempotency-Key it is written once, however often it
    is sent. A time up to a minute ago means now."""
    doctor = current_doctor()
    return once(doctor, PostOut, lambda: _fresh(flows.create(doctor, body)))


@get("/posts", query=PostQuery, gives=PostList, summary="Your posts, the newest first")
def list_posts(query: PostQuery) -> PostList:
    filters = Filters(query.status, query.platform, query.from_, query.to)
    rows, cursor = page(chosen(current_doctor(), filters).options(*WHOLE), [Post.id], query, descending=True)
    return PostList(posts=[_out(row) for row in rows], next_cursor=cursor)


@get(f"/posts/{BY_ID}", gives=PostOut, summary="One post")
def show(id: int) -> PostOut:
    return _out(_own(id))


@put(
    f"/posts/{BY_ID}", takes=PostChanges, gives=PostOut, summary="Change a post that has not begun to go out"
)
def change(id: int, body: PostChanges) -> PostOut:
    """The fields sent are changed, all or none; once it has begun to go out this is 409."""
    return _fresh(flows.change(current_doctor(), _own(id), body))


@delete(f"/posts/{BY_ID}", summary="Cancel a post that has not begun to go out")
def cancel(id: int) -> None:
    flows.cancel(current_doctor(), _own(id))


@post(f"/posts/{BY_ID}/retry", gives=PostOut, status=202, summary="Try again what failed or is on hold")
def retry(id: int) -> PostOut:
    return _fresh(remedies.retry(current_doctor(), _own(id)))


@post(
    f"/posts/{BY_ID}/publications/{PUBLICATION_BY_ID}/confirm",
    takes=Confirmation,
    gives=PostOut,
    summary="Say what became of a publication that the portal cannot see",
)
def confirm(id: int, publication_id: int, body: Confirmation) -> PostOut:
    """It is out at this address, or {"absent": true}: it is not there and may be tried again."""
    publication = next((p for p in _own(id).publications if p.id == publication_id), None) or abort(404)
    return _fresh(remedies.confirm(publication, body).post)


WHOLE = (selectinload(Post.publications), selectinload(Post.media).joinedload(PostMedia.file))


def _own(id: int) -> Post:
    mine = Post.owned_by(current_doctor()).where(Post.id == id).options(*WHOLE)
    return db.session.scalars(mine).one_or_none() or abort(404)


def _fresh(row: Post) -> PostOut:
    """As it stands in the database now, with what the database itself filled in."""
    db.session.flush()
    return _out(row)


def _out(row: Post) -> PostOut:
    own = {name: getattr(row, name) for name in PostOut.model_fields if name not in ("media", "publications")}
    media = [
        MediaOut(
            id=place.file.id,
            url=place.file.url,
            mime_type=place.file.mime_type,
            alt_text=place.alt_text or place.file.alt_text,
        )
        for place in row.media
    ]
    publications = [PublicationOut.model_validate(p) for p in row.publications]
    return PostOut(**own, media=media, publications=publications)
