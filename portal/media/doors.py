"""How a page takes files that are larger than any other request may be."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app, request

from portal import extensions
from portal.media import flows
from portal.transaction import let_go

P = ParamSpec("P")
Answer = TypeVar("Answer")


def takes_files(view: Callable[P, Answer]) -> Callable[P, Answer]:
    """Let this view's requests be as large as a video. Files lie on the disk by then, not in memory.

    The CSRF token stands in the same body, so it is asked for here, once the body may be read: put this
    below what asks who is signed in, so that a stranger's body is never read.
    """

    @wraps(view)
    def wider(*args: P.args, **kwargs: P.kwargs) -> Answer:
        if request.method == "GET":
            return view(*args, **kwargs)
        request.max_content_length = flows.REQUEST_BYTES
        let_go()  # a video comes in for minutes
        if current_app.config["WTF_CSRF_ENABLED"]:
            extensions.csrf.protect()
        return view(*args, **kwargs)

    exempted: Callable[P, Answer] = extensions.csrf.exempt(wider)
    return exempted
