"""How LinkedIn is called: addresses, the version that every call names, and what its refusals mean."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from portal import clock, http
from portal.platforms.base import Token
from portal.platforms.calls import (
    Refusal,
    as_reading,
    ask,
    find_refusal,
    read,
    readable,
    retry_after,
    unknown,
)
from portal.platforms.errors import (
    ContentRejected,
    Duplicate,
    OperatorNeeded,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    StillPreparing,
    TemporaryFailure,
    TokenEnded,
    UploadGone,
)

LABEL = "LinkedIn"
API = "https://api.linkedin.com"
OAUTH = "https://www.linkedin.com/oauth/v2"
DOCS = "https://learn.microsoft.com/en-us/linkedin"
ERROR_PAGE = f"{DOCS}/shared/api-guide/concepts/error-handling"
POSTS_PAGE = f"{DOCS}/marketing/community-management/shares/posts-api"
LIMITS_PAGE = f"{DOCS}/shared/api-guide/concepts/rate-limits"
VERSIONS_PAGE = f"{DOCS}/marketing/versioning"

# Every /rest/ call names a version, which lives about a year; a dead one answers 426 to every publish.
VERSION = "202609"
SUNSETS = {
    "202601": date(2027, 1, 15),
    "202602": date(2027, 2, 15),
    "202603": date(2027, 3, 16),
    "202604": date(2027, 4, 15),
    "202605": date(2027, 5, 15),
    "202606": date(2027, 6, 15),
    "202607": date(2027, 7, 15),
    "202608": date(2027, 8, 17),
    "202609": date(2027, 9, 15),
}

# A post whose uploads were not ready: "retry later (minutes), nothing was posted".
NOT_READY_SECONDS = 60.0

PREPARING = "LinkedIn is still working on the pictures or the video."
_LATER = "LinkedIn is not ready for this post yet. We try again."
UNUSABLE = "LinkedIn could not use the pictures or the video of this post. We send them again."
_REFUSED = "LinkedIn did not accept this post. Change it and try again."
_TOO_MUCH = "LinkedIn asks us to wait before we post more."
_OURS = "The portal’s own access to LinkedIn is not set up right. Its operator has to mend this."
_ENDED = "LinkedIn ended the permission to post. Connect the account again."
_NOT_ALLOWED = (
    "LinkedIn does not let the portal post here. Connect the account again and allow all that is asked; "
    "for a company page you must be one of its administrators."
)

# What each refusal means here; the first line that fits counts.
REFUSALS = (
    Refusal(400, "VERSION_MISSING", OperatorNeeded, _OURS, VERSIONS_PAGE),
    Refusal(400, "MEDIA_ASSET_WAITING_UPLOAD", StillPreparing, PREPARING, POSTS_PAGE),
    # "permanent (new upload once)".
    Refusal(400, "MEDIA_ASSET_PROCESSING_FAILED", UploadGone, UNUSABLE, POSTS_PAGE),
    Refusal(400, "UPDATING_ASSET_FAILED", UploadGone, UNUSABLE, POSTS_PAGE),
    Refusal(
        400,
        "FIELD_LENGTH_TOO_LONG",
        ContentRejected,
        "LinkedIn says that this text is too long. Shorten it and try again.",
        POSTS_PAGE,
    ),
    Refusal(
        400, "BLANK_FIELD", ContentRejected, "LinkedIn does not take an empty text. Write some.", POSTS_PAGE
    ),
    Refusal(400, None, ContentRejected, _REFUSED, POSTS_PAGE),
    Refusal(401, None, TokenEnded, _ENDED, ERROR_PAGE, bare=True),
    Refusal(403, None, ReconnectNeeded, _NOT_ALLOWED, ERROR_PAGE),
    Refusal(404, None, ContentRejected, _REFUSED, ERROR_PAGE),
    Refusal(409, None, TemporaryFailure, _LATER, ERROR_PAGE),
    Refusal(413, None, ContentRejected, "LinkedIn says that this is too big.", ERROR_PAGE, bare=True),
    Refusal(415, None, ContentRejected, _REFUSED, ERROR_PAGE, bare=True),
    Refusal(
        422,
        "duplicate",
        Duplicate,
        "LinkedIn says that you posted the same a short while ago. Change some words and try again.",
        POSTS_PAGE,
    ),
    Refusal(422, None, ContentRejected, _REFUSED, POSTS_PAGE),
    Refusal(426, None, OperatorNeeded, _OURS, VERSIONS_PAGE, bare=True),
    Refusal(429, None, RateLimited, _TOO_MUCH, LIMITS_PAGE, bare=True),
)

_DUPLICATE_OF = re.compile(r"duplicate of (urn:li:[A-Za-z]+:[A-Za-z0-9_-]+)", re.IGNORECASE)


def ask_for(method: str, url: str, token: Token, **call: Any) -> dict[str, Any]:
    """The JSON of a call that may be made again; raises PlatformError for anything but a plain yes."""
    answer = ask(LABEL, method, url, headers=headers(token), **call)
    if answer.status != 200:
        raise as_reading(LABEL, refused(answer))
    return readable(LABEL, answer)


def headers(token: Token) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token.access}",
        "LinkedIn-Version": VERSION,
        "X-Restli-Protocol-Version": "2.0.0",
        "Content-Type": "application/json",
    }


def refused(answer: http.Answer) -> PlatformError:
    """What an answer that is no success means, by the table."""
    body = read(answer)
    code, message = _said(body) if body is not None else ("", "")
    said = None if body is None else f"{code} {message}"
    refusal = find_refusal(REFUSALS, answer.status, said)
    if refusal is None:
        return unknown(LABEL, code or str(answer.status))
    code = code or str(answer.status)
    if refusal.error is RateLimited:
        told = retry_after(answer.headers)
        is_guess = told is None and "DAY" not in message
        until = told or _quota_ends(message)
        return RateLimited(refusal.words, until, code, "APPLICATION" in message, is_guess=is_guess)
    if refusal.error is StillPreparing:
        return StillPreparing(refusal.words, NOT_READY_SECONDS, code)
    if refusal.error is Duplicate:
        named = _DUPLICATE_OF.search(message)
        return Duplicate(refusal.words, named[1] if named else None, code)
    return refusal.error(refusal.words, code=code)


def _said(body: Mapping[str, Any]) -> tuple[str, str]:
    """The code and the words of an error, wherever they stand."""
    details = body.get("errorDetails")
    problems = (details.get("inputErrors") if isinstance(details, dict) else None) or []
    codes = [body.get("code"), *(one.get("code") for one in problems if isinstance(one, dict))]
    code = next((str(one) for one in codes if one), "")
    return code or str(body.get("serviceErrorCode") or ""), str(body.get("message") or "")


def _quota_ends(message: str) -> datetime:
    """LinkedIn names no time: a day's quota ends at midnight UTC, any other in minutes."""
    now = clock.now()
    if "DAY" not in message:
        return now + timedelta(minutes=5)
    midnight = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), datetime.min.time(), UTC)
    # A little later, and not for everybody in the same second.
    return midnight + timedelta(seconds=30 + now.microsecond % 270)
