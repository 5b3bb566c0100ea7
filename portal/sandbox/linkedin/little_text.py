"""Commentary in LinkedIn's "little text format", read as LinkedIn reads it.

Fifteen characters are reserved. A literal one needs a backslash; a bare one silently ends the post,
and the answer is still 201. Mentions, hashtags and hashtag templates stand bare on purpose.
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
"""

import re
from typing import NamedTuple

RESERVED = "\\|{}@[](){}<>#*_~"
_STEP = re.compile(
    r"(?P<plain>[^\\|{}@\[\]()<>#*_~]+)"
    r"|\\(?P<escaped>[\\|{}@\[\]()<>#*_~])"
    r"|@\[(?P<mention>(?:[^\\\]\[]|\\.)+)\]\(urn:li:(?:person|organization):[\w-]+\)"
    r"|\{hashtag\|\\?#\|(?P<template>\w+)\}"
    r"|\#(?P<hashtag>[^\W_]+)",
    re.DOTALL,
)


class LittleText(NamedTuple):
    """What people see, and what LinkedIn gives back when it is asked."""

    visible: str
    stored: str


def read_little(raw: str) -> LittleText:
    """Read a commentary up to the first bare reserved character, where the post is cut."""
    if not any(character in raw for character in RESERVED):
        return LittleText(raw, raw)
    visible, stored, position = "", "", 0
    while found := _STEP.match(raw, position):
        if found["hashtag"] and visible and not visible[-1].isspace():
            break
        seen, kept = _element(found)
        visible, stored, position = visible + seen, stored + kept, found.end()
    return LittleText(visible, stored)


def _element(found: re.Match[str]) -> tuple[str, str]:
    tag = found["hashtag"] or found["template"]
    if tag:
        return f"#{tag}", "{hashtag|\\#|" + tag + "}"
    if found["mention"]:
        return re.sub(r"\\(.)", r"\1", found["mention"]), found.group()
    return found["plain"] or found["escaped"], found.group()
