"""How X is called: addresses, and what its refusals mean."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from portal import clock, http
from portal.platforms.base import Token
from portal.platforms.calls import (
    LONGEST_WAIT,
    Refusal,
    as_reading,
    ask,
    find_refusal,
    read,
    readable,
    unknown,
)
from portal.platforms.errors import (
    ContentRejected,
    Duplicate,
    OperatorNeeded,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TokenEnded,
    UploadGone,
)

LABEL = "X"
API = "https://api.x.com"
DOCS = "https://docs.x.com"
ERROR_PAGE = f"{DOCS}/x-api/fundamentals/response-codes-and-errors"
POSTS_PAGE = f"{DOCS}/x-api/posts/manage-tweets/integrate"
LIMITS_PAGE = f"{DOCS}/x-api/fundamentals/rate-limits"
PRICES_PAGE = f"{DOCS}/x-api/getting-started/pricing"


_REFUSED = "X did not accept this post. Change it and try again."
_ENDED = "X ended the permission to post. Connect the account again."
_NOT_ALLOWED = (
    "X does not let the portal post for this account. Connect it again and allow all that is asked."
)
_OURS = "The portal’s own access to X is not set up right. Its operator has to mend this."
_LOCKED = "X has suspended or locked this account. Sign in on X to see why, then connect it here again."
_GONE = "X no longer has the pictures or the video of this post. We send them again."
_REPLY = "X does not take this as an answer to the post before it."

# What each refusal means here; the first line that fits counts.
REFUSALS = (
    # "media id unknown or expired → upload again once".
    Refusal(400, "media IDs are invalid", UploadGone, _GONE, ERROR_PAGE),
    Refusal(400, "media.media_ids", UploadGone, _GONE, ERROR_PAGE),
    Refusal(400, None, ContentRejected, _REFUSED, ERROR_PAGE),
    Refusal(401, None, TokenEnded, _ENDED, ERROR_PAGE, bare=True),
    Refusal(
        402,
        None,
        OperatorNeeded,
        "The portal has used up its credit at X. Its operator has to refill it.",
        PRICES_PAGE,
        bare=True,
    ),
    Refusal(
        403,
        "duplicate content",
        Duplicate,
        "X says that this account posted the same before. Change some words and try again.",
        POSTS_PAGE,
    ),
    Refusal(403, "unsupported-authentication", ReconnectNeeded, _NOT_ALLOWED, ERROR_PAGE),
    Refusal(403, "oauth1-permissions", OperatorNeeded, _OURS, ERROR_PAGE),
    Refusal(403, "client-forbidden", OperatorNeeded, _OURS, ERROR_PAGE),
    Refusal(403, "client-not-enrolled", OperatorNeeded, _OURS, ERROR_PAGE),
    Refusal(403, "Reply to this conversation is not allowed", ContentRejected, _REPLY, POSTS_PAGE),
    Refusal(
        403, "maximum of one cashtag", ContentRejected, "X takes only one $ sign word a post.", POSTS_PAGE
    ),
    Refusal(403, "invalid URL", ContentRejected, "X does not accept a link in this post.", POSTS_PAGE),
    Refusal(403, "user-suspended", ReconnectNeeded, _LOCKED, ERROR_PAGE),
    Refusal(403, "locked", ReconnectNeeded, _LOCKED, ERROR_PAGE),
    Refusal(403, "not permitted to perform this action", ContentRejected, _REFUSED, POSTS_PAGE),
    # The bare word, or anything else: a permission is missing, on the app's side of the account.
    Refusal(403, None, ReconnectNeeded, _NOT_ALLOWED, ERROR_PAGE),
    Refusal(404, None, ContentRejected, _REFUSED, ERROR_PAGE),
    Refusal(
        429,
        "usage-capped",
        OperatorNeeded,
        "The portal has used up what it may post on X for now. Its operator has to see to it.",
        LIMITS_PAGE,
    ),
    Refusal(429, None, RateLimited, "X asks us to wait before we post more.", LIMITS_PAGE, bare=True),
)


def ask_for(
    method: str,
    url: str,
    token: Token,
    *,
    kind: str | None = None,
    may_be_empty: bool = False,
    **call: Any,
) -> dict[str, Any]:
    """The JSON of a call that may be made again; raises PlatformError for anything but a plain yes.

    `kind` is the type of a body that is sent; an answer that `may_be_empty` need not be JSON.
    """
    heads = {**headers(token), **({"Content-Type": kind} if kind else {})}
    answer = ask(LABEL, method, url, headers=heads, **call)
    if not 200 <= answer.status < 300:
        raise as_reading(LABEL, refused(answer))
    return (read(answer) or {}) if may_be_empty else readable(LABEL, answer)


def headers(token: Token) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.access}"}


def _said(body: Mapping[str, Any]) -> str:
    """All words of an error, in whichever of its shapes, and the names of what it is about."""
    problems = [one for one in body.get("errors") or [] if isinstance(one, dict)]
    messages = [one.get("message") for one in problems]
    names = [name for one in problems for name in one.get("parameters") or ()]
    parts = [body.get("title"), body.get("detail"), body.get("type"), *messages, *names]
    return " ".join(str(part) for part in parts if part)


def _code(body: Mapping[str, Any] | None, status: int) -> str:
    """The name in the problem's type, which occurs on two hosts; the status where there is none."""
    kind = str((body or {}).get("type") or "")
    name = kind.rstrip("/").rpartition("/2/problems/")[2]
    return name if re.fullmatch(r"[a-z0-9-]{3,60}", name) else str(status)


def _reset(headers: Mapping[str, str]) -> datetime:
    """X sends no Retry-After: the moment stands in x-rate-limit-reset, in seconds since 1970."""
    now, word = clock.now(), headers.get("x-rate-limit-reset", "").strip()
    if word.isdecimal() and len(word) < 12:
        return min(max(datetime.fromtimestamp(int(word), UTC), now), now + LONGEST_WAIT)
    return now + timedelta(minutes=15)


def refused(answer: http.Answer) -> PlatformError:
    """What an answer that is no success means, by the table."""
    body = read(answer)
    refusal = find_refusal(REFUSALS, answer.status, None if body is None else _said(body))
    code = _code(body, answer.status)
    if refusal is None:
        return unknown(LABEL, code)
    if refusal.error is RateLimited:
        return RateLimited(refusal.words, _reset(answer.headers), code)
    return refusal.error(refusal.words, code=code)
