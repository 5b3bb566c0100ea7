"""What each of Instagram's errors means here, by code and subcode."""

import re
from datetime import timedelta

from portal.platforms.errors import (
    ContentRejected,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    StillPreparing,
    TemporaryFailure,
    UploadGone,
)
from portal.platforms.meta import COMMON, ERROR_PAGE, GraphRefusal, Voice

LABEL = "Instagram"
PLATFORM_DOCS = "https://developers.facebook.com/docs/instagram-platform"
CODES_PAGE = f"{PLATFORM_DOCS}/reference/error-codes"
PUBLISHING_PAGE = f"{PLATFORM_DOCS}/content-publishing/"

# The address of a picture could not be fetched. One client found that it passes: "retry 3×, then permanent".
NOT_FETCHED = "9004/2207052"
FETCHES = 3
# "Container does not exist / expired": this may pass, for Meta says to wait half a minute to two.
UNKNOWN_CONTAINER = "24/2207008"
NOT_FOUND_YET = "Instagram does not find what it prepared for this post. We try again."
# "Action blocked, anti-spam": of the post itself nobody knows what came of it, of a container nothing did.
BLOCKED = "4/2207051"
WAIT_WHEN_BLOCKED = timedelta(hours=2)
# How long to wait when the day's posts are used up: "next window; read the quota".
WAIT_FOR_QUOTA = timedelta(hours=1)

OUT_ALREADY = "Instagram says that this is out already. We are looking for the post."
_CHECKING = "Instagram gave no clear answer. We are checking whether the post is there."
_LATER = "Instagram could not take this just now. We try again."
_NOT_FOUND_BY_IT = "Instagram could not fetch a picture or video from the portal. We try again."
USED_UP = "Instagram takes no more posts from this account today. We try again when it does."

REFUSALS = (
    # "Seen while the post did go live."
    GraphRefusal({4}, {2207051}, OutcomeUnknown, _CHECKING, CODES_PAGE),
    GraphRefusal({9}, {2207042}, RateLimited, USED_UP, CODES_PAGE, WAIT_FOR_QUOTA),
    GraphRefusal(
        None,
        {2207050},
        ReconnectNeeded,
        "Instagram restricts this account. Open the Instagram app, do what it asks, then connect it again.",
        CODES_PAGE,
    ),
    GraphRefusal(None, {2207001}, OutcomeUnknown, _CHECKING, CODES_PAGE),
    GraphRefusal(None, {2207032, 2207053, 2207082, 2207003}, TemporaryFailure, _LATER, CODES_PAGE),
    GraphRefusal(
        None,
        {2207020, 2207006, 2207008},
        UploadGone,
        "Instagram no longer has the picture or video. We send it again.",
        CODES_PAGE,
    ),
    GraphRefusal(None, {2207052}, TemporaryFailure, _NOT_FOUND_BY_IT, CODES_PAGE),
    GraphRefusal(
        None, {2207027}, StillPreparing, "Instagram is still preparing this. We try again.", CODES_PAGE
    ),
    GraphRefusal(
        None,
        {2207004},
        ContentRejected,
        "Instagram says that a picture is too large. Use one up to 8 MB.",
        CODES_PAGE,
    ),
    GraphRefusal(
        None,
        {2207005},
        ContentRejected,
        "Instagram does not take this kind of picture. Use JPEG.",
        CODES_PAGE,
    ),
    GraphRefusal(
        None,
        {2207009},
        ContentRejected,
        "Instagram does not take a picture of this shape. Crop it to between 4:5 and 1.91:1.",
        CODES_PAGE,
    ),
    GraphRefusal(
        None,
        {2207010},
        ContentRejected,
        "Instagram says that this text is too long. Shorten it and try again.",
        CODES_PAGE,
    ),
    GraphRefusal(
        None,
        {2207026, 2207077},
        ContentRejected,
        "Instagram does not take this video. Use MP4 with H.264 and AAC.",
        CODES_PAGE,
    ),
    GraphRefusal(
        None, {2207028}, ContentRejected, "Instagram takes 2 to 10 pictures or videos together.", CODES_PAGE
    ),
    GraphRefusal(
        None, {2207040}, ContentRejected, "Too many people are named. Instagram takes up to 20.", CODES_PAGE
    ),
    GraphRefusal(
        None,
        {2207023, 2207057, 2207081, 2207085, 2207073},
        ContentRejected,
        "Instagram did not accept this. Change it and try again.",
        CODES_PAGE,
    ),
    # Seen as a passing fault of Meta's as well: "retry a few times".
    GraphRefusal({100}, {33}, TemporaryFailure, _LATER, ERROR_PAGE),
    GraphRefusal(
        {100},
        None,
        ContentRejected,
        "Instagram did not accept this post. Change it and try again.",
        PUBLISHING_PAGE,
    ),
    *COMMON,
)
VOICE = Voice(LABEL, REFUSALS)
GONE = "100/33"


def of_status(status: str) -> PlatformError:
    """What a container that failed says: a sentence with a subcode somewhere in it."""
    found = re.search(r"\b22070\d\d\b", status)
    subcode = int(found[0]) if found else 0
    for refusal in REFUSALS:
        if refusal.subcodes and subcode in refusal.subcodes:
            # Nothing was published: an unknown outcome is none here.
            kind = TemporaryFailure if issubclass(refusal.error, OutcomeUnknown) else refusal.error
            return kind(refusal.words, code=str(subcode))
    return TemporaryFailure(_LATER, "container_failed")
