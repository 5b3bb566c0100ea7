"""X's rate-limit headers, on every answer of its API.

The practice network counts but never runs out by itself, so that a day's worth of posts can be tried
in a minute; the fault `rate_limit` runs out on order.
"""

import math
import threading
import time

from flask import Response, g, request

from .routes import API, routes

WINDOW_SECONDS = 900
LIMITS = {
    "twitter.create_post": 100,
    "twitter.delete_post": 50,
    "twitter.me": 75,
    "twitter.user_posts": 900,
    "twitter.posts_by_ids": 5000,
    "twitter.post_by_id": 900,
    "twitter.upload_media": 500,
    "twitter.describe_media": 500,
    "twitter.media_status": 1000,
    "twitter.initialize_media": 1875,
    "twitter.append_media": 1875,
    "twitter.finalize_media": 1875,
}

_lock = threading.Lock()
_used: dict[tuple[str, str], tuple[int, int]] = {}


@routes.after_request
def tell_rates(response: Response) -> Response:
    limit = LIMITS.get(request.endpoint or "")
    if limit is None or not request.path.startswith(API):
        return response
    window = int(time.time()) // WINDOW_SECONDS
    exhausted = g.get("is_exhausted", False)
    remaining = 0 if exhausted else max(1, limit - _count(window))
    response.headers["x-rate-limit-limit"] = str(limit)
    response.headers["x-rate-limit-remaining"] = str(remaining)
    reset = _reset_as_ordered() if exhausted else None
    response.headers["x-rate-limit-reset"] = reset or str((window + 1) * WINDOW_SECONDS)
    return response


def _count(window: int) -> int:
    """How often this caller has called this endpoint in this window, this call included."""
    caller = g.get("caller")
    key = (request.endpoint or "", caller.key if caller else "")
    with _lock:
        began, used = _used.get(key, (window, 0))
        used = used + 1 if began == window else 1
        _used[key] = (window, used)
    return used


def _reset_as_ordered() -> str | None:
    after = g.get("exhausted_for")
    if after is None or isinstance(after, str):
        return after
    return str(math.ceil(time.time() + after))
