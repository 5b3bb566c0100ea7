"""Quora's pages: the front page, a question, a profile, each with a place to write, and what was written."""

from flask import Response

from ..by_hand import Place, visit
from ..people import Person
from ..permalinks import post_page
from ..posts import Post
from ..world import this_world
from . import writing
from .routes import KEY, LABEL, WWW, routes

PLACE = Place(KEY, LABEL, writing.profile_address)
ANSWERED = "You have answered this question already. Edit your answer instead."


@routes.route(f"{WWW}/", methods=["GET", "POST"])
def front() -> Response:
    """The person's own place: what is written here stands on the profile."""
    return visit(PLACE, "What do you want to ask or share?", "Create post", _on_profile)


@routes.route(f"{WWW}/unanswered/<question>", methods=["GET", "POST"])
@routes.route(f"{WWW}/<question>", methods=["GET", "POST"])
def question(question: str) -> Response:
    def write(person: Person, text: str) -> Post | str:
        return writing.answer(this_world(), person, question, text) or ANSWERED

    return visit(PLACE, writing.title(question), "Post your answer", write)


@routes.get(f"{WWW}/<question>/answer/<who>")
def answer(question: str, who: str) -> Response:
    return post_page(this_world().posts.get(KEY, f"{question}/answer/{who}"), LABEL)


@routes.get(f"{WWW}/profile/<who>")
def profile(who: str) -> Response:
    person = writing.person_of(this_world(), who)
    return visit(PLACE, person.name, None, _on_profile) if person else post_page(None, LABEL)


@routes.get(f"{WWW}/profile/<who>/<slug>")
def profile_post(who: str, slug: str) -> Response:
    return post_page(this_world().posts.get(KEY, f"profile/{who}/{slug}"), LABEL)


def _on_profile(person: Person, text: str) -> Post:
    return writing.write(this_world(), person, text)
