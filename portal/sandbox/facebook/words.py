"""How Facebook says each fault of a publishing call."""

from collections.abc import Callable, Mapping
from functools import partial

from flask import Response

from ..faults import Fault
from ..meta import errors
from .gate import NEEDS

DUPLICATE = "(#506) Duplicate status message"


def of(account: str) -> Mapping[str, Callable[[Fault], Response]]:
    """The words for the calls of one Page."""
    return {
        "rate_limit": partial(errors.slow_down, 32, "(#32) Page request limit reached", "pages", account),
        "server_error": errors.out_of_order,
        "token_expired": lambda fault: errors.dead_token("expired"),
        "token_revoked": lambda fault: errors.dead_token("revoked"),
        "permission_missing": lambda fault: errors.not_permitted(NEEDS),
        "duplicate": lambda fault: duplicate(),
        "bad_content": lambda fault: errors.invalid(
            subcode=1346003, told="This content was judged abusive or is otherwise not allowed."
        ),
    }


def duplicate() -> Response:
    return errors.error(506, DUPLICATE)
