"""Rate limits as callers see them: how much is left, and after too much, how long to wait."""

from math import ceil

from flask import Flask, Response, current_app
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.extensions import limiter


def init_app(app: Flask) -> None:
    app.register_error_handler(RateLimitExceeded, answer)
    app.after_request(tell)


def answer(exceeded: RateLimitExceeded) -> AnyResponse:
    """429 with the seconds to wait, as a page or as a problem."""
    refused = TooManyRequests(retry_after=_seconds_left())
    response = current_app.handle_user_exception(refused)
    return current_app.make_response(response)


def tell(response: Response) -> Response:
    """What is left of the limit that this request counted towards."""
    if current := limiter.current_limit:
        response.headers["RateLimit-Limit"] = str(current.limit.amount)
        response.headers["RateLimit-Remaining"] = str(max(0, current.remaining))
        response.headers["RateLimit-Reset"] = str(_seconds_left())
    return response


def _seconds_left() -> int:
    current = limiter.current_limit
    return max(1, ceil(current.reset_at - clock.now().timestamp())) if current else 60
