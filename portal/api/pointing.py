"""Refusals speak of a post's publications; what was sent may have named the accounts in short."""

from collections.abc import Callable

from portal.errors import Invalid, Refused
from portal.posts.inputs import NewPost, PostChanges


def renamed(problem: Invalid, name: Callable[[str], str]) -> Invalid:
    """The same refusal, with each field as `name` has it."""
    if isinstance(problem, Refused):
        return Refused([(name(field), words, entry) for field, words, entry in problem.found])
    first, *others = [(name(field), words) for field, words in problem.problems]
    return Invalid(*first, more=others)


def as_sent(field: str, wanted: NewPost | PostChanges) -> str:
    """The field as it was sent: what is said of a publication points at its account where that was all that
    named it."""
    kind, _, rest = field.partition(".")
    if kind != "publications" or wanted.publications is not None:
        return field
    if wanted.social_account_id is not None:
        return "social_account_id"
    if wanted.social_account_ids is not None:
        place = rest.partition(".")[0]
        return f"social_account_ids.{place}" if place else "social_account_ids"
    return field
