"""YouTube Studio, where a person puts a video out by hand; the video itself is thought along."""

import time

from flask import Response

from ..by_hand import Place, line, visit
from ..numbers import secret
from ..people import Person
from ..posts import Post
from ..world import this_world
from .routes import KEY, LABEL, STUDIO, WWW, routes
from .videos import make_post

MOST_TITLE, MOST_TEXT = 100, 5000
TOO_LONG = "The title or the description is too long."
NO_TITLE = "Enter a title."


@routes.route(f"{STUDIO}/", methods=["GET", "POST"])
@routes.route(f"{WWW}/", methods=["GET", "POST"])
def studio() -> Response:
    return visit(Place(KEY, LABEL), "Upload a video", "Publish", _post, lines=["title"])


def _post(person: Person, text: str) -> Post | str:
    title = line("title")
    if not title:
        return NO_TITLE
    if len(title) > MOST_TITLE or len(text) > MOST_TEXT:
        return TOO_LONG
    said = {"snippet": {"title": title, "description": text}}
    post = make_post(person, secret("", 11), said, time.time(), [])
    this_world().posts.add(post)
    return post
