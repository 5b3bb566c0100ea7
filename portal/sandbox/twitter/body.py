"""What a post on X may hold, checked as strictly as its OpenAPI file says."""

from dataclasses import dataclass
from typing import Any

from flask import Response, abort

from ..people import Person
from ..world import World
from . import errors
from .chunks import is_usable
from .routes import KEY
from .text import CASHTAG, MOST_CHARACTERS, MOST_WITH_PREMIUM, is_valid, weighted_length

KNOWN = frozenset(
    {
        "text",
        "media",
        "reply",
        "reply_settings",
        "made_with_ai",
        "paid_partnership",
        "edit_options",
        "poll",
        "quote_tweet_id",
        "community_id",
        "share_with_followers",
        "geo",
        "nullcast",
        "card_uri",
        "for_super_followers_only",
        "direct_message_deep_link",
    }
)
#: Fields of the API that a self-serve app without Premium may not use.
CLOSED = ("edit_options", "quote_tweet_id", "poll", "community_id", "geo", "nullcast", "card_uri")
REPLY_SETTINGS = ("following", "mentionedUsers", "subscribers", "verified")
SWITCHES = ("made_with_ai", "paid_partnership", "share_with_followers", "for_super_followers_only")


@dataclass(frozen=True)
class Draft:
    """A body that may become a post."""

    text: str
    media: list[dict[str, Any]]
    reply_to: str | None


def read_draft(world: World, person: Person, body: dict[str, Any]) -> Draft:
    """The draft in a body; whatever is wrong with it is refused in X's words."""
    _check_fields(body)
    text = body.get("text", "")
    media = _media(world, person, body.get("media"))
    _check_text(text, person, bool(media))
    return Draft(text, media, _reply_to(world, person, body.get("reply")))


def _check_fields(body: dict[str, Any]) -> None:
    for name, value in body.items():
        if name not in KNOWN:
            message = f"[{name}] is not one of [{', '.join(sorted(KNOWN))}]"
            abort(errors.invalid(message, **{name: value}))
        if name in CLOSED:
            abort(errors.forbidden(errors.NOT_PERMITTED))
    if not isinstance(body.get("text", ""), str):
        abort(errors.invalid("text must be a string", text=body["text"]))
    if "reply_settings" in body and body["reply_settings"] not in REPLY_SETTINGS:
        abort(
            errors.invalid(
                f"reply_settings must be one of {REPLY_SETTINGS}", reply_settings=body["reply_settings"]
            )
        )
    for name in SWITCHES:
        if not isinstance(body.get(name, False), bool):
            abort(errors.invalid(f"{name} must be a boolean", **{name: body[name]}))


def _check_text(text: str, person: Person, has_media: bool) -> None:
    if not text.strip() and not has_media:
        abort(errors.invalid("text must not be empty when there is no media", text=text))
    most = MOST_WITH_PREMIUM if person.subscription.startswith("Premium") else MOST_CHARACTERS
    if not is_valid(text) or weighted_length(text) > most:
        abort(errors.forbidden(errors.NOT_PERMITTED))
    if len(CASHTAG.findall(text)) > 1:
        abort(errors.forbidden("Posts are limited to a maximum of one cashtag."))


def _media(world: World, person: Person, media: Any) -> list[dict[str, Any]]:
    if media is None:
        return []
    ids = media.get("media_ids") if isinstance(media, dict) else None
    if not isinstance(ids, list) or not 1 <= len(ids) <= 4 or set(media) - {"media_ids", "tagged_user_ids"}:
        abort(errors.invalid("media_ids must hold 1 to 4 ids", media__media_ids=ids))
    files = []
    for id in ids:
        if not isinstance(id, str) or not (id.isascii() and id.isdigit()):
            abort(errors.invalid(f"[{id}] does not match ^[0-9]{{1,19}}$", media__media_ids=id))
        file = world.files.get(KEY, id)
        if file is None or file.owner != person.key or not is_usable(file):
            abort(errors.invalid("Your media IDs are invalid.", media__media_ids=id))
        files.append(file.as_media())
    films = [each for each in files if each["mime_type"].startswith("video/")]
    if films and len(files) > 1:
        abort(errors.invalid("A video must stand alone.", media__media_ids=ids))
    return files


def _reply_to(world: World, person: Person, reply: Any) -> str | None:
    if reply is None:
        return None
    id = reply.get("in_reply_to_tweet_id") if isinstance(reply, dict) else None
    if not isinstance(id, str) or set(reply) - {"in_reply_to_tweet_id", "exclude_reply_user_ids"}:
        abort(errors.invalid("in_reply_to_tweet_id must be an id", reply__in_reply_to_tweet_id=id))
    parent = world.posts.get(KEY, id)
    if parent is None:
        abort(_not_visible())
    if parent.account != str(person.number):
        abort(errors.forbidden(errors.REPLY_REFUSED))
    return id


def _not_visible() -> Response:
    return errors.forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
