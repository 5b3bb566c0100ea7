"""A post that is held because the checks looked again: the doctor says why it is right, and it goes on."""

from typing import Annotated

from pydantic import Field

from portal.errors import Conflict
from portal.extensions import db
from portal.inputs import Input
from portal.models import Doctor, Post
from portal.posts import checking, planning
from portal.posts.flows import lock
from portal.posts.inputs import Acknowledged
from portal.publishing.second_look import HELD_FOR
from portal.transaction import transaction

EXPLAINED = "You said why it is right to post."


class Reasons(Input):
    """The doctor's reasons, by rule."""

    acknowledged: Annotated[list[Acknowledged], Field(max_length=200)] = []


def waits(post: Post) -> bool:
    """Whether the checks hold some of it."""
    return any(publication.held_for == HELD_FOR for publication in post.publications)


def can_help(post: Post) -> bool:
    """Whether a reason lets it go on: nothing that was found has to be changed."""
    found = checking.newest(post) if waits(post) else None
    return found is not None and not any(one["severity"] == "block" for one in found.findings)


def explain(doctor: Doctor, post: Post, said: Reasons) -> Post:
    """Let the post go on with the doctor's reasons: at its hour, or at once when that has just passed.

    Raises Refused for what no reason was given for, or no reason helps; Conflict when nothing waits for it.
    """
    with transaction():
        lock(post)
        held = [publication for publication in post.publications if publication.held_for == HELD_FOR]
        if not held:
            raise Conflict("Nothing of this post waits for your reasons.")
        db.session.add(checking.gate(post, doctor, said.acknowledged))
        for publication in held:
            planning.set_waiting(publication, doctor, why=EXPLAINED)
        return post
