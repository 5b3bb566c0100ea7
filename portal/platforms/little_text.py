"""LinkedIn's "little text": plain text in which reserved characters carry a backslash.

LinkedIn silently cuts a post at the first reserved character that stands bare, and still answers 201.
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
"""

import re

RESERVED = "\\|{}@[]()<>#*_~"

# UNVERIFIED by LinkedIn: whether these stay part of a link when a backslash stands before them. As percent
# codes they do; "_" has no useful percent form and gets its backslash.
CODED_IN_LINKS = "()[]{}|<>~*"

_RESERVED = re.compile(r"[\\|{}@\[\]()<>#*_~]")
_ESCAPED = re.compile(r"\\([\\|{}@\[\]()<>#*_~])")
_CODED_IN_LINKS = re.compile(r"[()\[\]{}|<>~*]")
_LINK = re.compile(r"https?://[^\s<>\"“”\\]+", re.IGNORECASE)
_ENDS_A_SENTENCE = ".,;:!?'’"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
# Stays bare on purpose: a mention, and the sign of a hashtag at the start of a word.
# UNVERIFIED by LinkedIn: whether an escaped sign stays a clickable hashtag; bare ones do.
_BARE = re.compile(
    r"(?P<mention>@\[[^\\|{}@\[\]()<>#*_~]+\]\(urn:li:(?:person|organization):[A-Za-z0-9-]+\))"
    r"|(?P<hashtag>(?:(?<=\s)|(?<![\s\S]))#(?=[^\W_]))"
)
_HASHTAG_TEMPLATE = re.compile(r"\{hashtag\|\\?#\|(\w+)\}")


def escape(text: str) -> str:
    """The text as LinkedIn wants it sent: it then shows what was typed, links with their odd signs coded."""
    text = code_links(text)
    parts, end = [], 0
    for bare in _BARE.finditer(text):
        parts += [_RESERVED.sub(r"\\\g<0>", text[end : bare.start()]), bare[0]]
        end = bare.end()
    return "".join([*parts, _RESERVED.sub(r"\\\g<0>", text[end:])])


def unescape(commentary: str) -> str:
    """What readers see of a text in this form, hashtag templates included."""
    parts, end = [], 0
    for template in _HASHTAG_TEMPLATE.finditer(commentary):
        parts += [_ESCAPED.sub(r"\1", commentary[end : template.start()]), f"#{template[1]}"]
        end = template.end()
    return "".join([*parts, _ESCAPED.sub(r"\1", commentary[end:])])


def code_links(text: str) -> str:
    """The same text with the characters that break links written as percent codes inside them."""
    return _LINK.sub(lambda found: _code_link(found[0]), text)


def _code_link(link: str) -> str:
    end = _end_of_link(link)
    coded = _CODED_IN_LINKS.sub(lambda sign: f"%{ord(sign[0]):02X}", link[:end])
    return coded + link[end:]


def _end_of_link(link: str) -> int:
    """Where the link ends and the sentence around it goes on: "(see https://a.example/b)."."""
    end = len(link)
    while end:
        last = link[end - 1]
        opening = _BRACKETS.get(last)
        if last in _ENDS_A_SENTENCE or (opening and link[:end].count(opening) < link[:end].count(last)):
            end -= 1
        else:
            break
    return end
