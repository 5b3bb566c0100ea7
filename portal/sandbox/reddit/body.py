"""What a post on Reddit may hold: checked as Reddit does, and refused inside an answer of status 200."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import abort, request

from ..people import Person
from ..wire import is_web_address
from ..world import World
from . import errors
from .communities import BANNED, Community, community
from .routes import KEY, STORE_HOST

MOST_TITLE = 300
MOST_TEXT = 40_000
KINDS = ("self", "link", "image")
PREFIX = f"https://{STORE_HOST}/"


@dataclass(frozen=True)
class Draft:
    """A form that may become a post."""

    kind: str
    place: Community
    title: str
    text: str
    url: str | None
    media: list[dict[str, Any]]
    flair_id: str | None


def read_draft(world: World, person: Person) -> Draft:
    """The draft in the form; whatever is wrong with it is refused in Reddit's words."""
    form = request.form
    kind = form.get("kind", "")
    if kind not in KINDS:
        abort(errors.inside("INVALID_OPTION", "that option is not valid", "kind"))
    place = find_place(form.get("sr", ""), person)
    check_title(form.get("title", ""))
    text = form.get("text", "")
    if len(text) > MOST_TEXT:
        abort(errors.inside("TOO_LONG", f"this is too long (max: {MOST_TEXT})", "text"))
    _check_kind(kind, place)
    url = _url(kind)
    media = [_picture(world, person, url)] if kind == "image" and url else []
    flair_id = form.get("flair_id") or None
    if flair_id and flair_id not in place.flair:
        abort(errors.inside("BAD_FLAIR_TEMPLATE_ID", "that flair template id is not valid", "flair"))
    draft = Draft(kind, place, form["title"].strip(), text, url, media, flair_id)
    if form.get("validate_on_submit", "").lower() == "true":
        _check_requirements(draft)
    return draft


def find_place(name: str, person: Person) -> Community:
    """The community, when this person may post in it."""
    if not name:
        abort(errors.inside("SUBREDDIT_REQUIRED", "you must specify a community", "sr"))
    if name.casefold() == BANNED:
        abort(errors.plain(404, "Not Found", "banned"))
    place = community(name, person)
    if place is None:
        words = "Hmm, that community doesn't exist. Try checking the spelling."
        abort(errors.inside("SUBREDDIT_NOEXIST", words, "sr"))
    if place.subreddit_type == "private":
        abort(errors.plain(403, "Forbidden", "private"))
    if place.subreddit_type == "restricted":
        abort(errors.inside("SUBREDDIT_NOTALLOWED", "You aren't allowed to post there.", "sr"))
    return place


def check_title(title: str) -> None:
    if not title.strip():
        abort(errors.inside("NO_TEXT", "we need something here", "title"))
    if len(title) > MOST_TITLE:
        abort(errors.inside("TOO_LONG", f"this is too long (max: {MOST_TITLE})", "title"))


def _check_kind(kind: str, place: Community) -> None:
    if kind == "self" and place.submission_type == "link":
        abort(errors.inside("NO_SELFS", "This community doesn't allow text posts", "sr"))
    if kind == "link" and place.submission_type == "self":
        abort(errors.inside("NO_LINKS", "This community only allows text posts", "sr"))
    if kind == "image" and not place.allow_images:
        abort(errors.inside("NO_IMAGES", "This community doesn't allow images", "sr"))


def _url(kind: str) -> str | None:
    url = request.form.get("url", "")
    if kind == "self":
        return None
    if not url:
        abort(errors.inside("NO_URL", "a url is required", "url"))
    if not is_web_address(url):
        abort(errors.inside("BAD_URL", "you should check that url", "url"))
    return url


def _picture(world: World, person: Person, url: str) -> dict[str, Any]:
    """The uploaded picture behind an address of the store, in either of its two spellings."""
    asset = unquote(url.removeprefix(PREFIX)).removeprefix("rte_images/")
    return picture(world, person, asset if url.startswith(PREFIX) else "")


def picture(world: World, person: Person, asset_id: str) -> dict[str, Any]:
    file = world.files.get(KEY, asset_id)
    if file is None or file.owner != person.key or not file.is_here:
        abort(errors.inside("BAD_URL", "you should check that url", "url"))
    return file.as_media()


def _check_requirements(draft: Draft) -> None:
    wants, title = draft.place.requirements, draft.title
    if title and wants["title_text_min_length"] and len(title) < wants["title_text_min_length"]:
        abort(errors.invalid("TITLE_MIN_LENGTH", "The title is too short for this community.", "title"))
    if wants["title_text_max_length"] and len(title) > wants["title_text_max_length"]:
        abort(errors.invalid("TITLE_MAX_LENGTH", "The title is too long for this community.", "title"))
    if any(word in title.casefold() for word in wants["title_blacklisted_strings"]):
        words = "The title contains a word this community does not allow."
        abort(errors.invalid("TITLE_BLACKLISTED_STRING", words, "title"))
    host = urlsplit(draft.url or "").hostname or ""
    if draft.kind == "link" and host in wants["domain_blacklist"]:
        abort(errors.inside("DOMAIN_BANNED", "this domain has been banned", "url"))
    if wants["is_flair_required"] and not draft.flair_id:
        abort(errors.invalid("FLAIR_REQUIRED", "Your post must contain post flair.", "flair"))
