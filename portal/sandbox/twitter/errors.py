"""X's refusals: problem objects, word for word as its pages and public reports show them."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, g

from ..faults import Fault
from ..wire import answer

PROBLEM = "application/problem+json"
# "On host api.x.com or api.twitter.com (both occur)"; the newest specification and the SDK know the first.
PROBLEMS = "https://api.x.com/2/problems"
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
NOT_PERMITTED = "You are not permitted to perform this action."
REPLY_REFUSED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged "
    "by the author of the post you are replying to."
)


def problem(status: int, title: str, detail: str, kind: str = "about:blank", **more: Any) -> Response:
    """The common shape; `kind` is a name under /2/problems/ or about:blank."""
    type_ = kind if kind == "about:blank" else f"{PROBLEMS}/{kind}"
    return answer(
        {"title": title, "detail": detail, "type": type_, "status": status, **more}, status, PROBLEM
    )


def unauthorized() -> Response:
    return problem(401, "Unauthorized", "Unauthorized")


def forbidden(detail: str = "Forbidden") -> Response:
    """403; with the bare word it is what X says to a token that lacks a scope."""
    return problem(403, "Forbidden", detail)


def invalid(message: str, **parameters: Any) -> Response:
    shown = {name.replace("__", "."): [str(value)] for name, value in parameters.items()}
    return problem(
        400,
        "Invalid Request",
        "One or more parameters to your request was invalid.",
        "invalid-request",
        errors=[{"parameters": shown, "message": message}],
    )


def not_found(id: str) -> dict[str, Any]:
    """What stands under `errors` for a post that is not there."""
    return {
        "resource_id": id,
        "resource_type": "tweet",
        "parameter": "id",
        "value": id,
        "title": "Not Found Error",
        "detail": f"Could not find tweet with id: [{id}].",
        "type": f"{PROBLEMS}/resource-not-found",
    }


def _slow_down(fault: Fault) -> Response:
    # X sends no Retry-After: the time to come back stands in x-rate-limit-reset (see rates).
    g.exhausted_for = fault.retry_after
    g.is_exhausted = True
    return problem(429, "Too Many Requests", "Too Many Requests")


def _out_of_order(fault: Fault) -> Response:
    status = fault.status or 503
    phrase = HTTPStatus(status).phrase
    return problem(status, phrase, phrase)


FAULT_WORDS: Mapping[str, Callable[[Fault], Response]] = {
    "rate_limit": _slow_down,
    "server_error": _out_of_order,
    "token_expired": lambda fault: unauthorized(),
    "token_revoked": lambda fault: unauthorized(),
    "permission_missing": lambda fault: forbidden(),
    "duplicate": lambda fault: forbidden(DUPLICATE),
    "upload_gone": lambda fault: invalid("Your media IDs are invalid.", media__media_ids="…"),
    "bad_content": lambda fault: invalid("The text of the post is not valid.", text="…"),
}
