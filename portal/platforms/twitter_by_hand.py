"""Posting on X by hand: a link opens X with the text filled in, and costs the operator nothing.

https://docs.x.com/x-for-websites/post-button/guides/web-intent
"""

from collections.abc import Sequence
from urllib.parse import quote

from portal.platforms.base import ByHand

HOME = "https://x.com/"
INTENT = "https://x.com/intent/tweet?text="

# Longer addresses are cut by some browsers and servers on their way; then the text is pasted.
LONGEST_ADDRESS = 4000

FILLED_IN = "Sign in to X as {name}. Your text stands there already; look at it and press “Post”."
PASTED = "Sign in to X as {name}, begin a new post and paste the text."
THREAD = " Then add each further text as a reply to the one before it."
MEDIA_CHECK = "Add the pictures or the video from this page by hand."


def by_hand(name: str, texts: Sequence[str], *, has_media: bool) -> ByHand:
    """The task for these texts, the first of which may be filled in."""
    address = INTENT + quote(texts[0], safe="")
    fits = len(address) <= LONGEST_ADDRESS
    how = (FILLED_IN if fits else PASTED).format(name=name) + (THREAD if len(texts) > 1 else "")
    return ByHand(address if fits else HOME, how, tuple(texts), (MEDIA_CHECK,) if has_media else ())
