"""Putting a video on YouTube by hand, in YouTube Studio."""

from portal.platforms.base import ByHand, Content, with_link
from portal.platforms.youtube_checks import privacy, tags, title

HOME = "https://studio.youtube.com/"

HOW = (
    "Sign in to YouTube Studio as {name}, press “Create” and “Upload videos”. Then choose the video of this "
    "page. Paste the texts: the description first, then the title, and the tags where there are some."
)
PRIVACY_CHECK = "Choose who sees it: {privacy}."
KIDS_CHECKS = {True: "Say that it is made for children.", False: "Say that it is not made for children."}


def by_hand(content: Content) -> ByHand:
    """The task: what to paste, and what to choose in Studio."""
    texts = (with_link(content), title(content), ", ".join(tags(content)))
    is_for_kids = content.options.get("made_for_kids") is True
    checks = (PRIVACY_CHECK.format(privacy=privacy(content)), KIDS_CHECKS[is_for_kids])
    how = HOW.format(name=content.author.display_name)
    return ByHand(HOME, how, tuple(text for text in texts if text), checks)
