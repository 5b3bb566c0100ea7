"""Files that a call reads, brought to this machine before the call is made."""

from collections.abc import Mapping
from typing import Any

from portal import files
from portal.object_store import StoreAway
from portal.platforms.base import Content
from portal.platforms.errors import TemporaryFailure


def bring_of(content: Content) -> None:
    """What its uploads will read. Raises TemporaryFailure: nothing was sent."""
    for one in content.media:
        _bring(one.path)


def bring_named(sent: Mapping[str, Any]) -> None:
    """What the one call reads itself, as its record names it. Raises TemporaryFailure: nothing was sent."""
    for value in (sent, *sent.values()):
        if isinstance(value, Mapping) and isinstance(value.get("path"), str):
            _bring(value["path"])


def _bring(path: str | None) -> None:
    try:
        files.bring(path or "")
    except StoreAway as away:
        raise TemporaryFailure(away.words, "store_away") from away
