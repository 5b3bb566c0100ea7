"""The composer keeps every word when the session has ended, be it one word alone; see portal.typed_again."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal import typed_again

P = ParamSpec("P")
Answer = TypeVar("Answer")


def keeps_typed(view: Callable[P, Answer]) -> Callable[P, Answer | AnyResponse]:
    """Put it above what asks who is signed in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Answer | AnyResponse:
        if not current_user.is_authenticated and typed_again.can_keep():
            return typed_again.page(is_out=True)
        return view(*args, **kwargs)

    return guarded
