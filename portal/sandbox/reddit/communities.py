"""The communities of the practice Reddit: any name is an open one, but for these, each of a kind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..people import Person

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{1,20}")
EDUCATION = "11112222-aaaa-bbbb-cccc-333344445555"
MODERATORS_ONLY = "99992222-aaaa-bbbb-cccc-333344445555"
#: What every answer of /api/v1/SR/post_requirements holds; nulls mean no rule.
NO_WANTS: Mapping[str, Any] = {
    "title_text_min_length": None,
    "title_text_max_length": None,
    "title_required_strings": [],
    "title_blacklisted_strings": [],
    "title_regexes": [],
    "body_text_min_length": None,
    "body_text_max_length": None,
    "body_required_strings": [],
    "body_blacklisted_strings": [],
    "body_regexes": [],
    "body_restriction_policy": "none",
    "domain_whitelist": [],
    "domain_blacklist": [],
    "link_restriction_policy": "none",
    "link_repost_age": None,
    "is_flair_required": False,
    "guidelines_text": None,
    "guidelines_display_policy": None,
    "gallery_min_items": None,
    "gallery_max_items": None,
    "gallery_captions_requirement": "none",
    "gallery_urls_requirement": "none",
}


@dataclass(frozen=True)
class Community:
    name: str
    submission_type: str = "any"
    allow_images: bool = True
    allow_galleries: bool = True
    subreddit_type: str = "public"
    wants: Mapping[str, Any] = field(default_factory=dict)
    flair: Mapping[str, str] = field(default_factory=dict)
    description: str = "A community of the practice network."

    @property
    def requirements(self) -> dict[str, Any]:
        return {**NO_WANTS, **self.wants}


PECULIAR = {
    each.name: each
    for each in (
        Community("exampletest", description="Try anything here."),
        Community(
            "healthtips",
            wants={
                "title_text_min_length": 10,
                "title_text_max_length": 120,
                "title_blacklisted_strings": ["miracle"],
                "domain_blacklist": ["spam.example"],
                "link_restriction_policy": "blacklist",
                "is_flair_required": True,
            },
            flair={EDUCATION: "Education"},
            description="Advice by professionals. Each post wears a label.",
        ),
        Community("textonly", submission_type="self", allow_images=False, allow_galleries=False),
        Community("linksonly", submission_type="link"),
        Community("nopictures", allow_images=False, allow_galleries=False),
        Community("approvedonly", subreddit_type="restricted"),
        Community("privateplace", subreddit_type="private"),
    )
}
#: Names of communities that are not there any more, or never were.
BANNED, MISSING = "bannedplace", "nosuchplace"


def community(name: str, person: Person) -> Community | None:
    """The community of that name; None when there is none. Somebody's own profile is one too."""
    bare = name.casefold()
    if bare.startswith("u_"):
        own = bare == f"u_{person.handle}".casefold()
        return Community(name, subreddit_type="user" if own else "restricted")
    if bare in (BANNED, MISSING) or not NAME.fullmatch(name):
        return None
    return PECULIAR.get(bare) or Community(name)
