"""What Reddit's communities say about themselves: which there are, their rules, their labels."""

import json
from collections.abc import Mapping
from typing import Any

from portal.platforms.base import Found
from portal.platforms.reddit_refusals import inside

# What the fields of /api/v1/SR/post_requirements say; a null means no rule. The four `gallery_…` fields are
# UNVERIFIED and left out.
LENGTHS = {
    "title_text_min_length": "The title must have at least {} characters.",
    "title_text_max_length": "The title must have at most {} characters.",
    "body_text_min_length": "The text must have at least {} characters.",
    "body_text_max_length": "The text must have at most {} characters.",
    "link_repost_age": "A link must not have been posted in the last {} days.",
}
LISTS = {
    "title_required_strings": "The title must hold one of: {}.",
    "title_blacklisted_strings": "The title must not hold: {}.",
    "body_required_strings": "The text must hold one of: {}.",
    "body_blacklisted_strings": "The text must not hold: {}.",
}
DOMAINS = {
    "whitelist": ("domain_whitelist", "Links must lead to: {}."),
    "blacklist": ("domain_blacklist", "Links must not lead to: {}."),
}
BODY = {
    "required": "A post must have a text.",
    "notAllowed": "A post must have a title and no text.",
}
TYPES = {"link": "Only links and pictures are taken.", "self": "Only texts are taken."}


def things(listing: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a listing holds, each thing as its own fields."""
    children = inside(listing, "data").get("children")
    found = (
        [one.get("data") for one in children if isinstance(one, dict)] if isinstance(children, list) else []
    )
    return [one for one in found if isinstance(one, dict)]


def communities(listing: Mapping[str, Any]) -> list[Found]:
    """Communities to choose from."""
    named = [one for one in things(listing) if one.get("display_name")]
    return [
        Found(str(one["display_name"]), f"r/{one['display_name']}", str(one.get("public_description") or ""))
        for one in named
    ]


def flair(body: bytes) -> list[Found]:
    """The labels that an author may choose; a body that is no list holds none."""
    try:
        listed = json.loads(body)
    except ValueError:
        return []
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [
        Found(str(one["id"]), str(one.get("text") or "without words"))
        for one in found
        if one.get("id") and not one.get("mod_only")
    ]


def rules(about: Mapping[str, Any], wants: Mapping[str, Any], told: Mapping[str, Any]) -> list[Found]:
    """All that a community demands: what Reddit checks, in our words, then its moderators' own rules."""
    checked = [Found("", sentence) for sentence in [*_of_place(inside(about, "data")), *_of_post(wants)]]
    listed = told.get("rules")
    written = [
        Found("", str(one.get("short_name") or ""), str(one.get("description") or ""))
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict) and one.get("kind") in ("link", "all")
    ]
    return checked + written


def _of_place(about: Mapping[str, Any]) -> list[str]:
    said = []
    if about.get("user_is_banned"):
        said.append("You are banned there.")
    if about.get("subreddit_type") == "restricted" and not about.get("user_is_contributor"):
        said.append("Only people whom its moderators let in may post there.")
    if about.get("submission_type") in TYPES:
        said.append(TYPES[about["submission_type"]])
    if about.get("allow_images") is False:
        said.append("Pictures are not taken.")
    return said


def _of_post(wants: Mapping[str, Any]) -> list[str]:
    said = [words.format(wants[name]) for name, words in LENGTHS.items() if _is_number(wants.get(name))]
    said += [words.format(_quoted(wants[name])) for name, words in LISTS.items() if wants.get(name)]
    if wants.get("title_regexes") or wants.get("body_regexes"):
        said.append("The title or the text must have a form that its moderators set. See the rules there.")
    policy = DOMAINS.get(str(wants.get("link_restriction_policy")))
    if policy and wants.get(policy[0]):
        said.append(policy[1].format(", ".join(map(str, wants[policy[0]]))))
    if wants.get("body_restriction_policy") in BODY:
        said.append(BODY[wants["body_restriction_policy"]])
    if wants.get("is_flair_required"):
        said.append("A label must be chosen.")
    if wants.get("guidelines_text"):
        said.append(str(wants["guidelines_text"]))
    return said


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _quoted(words: Any) -> str:
    return ", ".join(f"“{word}”" for word in words) if isinstance(words, list) else str(words)
