"""The two kinds of calls to a network, and how its refusals are read from a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from portal import clock, http
from portal.platforms.errors import OutcomeUnknown, PlatformError, TemporaryFailure

# No network has ever meant a longer wait; "Retry-After: 99999999" is somebody's mistake.
LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True)
class Refusal:
    """One way in which a network says no: how it is known, and what happens next.

    `sign` stands in the network's code or words; without one, every other answer of this status is meant.
    `bare` ones are certain from the status alone, whatever the body looks like. `page` is the vendor's own.
    """

    status: int
    sign: str | None
    error: type[PlatformError]
    words: str
    page: str
    bare: bool = False


def find_refusal(table: Iterable[Refusal], status: int, said: str | None) -> Refusal | None:
    """The first line of the table that fits; `said` is None when the body could not be read."""
    for refusal in table:
        if refusal.status != status or (said is None and not refusal.bare):
            continue
        if refusal.sign is None or (said is not None and refusal.sign.lower() in said.lower()):
            return refusal
    return None


def ask(label: str, method: str, url: str, **call: Any) -> http.Answer:
    """A call that may be made again: identity, lists, uploads. Without an answer it is a passing fault."""
    try:
        return http.request(method, url, **call)
    except http.CallFailed as failed:
        raise no_answer(label, failed) from failed


def send(label: str, method: str, url: str, **call: Any) -> http.Answer:
    """The call that cannot be undone, made once: without an answer nobody knows what came of it."""
    try:
        return http.request(method, url, **call)
    except http.NotSent as failed:
        raise no_answer(label, failed) from failed
    except http.Unanswered as failed:
        raise unknown(label, type(failed).__name__) from failed


def no_answer(label: str, failed: http.CallFailed) -> TemporaryFailure:
    return TemporaryFailure(f"{label} did not answer. We try again.", type(failed).__name__)


def unknown(label: str, code: str) -> OutcomeUnknown:
    return OutcomeUnknown(f"{label} gave no clear answer. We are checking whether the post is there.", code)


def readable(label: str, answer: http.Answer) -> dict[str, Any]:
    """The JSON object of a call that may be made again."""
    try:
        return answer.json()
    except http.Unreadable as failed:
        raise no_answer(label, failed) from failed


def read(answer: http.Answer) -> dict[str, Any] | None:
    """The JSON object of an answer, or None when it holds none."""
    try:
        return answer.json()
    except http.Unreadable:
        return None


def as_reading(label: str, error: PlatformError) -> PlatformError:
    """A call that creates nothing has no unknown outcome: without a clear answer it is made again later."""
    if isinstance(error, OutcomeUnknown):
        return TemporaryFailure(f"{label} did not answer as expected. Try again.", error.code)
    return error


def retry_after(headers: Mapping[str, str]) -> datetime | None:
    """The moment that a Retry-After header names, in seconds or as a date; None without a usable one."""
    word = headers.get("retry-after", "").strip()
    now = clock.now()
    if word.isdecimal() and len(word) < 12:
        return now + min(timedelta(seconds=int(word)), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(word)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max(at, now), now + LONGEST_WAIT)
