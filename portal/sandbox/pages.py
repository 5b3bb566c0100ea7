"""The pages for people: what each network received, and the mailbox."""

from itertools import islice
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request

from .avatars import initials
from .letters import Letter
from .networks import BY_KEY, NETWORKS
from .posts import moment_text
from .wire import answer
from .world import World, this_world

POSTS_SHOWN = 40
LETTERS_SHOWN = 12
LETTERS_IN_MAILBOX = 100
# A letter shows itself and nothing else: no scripts, nothing fetched, links in a new window.
LETTER_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:"
)

pages = Blueprint("pages", __name__)
pages.add_app_template_filter(moment_text, "moment")
pages.add_app_template_filter(initials, "initials")


@pages.app_context_processor
def common() -> dict[str, Any]:
    world = this_world()
    labels = {network.key: network.label for network in NETWORKS}
    return {"labels": labels, "portal": world.settings.public_url, "shown": world.shown}


@pages.get("/")
def home() -> str:
    world = this_world()
    platform = request.args.get("platform", "")
    platform = platform if platform in BY_KEY else ""
    to = request.args.get("to", "")
    start = max(0, request.args.get("start", 0, type=int))
    posts = list(islice(world.posts.newest(platform or None), start, start + POSTS_SHOWN + 1))
    letters = world.letters.newest(to)
    return render_template(
        "home.html",
        posts=posts[:POSTS_SHOWN],
        older=start + POSTS_SHOWN if len(posts) > POSTS_SHOWN else None,
        start=start,
        platform=platform,
        to=to,
        letters=letters[:LETTERS_SHOWN],
        more_letters=len(letters) > LETTERS_SHOWN,
        pulse=_pulse(world),
    )


@pages.get("/mailbox")
def mailbox() -> str:
    world = this_world()
    to = request.args.get("to", "")
    letters = world.letters.newest(to)[:LETTERS_IN_MAILBOX]
    return render_template("mailbox.html", letters=letters, to=to, pulse=_pulse(world))


@pages.get("/mailbox/<int:id>")
def letter(id: int) -> str:
    return render_template("letter.html", letter=_letter(id))


@pages.get("/mailbox/<int:id>/letter")
def letter_itself(id: int) -> Response:
    html = _letter(id).html
    if html is None:
        abort(404)
    response = make_response('<base target="_blank">' + html)
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


@pages.get("/_/pulse")
def pulse() -> Response:
    """A word that changes when something arrives, for the page's small script."""
    return answer({"pulse": _pulse(this_world())})


def _letter(id: int) -> Letter:
    found = this_world().letters.get(id)
    if found is None:
        abort(404)
    return found


def _pulse(world: World) -> str:
    return f"{world.posts.count()}-{world.letters.last_id()}"
