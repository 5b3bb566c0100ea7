"""Reddit's refusals: most inside an answer of status 200, others as 400, as a bare number, or as a page."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, g, request

from ..faults import Fault
from ..wire import answer

JSON = "application/json; charset=UTF-8"
ALREADY = ("ALREADY_SUB", "that link has already been submitted", "url")


def inside(code: str, words: str, field: str, **more: Any) -> Response:
    """The usual shape: 200, with what is wrong inside."""
    return answer({"json": {**more, "errors": [[code, words, field]]}}, content_type=JSON)


def invalid(reason: str, explanation: str, field: str) -> Response:
    """What `validate_on_submit` finds."""
    body = {
        "fields": [field],
        "explanation": explanation,
        "message": "Bad Request",
        "reason": f"SUBMIT_VALIDATION_{reason}",
        "error_type": "SUBMIT_VALIDATION_ERROR",
    }
    return answer(body, 400, JSON)


def plain(status: int, message: str, reason: str | None = None) -> Response:
    body: dict[str, Any] = {"message": message, "error": status}
    return answer(body | ({"reason": reason} if reason else {}), status, JSON)


def bad_token() -> Response:
    return _challenged(plain(401, "Unauthorized"), "invalid_token")


def missing_scope() -> Response:
    return _challenged(plain(403, "Forbidden"), "insufficient_scope")


def poor_user_agent() -> Response:
    """What callers get that do not say who they are: library defaults, and those that play a browser."""
    page = "<!doctype html><title>Too Many Requests</title><h1>whoa there, pardner!</h1>"
    return Response(page, 429, {"retry-after": "4"}, content_type="text/html; charset=UTF-8")


def no_such_place() -> Response:
    sr = request.view_args.get("sr", "") if request.view_args else ""
    target = f"https://oauth.reddit.com/subreddits/search?q={sr}"
    return Response(status=302, headers={"Location": target})


def _challenged(response: Response, error: str) -> Response:
    response.headers["www-authenticate"] = f'Bearer realm="reddit", error="{error}"'
    return response


def _slow_down(fault: Fault) -> Response:
    # Two ways to say it: the app's budget is used up, or this account posts too often.
    if fault.retry_after is None:
        words = "Looks like you've been doing that a lot. Take a break for 8 minutes before trying again."
        return inside("RATELIMIT", words, "ratelimit", ratelimit=480.5)
    g.is_exhausted = True
    response = plain(429, "Too Many Requests")
    after = fault.retry_after
    response.headers["retry-after"] = after if isinstance(after, str) else f"{after:g}"
    return response


def _out_of_order(fault: Fault) -> Response:
    page = "<!doctype html><title>Ow!</title><p>our CDN was unable to reach our servers</p>"
    return Response(page, fault.status or 503, content_type="text/html; charset=UTF-8")


FAULT_WORDS: Mapping[str, Callable[[Fault], Response]] = {
    "rate_limit": _slow_down,
    "server_error": _out_of_order,
    "token_expired": lambda fault: bad_token(),
    "token_revoked": lambda fault: bad_token(),
    "permission_missing": lambda fault: missing_scope(),
    "duplicate": lambda fault: inside(*ALREADY),
    "bad_content": lambda fault: invalid(
        "TITLE_BLACKLISTED_STRING", "The title contains a word this community does not allow.", "title"
    ),
}
