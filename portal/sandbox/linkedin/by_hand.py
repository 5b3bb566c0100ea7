"""LinkedIn's front page, on which a member posts by hand."""

import time

from flask import Response

from ..by_hand import Place, visit
from ..people import Person
from ..posts import Post
from ..world import this_world
from .identity import member_urn
from .little_text import RESERVED
from .posts import SAME_WITHIN_SECONDS, make_post, numbers
from .routes import KEY, LABEL, WWW, routes

MOST_CHARACTERS = 3000
TOO_LONG = "Your post is too long."
SAID_BEFORE = "You have posted this already."


@routes.route(f"{WWW}/", methods=["GET", "POST"])
def front() -> Response:
    return visit(Place(KEY, LABEL), "Start a post", "Post", _post)


def _post(person: Person, text: str) -> Post | str:
    if len(text) > MOST_CHARACTERS:
        return TOO_LONG
    escaped = "".join(f"\\{sign}" if sign in RESERVED else sign for sign in text)
    post = make_post(member_urn(person), person.name, escaped, {}, time.time(), numbers.next())
    return SAID_BEFORE if this_world().posts.add(post, SAME_WITHIN_SECONDS) else post
