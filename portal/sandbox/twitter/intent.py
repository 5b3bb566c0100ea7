"""The page that a link with a text in it opens on X: the person looks at it and posts, without any app."""

import time

from flask import Response, request

from ..by_hand import Place, visit
from ..people import Person
from ..posts import Post
from ..world import this_world
from .body import Draft
from .posts import SAME_WITHIN_SECONDS, make_post, numbers
from .routes import KEY, LABEL, WWW, routes
from .text import MOST_CHARACTERS, is_valid, weighted_length

TOO_LONG = "Your post is too long."
SAID_BEFORE = "Whoops! You already said that."


PLACE = Place(KEY, LABEL)


@routes.route(f"{WWW}/", methods=["GET", "POST"])
@routes.route(f"{WWW}/intent/tweet", methods=["GET", "POST"])
def intent() -> Response:
    return visit(PLACE, "What is happening?", "Post", _post, request.args.get("text", ""))


def _post(person: Person, text: str) -> Post | str:
    if weighted_length(text) > MOST_CHARACTERS or not is_valid(text):
        return TOO_LONG
    post = make_post(person, Draft(text, [], None), time.time(), numbers.next())
    return SAID_BEFORE if this_world().posts.add(post, SAME_WITHIN_SECONDS) else post
