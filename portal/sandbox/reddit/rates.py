"""Reddit's rate headers: one budget for each app, whoever it acts for.

The practice network counts but never runs out by itself, so that a day's worth of posts can be tried in a
minute; the fault `rate_limit` runs out on order.
"""

import threading
import time

from flask import Response, g, request

from .routes import API, routes

WINDOW_SECONDS = 600
LIMIT = 1000
# Clients slow down by themselves long before nothing is left.
ALWAYS_LEFT = 200

_lock = threading.Lock()
_used: dict[str, tuple[int, int]] = {}


@routes.after_request
def tell_rates(response: Response) -> Response:
    if not request.path.startswith(f"{API}/") or "client_id" not in g:
        return response
    window = int(time.time()) // WINDOW_SECONDS
    used = _count(g.client_id or "", window)
    remaining = 0 if g.get("is_exhausted") else max(ALWAYS_LEFT, LIMIT - used)
    response.headers["x-ratelimit-used"] = str(LIMIT - remaining)
    response.headers["x-ratelimit-remaining"] = f"{float(remaining)}"
    response.headers["x-ratelimit-reset"] = str(int((window + 1) * WINDOW_SECONDS - time.time()))
    return response


def _count(client_id: str, window: int) -> int:
    with _lock:
        began, used = _used.get(client_id, (window, 0))
        used = used + 1 if began == window else 1
        _used[client_id] = (window, used)
    return used
