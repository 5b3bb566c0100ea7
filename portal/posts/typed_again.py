"""A composer that is sent when the session, or the page's own mark, has ended: what was typed is not lost.

The page that says so carries all of it and sends it once more. Only for a form that came from a page of ours:
another site must not be able to put words there.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

P = ParamSpec("P")
Answer = TypeVar("Answer")


def keeps_typed(view: Callable[P, Answer]) -> Callable[P, Answer | AnyResponse]:
    """Put it above what asks who is signed in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Answer | AnyResponse:
        is_sent = request.method == "POST" and _is_from_here()
        if is_sent and not current_user.is_authenticated:
            return _page(is_out=True)
        try:
            return view(*args, **kwargs)
        except CSRFError:
            if not is_sent:
                raise
            return _page(is_out=False)

    return guarded


def _page(is_out: bool) -> Response:
    fields = [pair for pair in request.form.items(multi=True) if pair[0] not in ("csrf_token", "do")]
    body = render_template(
        "posts/typed_again.html",
        is_out=is_out,
        fields=fields,
        wish=request.form.get("do", "plan"),
        words=request.form.get("content", ""),
        has_files=any(file.filename for file in request.files.values()),
    )
    return make_response(body, 401 if is_out else 400)


def _is_from_here() -> bool:
    """Whether the browser says that one of our own pages sent the form."""
    said = request.headers.get("Origin") or request.referrer or ""
    return urlsplit(said).netloc == request.host
