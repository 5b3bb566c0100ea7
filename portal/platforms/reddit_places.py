"""What a community on Reddit wants of a post: asked while it is written, judged before it is planned.

Moderators change their rules, so Reddit judges again when the post goes out.
"""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from portal import http
from portal.platforms import reddit_content, subreddits
from portal.platforms.base import Content, Problem, Token, Told
from portal.platforms.calls import as_reading, no_answer, read
from portal.platforms.errors import ContentRejected, PlatformError
from portal.platforms.reddit_calls import LABEL, Calls
from portal.platforms.reddit_refusals import inside, refused

NO_PLACE = "Reddit has no community called r/{place}. Check how it is spelled."
CLOSED = "r/{place} is closed to you: it is private, or Reddit has shut it. Choose another community."
BANNED = "You are banned from r/{place}. Choose another community."
RESTRICTED = "Only people whom its moderators let in may post in r/{place}. Ask them, or choose another one."

# What each kind of post is called, and what of it a community may say no to.
KINDS = {"self": "texts", "link": "links", "image": "pictures", "gallery": "several pictures"}
SUGGESTIONS = 5
# The names of post_requirements that are judged here; the forms that moderators write are Reddit's to judge.
JUDGED = (
    *subreddits.LENGTHS,
    *subreddits.LISTS,
    "domain_whitelist",
    "domain_blacklist",
    "link_restriction_policy",
    "body_restriction_policy",
)


class _Hurry:
    """Calls that share one time limit: a page waits for them."""

    def __init__(self, calls: Calls, token: Token, seconds: float) -> None:
        self.calls, self.token = calls, token
        self.until = time.monotonic() + seconds

    def ask(self, path: str) -> http.Answer:
        left = self.until - time.monotonic()
        if left <= 0:
            raise no_answer(LABEL, http.Unanswered("no time is left"))
        return self.calls.ask("GET", path, self.token, seconds=left)

    def get(self, path: str) -> dict[str, Any]:
        return _object(self.ask(path))


def tell(calls: Calls, place: str, token: Token, seconds: float) -> Told:
    """All that is to be known of a community before something is posted there; for "" those that were joined.

    Raises PlatformError.
    """
    hurry = _Hurry(calls, token, seconds)
    if not place:
        joined = subreddits.communities(hurry.get("/subreddits/mine/subscriber?limit=100&raw_json=1"))
        return Told(others=tuple(one.value for one in joined), is_personal=True)
    try:
        about = hurry.get(f"/r/{place}/about?raw_json=1")
    except ContentRejected as closed:
        return _not_there(hurry, place, closed)
    facts = inside(about, "data")
    trouble = _trouble(place, facts)
    is_personal = trouble is not None or facts.get("subreddit_type") not in ("public", "restricted")
    wants = hurry.get(f"/api/v1/{place}/post_requirements")
    rules = hurry.get(f"/r/{place}/about/rules?raw_json=1")
    flairs = [] if facts.get("link_flair_enabled") is False else _flairs(hurry, place)
    demands = {name: wants[name] for name in JUDGED if wants.get(name)}
    return Told(
        trouble=trouble,
        rules=(*_takes(facts), *subreddits.rules(about, wants, rules)),
        choices={"flair_id": tuple((flair.value, flair.label) for flair in flairs)},
        demands={
            **demands,
            "kinds": _kinds(facts),
            "is_flair_required": bool(wants.get("is_flair_required")),
        },
        is_personal=is_personal,
    )


def misfits(content: Content, told: Told) -> list[Problem]:
    """What this community would refuse, beside the field that has to change."""
    place, demands = reddit_content.subreddit(content), told.demands
    if told.trouble:
        return [Problem("options.subreddit", told.trouble)]
    found = _wrong_kind(place, content, demands.get("kinds", list(KINDS)))
    found += _wrong_flair(place, content, told)
    found += _wrong_words("options.title", "title", reddit_content.title(content), demands, place)
    found += _wrong_words("content", "text", reddit_content.text(content), demands, place)
    return found + _wrong_body(place, content, demands) + _wrong_domain(place, content, demands)


def _trouble(place: str, facts: Mapping[str, Any]) -> str | None:
    if facts.get("user_is_banned"):
        return BANNED.format(place=place)
    if facts.get("subreddit_type") == "restricted" and not facts.get("user_is_contributor"):
        return RESTRICTED.format(place=place)
    return None


def _not_there(hurry: _Hurry, place: str, why: PlatformError) -> Told:
    """A community that Reddit does not show: 403 says that it is closed, 404 that there is none."""
    if why.code in ("private", "quarantined", "gold_only", "403"):
        return Told(CLOSED.format(place=place), is_personal=True)
    return Told(NO_PLACE.format(place=place), others=_like(hurry, place))


def _like(hurry: _Hurry, place: str) -> tuple[str, ...]:
    """Communities whose names begin alike; none where Reddit does not say."""
    query = urlencode({"query": place, "raw_json": 1})
    try:
        found = subreddits.communities(hurry.get(f"/api/subreddit_autocomplete_v2?{query}"))
    except PlatformError:
        return ()
    return tuple(one.value for one in found[:SUGGESTIONS])


def _flairs(hurry: _Hurry, place: str) -> list[Any]:
    answer = hurry.ask(f"/r/{place}/api/link_flair_v2?raw_json=1")
    # "403 if the user may not choose."
    if answer.status == 403:
        return []
    if answer.status != 200:
        raise as_reading(LABEL, refused(answer))
    return subreddits.flair(answer.body)


def _object(answer: http.Answer) -> dict[str, Any]:
    body = read(answer)
    if answer.status != 200:
        raise as_reading(LABEL, refused(answer))
    if body is None:
        raise no_answer(LABEL, http.Unreadable("no JSON object"))
    return body


def _kinds(facts: Mapping[str, Any]) -> list[str]:
    refused_by: dict[str, Callable[[], bool]] = {
        "self": lambda: facts.get("submission_type") == "link",
        "link": lambda: facts.get("submission_type") == "self",
        "image": lambda: facts.get("allow_images") is False,
        "gallery": lambda: facts.get("allow_galleries") is False,
    }
    return [kind for kind, is_refused in refused_by.items() if not is_refused()]


def _takes(facts: Mapping[str, Any]) -> tuple[subreddits.Found, ...]:
    return (subreddits.Found("", f"Takes {_listed(_kinds(facts))}."),)


def _listed(kinds: list[str]) -> str:
    words = [KINDS[kind] for kind in kinds]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words) or "nothing"


def _wrong_kind(place: str, content: Content, kinds: list[str]) -> list[Problem]:
    kind = reddit_content.kind(content)
    if kind in kinds:
        return []
    words = f"r/{place} does not take {KINDS[kind]}. It takes {_listed(kinds)}."
    return [Problem("options.subreddit", words)]


def _wrong_flair(place: str, content: Content, told: Told) -> list[Problem]:
    flair, known = content.options.get("flair_id"), dict(told.choices.get("flair_id", ()))
    if not flair and told.demands.get("is_flair_required"):
        return [Problem("options.flair_id", f"r/{place} wants a label on each post. Choose one.")]
    if flair and flair not in known:
        return [Problem("options.flair_id", f"r/{place} does not offer this label. Choose another one.")]
    return []


def _wrong_words(field: str, what: str, said: str, demands: Mapping[str, Any], place: str) -> list[Problem]:
    """Lengths and words of the title or the text; a text may be left out altogether."""
    part = {"title": "title_text", "text": "body_text"}[what]
    least, most = demands.get(f"{part}_min_length") or 0, demands.get(f"{part}_max_length")
    name = part.removesuffix("_text")
    if not said:
        return []
    found = []
    if len(said) < least:
        found.append(f"r/{place} wants a {what} of at least {least} characters. This one has {len(said)}.")
    if most and len(said) > most:
        found.append(f"r/{place} wants a {what} of at most {most} characters. This one has {len(said)}.")
    needed = demands.get(f"{name}_required_strings") or []
    if needed and not any(_holds(said, word) for word in needed):
        found.append(f"r/{place} wants the {what} to hold one of: {_quoted(needed)}.")
    barred = [word for word in demands.get(f"{name}_blacklisted_strings") or [] if _holds(said, word)]
    if barred:
        found.append(f"r/{place} does not take a {what} with {_quoted(barred)} in it.")
    return [Problem(field, words) for words in found]


def _wrong_body(place: str, content: Content, demands: Mapping[str, Any]) -> list[Problem]:
    policy, text = demands.get("body_restriction_policy"), reddit_content.text(content)
    if policy == "required" and not text:
        return [Problem("content", f"r/{place} wants a text with each post. Enter one.")]
    if policy == "notAllowed" and text:
        return [Problem("content", f"r/{place} takes a title alone, without a text. Leave the text out.")]
    return []


def _wrong_domain(place: str, content: Content, demands: Mapping[str, Any]) -> list[Problem]:
    policy = demands.get("link_restriction_policy")
    if policy not in subreddits.DOMAINS or reddit_content.kind(content) != "link":
        return []
    listed = [str(domain).casefold() for domain in demands.get(subreddits.DOMAINS[policy][0]) or []]
    host = _host(content.link or "")
    is_listed = any(host == domain or host.endswith(f".{domain}") for domain in listed)
    if not listed or is_listed == (policy == "whitelist"):
        return []
    return [Problem("link", f"r/{place} does not take links to {host}. Take the link out.")]


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").casefold()
    except ValueError:
        return ""


def _holds(said: str, word: Any) -> bool:
    return re.sub(r"\s+", " ", str(word)).casefold() in re.sub(r"\s+", " ", said).casefold()


def _quoted(words: Any) -> str:
    return ", ".join(f"“{word}”" for word in words)
