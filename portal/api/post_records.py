"""A post as the API shows it."""

from datetime import datetime
from typing import Any

from pydantic import Field
from sqlalchemy.orm import selectinload

from portal.api.endpoint import Listed, Output
from portal.models import Post, PostMedia, Publication
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

# All that a post's record is made of; a handful of statements, however many posts.
WHOLE = (
    selectinload(Post.publications).joinedload(Publication.figures),
    selectinload(Post.media).joinedload(PostMedia.file),
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
    figures: FiguresOut | None = Field(description="Null until the network was asked about a published post.")


class PostOut(Output):
    """A post with all its publications."""

    id: int
    doctor_id: int
    content: str
    link: str | None
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
    own = {name: getattr(row, name) for name in PublicationOut.model_fields if name != "figures"}
    own["error_code"] = _code(row)
    figures = FiguresOut.model_validate(row.figures) if row.figures and row.figures.read_at else None
    return PublicationOut(**own, figures=figures)


def _code(row: Publication) -> str | None:
    is_ours = row.error_code is None or row.error_code in OUR_CODES
    return row.error_code if is_ours else f"{row.platform}:{row.error_code}"
