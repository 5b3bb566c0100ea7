"""How often one may knock at the doors of signing in: from one address, and for one account.

Counted in Redis. While Redis is away the doors of signing in are closed: memory would count for each process
by itself, and whoever guesses would have all of them. Whoever is signed in goes on. Codes are counted in the
database besides: see OneTimeCode.answer.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Response, g, request
from flask_limiter.util import get_remote_address
from limits.errors import StorageError
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from portal.auth.flows import WrongCredentials
from portal.extensions import limiter

P = ParamSpec("P")
Result = TypeVar("Result")

WRITING = ["POST"]
# More than anybody types to sign in, and no more than the API takes of any JSON.
LONGEST_BYTES = 1_000_000
AWAY = "Signing in does not work at the moment. Please try again in a minute."
TRY_AGAIN_SECONDS = 30


def account_key() -> str:
    """The account that a request is about, as a mark: what somebody typed does not lie about in Redis."""
    plain = _typed_email().strip().lower()
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _typed_email() -> str:
    # What is read here is not measured again, so it is measured now.
    request.max_content_length = LONGEST_BYTES
    # Nothing may be raised here: the limiter would take it for a failure of Redis.
    try:
        sent = request.get_json(silent=True) if request.is_json else request.form
    except (HTTPException, RecursionError):  # too large, too deep
        return ""
    typed = sent.get("email") if isinstance(sent, Mapping) else None
    return typed if isinstance(typed, str) else ""


def closed_while_nobody_counts(view: Callable[P, Result]) -> Callable[P, Result]:
    """A door through which nobody goes while Redis is away; its page can be looked at."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Result:
        if request.method == "POST":
            check_counting()
        return view(*args, **kwargs)

    return guarded


def check_counting() -> None:
    """Raises ServiceUnavailable while nobody would count a wrong answer."""
    if limiter.enabled and not _is_counting():
        raise ServiceUnavailable(AWAY, retry_after=TRY_AGAIN_SECONDS)


def _is_counting() -> bool:
    try:
        return limiter.storage.check()
    except (RedisError, StorageError):
        return False


def count_failures(flow: Callable[P, Result]) -> Callable[P, Result]:
    """The same flow, whose wrong credentials count; a form left empty does not."""

    @wraps(flow)
    def counted(*args: P.args, **kwargs: P.kwargs) -> Result:
        try:
            return flow(*args, **kwargs)
        except WrongCredentials:
            g.failed_to_sign_in = True
            raise

    return counted


def has_failed(_: Response) -> bool:
    """Whether this request was a failure to sign in. A success gives none back."""
    return bool(g.get("failed_to_sign_in", False))


def was_taken(response: Response) -> bool:
    """Whether something was done for whoever asked: what was refused for its form made no work."""
    return response.status_code in (202, 303, 429)


# Each is one count for the page and the API together.
writing = limiter.shared_limit("120 per minute", "writing", key_func=get_remote_address, methods=WRITING)
sign_up = limiter.shared_limit(
    "20 per minute; 100 per hour",
    "sign-up",
    key_func=get_remote_address,
    methods=WRITING,
    deduct_when=was_taken,
)
ask_for_letter = limiter.shared_limit(
    "20 per minute; 100 per hour",
    "letter",
    key_func=get_remote_address,
    methods=WRITING,
    deduct_when=was_taken,
)
sign_in = limiter.shared_limit("30 per minute", "sign-in", key_func=get_remote_address, methods=WRITING)
# Failures are counted when they are over. This one holds those who guess side by side.
sign_in_for_account = limiter.shared_limit(
    "60 per 5 minutes", "sign-in account", key_func=account_key, methods=WRITING
)
failures = limiter.shared_limit(
    "10 per minute", "failures", key_func=get_remote_address, methods=WRITING, deduct_when=has_failed
)
failures_for_account = limiter.shared_limit(
    "5 per 5 minutes", "failures account", key_func=account_key, methods=WRITING, deduct_when=has_failed
)
