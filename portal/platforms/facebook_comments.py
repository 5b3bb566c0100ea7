"""Comments of a Page below its own post: POST and GET /{page-post-id}/comments.

https://developers.facebook.com/docs/graph-api/reference/page-post/comments
"""

from datetime import datetime

from portal.platforms.base import Author, Token
from portal.platforms.facebook_refusals import VOICE
from portal.platforms.meta import CLOCKS_DIFFER, GRAPH, checked_id, moment, to_json

# UNVERIFIED: people report 8,000, no page of the vendor names a number.
MOST_CHARACTERS = 8_000
# The Page's own comments are the first ones of a post that is seconds old.
LISTED = "50"


def write(remote_id: str, words: str, token: Token) -> str:
    """No `fields` on the call: with them Meta was seen to make the comment and answer an error."""
    return VOICE.create(f"{GRAPH}/{remote_id}/comments", token, to_json({"message": words}))


def find(remote_id: str, words: str, since: datetime, author: Author, token: Token) -> str | None:
    """The Page's own comment that says these words."""
    fields = "id,message,created_time,from{id}"
    said = VOICE.get(
        f"{GRAPH}/{remote_id}/comments", token, fields=fields, order="chronological", limit=LISTED
    )
    for one in said.get("data") or []:
        by = (one.get("from") or {}).get("id")
        made_at = moment(one.get("created_time"))
        is_new = made_at is not None and made_at >= since - CLOCKS_DIFFER
        if by == author.remote_id and is_new and _plain(one.get("message")) == _plain(words):
            return checked_id(one)
    return None


def _plain(words: object) -> str:
    return " ".join(str(words or "").split())
