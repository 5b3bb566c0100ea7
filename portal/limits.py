"""Rate limits as callers see them: how much is left, and after too much, how long to wait."""

from dataclasses import dataclass
from math import ceil

from flask import Flask, Response, current_app, g
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.extensions import limiter


def init_app(app: Flask) -> None:
    app.register_error_handler(RateLimitExceeded, answer)
    app.after_request(tell)


@dataclass(frozen=True)
class Standing:
    """What is known of a limit once a request was counted; `reset_at` in seconds since 1970."""

    amount: int
    remaining: int
    reset_at: int


def answer(_: RateLimitExceeded) -> AnyResponse:
    return refuse()


def refuse() -> AnyResponse:
    """429 with the seconds to wait, as a page or as a problem."""
    refused = TooManyRequests(retry_after=_seconds_left(_standing()))
    response = current_app.handle_user_exception(refused)
    return current_app.make_response(response)


def tell(response: Response) -> Response:
    """What is left of the limit that this request counted towards."""
    if standing := _standing():
        response.headers["RateLimit-Limit"] = str(standing.amount)
        response.headers["RateLimit-Remaining"] = str(max(0, standing.remaining))
        response.headers["RateLimit-Reset"] = str(_seconds_left(standing))
    return response


def _standing() -> Standing | None:
    if "limit_standing" in g:
        standing: Standing = g.limit_standing
        return standing
    current = limiter.current_limit
    return Standing(current.limit.amount, current.remaining, current.reset_at) if current else None


def _seconds_left(standing: Standing | None) -> int:
    return max(1, ceil(standing.reset_at - clock.now().timestamp())) if standing else 60
