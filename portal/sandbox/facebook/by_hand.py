"""Facebook's front page, on which a person posts by hand, in the name of a Page."""

import time

from flask import Response

from ..by_hand import Place, visit
from ..people import Person
from ..posts import Post
from ..world import this_world
from .posts import MOST_CHARACTERS, Draft, make_post, numbers
from .routes import KEY, LABEL, WWW, routes

TOO_LONG = "Your post is too long."
SAID_BEFORE = "You have just posted this."


@routes.route(f"{WWW}/", methods=["GET", "POST"])
def front() -> Response:
    return visit(Place(KEY, LABEL), "What is on your mind?", "Post", _post)


def _post(person: Person, text: str) -> Post | str:
    if len(text) > MOST_CHARACTERS:
        return TOO_LONG
    post = make_post(person.organizations[0], Draft(text), time.time(), numbers.next())
    latest = next(iter(this_world().posts.listed(KEY, post.account)), None)
    if latest is not None and latest.sameness == post.sameness:
        return SAID_BEFORE
    this_world().posts.add(post)
    return post
