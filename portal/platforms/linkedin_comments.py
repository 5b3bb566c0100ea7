"""Comments of a company page below its own post; LinkedIn keeps members' comments from self-serve apps.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from portal.platforms.base import Author, Token
from portal.platforms.calls import as_reading, ask, read, readable, send, unknown
from portal.platforms.errors import CannotTell
from portal.platforms.linkedin_calls import API, LABEL, headers, refused

# UNVERIFIED: no page of the vendor names a number; people report this one on the site.
MOST_CHARACTERS = 1_250
# UNVERIFIED which company-page apps own these two. LinkedIn refuses the whole sign-in of an app that asks for
# what it does not own: so they are asked for only where the operator says so, LINKEDIN_ORG_MORE_SCOPES.
COMMENT_SCOPES = ("w_organization_social_feed", "r_organization_social_feed")
# How much earlier than our call LinkedIn's clock may say that a comment was made.
CLOCKS_DIFFER = timedelta(minutes=2)
LISTED = 50

_ID = re.compile(r"\d{1,40}|urn:li:comment:\([A-Za-z0-9:,_-]{3,200}\)")


def write(remote_id: str, words: str, author: Author, token: Token) -> str:
    """As plain text: nothing is escaped in a comment. Raises PlatformError."""
    said = {"actor": author.remote_id, "object": remote_id, "message": {"text": words}}
    body = json.dumps(said, ensure_ascii=False).encode()
    answer = send(LABEL, "POST", _address(remote_id), headers=headers(token), body=body)
    if not 200 <= answer.status < 300:
        raise refused(answer)
    return _id((read(answer) or {}) | {"header": answer.headers.get("x-restli-id")}) or _lost()


def find(remote_id: str, words: str, since: datetime, author: Author, token: Token) -> str | None:
    """The page's own comment that says these words."""
    answer = ask(LABEL, "GET", f"{_address(remote_id)}?start=0&count={LISTED}", headers=headers(token))
    if answer.status == 403:
        raise CannotTell("LinkedIn does not let us see the comments of this page. Please look there.")
    if answer.status != 200:
        raise as_reading(LABEL, refused(answer))
    for one in readable(LABEL, answer).get("elements") or []:
        said = (one.get("message") or {}).get("text")
        is_new = _made_at(one) >= since - CLOCKS_DIFFER
        if one.get("actor") == author.remote_id and is_new and _plain(said) == _plain(words):
            return _id(one)
    return None


def _address(remote_id: str) -> str:
    return f"{API}/rest/socialActions/{quote(remote_id, safe='')}/comments"


def _id(comment: dict[str, Any]) -> str | None:
    told = (str(comment.get(name) or "") for name in ("header", "id", "commentUrn"))
    return next((id for id in told if _ID.fullmatch(id)), None)


def _lost() -> str:
    raise unknown(LABEL, "no_id")


def _made_at(comment: dict[str, Any]) -> datetime:
    milliseconds = (comment.get("created") or {}).get("time") or 0
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _plain(words: object) -> str:
    return " ".join(str(words or "").split())
