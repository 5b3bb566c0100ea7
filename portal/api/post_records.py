"""A post as the API shows it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field
from sqlalchemy import JSON, literal_column
from sqlalchemy.orm import joinedload, selectinload

from portal import files
from portal.api.endpoint import Listed, Output
from portal.models import Post, PostMedia, Publication, states
from portal.posts.listing import PLATFORM_NAMES, POST_STATUSES

# What the portal itself found, in its own words; every other code is a network's, and named after it.
OUR_CODES = {
    "absent": "the doctor looked, and it is not there",
    "asked": "the portal could not find out, and asked the doctor",
    "missed": "the doctor did not post it by hand in time",
    "set_aside": "it could not be sent again and again, and was set aside",
    "verification": "held until the doctor is verified",
    "account": "held until the account is connected again",
    "late": "held because its hour has passed, until the doctor decides",
    "checks": "held because a check found something",
    "decision": "held until the doctor decides",
}

# The states of a first comment; most pass by themselves.
COMMENT_STATUSES = {
    "waiting": "it will be written",
    "sending": "it is being written",
    "unconfirmed": "no answer came, and the portal looks for it",
    "out": "it is there",
    "failed": "it could not be written",
    "asked": "the portal asks the doctor whether it is there",
    "left": "none will be written",
}

# All that a post's record is made of; a handful of statements, however many posts.
WHOLE = (
    selectinload(Post.publications).options(
        joinedload(Publication.figures), joinedload(Publication.follow_up)
    ),
    selectinload(Post.media).joinedload(PostMedia.file),
)

# The same as the database itself puts it together: what is only read needs no rows made into objects. It is
# text, because an expression of so many parts would be taken apart anew for every call.
AS_JSON = literal_column(
    """json_build_object(
    'id', post.id, 'doctor_id', post.doctor_id, 'content', post.content, 'link', post.link,
    'link_title', post.link_title,
    'footer', post.footer, 'first_comment', post.first_comment,
    'scheduled_at', post.scheduled_at, 'timezone', post.timezone, 'version', post.version,
    'created_at', post.created_at, 'updated_at', post.updated_at,
    'media', (
        SELECT coalesce(json_agg(json_build_object(
            'id', file.id, 'name', file.name, 'mime_type', file.mime_type,
            'alt_text', coalesce(nullif(place.alt_text, ''), file.alt_text),
            'shows', place.shows, 'consent', place.consent
        ) ORDER BY place.position), '[]')
        FROM post_media place JOIN media_file file ON file.id = place.media_file_id
        WHERE place.post_id = post.id
    ),
    'publications', (
        SELECT coalesce(json_agg(json_build_object(
            'id', one.id, 'social_account_id', one.social_account_id, 'platform', one.platform,
            'content', one.content, 'options', one.options, 'status', one.status, 'due_at', one.due_at,
            'published_at', one.published_at, 'platform_post_id', one.platform_post_id,
            'permalink', one.permalink, 'attempts', one.attempts,
            'error_code', one.error_code, 'error_message', one.error_message,
            'first_comment_status', below.status, 'first_comment_trouble', below.trouble,
            'figures', CASE WHEN counted.read_at IS NOT NULL THEN json_build_object(
                'likes', counted.likes, 'comments', counted.comments, 'shares', counted.shares,
                'views', counted.views, 'read_at', counted.read_at) END
        ) ORDER BY one.id), '[]')
        FROM publication one LEFT JOIN publication_figures counted ON counted.publication_id = one.id
        LEFT JOIN follow_up below ON below.publication_id = one.id
        WHERE one.post_id = post.id
    ))""",
    JSON,
)


class MediaOut(Output):
    """A picture or video in its place."""

    id: int
    url: str
    mime_type: str
    alt_text: str | None
    shows: str = Field(description="Who can be seen: nobody, staff, patient, or empty while nobody said.")
    consent: str | None = Field(description="What a patient who is seen agreed to, in the doctor's words.")


class FiguresOut(Output):
    """What the network counted when it was last asked; null where it gives no such figure."""

    likes: int | None
    comments: int | None
    shares: int | None
    views: int | None
    read_at: datetime | None


class PublicationOut(Output):
    """The post on one account, and what became of it."""

    id: int
    social_account_id: int
    platform: str = Field(description=f"One of: {', '.join(PLATFORM_NAMES)}.")
    content: str | None = Field(description="This account's own text; null for the post's.")
    options: dict[str, Any]
    status: str = Field(description=f"One of: {', '.join(POST_STATUSES[:-1])}.")
    due_at: datetime | None
    published_at: datetime | None
    platform_post_id: str | None
    permalink: str | None
    attempts: int
    error_code: str | None = Field(
        description="; ".join(f"{code}: {words}" for code, words in OUR_CODES.items())
        + "; any other is the network's own, such as twitter:187."
    )
    error_message: str | None = Field(
        description="A sentence for people about the state it is in; null while nothing is wrong."
    )
    first_comment_status: str | None = Field(
        description="What became of the first comment below it: "
        + "; ".join(f"{status}: {words}" for status, words in COMMENT_STATUSES.items())
        + ". Null until the post is out, and where none is wanted."
    )
    first_comment_trouble: str | None = Field(description="A sentence for people about it.")
    figures: FiguresOut | None = Field(description="Null until the network was asked about a published post.")


# What stands in its own row.
PUBLICATION_OWN = PublicationOut.model_fields.keys() - {
    "figures",
    "first_comment_status",
    "first_comment_trouble",
}


class PostOut(Output):
    """A post with all its publications."""

    id: int
    doctor_id: int
    content: str
    link: str | None
    link_title: str | None = Field(
        description="Of the link's card, where the network does not read the page."
    )
    first_comment: str | None = Field(
        description="Written below the post once it is out, where the network has comments."
    )
    footer: str | None = Field(description="Stands below the text on every account.")
    media: list[MediaOut]
    scheduled_at: datetime | None
    timezone: str
    status: str = Field(
        description="The publications' word when all agree; partly_published when some are out; else the one "
        "that needs the doctor most."
    )
    version: int = Field(description="Rises with every change that a doctor makes.")
    created_at: datetime
    updated_at: datetime
    publications: list[PublicationOut]


class PostList(Listed):
    posts: list[PostOut]


def record(row: Post) -> PostOut:
    """The record of a post as it stands."""
    own = {name: getattr(row, name) for name in PostOut.model_fields if name not in ("media", "publications")}
    publications = [_publication(publication) for publication in row.publications]
    return PostOut(**own, media=[_media(place) for place in row.media], publications=publications)


def read(found: Mapping[str, Any]) -> PostOut:
    """The same record from what AS_JSON gives."""
    publications = [
        one | {"error_code": _code(one["error_code"], one["platform"])} for one in found["publications"]
    ]
    media = [one | {"url": files.address(one["name"])} for one in found["media"]]
    status = states.of_post([one["status"] for one in publications])
    return PostOut.model_validate({**found, "status": status, "media": media, "publications": publications})


def _media(place: PostMedia) -> MediaOut:
    return MediaOut(
        id=place.file.id,
        url=place.file.url,
        mime_type=place.file.mime_type,
        alt_text=place.alt_text or place.file.alt_text,
        shows=place.shows,
        consent=place.consent,
    )


def _publication(row: Publication) -> PublicationOut:
    own = {name: getattr(row, name) for name in PublicationOut.model_fields if name in PUBLICATION_OWN}
    own["error_code"] = _code(row.error_code, row.platform)
    figures = FiguresOut.model_validate(row.figures) if row.figures and row.figures.read_at else None
    # The database makes it when the publication is out, and nobody asks for it before.
    below = row.follow_up if row.status == "published" else None
    return PublicationOut(
        **own,
        figures=figures,
        first_comment_status=below.status if below else None,
        first_comment_trouble=below.trouble if below else None,
    )


def _code(code: str | None, platform: str) -> str | None:
    return code if code is None or code in OUR_CODES else f"{platform}:{code}"
