"""What a post on Reddit says: its community, title, text and kind, and what Reddit would refuse of it."""

import re
from collections.abc import Mapping
from typing import Any

from portal.platforms.base import Content, Problem
from portal.platforms.reddit_pictures import caption

# "Title: 300 characters (Unicode characters, not bytes)."
MOST_TITLE_CHARACTERS = 300
# "Text body: 40,000 characters."
MOST_CHARACTERS = 40_000
# UNVERIFIED: which signs a community's name may hold. "name without r/; own profile: u_USERNAME".
SUBREDDIT_NAME = re.compile(r"u_[A-Za-z0-9_-]{1,30}|[A-Za-z0-9][A-Za-z0-9_]{1,30}")
FLAIR_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


def bare_name(name: str) -> str:
    """A community's name as the API wants it: people write r/Health or paste half of an address."""
    return re.sub(r"^/?r/", "", name.strip(), flags=re.IGNORECASE).rstrip("/")


def kind(content: Content) -> str:
    """A picture outweighs a link, which then stands in the text; several make a gallery."""
    if content.media:
        return "gallery" if len(content.media) > 1 else "image"
    return "link" if content.link else "self"


def text(content: Content) -> str:
    said = content.text.strip()
    if content.media and content.link and content.link not in said:
        return f"{said}\n\n{content.link}".strip()
    return said


def title(content: Content) -> str:
    return str(content.options.get("title") or "").strip()


def subreddit(content: Content) -> str:
    return bare_name(str(content.options.get("subreddit") or ""))


def form(content: Content, staged: Mapping[str, Any]) -> dict[str, str]:
    """What is sent to /api/submit; of a gallery, what goes along with its pictures."""
    sort = kind(content)
    fields = {
        "api_type": "json",
        "kind": sort,
        "sr": subreddit(content),
        "title": title(content),
        "text": text(content),
        "sendreplies": "true",
        "nsfw": "false",
        "spoiler": "false",
        # Of a link this stops a second post in the same community; texts are never compared.
        "resubmit": "false" if sort == "link" else "true",
        "validate_on_submit": "true",
    }
    if sort == "link":
        fields["url"] = str(content.link)
    elif sort == "image":
        fields["url"] = str(staged.get("url", ""))
    if content.options.get("flair_id"):
        fields["flair_id"] = str(content.options["flair_id"])
    return fields


def gallery(content: Content, staged: Mapping[str, Any]) -> list[dict[str, str]]:
    """The pictures of a gallery in their order, as /api/submit_gallery_post.json takes them."""
    assets = staged.get("assets") or {}
    return [
        {"media_id": str(assets.get(str(one.id), "")), "caption": caption(one), "outbound_url": ""}
        for one in content.media
    ]


def subreddit_problems(content: Content) -> list[Problem]:
    name = content.options.get("subreddit")
    if not isinstance(name, str) or not bare_name(name):
        return [Problem("options.subreddit", "Enter the community on Reddit to post in.")]
    if not SUBREDDIT_NAME.fullmatch(bare_name(name)):
        words = "Enter the name of one community, such as AskDocs. It has letters, digits and _ alone."
        return [Problem("options.subreddit", words)]
    return []


def flair_problems(content: Content) -> list[Problem]:
    flair = content.options.get("flair_id")
    if not flair or (isinstance(flair, str) and FLAIR_ID.fullmatch(flair)):
        return []
    return [Problem("options.flair_id", "Choose a label from the community’s own list.")]


def preview_note(content: Content) -> str | None:
    place, name = subreddit(content), title(content)
    if not place or not name:
        return None
    where = f"your profile ({place})" if place.startswith("u_") else f"r/{place}"
    return f"Goes to {where} under the title “{name}”. Its moderators may still take it away."
