"""The rows of a new post, whole and checked, before any of them is in the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.errors import Invalid
from portal.models import Doctor, Post, PostCheck, Publication, SocialAccount
from portal.posts import checking, planning
from portal.posts.inputs import NewPost
from portal.posts.surroundings import Surroundings

NO_MEDIA_BY_ADDRESS = "Pictures cannot be taken from an address. Upload the file first and name it in media."


@dataclass(frozen=True)
class New:
    """A post that is not in the database yet, and what the checks said of it; nothing of a draft."""

    post: Post
    check: PostCheck | None = None

    @property
    def rows(self) -> list[Post | PostCheck]:
        return [self.post, self.check] if self.check else [self.post]


def new(doctor: Doctor, wanted: NewPost, around: Surroundings | None = None) -> New:
    """The post as it says itself, planned or a draft. Raises Invalid, as `planned` does."""
    return New(write(doctor, wanted, around)) if wanted.status == "draft" else planned(doctor, wanted, around)


def planned(doctor: Doctor, wanted: NewPost, around: Surroundings | None = None) -> New:
    """A post that may go out at its time, and waits for it. Raises Invalid with all that is against it."""
    planning.check_time(wanted.scheduled_at, around.now if around else None)
    post = write(doctor, wanted, around)
    planning.check_content(post)
    check = checking.gate(post, doctor, wanted.acknowledged, author=around.author if around else None)
    for one in post.publications:
        one.due_at = post.scheduled_at
        planning.set_waiting(one, doctor)
    return New(post, check)


def write(doctor: Doctor, wanted: NewPost, around: Surroundings | None = None) -> Post:
    """A post as wanted; its publications are drafts."""
    refuse_media_address(wanted.media_url)
    named = wanted.accounts or []
    accounts = planning.find_accounts(doctor, named, own=around.accounts if around else None)
    post = Post(doctor_id=doctor.id, content=wanted.content, link=wanted.link, footer=wanted.footer)
    post.link_title = wanted.link_title if wanted.link else None
    post.first_comment = wanted.first_comment
    post.is_sponsored = bool(wanted.is_sponsored)
    post.plan(wanted.scheduled_at, wanted.timezone or doctor.timezone)
    post.media = planning.place_media(doctor, wanted.media)
    post.publications = [
        publication(doctor, account, one.content, one.options)
        for account, one in zip(accounts, named, strict=True)
    ]
    return post


def publication(
    doctor: Doctor, account: SocialAccount, content: str | None, options: Mapping[str, Any]
) -> Publication:
    return Publication(
        account=account,
        doctor_id=doctor.id,
        platform=account.platform,
        content=content,
        options=dict(options),
        status="draft",
        moved_by="doctor",
        figures=None,  # nothing was counted yet, and nobody need ask
    )


def refuse_media_address(address: str | None) -> None:
    if address is not None:
        raise Invalid("media_url", NO_MEDIA_BY_ADDRESS)
