"""What each of Reddit's refusals means here. Most of them come inside an answer of status 200.

The codes stand in Reddit's archived source; newer ones were seen in recordings. Their wording may change.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from portal import clock, http
from portal.platforms.calls import LONGEST_WAIT, Refusal, find_refusal, read, retry_after, unknown
from portal.platforms.errors import (
    ContentRejected,
    Duplicate,
    OperatorNeeded,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TokenEnded,
)

REFERENCE = "https://www.reddit.com/dev/api"
LIMITS_PAGE = "https://support.reddithelp.com/hc/en-us/articles/16160319875092"
ACCESS_PAGE = "https://support.reddithelp.com/hc/en-us/articles/42728983564564"

# "Wait json.ratelimit seconds; if absent parse the text; add 1 minute; nothing was created."
EXTRA_WAIT = timedelta(minutes=1)
WAITING_TIME = re.compile(r"(\d+) (millisecond|second|minute|hour)s?")
UNITS = {
    "millisecond": timedelta(milliseconds=1),
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
}
# UNVERIFIED that Reddit ever leaves all times out; its window of ten minutes is the best guess then.
WAIT_WITHOUT_A_TIME = timedelta(minutes=10)
LONGEST_QUOTE = 200

_ENDED = "Reddit ended the permission to post. Connect the account again."
_NOT_ALLOWED = (
    "Reddit does not let the portal do this. Connect the account again and allow all that is asked."
)
_BLOCKED = "Reddit has blocked the portal’s own access. Its operator has to see to it."
_REFUSED = "Reddit did not accept this post. Change it and try again."
_NO_PLACE = "Reddit has no community of this name. Check how it is spelled."
_NOT_HERE = "You are not allowed to post in this community. Choose another one, or ask its moderators."
_CLOSED = "This community is closed to you. Choose another one."
_OTHER_KIND = "This community does not take this kind of post. Try it without, or with, a link or picture."
_FIELD = "Reddit does not take the title, the text or the link as it is. Change it and try again."
_DOMAIN = "This community does not take links to this website. Take the link out."
_FLAIR = "This community wants a label on each post. Choose one from its list."
_NO_FLAIR = "This community does not know this label. Choose one of its labels."
_RULES = "The post does not fit the rules of this community. Change it and try again."
_ACCOUNT = "Reddit holds this account back. Sign in on Reddit to see why, then connect it here again."
_TOO_LARGE = "Reddit does not take a post of this size or kind. Make it smaller and try again."


def _codes(error: type[PlatformError], words: str, *codes: str, status: int = 200) -> tuple[Refusal, ...]:
    return tuple(Refusal(status, code, error, words, REFERENCE) for code in codes)


# The first line that fits counts. A broken community rule has two shapes: inside a 200, and as a 400.
REFUSALS: tuple[Refusal, ...] = (
    Refusal(200, "RATELIMIT", RateLimited, "Reddit asks this account to wait before it posts.", REFERENCE),
    Refusal(
        200,
        "ALREADY_SUB",
        Duplicate,
        "This link was posted in this community before. Choose another link, or say it as a text.",
        REFERENCE,
    ),
    *_codes(ContentRejected, _NO_PLACE, "SUBREDDIT_NOEXIST", "SUBREDDIT_REQUIRED"),
    *_codes(
        ContentRejected,
        _NOT_HERE,
        "SUBREDDIT_NOTALLOWED",
        "SUBREDDIT_DISABLED",
        "SUBREDDIT_LINKING_DISABLED",
        "USER_BLOCKED",
    ),
    *_codes(
        ContentRejected, _OTHER_KIND, "NO_SELFS", "NO_LINKS", "NO_IMAGES", "NO_VIDEOS", "GALLERIES_DISABLED"
    ),
    *_codes(ContentRejected, _NO_FLAIR, "BAD_FLAIR_TEMPLATE_ID"),
    *_codes(ContentRejected, _FLAIR, "FLAIR_REQUIRED"),
    *_codes(ContentRejected, _RULES, "SUBMIT_VALIDATION"),
    *_codes(
        ContentRejected, _FIELD, "NO_TEXT", "TOO_LONG", "TOO_SHORT", "NO_URL", "BAD_URL", "INVALID_OPTION"
    ),
    *_codes(ContentRejected, _DOMAIN, "DOMAIN_BANNED"),
    *_codes(ReconnectNeeded, _ACCOUNT, "BAD_CAPTCHA", "USER_REQUIRED", "IN_TIMEOUT"),
    *_codes(ContentRejected, _TOO_LARGE, "SPECIAL_ERRORS"),
    *_codes(
        ContentRejected, "This takes no answers any more.", "THREAD_LOCKED", "TOO_OLD", "DELETED_COMMENT"
    ),
    Refusal(200, None, ContentRejected, _REFUSED, REFERENCE),
    # A search page is where Reddit sends everybody who names a community that is not there.
    Refusal(302, "/subreddits/search", ContentRejected, _NO_PLACE, REFERENCE, bare=True),
    *_codes(ContentRejected, _FLAIR, "FLAIR_REQUIRED", status=400),
    *_codes(ContentRejected, _RULES, "SUBMIT_VALIDATION", status=400),
    *_codes(ContentRejected, _OTHER_KIND, "GALLERIES_DISABLED", status=400),
    Refusal(400, None, ContentRejected, _REFUSED, REFERENCE),
    Refusal(401, None, TokenEnded, _ENDED, REFERENCE, bare=True),
    Refusal(403, "insufficient_scope", ReconnectNeeded, _NOT_ALLOWED, REFERENCE),
    *_codes(ContentRejected, _CLOSED, "private", "banned", "quarantined", "gold_only", status=403),
    Refusal(403, None, ContentRejected, _NOT_HERE, REFERENCE),
    Refusal(404, None, ContentRejected, _NO_PLACE, REFERENCE),
    Refusal(413, None, ContentRejected, _TOO_LARGE, REFERENCE, bare=True),
    Refusal(415, None, ContentRejected, _TOO_LARGE, REFERENCE, bare=True),
    Refusal(
        429, None, RateLimited, "Reddit asks the portal to wait before it posts more.", LIMITS_PAGE, bare=True
    ),
)
# "403 HTML block page: User-Agent, address or app blocked: stop all calls, alarm."
BLOCK_PAGE = Refusal(403, None, OperatorNeeded, _BLOCKED, ACCESS_PAGE, bare=True)


def errors_within(body: Mapping[str, Any] | None) -> list[list[Any]]:
    """The errors inside an answer of status 200: [code, words, field] each; none where it has none."""
    errors = inside(body, "json").get("errors")
    return [one for one in errors if isinstance(one, list) and one] if isinstance(errors, list) else []


def inside(body: Mapping[str, Any] | None, name: str) -> dict[str, Any]:
    """The object of that name in an answer, an empty one where there is none."""
    found = (body or {}).get(name)
    return found if isinstance(found, dict) else {}


def refused(answer: http.Answer) -> PlatformError:
    """What an answer that is no success means, by the table."""
    body = read(answer)
    said = None if answer.status == 200 and not errors_within(body) else _said(answer, body)
    refusal = find_refusal(REFUSALS, answer.status, said)
    if refusal is None and answer.status == 403:
        refusal = BLOCK_PAGE
    code = _code(answer, body)
    if refusal is None:
        return unknown("Reddit", code)
    if refusal.error is RateLimited:
        # A RATELIMIT is about one account; a 429 about the client id, which all doctors share.
        return RateLimited(refusal.words, _until(answer, body), code, whole_app=answer.status == 429)
    return refusal.error(refusal.words + _quote(refusal, body), code=code)


def _said(answer: http.Answer, body: Mapping[str, Any] | None) -> str | None:
    """The codes of an answer, in whichever of its shapes; None where it is a page."""
    if answer.status == 302:
        return str(answer.headers.get("location", ""))
    if body is None:
        return None
    codes = [error[0] for error in errors_within(body)]
    parts = [*codes, body.get("reason"), body.get("error_type"), answer.headers.get("www-authenticate")]
    return " ".join(str(part) for part in parts if part)


def _code(answer: http.Answer, body: Mapping[str, Any] | None) -> str:
    errors = errors_within(body)
    word = str(errors[0][0] if errors else (body or {}).get("reason") or "")
    return word if re.fullmatch(r"[A-Za-z_]{3,80}", word) else str(answer.status)


def _quote(refusal: Refusal, body: Mapping[str, Any] | None) -> str:
    """Reddit's own sentence behind ours, where the moderators' rules are all that could explain it."""
    if refusal.words not in (_RULES, _REFUSED):
        return ""
    errors = errors_within(body)
    words = (body or {}).get("explanation") or (errors[0][1] if errors and len(errors[0]) > 1 else "")
    plain = " ".join(str(words).split())[:LONGEST_QUOTE].rstrip(". ")
    return f" Reddit says: {plain}." if plain else ""


def _until(answer: http.Answer, body: Mapping[str, Any] | None) -> datetime:
    now = clock.now()
    if answer.status == 429:
        named = retry_after(answer.headers) or _reset(answer.headers)
        return named or now + WAIT_WITHOUT_A_TIME
    seconds = inside(body, "json").get("ratelimit")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds >= 0:
        return now + min(timedelta(seconds=min(seconds, 1e6)), LONGEST_WAIT) + EXTRA_WAIT
    return now + min(_worded(errors_within(body)), LONGEST_WAIT) + EXTRA_WAIT


def _worded(errors: list[list[Any]]) -> timedelta:
    """ "Take a break for 8 minutes": a number and a unit in words."""
    found = WAITING_TIME.search(" ".join(str(word) for error in errors for word in error))
    if found is None or len(found[1]) > 9:
        return WAIT_WITHOUT_A_TIME
    return int(found[1]) * UNITS[found[2]]


def _reset(headers: Mapping[str, str]) -> datetime | None:
    word = headers.get("x-ratelimit-reset", "").strip()
    if not re.fullmatch(r"\d{1,9}(\.\d+)?", word):
        return None
    return clock.now() + min(timedelta(seconds=float(word)), LONGEST_WAIT)
