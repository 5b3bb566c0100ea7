"""Quora's pages: the front page, a question, a profile, each with a place to write, and what was written."""

from flask import Response, make_response, redirect, render_template, request

from ..consent import remember, visitor
from ..people import Person
from ..permalinks import post_page
from ..posts import Post
from ..world import this_world
from . import writing
from .routes import KEY, LABEL, WWW, routes

EMPTY = "Write something first."
ANSWERED = "You have answered this question already. Edit your answer instead."


@routes.route(f"{WWW}/", methods=["GET", "POST"])
def front() -> Response:
    """The doctor's own place: what is written here stands on the profile."""
    return _page("What do you want to ask or share?", "Create post")


@routes.route(f"{WWW}/unanswered/<question>", methods=["GET", "POST"])
@routes.route(f"{WWW}/<question>", methods=["GET", "POST"])
def question(question: str) -> Response:
    return _page(writing.title(question), "Post your answer", question)


@routes.get(f"{WWW}/<question>/answer/<who>")
def answer(question: str, who: str) -> Response:
    return post_page(this_world().posts.get(KEY, f"{question}/answer/{who}"), LABEL)


@routes.get(f"{WWW}/profile/<who>")
def profile(who: str) -> Response:
    person = writing.person_of(this_world(), who)
    return post_page(None, LABEL) if person is None else _page(person.name, None)


@routes.get(f"{WWW}/profile/<who>/<slug>")
def profile_post(who: str, slug: str) -> Response:
    return post_page(this_world().posts.get(KEY, f"profile/{who}/{slug}"), LABEL)


def _page(heading: str, button: str | None, question: str | None = None) -> Response:
    """A page with a place to write, or what came of writing there."""
    world, person, problem = this_world(), visitor(this_world()), None
    text = request.form.get("text", "").strip()
    if request.method == "POST":
        post = _written(person, text, question)
        if isinstance(post, Post):
            return remember(make_response(redirect(world.shown(post.permalink), 303)), person)
        problem = post
    own = writing.profile_slug(person)
    page = render_template(
        "quora.html",
        heading=heading,
        button=button,
        person=person,
        profile=f"{writing.SITE}/profile/{own}",
        text=text,
        problem=problem,
    )
    return remember(make_response(page, 422 if problem else 200), person)


def _written(person: Person, text: str, question: str | None) -> Post | str:
    """The post that was made of it, or why there is none."""
    world = this_world()
    if not text:
        return EMPTY
    if question is None:
        return writing.write(world, person, text)
    return writing.answer(world, person, question, text) or ANSWERED
