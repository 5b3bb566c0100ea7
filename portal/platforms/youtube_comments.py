"""Comments of a channel below its own video: commentThreads.insert.

https://developers.google.com/youtube/v3/docs/commentThreads/insert
"""

import json
import re

from portal.platforms.base import Token
from portal.platforms.calls import read, send, unknown
from portal.platforms.youtube_calls import API, LABEL, headers, inner, refused

# UNVERIFIED: no page of the vendor names a number.
MOST_CHARACTERS = 10_000

_ID = re.compile(r"[A-Za-z0-9_.-]{5,100}")


def write(remote_id: str, words: str, token: Token) -> str:
    """The id of the new thread is the only proof. Raises PlatformError."""
    said = {"snippet": {"videoId": remote_id, "topLevelComment": {"snippet": {"textOriginal": words}}}}
    heads = headers(token) | {"Content-Type": "application/json"}
    body = json.dumps(said, ensure_ascii=False).encode()
    answer = send(LABEL, "POST", f"{API}/commentThreads?part=snippet", headers=heads, body=body)
    if answer.status != 200:
        raise refused(answer)
    told = read(answer) or {}
    id = inner(inner(told, "snippet"), "topLevelComment").get("id") or told.get("id")
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise unknown(LABEL, "no_id")
    return id
