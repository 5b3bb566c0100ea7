"""Comments of an account below its own post: POST and GET /{media-id}/comments.

https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-media/comments
"""

import re
from datetime import datetime

from portal.platforms.base import Author, Problem, Token
from portal.platforms.instagram_refusals import LABEL, VOICE
from portal.platforms.meta import CLOCKS_DIFFER, checked_id, moment, to_json

# UNVERIFIED, all three: from the vendor's page about replies; nobody tried them below an own post.
MOST_CHARACTERS = 300
# UNVERIFIED, as above.
MOST_HASHTAGS_IN_COMMENT = 4
# UNVERIFIED, as above.
MOST_LINKS_IN_COMMENT = 1
# An account's own comment is among the newest of a post that is seconds old.
LISTED = "50"

_HASHTAG = re.compile(r"#\w")
_LINK = re.compile(r"https?://", re.IGNORECASE)


def problems(words: str) -> list[Problem]:
    """What Instagram would refuse of it, besides its length."""
    found = []
    if len(_HASHTAG.findall(words)) > MOST_HASHTAGS_IN_COMMENT:
        found.append(f"{LABEL} takes up to {MOST_HASHTAGS_IN_COMMENT} hashtags in a comment.")
    if len(_LINK.findall(words)) > MOST_LINKS_IN_COMMENT:
        found.append(f"{LABEL} takes one link in a comment. Take the others out.")
    if words.isupper():
        found.append(f"{LABEL} takes no comment all in capital letters.")
    return [Problem("first_comment", each) for each in found]


def write(media: str, words: str, token: Token) -> str:
    """Below the post at this address of the Graph API."""
    return VOICE.create(f"{media}/comments", token, to_json({"message": words}))


def find(media: str, words: str, since: datetime, author: Author, token: Token) -> str | None:
    """The account's own comment that says these words."""
    said = VOICE.get(f"{media}/comments", token, fields="id,text,timestamp,username", limit=LISTED)
    for one in said.get("data") or []:
        made_at = moment(one.get("timestamp"))
        is_new = made_at is not None and made_at >= since - CLOCKS_DIFFER
        if one.get("username") == author.handle and is_new and _plain(one.get("text")) == _plain(words):
            return checked_id(one)
    return None


def _plain(words: object) -> str:
    return " ".join(str(words or "").split())
