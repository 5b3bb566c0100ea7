"""Counts the calls of programs: one way to Redis counts a call and tells what is left of its limit.

The limiter itself goes there once to count, and again for what it tells in the headers. Its window is the
one that is used here, under its own names, so whatever one has counted the other knows. While Redis is away
the limiter counts in the process's memory, and looks now and then whether it is back.
"""

import time
from collections.abc import Callable
from hashlib import sha1
from typing import Any

from flask import current_app, g, request
from limits import parse
from limits.storage import RedisStorage
from redis.exceptions import NoScriptError, RedisError

from portal import limits
from portal.extensions import limiter

View = Callable[..., Any]

# The newest entry lies first. Gives whether there was room, how many entries count, and when the oldest of
# them was made; what is too old lies behind those, so the end of them is found by halves.
TAKE = b"""
local now, most, expiry = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local last = redis.call('lindex', KEYS[1], most - 1)
local has_room = not (last and tonumber(last) >= now - expiry)
if has_room then
    redis.call('lpush', KEYS[1], ARGV[1])
    redis.call('ltrim', KEYS[1], 0, most - 1)
    redis.call('expire', KEYS[1], expiry)
end
local low, high, oldest = 0, redis.call('llen', KEYS[1]) - 1, ARGV[1]
while low <= high do
    local middle = math.floor((low + high) / 2)
    local entry = redis.call('lindex', KEYS[1], middle)
    if tonumber(entry) >= now - expiry then
        low, oldest = middle + 1, entry
    else
        high = middle - 1
    end
end
return {has_room and 1 or 0, low, oldest}
"""
# By this name Redis knows the script once it has run it.
TAKE_NAME = sha1(TAKE, usedforsecurity=False).hexdigest()


def counted(limit: str, key: Callable[[], str], view: View, otherwise: View) -> View:
    """The view behind a limit; `otherwise` is the same behind the limiter's, for when Redis is away."""
    item = parse(limit)

    def counting(**parts: Any) -> Any:
        if not limiter.enabled:
            return view(**parts)
        whose = key()
        standing = _take(item.key_for(whose, request.endpoint or ""), item.amount, item.get_expiry())
        if standing is None:
            g.is_counted_here = False
            return otherwise(**parts)
        g.limit_standing, has_room = standing
        if not has_room:
            limiter.logger.info("ratelimit %s (%s) exceeded at endpoint: %s", item, whose, request.endpoint)
            return limits.refuse()
        return view(**parts)

    counting.counts_itself = True  # type: ignore[attr-defined]
    return counting


@limiter.request_filter
def is_counted_here() -> bool:
    """Whether the limiter need not look for limits of this call: it is counted here, or will be."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "counts_itself", False) and bool(g.get("is_counted_here", True))


def _take(name: str, amount: int, expiry: int) -> tuple[limits.Standing, bool] | None:
    storage = limiter.storage
    is_away = limiter.limiter.storage is not storage
    if is_away or not isinstance(storage, RedisStorage):
        return None
    now = time.time()
    try:
        has_room, count, oldest = _run(
            storage.get_connection(), storage.prefixed_key(name), now, amount, expiry
        )
    except RedisError:
        return None
    return limits.Standing(amount, amount - count, int(float(oldest) + expiry + 1)), bool(has_room)


def _run(redis: Any, name: str, *values: float) -> tuple[int, int, bytes]:
    try:
        found: tuple[int, int, bytes] = redis.evalsha(TAKE_NAME, 1, name, *values)
    except NoScriptError:  # it was started anew
        found = redis.eval(TAKE, 1, name, *values)
    return found
