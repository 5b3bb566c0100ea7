"""How a picture gets to Reddit: a lease of a place in its store, then the bytes to that place.

Not in Reddit's reference: its own apps and others use it, so it may change without a word.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from portal import http
from portal.platforms.base import Media, Problem
from portal.platforms.calls import ask
from portal.platforms.errors import ContentRejected, TemporaryFailure

# UNVERIFIED (third parties): "Image file 20 MB; JPEG, PNG, GIF".
LARGEST_BYTES = 20 * 1024 * 1024
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif"}
# "Gallery (2–20 images)", by another call than one picture alone.
MOST_PICTURES = 20
# A gallery has captions, which everybody reads; there are no descriptions for screen readers alone.
MOST_CAPTION_CHARACTERS = 180
# UNVERIFIED which hosts Reddit's store may have; the one of the recordings, and nobody else's.
STORE = re.compile(r"//reddit-uploaded-media\.s3-accelerate\.amazonaws\.com/?")
UPLOAD_SECONDS = 60.0


def problems(media: Sequence[Media]) -> list[Problem]:
    """What Reddit would refuse of these files, with the number that is wrong."""
    if len(media) > MOST_PICTURES:
        words = f"Reddit takes up to {MOST_PICTURES} pictures a post, and this one has {len(media)}."
        return [Problem("media", words)]
    return [problem for one in media for problem in _problems_of(one)]


def caption(picture: Media) -> str:
    """What stands below a picture of a gallery: its description, unless that is too long for Reddit."""
    words = picture.alt_text or ""
    return words if len(words) <= MOST_CAPTION_CHARACTERS else ""


def asset_id(lease: Mapping[str, Any]) -> str:
    """By what a gallery names a picture. Raises TemporaryFailure when Reddit did not say."""
    asset = lease.get("asset")
    id = asset.get("asset_id") if isinstance(asset, dict) else None
    if not isinstance(id, str) or not id:
        raise TemporaryFailure("Reddit gave no place for the picture. We try again.", "no_lease")
    return id


def _problems_of(one: Media) -> list[Problem]:
    if one.mime_type.startswith("video/"):
        return [Problem("media", "Videos cannot go to Reddit from here. Take the video out.")]
    if one.mime_type not in ENDINGS:
        return [Problem("media", "Reddit takes pictures as JPEG, PNG or GIF. Choose another file.")]
    if one.bytes > LARGEST_BYTES:
        size, most = one.bytes / 1024 / 1024, LARGEST_BYTES // 1024 // 1024
        words = f"This picture has {size:.1f} MB. Reddit takes up to {most} MB: choose a smaller one."
        return [Problem("media", words)]
    return []


def lease_form(picture: Media) -> dict[str, str]:
    """What asks for a place. The name tells nothing of the doctor's file."""
    return {"api_type": "json", "filepath": _name(picture), "mimetype": picture.mime_type}


def upload(lease: Mapping[str, Any], picture: Media, headers: Mapping[str, str]) -> str:
    """Put the bytes in the leased place, "all fields in the given order, then file last": its address."""
    args = lease.get("args")
    action, fields = (args.get("action"), _fields(args)) if isinstance(args, dict) else (None, {})
    if not isinstance(action, str) or not STORE.fullmatch(action) or not fields.get("key"):
        raise TemporaryFailure("Reddit gave no place for the picture. We try again.", "no_lease")
    content = Path(str(picture.path)).read_bytes()
    parts: list[http.Part] = [*fields.items(), ("file", (_name(picture), content, picture.mime_type))]
    # "action has no scheme: put https: before it."
    place = f"https:{action.rstrip('/')}"
    answer = ask("Reddit", "POST", place, headers=headers, fields=parts, total_seconds=UPLOAD_SECONDS)
    if answer.status == 201:
        return f"{place}/{fields['key']}"
    if answer.status == 400 and b"<Code>EntityTooLarge</Code>" in answer.body:
        raise ContentRejected(_too_large(answer.body), "EntityTooLarge")
    raise TemporaryFailure("Reddit did not take the picture just now. We try again.", str(answer.status))


def _fields(args: Mapping[str, Any]) -> dict[str, str]:
    listed = args.get("fields")
    pairs = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return {str(one.get("name")): str(one.get("value")) for one in pairs}


def _name(picture: Media) -> str:
    return f"picture.{ENDINGS.get(picture.mime_type, 'jpg')}"


def _too_large(body: bytes) -> str:
    most = re.search(rb"<MaxSizeAllowed>(\d{1,12})</MaxSizeAllowed>", body)
    if most is None:
        return "The picture is too large for Reddit. Choose a smaller one."
    return f"The picture is too large for Reddit, which takes up to {int(most[1]) / 1024 / 1024:.0f} MB."
