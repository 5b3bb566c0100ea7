"""How YouTube is called: addresses, and what its refusals mean."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

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
    OperatorNeeded,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TokenEnded,
)

LABEL = "YouTube"
API = "https://www.googleapis.com/youtube/v3"
UPLOAD = "https://www.googleapis.com/upload/youtube/v3"
DOCS = "https://developers.google.com/youtube/v3"
ERROR_PAGE = f"{DOCS}/docs/errors"
INSERT_PAGE = f"{DOCS}/docs/videos/insert"
COMMENTS_PAGE = f"{DOCS}/docs/commentThreads/insert"
QUOTA_PAGE = f"{DOCS}/determine_quota_cost"
CHANNEL_LIMIT_PAGE = "https://support.google.com/youtube/answer/9890437"

# "reset at midnight Pacific time"; the quota belongs to the operator's project, all doctors together.
QUOTA_ZONE = ZoneInfo("America/Los_Angeles")
# "100 calls per project per day": each upload that is begun counts, one that is refused as well.
UPLOADS_A_DAY = 100
# A channel's own daily limit: "try again after 24 h".
CHANNEL_WAIT = timedelta(hours=24)
# "exponential backoff" for calls that come too fast, where no Retry-After names a time.
SHORT_WAIT = timedelta(minutes=1)

_ENDED = "YouTube ended the permission to post. Connect the channel again."
_NOT_ALLOWED = (
    "YouTube does not let the portal post on this channel. Connect it again and allow all that is asked."
)
_NO_CHANNEL = (
    "This Google account has no YouTube channel. Create one at youtube.com, then connect it here again."
)
_CLOSED = (
    "YouTube has closed or suspended this channel. Sign in on YouTube to see why, then connect it again."
)
_REFUSED = "YouTube did not accept this video. Change the post and try again."
_OURS = "The portal’s own access to YouTube is not set up right. Its operator has to mend this."
_SPENT = "The portal has used up what it may send to YouTube today. The post goes on by itself tomorrow."
_CHANNEL_FULL = "YouTube takes no more videos on this channel today. The post goes on by itself tomorrow."
_NO_COMMENTS = "This video takes no comments. Private videos never do."
_TOO_FAST = "YouTube asks us to wait before we send more."
_SETTING = "YouTube does not allow this channel to use one of the settings. Choose another one and try again."


def _content(reason: str, words: str) -> Refusal:
    return Refusal(400, reason, ContentRejected, words, INSERT_PAGE)


# What each refusal means here, by the reason that stands in it; the first line that fits counts.
REFUSALS = (
    _content("invalidTitle", "YouTube did not accept the title. Change it and try again."),
    _content("invalidDescription", "YouTube did not accept the description. Change the text and try again."),
    _content("invalidTags", "YouTube did not accept the tags. Change them and try again."),
    # "the method page and I(2) say 400, one write-up says 403: branch on the reason."
    Refusal(400, "uploadLimitExceeded", RateLimited, _CHANNEL_FULL, CHANNEL_LIMIT_PAGE),
    Refusal(403, "uploadLimitExceeded", RateLimited, _CHANNEL_FULL, CHANNEL_LIMIT_PAGE),
    # The rest of the method page's list: category, language, file name, recording, an empty body.
    Refusal(400, None, ContentRejected, _REFUSED, INSERT_PAGE),
    Refusal(401, "youtubeSignupRequired", ReconnectNeeded, _NO_CHANNEL, ERROR_PAGE),
    Refusal(401, None, TokenEnded, _ENDED, ERROR_PAGE, bare=True),
    Refusal(403, "quotaExceeded", RateLimited, _SPENT, QUOTA_PAGE),
    Refusal(403, "dailyLimitExceeded", RateLimited, _SPENT, QUOTA_PAGE),
    Refusal(403, "rateLimitExceeded", RateLimited, _TOO_FAST, ERROR_PAGE),  # and userRateLimitExceeded
    Refusal(403, "accessNotConfigured", OperatorNeeded, _OURS, ERROR_PAGE),
    Refusal(403, "insufficientPermissions", ReconnectNeeded, _NOT_ALLOWED, ERROR_PAGE),
    Refusal(403, "forbiddenPrivacySetting", ContentRejected, _SETTING, INSERT_PAGE),
    Refusal(403, "forbiddenLicenseSetting", ContentRejected, _SETTING, INSERT_PAGE),
    Refusal(403, "forbiddenEmbedSetting", ContentRejected, _SETTING, INSERT_PAGE),
    Refusal(403, "authenticatedUserNotChannel", ReconnectNeeded, _NO_CHANNEL, ERROR_PAGE),
    Refusal(403, "authenticatedUserAccount", ReconnectNeeded, _CLOSED, ERROR_PAGE),  # …Closed, …Suspended
    Refusal(403, "channelClosed", ReconnectNeeded, _CLOSED, ERROR_PAGE),
    Refusal(403, "channelSuspended", ReconnectNeeded, _CLOSED, ERROR_PAGE),
    # UNVERIFIED "for private": a private video takes no comments either.
    Refusal(403, "commentsDisabled", ContentRejected, _NO_COMMENTS, COMMENTS_PAGE),
    Refusal(403, None, ReconnectNeeded, _NOT_ALLOWED, ERROR_PAGE),
    Refusal(404, None, ContentRejected, "YouTube does not know this video any more.", ERROR_PAGE),
    Refusal(413, None, ContentRejected, "YouTube says that this video is too big.", INSERT_PAGE, bare=True),
    Refusal(429, None, RateLimited, _TOO_FAST, ERROR_PAGE, bare=True),
)

_REASON = re.compile(r"[A-Za-z0-9_.-]{1,60}")


def headers(token: Token) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.access}"}


def get(path: str, token: Token) -> dict[str, Any]:
    """The JSON of a reading call. Raises PlatformError."""
    answer = ask(LABEL, "GET", f"{API}/{path}", headers=headers(token))
    if answer.status != 200:
        raise as_reading(LABEL, refused(answer))
    return readable(LABEL, answer)


def items(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of a list; an empty list may have no such field at all."""
    found = body.get("items")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def inner(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A part of a resource, empty when it was not sent."""
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def refused(answer: http.Answer) -> PlatformError:
    """What an answer that is no success means, by the table."""
    body = read(answer)
    reason = reason_of(body) if body is not None else None
    refusal = find_refusal(REFUSALS, answer.status, reason)
    code = reason or str(answer.status)
    if refusal is None:
        return unknown(LABEL, code)
    if refusal.error is RateLimited:
        until = _until(refusal, answer.headers)
        # "exponential backoff with jitter".
        is_guess = refusal.words == _TOO_FAST and retry_after(answer.headers) is None
        return RateLimited(refusal.words, until, code, refusal.words == _SPENT, is_guess=is_guess)
    return refusal.error(refusal.words, code=code)


def reason_of(body: Mapping[str, Any]) -> str:
    """YouTube's word for what is wrong: "Decide by error.errors[0].reason, not by HTTP code or text"."""
    errors = inner(body, "error").get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    reason = str(first.get("reason") or "") if isinstance(first, dict) else ""
    return reason if _REASON.fullmatch(reason) else ""


def _until(refusal: Refusal, given: Mapping[str, str]) -> datetime:
    now = clock.now()
    if refusal.words == _SPENT:
        return _midnight(now)
    if refusal.words == _CHANNEL_FULL:
        return now + CHANNEL_WAIT
    return retry_after(given) or now + SHORT_WAIT


def _midnight(now: datetime) -> datetime:
    """When the next Pacific day begins, a little later, and not for everybody in the same second."""
    tomorrow = now.astimezone(QUOTA_ZONE).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, datetime.min.time(), QUOTA_ZONE)
    return midnight + timedelta(seconds=30 + now.microsecond % 270)
