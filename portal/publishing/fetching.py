"""Files that a call reads, brought to this machine before the call is made, and missed before it is made."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portal import files
from portal.object_store import StoreAway
from portal.platforms.base import Content
from portal.platforms.errors import ContentRejected, TemporaryFailure

GONE = (
    "{what} of this post is no longer in the portal, so nothing was posted. "
    "Attach it again, then try again. If you no longer have it, take it out of the post."
)


def bring_of(content: Content) -> None:
    """What its uploads will read. Raises TemporaryFailure, or ContentRejected for a file that is gone."""
    kinds = ["video" if one.mime_type.startswith("video/") else "picture" for one in content.media]
    for number, (kind, one) in enumerate(zip(kinds, content.media, strict=True), start=1):
        if one.path is not None:
            place = f"{kind.capitalize()} {number} of {len(kinds)}" if len(kinds) > 1 else f"The {kind}"
            _need(one.path, place)


def bring_named(sent: Mapping[str, Any]) -> None:
    """What the one call reads itself, or lets the network fetch, as its record names it. Raises
    TemporaryFailure, or ContentRejected for a video that is gone: nothing was sent.

    What only goes with it, such as a video's picture, is no reason to stop.
    """
    for value in sent.values():
        if isinstance(value, Mapping) and isinstance(value.get("path"), str):
            _bring(value["path"])
    if isinstance(sent.get("path"), str):
        _need(sent["path"], "The video")


def _need(path: str, what: str) -> None:
    _bring(path)
    if Path(path).exists():
        return
    if not Path(path).parent.is_dir():
        # All of them are missing: that is no news of this one, and nothing for the doctor to mend.
        raise TemporaryFailure(StoreAway.words, "store_away")
    raise ContentRejected(GONE.format(what=what), "no_file")


def _bring(path: str) -> None:
    try:
        files.bring(path)
    except StoreAway as away:
        raise TemporaryFailure(away.words, "store_away") from away
