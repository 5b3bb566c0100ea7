"""Posting on Reddit by hand: its own page for a new post, with title and text filled in where that works."""

from urllib.parse import urlencode

from portal.platforms.base import ByHand

HOME = "https://www.reddit.com/"
# UNVERIFIED on today's site: "Prefill parameters are long-standing but undocumented". So everything can be
# copied as well.
PAGE = "https://www.reddit.com/r/{place}/submit?{filled_in}"
# Longer addresses are cut by some browsers and servers on their way; then everything is pasted.
LONGEST_ADDRESS = 4000

HOW = (
    "Sign in to Reddit as {name}. If the title and the text are not filled in there, copy them from here: "
    "first comes the text, then the title. Look at both and press “Post”."
)
PICTURE_CHECK = "Add the picture from this page by hand."
FLAIR_CHECK = "Choose the label that the post shall wear."
RULES_CHECK = "Read the rules of the community first. Its moderators may take the post away."


def by_hand(
    name: str, place: str, title: str, text: str, link: str | None, *, has_media: bool, has_flair: bool
) -> ByHand:
    """The task for a post in this community; `link` where it is a link post."""
    fields = {"type": "LINK", "title": title, "url": link} if link else _text(title, text)
    # How a page for a picture is asked for is not known; the doctor chooses it there.
    fields = {"title": title} if has_media else fields
    address = PAGE.format(place=place, filled_in=urlencode(fields)) if place else HOME
    if len(address) > LONGEST_ADDRESS:
        address = PAGE.format(place=place, filled_in=urlencode({"title": title}))
    texts = tuple(words for words in (text, title, link) if words)
    checks = [RULES_CHECK]
    checks += [PICTURE_CHECK] if has_media else []
    checks += [FLAIR_CHECK] if has_flair else []
    return ByHand(address, HOW.format(name=name), texts, tuple(checks))


def _text(title: str, text: str) -> dict[str, str]:
    return {"type": "TEXT", "title": title, "text": text}
