"""Everything that goes wrong under /api, as RFC 9457 problem+json in one shape."""

from http import HTTPStatus
from typing import Any

from flask import Response, json, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from portal.errors import Changed, Conflict, Invalid, NotAllowed, Refused, TooSoon
from portal.inputs import problems as input_problems

# The part of the documentation page that explains each status; others are about:blank, as the RFC has it. The
# address is without its host, so that a kind is the same word in practice and for real, wherever we are.
EXPLAINED = {
    400: "unreadable",
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "another-method",
    409: "moved-on",
    412: "not-as-you-know-it",
    413: "too-large",
    415: "not-json",
    422: "refused-input",
    429: "too-many",
    500: "our-fault",
    503: "not-now",
}


# Instead of the pages' words, which speak of windows.
OTHER_VERSION = (
    "This has another version than the one that you sent. Read it again, then send your change with the "
    "version that it has now."
)


class ProblemEntry(BaseModel):
    """One field that was refused; `pointer` is a JSON pointer into the body, or names a parameter."""

    pointer: str
    detail: str


class FoundEntry(ProblemEntry):
    """What a check found there; `start` and `end` count code points of that text."""

    id: str
    severity: str
    words: str
    start: int
    end: int
    reason: str
    source: str
    suggestion: str | None


class Problem(BaseModel):
    """What went wrong and what to do."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FoundEntry | ProblemEntry] | None = None


def problem(status: int, detail: str, errors: list[Any] | None = None, **headers: str) -> Response:
    """An answer of this status; `errors` are entries with at least pointer and detail."""
    kind = f"/api/docs#{EXPLAINED[status]}" if status in EXPLAINED else "about:blank"
    told = {"type": kind, "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if errors is not None:
        told["errors"] = errors
    response = Response(json.dumps(told), status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    response.headers.extend({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def pointer(field: str) -> str:
    """The JSON pointer of a dotted field: "publications.0.content" is /publications/0/content."""
    if not field:
        return ""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in field.split("."))


def refused(*entries: tuple[str, str]) -> Response:
    """422 with what is wrong about each (field, words)."""
    listed = [{"pointer": pointer(field), "detail": words} for field, words in entries]
    detail = listed[0]["detail"] if len(listed) == 1 else "Some fields need another look; see errors."
    return problem(422, detail, listed)


def from_validation(problem_: ValidationError) -> Response:
    return refused(*((entry.field, entry.words) for entry in input_problems(problem_)))


def from_invalid(problem_: Invalid) -> Response:
    if isinstance(problem_, Refused):
        entries = [{"pointer": pointer(at), "detail": words, **more} for at, words, more in problem_.found]
        return problem(422, "Some words need another look before this post can be planned.", entries)
    return refused(*problem_.problems)


def from_conflict(problem_: Conflict) -> Response:
    return problem(409, problem_.words)


def from_changed(_: Changed) -> Response:
    return problem(409, OTHER_VERSION)


def from_not_allowed(problem_: NotAllowed) -> Response:
    return problem(403, problem_.words)


def from_too_soon(problem_: TooSoon) -> Response:
    return problem(429, problem_.words, Retry_After=str(problem_.seconds))


def is_wanted() -> bool:
    """Whether this request is a program's."""
    return request.path.startswith("/api/v")


WORDS = {
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    413: "The body is too large.",
    429: "Too many requests. Wait a while, then try again.",
    500: "Something went wrong on our side. Try again later.",
}


def from_http(wrong: HTTPException) -> Response:
    """What Flask itself refuses or fails at, keeping its headers (Allow, Retry-After, WWW-Authenticate)."""
    status = wrong.code or 500
    kept = [(name, value) for name, value in wrong.get_headers() if name.lower() != "content-type"]
    response = problem(status, WORDS.get(status) or wrong.description or HTTPStatus(status).phrase)
    response.headers.extend(kept)
    return response
