"""Reddit's pages for a new post, filled in by their address, on which a person posts by hand."""

import time
from collections.abc import Callable

from flask import Response, request

from ..by_hand import Place, line, visit
from ..people import Person
from ..posts import Post
from ..wire import is_web_address
from ..world import this_world
from .body import MOST_TEXT, MOST_TITLE, Draft
from .communities import Community, community
from .posts import keep, make_post, numbers
from .routes import KEY, LABEL, WWW, routes

NO_TITLE = "Enter a title."
TOO_LONG = "The title or the text is too long."
NO_LINK = "Enter a web address."
CLOSED = "You cannot post in this community."


@routes.route(f"{WWW}/", methods=["GET", "POST"])
def front() -> Response:
    """The person's own profile: it takes any post."""
    return _visit("Create a post on your profile", lambda person: community(f"u_{person.handle}", person))


@routes.route(f"{WWW}/r/<sr>/submit", methods=["GET", "POST"])
def submit_by_hand(sr: str) -> Response:
    return _visit(f"Create a post in r/{sr}", lambda person: community(sr, person))


def _visit(heading: str, place_of: Callable[[Person], Community | None]) -> Response:
    is_link = request.args.get("type", "").upper() == "LINK"

    def write(person: Person, text: str) -> Post | str:
        place = place_of(person)
        if place is None or place.subreddit_type in ("private", "restricted"):
            return CLOSED
        return _post(person, place, text, line("url") if is_link else "", is_link)

    lines = ["title", "url"] if is_link else ["title"]
    return visit(Place(KEY, LABEL), heading, "Post", write, request.args.get("text", ""), lines)


def _post(person: Person, place: Community, text: str, url: str, is_link: bool) -> Post | str:
    title = line("title")
    if not title:
        return NO_TITLE
    if len(title) > MOST_TITLE or len(text) > MOST_TEXT:
        return TOO_LONG
    if is_link and not is_web_address(url):
        return NO_LINK
    draft = Draft("link" if is_link else "self", place, title, text, url or None, [], None)
    post = make_post(person, draft, time.time(), numbers.next())
    keep(this_world(), post)
    return post
