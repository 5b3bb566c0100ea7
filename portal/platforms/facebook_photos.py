"""Pictures for a Page, uploaded unpublished: nobody sees them until a post names them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from portal import clock, http
from portal.platforms.base import Author, Content, Media, Token
from portal.platforms.errors import TemporaryFailure
from portal.platforms.facebook_refusals import VOICE
from portal.platforms.media_limits import is_video
from portal.platforms.meta import GRAPH, checked_id

# UNVERIFIED: "Lifetime of staged photos UNVERIFIED (treat as < 24 h)".
PHOTO_LIFE = timedelta(hours=20)


def pictures(content: Content) -> list[Media]:
    return [one for one in content.media if not is_video(one)]


def photo_id(staged: Mapping[str, Any], one: Media) -> str | None:
    """The id of a picture that was uploaded lately; staged ones do not live for ever."""
    kept = staged.get("photos", {}).get(str(one.id))
    if kept is None or clock.now() - datetime.fromisoformat(kept["at"]) > PHOTO_LIFE:
        return None
    return str(kept["id"])


def upload(one: Media, author: Author, token: Token) -> str:
    """The id of a picture that is on the Page now, unpublished. Raises PlatformError."""
    url = f"{GRAPH}/{author.remote_id}/photos"
    if one.path is None:
        body = {"url": one.url, "published": False}
        said = VOICE.repeatable("POST", url, token, body | _alt_text(one))
    else:
        # As bytes: Facebook then needs no public address of ours.
        file = (Path(one.path).name, Path(one.path).read_bytes(), one.mime_type)
        fields: list[http.Part] = [("published", "false"), *_alt_text(one).items(), ("source", file)]
        said = VOICE.repeatable("POST", url, token, fields=fields)
    id = checked_id(said)
    if id is None:
        raise TemporaryFailure("Facebook did not say where the picture is. We try again.", "no_id")
    return id


def _alt_text(one: Media) -> dict[str, str]:
    return {"alt_text_custom": one.alt_text} if one.alt_text else {}
