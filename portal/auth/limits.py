"""How often one may knock at the doors of signing in: from one address, and for one account.

Counted in Redis, and in this process's memory while Redis is away, never not at all. Codes are counted in the
database besides: see OneTimeCode.answer.
"""

import hashlib
from collections.abc import Mapping

from flask import Response, request
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import HTTPException

from portal.extensions import limiter

WRITING = ["POST"]


def account_key() -> str:
    """The account that a request is about, as a mark: what somebody typed does not lie about in Redis."""
    plain = _typed_email().strip().lower()
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _typed_email() -> str:
    # Nothing may be raised here: the limiter would take it for a failure of Redis.
    try:
        sent = request.get_json(silent=True) if request.is_json else request.form
    except (HTTPException, RecursionError):  # too large, too deep
        return ""
    typed = sent.get("email") if isinstance(sent, Mapping) else None
    return typed if isinstance(typed, str) else ""


def was_refused(response: Response) -> bool:
    """What counts as a failure to sign in; a success gives none back."""
    return response.status_code in (401, 422)


# Each is one count for the page and the API together.
sign_up = limiter.shared_limit(
    "20 per minute; 100 per hour", "sign-up", key_func=get_remote_address, methods=WRITING
)
ask_for_letter = limiter.shared_limit(
    "20 per minute; 100 per hour", "letter", key_func=get_remote_address, methods=WRITING
)
sign_in = limiter.shared_limit("30 per minute", "sign-in", key_func=get_remote_address, methods=WRITING)
sign_in_for_account = limiter.shared_limit(
    "30 per 5 minutes", "sign-in account", key_func=account_key, methods=WRITING
)
failures = limiter.shared_limit(
    "10 per minute", "failures", key_func=get_remote_address, methods=WRITING, deduct_when=was_refused
)
failures_for_account = limiter.shared_limit(
    "5 per 5 minutes", "failures account", key_func=account_key, methods=WRITING, deduct_when=was_refused
)
answer_code = limiter.shared_limit("30 per minute", "code", key_func=get_remote_address, methods=WRITING)
