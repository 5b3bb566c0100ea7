"""Instagram's front page, on which a person posts by hand; the picture is thought along."""

import time

from flask import Response

from ..by_hand import Place, visit
from ..people import Person
from ..posts import Post
from ..world import this_world
from . import accounts
from .containers import Container, numbers
from .posts import make_post
from .routes import KEY, LABEL, WWW, routes

MOST_CHARACTERS = 2200
TOO_LONG = "Your caption is too long."


@routes.route(f"{WWW}/", methods=["GET", "POST"])
def front() -> Response:
    return visit(Place(KEY, LABEL), "Create a new post", "Share", _post)


def _post(person: Person, text: str) -> Post | str:
    if len(text) > MOST_CHARACTERS:
        return TOO_LONG
    account, now = accounts.of_person(person), time.time()
    container = Container("", account.id, "IMAGE", text, [], now, now)
    post = make_post(account, container, [], now, str(numbers.next()))
    this_world().posts.add(post)
    return post
