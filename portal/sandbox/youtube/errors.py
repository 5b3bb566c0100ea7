"""YouTube's refusals: `reason` and the HTTP code are the contract, the texts are free."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from ..faults import Fault
from ..wire import answer

JSON = "application/json; charset=UTF-8"


def refusal(code: int, reason: str, message: str, domain: str = "youtube.video", **more: Any) -> Response:
    """The common shape; `more` stands in the first of the errors (location, locationType)."""
    error = {"message": message, "domain": domain, "reason": reason, **more}
    return answer({"error": {"code": code, "message": message, "errors": [error]}}, code, JSON)


def field(reason: str, place: str, message: str) -> Response:
    """400 about one field of the body."""
    return refusal(400, reason, message, location=place, locationType="other")


def no_token() -> Response:
    return refusal(
        401, "required", "Login Required.", "global", location="Authorization", locationType="header"
    )


def dead_token() -> Response:
    message = "Request had invalid authentication credentials."
    return refusal(401, "authError", message, "global", location="Authorization", locationType="header")


def missing_scope() -> Response:
    message = "Request had insufficient authentication scopes."
    return refusal(403, "insufficientPermissions", message, "global")


def bad_request(message: str, reason: str = "badRequest") -> Response:
    return refusal(400, reason, message, "global")


def no_video() -> Response:
    return refusal(404, "videoNotFound", "The video that you are looking for cannot be found.")


def _slow_down(fault: Fault) -> Response:
    response = refusal(429, "rateLimitExceeded", "Rate Limit Exceeded", "usageLimits")
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _not_this_video(fault: Fault) -> Response:
    # YouTube itself takes the same video twice and may mark the second one later.
    return refusal(400, "invalidVideoMetadata", "The request metadata is invalid.")


FAULT_WORDS: Mapping[str, Callable[[Fault], Response]] = {
    "rate_limit": _slow_down,
    "server_error": lambda fault: refusal(fault.status or 503, "backendError", "Backend Error", "global"),
    "token_expired": lambda fault: dead_token(),
    "token_revoked": lambda fault: dead_token(),
    "permission_missing": lambda fault: missing_scope(),
    "duplicate": _not_this_video,
    "bad_content": _not_this_video,
    "upload_gone": lambda fault: Response("Not Found", 404, content_type="text/plain; charset=utf-8"),
}
