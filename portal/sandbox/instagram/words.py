"""How Instagram says each fault of a publishing call. It has no word for a duplicate."""

from collections.abc import Callable, Mapping
from functools import partial

from flask import Response

from ..faults import Fault
from ..meta import errors

TOO_MANY = "(#80002) There have been too many calls to this Instagram account. Wait a bit and try again."


def fault_words(account: str) -> Mapping[str, Callable[[Fault], Response]]:
    """The words for the calls on one account."""
    return {
        "rate_limit": partial(errors.slow_down, 80002, TOO_MANY, "instagram", account),
        "server_error": errors.out_of_order,
        "token_expired": lambda fault: errors.dead_token("expired"),
        "token_revoked": lambda fault: errors.dead_token("revoked"),
        "permission_missing": lambda fault: errors.error(
            10, "(#10) Application does not have permission for this action", status=403
        ),
        # "There is no duplicate-content error on Instagram": what comes nearest is its word against spam,
        # which was seen while the post did go live; here nothing is created.
        "duplicate": lambda fault: errors.error(
            4, "Application request limit reached", 2207051, told="Action is blocked", is_transient=False
        ),
        "upload_gone": lambda fault: errors.error(24, "The media could not be found", 2207006),
        "not_ready": lambda fault: errors.error(
            9007, "Media ID is not available", 2207027, is_transient=False
        ),
        "bad_content": lambda fault: errors.error(36004, "The caption was too long.", 2207010),
    }
