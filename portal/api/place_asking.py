"""Asks the networks about the places that a post goes to, before it is planned: what a place would refuse is
told now, as on the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.extensions import db
from portal.models import Doctor, Post, SocialAccount
from portal.posts import places
from portal.posts.inputs import NewPost, PostChanges


def before_new(doctor: Doctor, wanted: NewPost) -> None:
    """Of a draft nothing is asked. Call it with no transaction open: none is held while a network thinks."""
    if wanted.status != "draft":
        _ask(doctor, {one.social_account_id: one.options for one in wanted.accounts or ()})


def before_change(doctor: Doctor, post: Post, wanted: PostChanges) -> None:
    """The same for what the post says after a change that leaves or makes it planned."""
    if wanted.status == "draft" or (post.is_draft and wanted.status != "scheduled"):
        return
    if wanted.accounts is None:
        _ask(doctor, {one.social_account_id: one.options for one in post.publications})
    else:
        _ask(doctor, {one.social_account_id: one.options for one in wanted.accounts})


def _ask(doctor: Doctor, said: Mapping[int, Mapping[str, Any]]) -> None:
    # A place is named in the options: most posts have none, and nothing is read for them.
    for account in _own(doctor, [number for number, options in said.items() if options]):
        if account.place and account.network.place_of(said[account.id]):
            places.look_up(account, said[account.id])


def _own(doctor: Doctor, numbers: Sequence[int]) -> Sequence[SocialAccount]:
    if not numbers:
        return ()
    return db.session.scalars(SocialAccount.owned_by(doctor).where(SocialAccount.id.in_(numbers))).all()
