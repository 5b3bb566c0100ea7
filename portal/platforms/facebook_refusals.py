"""What each of Facebook's errors means here, by code and subcode."""

from datetime import timedelta

from portal.platforms.errors import (
    ContentRejected,
    Duplicate,
    OutcomeUnknown,
    RateLimited,
    ReconnectNeeded,
    UploadGone,
)
from portal.platforms.meta import COMMON, DOCS, ERROR_PAGE, GraphRefusal, Voice

LABEL = "Facebook"
POSTS_PAGE = "https://developers.facebook.com/documentation/pages-api/posts"
PHOTOS_PAGE = f"{DOCS}/graph-api/reference/page/photos"

_REFUSED = "Facebook did not accept this post. Change it and try again."
_SAME = "Facebook says that you posted the same just before. Change some words and try again."
_UNREAD = "Facebook cannot open this link. Check its address."
_OWNER = (
    "Facebook wants the owner of the page to do something first: {}. Open facebook.com, do that, then "
    "connect the page again."
)


class LinkUnread(UploadGone):
    """Facebook could not open the link: "permanent (after one retry)", for the website may have been away."""

    def __init__(self, words: str, code: str | None = None) -> None:
        later = "Facebook could not open the link of this post. We try once more."
        super().__init__(later, code, ContentRejected(words, code))


# What each refusal means here; the first line that fits counts. Subcodes from 13xxxxx on: seen in one public
# client only.
REFUSALS = (
    GraphRefusal({506}, None, Duplicate, _SAME, ERROR_PAGE),
    GraphRefusal(None, {1366051}, Duplicate, "Facebook says that these photos were posted.", POSTS_PAGE),
    GraphRefusal({1609005}, None, LinkUnread, _UNREAD, POSTS_PAGE),
    GraphRefusal(None, {1609005}, LinkUnread, _UNREAD, POSTS_PAGE),
    GraphRefusal(
        None,
        {1609008},
        ContentRejected,
        "Facebook takes no links to facebook.com. Take the link out.",
        POSTS_PAGE,
    ),
    GraphRefusal(
        None,
        {1366046},
        ContentRejected,
        "Facebook says that a picture is too large or of a wrong kind. Use JPEG or PNG up to 4 MB.",
        PHOTOS_PAGE,
    ),
    GraphRefusal(None, {2069019}, ContentRejected, "Facebook cannot read a file. Use another.", PHOTOS_PAGE),
    GraphRefusal(
        None,
        {1346003, 1404102},
        ContentRejected,
        "Facebook says that this breaks its rules. Change it and try again.",
        POSTS_PAGE,
    ),
    GraphRefusal(
        None, {1404078}, ReconnectNeeded, _OWNER.format("get the page allowed to publish"), POSTS_PAGE
    ),
    GraphRefusal(None, {4854002}, ReconnectNeeded, _OWNER.format("confirm who you are"), POSTS_PAGE),
    GraphRefusal(
        None, {1404112, 1404006}, ReconnectNeeded, _OWNER.format("lift a security check"), POSTS_PAGE
    ),
    GraphRefusal(
        None,
        {1363047, 1609010},
        OutcomeUnknown,
        "Facebook gave no clear answer. We are checking whether the post is there.",
        ERROR_PAGE,
    ),
    GraphRefusal({368}, {1390008}, RateLimited, "Facebook asks us to post more slowly.", ERROR_PAGE),
    GraphRefusal(
        {368}, None, RateLimited, "Facebook blocked posts for a while.", ERROR_PAGE, timedelta(hours=1)
    ),
    GraphRefusal({100}, {33}, ReconnectNeeded, _OWNER.format("give you a role on it"), ERROR_PAGE),
    GraphRefusal({100}, None, ContentRejected, _REFUSED, POSTS_PAGE),
    *COMMON,
)
PHOTOS_GONE = "Facebook no longer has the pictures of this post. We send them again."
VOICE = Voice(LABEL, REFUSALS)
GONE = "100/33"
