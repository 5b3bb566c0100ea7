"""What Reddit tells of its communities: about them, their rules, their labels, and whose they are."""

from typing import Any

from flask import Response, abort, request

from ..people import Person
from ..wire import answer
from . import errors
from .communities import BANNED, MODERATORS_ONLY, PECULIAR, Community, community
from .gate import caller
from .lists import listing
from .routes import API, routes

OPEN = ("public", "restricted", "user")


@routes.get(f"{API}/r/<sr>/about", strict_slashes=False)
def about(sr: str) -> Response:
    _, _, person = caller("read")
    return answer({"kind": "t5", "data": _about(_place(sr, person))}, content_type=errors.JSON)


@routes.get(f"{API}/api/v1/<sr>/post_requirements", strict_slashes=False)
def post_requirements(sr: str) -> Response:
    _, _, person = caller("submit")
    return answer(_place(sr, person).requirements, content_type=errors.JSON)


@routes.get(f"{API}/r/<sr>/about/rules", strict_slashes=False)
def rules(sr: str) -> Response:
    _, _, person = caller("read")
    _place(sr, person)
    told = [
        _rule(0, "all", "Be kind", "Write as you would speak."),
        _rule(1, "link", "No advertisements", "Posts that sell are removed."),
        _rule(2, "comment", "Answer the question", ""),
    ]
    return answer({"rules": told, "site_rules": []}, content_type=errors.JSON)


@routes.get(f"{API}/r/<sr>/api/link_flair_v2", strict_slashes=False)
def link_flair(sr: str) -> Response:
    _, _, person = caller("flair")
    place = _place(sr, person)
    if not place.flair:
        # Nobody may choose a label here.
        return errors.plain(403, "Forbidden")
    told = [_flair(id, text) for id, text in place.flair.items()]
    return answer([*told, _flair(MODERATORS_ONLY, "Announcement", mod_only=True)], content_type=errors.JSON)


@routes.post(f"{API}/r/<sr>/api/flairselector", strict_slashes=False)
def flair_selector(sr: str) -> Response:
    _, _, person = caller("flair")
    choices = [
        {"flair_template_id": id, "flair_text": text, "flair_text_editable": False, "flair_css_class": ""}
        for id, text in _place(sr, person).flair.items()
    ]
    return answer({"choices": choices, "current": {}}, content_type=errors.JSON)


@routes.get(f"{API}/subreddits/mine/subscriber", strict_slashes=False)
def own_communities() -> Response:
    caller("mysubreddits")
    found = [_about(PECULIAR[name]) for name in ("exampletest", "healthtips")]
    return listing(found, kind="t5")


@routes.get(f"{API}/api/subreddit_autocomplete_v2", strict_slashes=False)
def autocomplete() -> Response:
    caller("read")
    query = request.args.get("query", "").casefold()
    names = [name for name, place in PECULIAR.items() if place.subreddit_type in OPEN]
    return listing([_about(PECULIAR[name]) for name in names if name.startswith(query)], kind="t5")


def _place(sr: str, person: Person) -> Community:
    """The community of an address; refused as Reddit does where it is not to be seen."""
    if sr.casefold() == BANNED:
        abort(errors.plain(404, "Not Found", "banned"))
    place = community(sr, person)
    if place is None:
        abort(errors.no_such_place())
    if place.subreddit_type == "private":
        abort(errors.plain(403, "Forbidden", "private"))
    return place


def _about(place: Community) -> dict[str, Any]:
    return {
        "display_name": place.name,
        "display_name_prefixed": f"r/{place.name}",
        "submission_type": place.submission_type,
        "allow_images": place.allow_images,
        "allow_galleries": place.allow_galleries,
        "allow_videos": False,
        "over18": False,
        "subreddit_type": place.subreddit_type,
        "user_is_banned": False,
        "user_is_subscriber": True,
        "user_is_contributor": False,
        "link_flair_enabled": bool(place.flair),
        "subscribers": 1234,
        "public_description": place.description,
    }


def _rule(priority: int, kind: str, name: str, description: str) -> dict[str, Any]:
    return {
        "short_name": name,
        "description": description,
        "violation_reason": name,
        "kind": kind,
        "priority": priority,
    }


def _flair(id: str, text: str, mod_only: bool = False) -> dict[str, Any]:
    return {
        "type": "text",
        "text_editable": False,
        "allowable_content": "text",
        "text": text,
        "max_emojis": 10,
        "text_color": "dark",
        "mod_only": mod_only,
        "css_class": "",
        "richtext": [],
        "background_color": "#dadada",
        "id": id,
    }
