"""What LinkedIn counts of a company page's posts; members' posts have no figures for apps like ours.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/share-statistics
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from portal.platforms.base import Author, Figures, Token
from portal.platforms.linkedin_calls import API, ask_for

# The list that asks for posts of each kind, and the field that names one in the answer. UNVERIFIED: the
# field's name, from no sample; an answer that names no post is believed when one post was asked for.
KINDS = {"urn:li:share:": ("shares", "share"), "urn:li:ugcPost:": ("ugcPosts", "ugcPost")}
COUNTS = {
    "likes": "likeCount",
    "comments": "commentCount",
    "shares": "shareCount",
    "views": "impressionCount",
}


def read(remote_ids: Sequence[str], page: Author, token: Token) -> dict[str, Figures]:
    """By id; posts without any action are missing from LinkedIn's answer and so from ours."""
    found: dict[str, Figures] = {}
    for start, (name, field) in KINDS.items():
        asked = [urn for urn in remote_ids if urn.startswith(start)]
        if asked:
            found |= _of_kind(asked, name, field, page, token)
    return found


def _of_kind(asked: list[str], name: str, field: str, page: Author, token: Token) -> dict[str, Figures]:
    listed = ",".join(quote(urn, safe="") for urn in asked)
    url = (
        f"{API}/rest/organizationalEntityShareStatistics?q=organizationalEntity"
        f"&organizationalEntity={quote(page.remote_id, safe='')}&{name}=List({listed})"
    )
    elements = ask_for("GET", url, token).get("elements") or []
    found = {}
    for element in elements:
        urn = element.get(field) or (asked[0] if len(asked) == len(elements) == 1 else None)
        if urn in asked:
            found[urn] = _figures(element.get("totalShareStatistics") or {})
    return found


def _figures(counts: dict[str, Any]) -> Figures:
    return Figures(**{name: counts.get(theirs) for name, theirs in COUNTS.items()})
