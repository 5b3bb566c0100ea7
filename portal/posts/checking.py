"""Nothing is planned past the checks: what they say is kept, and why the doctor keeps what they found."""

from collections.abc import Sequence
from typing import Any

from portal.checks import Author, Finding
from portal.errors import Refused
from portal.extensions import db
from portal.models import Doctor, Post, PostCheck
from portal.posts.inputs import Acknowledged, WantedPublication
from portal.publishing import checking

# What a report without findings may say, and all that it may say.
NOTHING_FOUND = "No pattern found by {checks} checks. You remain responsible."


def gate(
    post: Post,
    doctor: Doctor,
    acknowledged: Sequence[Acknowledged],
    named: Sequence[WantedPublication] | None = None,
    author: Author | None = None,
) -> PostCheck:
    """What the checks say of a post that is to be planned, to be added beside it.

    Raises Refused when the post may not go out as it stands, or when the doctor has not said why it may. The
    places in the refusal are those of `named` where the accounts were named anew, else those in the post.
    `author` is the doctor as the checks know them, where they were asked for just before.
    """
    with db.session.no_autoflush:
        looked = checking.look(post, doctor, [one.social_account_id for one in named or ()], author)
        before = newest(post)
    said_now = {one.id: one.reason for one in acknowledged}
    if found := checking.stopping(looked.report, said_now, before):
        raise Refused([(one.where, _words(one), entry(one)) for one in found])
    reasons = (dict(before.reasons) if before else {}) | said_now
    post.checks_key = doctor.checks_key
    return checking.result(post, doctor, looked, reasons, is_passed=True)


def newest(post: Post | None) -> PostCheck | None:
    """What was kept of the last look at a post."""
    return db.session.scalar(PostCheck.newest_of(post.id)) if post is not None and post.id else None


def entry(found: Finding) -> dict[str, Any]:
    """A finding as the JSON API tells it."""
    return {
        "id": found.id,
        "severity": found.severity,
        "words": found.words,
        "start": found.start,
        "end": found.end,
        "reason": found.reason,
        "source": found.source,
        "suggestion": found.suggestion,
    }


def _words(found: Finding) -> str:
    start = f"“{found.words}”: " if found.words else ""
    end = "" if found.severity == "block" else " Change it, or say why it is right to post."
    return f"{start}{found.reason}{end}"
