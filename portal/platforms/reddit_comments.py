"""Comments below a doctor's own post on Reddit, https://www.reddit.com/dev/api/#POST_api_comment."""

import re

from portal import http
from portal.platforms.calls import read, unknown
from portal.platforms.reddit_calls import LABEL
from portal.platforms.reddit_refusals import errors_within, refused

MOST_CHARACTERS = 10_000

_NAME = re.compile(r"t1_[a-z0-9]{1,13}")


def name_in(answer: http.Answer) -> str:
    """The full name of the comment that was made: the only proof. Raises PlatformError."""
    body = read(answer)
    if answer.status != 200 or errors_within(body):
        raise refused(answer)
    try:
        name = (body or {})["json"]["data"]["things"][0]["data"]["name"]
    except (KeyError, IndexError, TypeError):
        raise unknown(LABEL, "no_name") from None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise unknown(LABEL, "no_name")
    return name
