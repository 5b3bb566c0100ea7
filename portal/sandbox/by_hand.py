"""A page on which a person writes and posts without any app, on whichever network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request

from .consent import remember, visitor
from .people import Person
from .posts import Post
from .world import this_world

EMPTY = "Write something first."

#: A title is short; what a link brings along may be longer.
LINES = {"title": "Title", "url": "Link"}


@dataclass(frozen=True)
class Place:
    """Which network it is, and where a person's own profile stands there, if it has a page here."""

    platform: str
    label: str
    profile: Callable[[Person], str] | None = None


def visit(
    place: Place,
    heading: str,
    button: str | None,
    write: Callable[[Person, str], Post | str],
    words: str = "",
    lines: Sequence[str] = (),
) -> Response:
    """Show the page, or have the network write what was sent: a post, or a sentence why there is none.

    `lines` are further fields, of LINES; the address may bring what stands in them.
    """
    world, person, problem = this_world(), visitor(this_world()), None
    text = request.form.get("text", words).strip()
    if request.method == "POST":
        post = write(person, text) if text or lines else EMPTY
        if isinstance(post, Post):
            return remember(make_response(redirect(world.shown(post.permalink), 303)), person)
        problem = post
    page = render_template(
        "by_hand.html",
        place=place,
        heading=heading,
        button=button,
        person=person,
        profile=place.profile(person) if place.profile else None,
        text=text,
        lines=[(name, LINES[name], line(name)) for name in lines],
        problem=problem,
    )
    return remember(make_response(page, 422 if problem else 200), person)


def line(name: str) -> str:
    """What stands in a further field: as it was sent, or as the page's address brought it."""
    return request.form.get(name, request.args.get(name, "")).strip()
