"""LinkedIn's refusals, word for word as its error pages and public reports show them."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Response

from ..faults import Fault
from ..wire import answer


def refusal(status: int, code: str, message: str, service_code: int | None = None) -> Response:
    """The common shape of an error."""
    body: dict[str, Any] = {"status": status, "code": code, "message": message}
    if service_code is not None:
        body["serviceErrorCode"] = service_code
    return answer(body, status)


def bad_field(field: str, code: str, message: str) -> Response:
    """400 for one field of the body."""
    problem = {"description": message, "input": {"inputPath": {"fieldPath": field}}, "code": code}
    return _bad_request(400, message, problem)


def unknown_field(field: str) -> Response:
    message = f"ERROR :: /{field} :: unrecognized field found but not allowed\n"
    return answer({"message": message, "status": 422}, 422)


def duplicate(urn: str) -> Response:
    """422 that names the post which said it already."""
    message = (
        f"com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of {urn}"
    )
    problem = {"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}
    return _bad_request(422, message, problem)


def no_token() -> Response:
    return refusal(401, "EMPTY_ACCESS_TOKEN", "Empty oauth2 access token", 65604)


def dead_token(state: str) -> Response:
    """401 for a token that is `expired`, `revoked` or was never given."""
    if state == "expired":
        return refusal(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired", 65602)
    if state == "revoked":
        message = "The token used in the request has been revoked by the user"
        return refusal(401, "REVOKED_ACCESS_TOKEN", message, 65601)
    return refusal(401, "INVALID_ACCESS_TOKEN", "Invalid access token", 65600)


def access_denied(what: str, version: str) -> Response:
    message = (
        f"Not enough permissions to access: {what}.{version}01"
        if version
        else (f"Not enough permissions to access: {what}")
    )
    return refusal(403, "ACCESS_DENIED", message, 100)


def resource_forbidden(kind: str) -> Response:
    message = f"Accessing this {kind} resource is forbidden. Please check your permissions for this resource"
    return answer({"status": 403, "message": message}, 403)


def not_found(message: str = "The requested resource was not found") -> Response:
    return refusal(404, "NOT_FOUND", message)


def fault_words(version: str, urn: Callable[[], str]) -> Mapping[str, Callable[[Fault], Response]]:
    """How LinkedIn says each fault of a publishing call; `urn` names the post of a duplicate."""
    return {
        "rate_limit": _slow_down,
        "server_error": _out_of_order,
        "token_expired": lambda fault: dead_token("expired"),
        "token_revoked": lambda fault: dead_token("revoked"),
        "permission_missing": lambda fault: access_denied("partnerApiPostsExternal.CREATE", version),
        "duplicate": lambda fault: duplicate(urn()),
        "upload_gone": lambda fault: refusal(
            400, "MEDIA_ASSET_PROCESSING_FAILED", "Media asset failed processing"
        ),
        "not_ready": lambda fault: refusal(
            400, "MEDIA_ASSET_WAITING_UPLOAD", "Media asset is waiting upload"
        ),
        "bad_content": lambda fault: bad_field(
            "commentary", "INVALID_VALUE_FOR_FIELD", "The value of the field commentary is invalid"
        ),
    }


def _slow_down(fault: Fault) -> Response:
    # LinkedIn documents no Retry-After; the header is sent only when a test asks for a time.
    level = "APPLICATION DAY" if fault.retry_after is None else "MEMBER MINUTE"
    message = f"Resource level throttle {level} limit for calls to this resource is reached."
    response = refusal(429, "TOO_MANY_REQUESTS", message, 101)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = f"{fault.retry_after}"
    return response


def _out_of_order(fault: Fault) -> Response:
    status = fault.status or 503
    return answer({"status": status, "message": HTTPStatus(status).phrase}, status)


def _bad_request(status: int, message: str, problem: dict[str, Any]) -> Response:
    body = {
        "errorDetailType": "com.linkedin.common.error.BadRequest",
        "message": message,
        "errorDetails": {"inputErrors": [problem]},
        "status": status,
    }
    return answer(body, status)
