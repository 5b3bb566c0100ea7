"""Posts by JSON: the composer's inputs and flows in other clothes."""

import json
import re
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from flask import abort, request
from pydantic import BeforeValidator, Field
from sqlalchemy import func, literal

from portal.api import conditional, idempotency, kept, place_asking
from portal.api.callers import current_doctor, current_doctor_id
from portal.api.conditional import Said
from portal.api.endpoint import BY_ID, PUBLICATION_BY_ID, delete, get, patch, post, put
from portal.api.pointing import as_sent, renamed
from portal.api.post_changes import PostBody
from portal.api.post_records import AS_JSON, WHOLE, PostList, PostOut, read, record
from portal.api.questions import Question
from portal.errors import Invalid
from portal.extensions import db
from portal.media import by_address
from portal.models import Post, Publication
from portal.orm import UtcDateTime
from portal.paging import PageQuery, page, place
from portal.posts import flows, planning, remedies, surroundings
from portal.posts.inputs import Confirmation, Instant, NewPost, PlacedMedia
from portal.posts.listing import PLATFORM_NAMES, POST_STATUSES, Filters, chosen
from portal.transaction import transaction

Wanted = TypeVar("Wanted", NewPost, PostBody)

LARGEST_ID = 9223372036854775807

ONE = Question(
    f"SELECT ({AS_JSON})::text FROM post WHERE post.id = %s AND post.doctor_id = caller.doctor_id",  # noqa: S608 - our words
    lambda id: (id,),
)


# What a list may be sorted by; the id makes each place the only one. A post without a time stands where no
# plan may lie, for a key is never null.
NO_TIME = literal("9999-12-31T00:00:00+00:00").cast(UtcDateTime)
BY_TIME = {"created_at": Post.created_at, "scheduled_at": func.coalesce(Post.scheduled_at, NO_TIME)}
ORDERS = {sign + name: ([key, Post.id], sign == "-") for name, key in BY_TIME.items() for sign in ("", "-")}


def _plus_again(value: Any) -> Any:
    # In an address "+05:30" means " 05:30"; hardly a program writes %2B.
    return re.sub(r" (\d\d:\d\d)$", r"+\1", value) if isinstance(value, str) else value


InstantInAddress = Annotated[Instant, BeforeValidator(_plus_again)]


class PostQuery(PageQuery):
    """Which posts; the newest first."""

    status: Literal[POST_STATUSES] | None = Field(  # type: ignore[valid-type]
        None, description="Those that have this status."
    )
    platform: Literal[PLATFORM_NAMES] | None = Field(  # type: ignore[valid-type]
        None, description="Those that go to this network."
    )
    from_: InstantInAddress | None = Field(None, alias="from", description="Planned at or after this time.")
    to: InstantInAddress | None = Field(None, description="Planned before this time.")
    sort: Literal[tuple(ORDERS)] | None = Field(  # type: ignore[valid-type]
        None,
        description="The earliest first, or with - the latest first; without it the one written last. By "
        "scheduled_at, posts without a time count as the latest.",
    )

    @property
    def is_plain(self) -> bool:
        return not any((self.status, self.platform, self.from_, self.to, self.sort))

    @property
    def order(self) -> str:
        return self.sort or ""


# Which versions of which rows a page of the list is made of; a change makes another version in another place.
STATE = Question(
    """
SELECT string_agg(concat(page.id, ' ', page.xmin, page.ctid, one.xmin, one.ctid, ' ',
                         counted.xmin, counted.ctid, ' ', below.xmin, below.ctid, ' ',
                         place.xmin, place.ctid, file.xmin, file.ctid), ' ')
FROM (
    SELECT id, xmin, ctid FROM post WHERE doctor_id = caller.doctor_id AND id < %s ORDER BY id DESC LIMIT %s
) page
LEFT JOIN publication one ON one.post_id = page.id
LEFT JOIN publication_figures counted ON counted.publication_id = one.id
LEFT JOIN follow_up below ON below.publication_id = one.id
LEFT JOIN post_media place ON place.post_id = page.id
LEFT JOIN media_file file ON file.id = place.media_file_id
""",
    lambda query: [*(place(query) or [LARGEST_ID]), query.limit + 1] if query.is_plain else None,
)


# Who writes, with all that a new post is held against.
AROUND = Question(surroundings.ASKED, lambda: ())


@post(
    "/posts",
    takes=NewPost,
    gives=PostOut,
    status=201,
    once=True,
    first=lambda body: _begin(body),
    tagged=True,
    asks=AROUND,
    summary="Write a post",
)
def create(body: NewPost, found: tuple[Any, ...]) -> PostOut:
    """Plans it, or keeps it as a draft. A time up to a minute ago means now. What lies at `media_url` is
    fetched and kept as an upload, up to 20 MB. With the header Idempotency-Key it is written once, however
    often it is sent within two days."""
    try:
        with transaction():
            if _took_time(body):
                found = AROUND.here(current_doctor_id(), ())
            numbers = {one.social_account_id for one in body.accounts or ()}
            return record(flows.put_down(*surroundings.read(found, numbers), body))
    except Invalid as refused:
        raise renamed(refused, lambda field: as_sent(field, body)) from None


@get(
    "/posts",
    query=PostQuery,
    gives=PostList,
    asks=STATE,
    summary="Your posts, the newest first unless sorted",
)
def list_posts(query: PostQuery, found: tuple[Any, ...] | None) -> PostList | Said:
    """The one that was written last comes first. What is written while you read neither moves nor repeats
    what is still to come: take next_cursor as the next cursor until it is null, with the same filters and
    the same sort."""
    if found is None:
        return _list(query)
    asked = ("posts", current_doctor_id(), query.limit, *place(query))
    return kept.said(asked, found, lambda: _list(query))


@get(f"/posts/{BY_ID}", gives=PostOut, tagged=True, asks=ONE, summary="One post")
def show(id: int, found: tuple[str | None]) -> Said:
    said = found[0] or abort(404)
    return kept.said(("post", id), said, lambda: read(json.loads(said)))


@put(
    f"/posts/{BY_ID}",
    takes=PostBody,
    gives=PostOut,
    refuses={412},
    tagged=True,
    finds=lambda id: _own(id),
    summary="Change a post that has not begun to go out",
)
def change(id: int, body: PostBody) -> PostOut:
    """The fields sent are changed, all or none, and the others stay. The whole record as it was read is
    welcome too: what only the portal writes has to be unchanged then. Once the post has begun to go out this
    is 409."""
    body = _with_file(body)
    place_asking.before_change(current_doctor(), _own(id), body)
    return _act_on(id, lambda row: _change(row, body))


@patch(
    f"/posts/{BY_ID}",
    takes=PostBody,
    gives=PostOut,
    refuses={412},
    tagged=True,
    finds=lambda id: _own(id),
    summary="Change some fields of a post",
)
def amend(id: int, body: PostBody) -> PostOut:
    """The same as PUT."""
    return change(id, body)


@delete(f"/posts/{BY_ID}", refuses={412}, summary="Cancel a post that has not begun to go out")
def cancel(id: int) -> None:
    """A draft is deleted. Once the post has begun to go out this is 409."""
    with transaction():
        flows.cancel(current_doctor(), _unchanged(id))


@post(
    f"/posts/{BY_ID}/retry",
    gives=PostOut,
    status=202,
    refuses={412},
    tagged=True,
    finds=lambda id: _own(id),
    summary="Try again what failed or is on hold",
)
def retry(id: int) -> PostOut:
    """At its hour, or at once when that has passed."""
    return _act_on(id, lambda row: remedies.retry(current_doctor(), row))


@post(
    f"/posts/{BY_ID}/publications/{PUBLICATION_BY_ID}/confirm",
    takes=Confirmation,
    gives=PostOut,
    refuses={412},
    tagged=True,
    finds=lambda id, publication_id: _own_publication(id, publication_id),
    summary="Say what became of a publication that the portal cannot see",
)
def confirm(id: int, publication_id: int, body: Confirmation) -> PostOut:
    """It is out at this address, or {"absent": true}: it is not there and may be tried again."""

    with transaction():
        publication = _own_publication(id, publication_id)
        _unchanged(id)
        return _fresh(remedies.confirm(publication, body).post)


def _begin(body: NewPost) -> NewPost:
    """What is asked of networks, and what goes on even when the post itself has to wait for it."""
    body = _with_file(body)
    if body.status != "draft" and any(one.options for one in body.accounts or ()):
        place_asking.before_new(current_doctor(), body)
    if body.status != "draft" and body.media:
        planning.begin_smaller(current_doctor(), body)
    return body


def _took_time(body: NewPost) -> bool:
    """Whether somebody else may have been waited for since the call began: a network, who sent a file, or
    another call with the same key."""
    has_options = any(one.options for one in body.accounts or ())
    return bool(body.media) or has_options or idempotency.HEADER in request.headers


def _with_file(body: Wanted) -> Wanted:
    """With the file at its `media_url`, if it names one, as an upload behind the others."""
    if body.media_url is None:
        return body
    file = by_address.take(current_doctor(), body.media_url)
    return body.model_copy(
        update={"media": [*(body.media or ()), PlacedMedia(id=file.id)], "media_url": None}
    )


def _list(query: PostQuery) -> PostList:
    filters = Filters(query.status, query.platform, query.from_, query.to)
    posts = chosen(current_doctor(), filters).with_only_columns(AS_JSON, maintain_column_froms=True)
    keys, is_descending = ORDERS[query.sort] if query.sort else ([Post.id], True)
    found, cursor = page(posts, keys, query, descending=is_descending)
    return PostList(posts=[read(one) for one in found], next_cursor=cursor)


def _act_on(id: int, act: Callable[[Post], Post]) -> PostOut:
    """What `act` makes of the caller's post, unless If-Match names another state of it."""
    with transaction():
        return _fresh(act(_unchanged(id)))


def _unchanged(id: int) -> Post:
    """The caller's post, held until the transaction ends, as If-Match says the program knows it."""
    row = _own(id)
    flows.lock(row)
    conditional.require_match(record(row))
    return row


def _change(row: Post, body: PostBody) -> Post:
    present = record(row)
    wanted = body.changes(present)
    try:
        return flows.change(current_doctor(), row, wanted)
    except Invalid as refused:
        raise body.refused(refused, present) from None


def _own(id: int) -> Post:
    mine = Post.owned_by(current_doctor()).where(Post.id == id).options(*WHOLE)
    return db.session.scalars(mine).one_or_none() or abort(404)


def _own_publication(id: int, publication_id: int) -> Publication:
    return next((p for p in _own(id).publications if p.id == publication_id), None) or abort(404)


def _fresh(row: Post) -> PostOut:
    """As it stands in the database now, with what the database itself filled in."""
    db.session.flush()
    return record(row)
