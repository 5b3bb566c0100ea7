"""Turns the table of endpoints into routes: limit, caller, input, flow, answer."""

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

from flask import Blueprint, Response, request
from flask_limiter.util import get_remote_address
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from portal import extensions
from portal.api import callers, conditional, counting, idempotency, problems, reading
from portal.api.conditional import Said
from portal.api.endpoint import ENDPOINTS, Endpoint, Output, View
from portal.errors import Changed, Conflict, Invalid, NotAllowed, TooSoon

BASE = "/api/v1"


def build(endpoints: Iterable[Endpoint] = ENDPOINTS, name: str = "api") -> Blueprint:
    """A blueprint that serves these endpoints. Flask-WTF's check is not for programs; what a browser's own
    cookie opens is checked where callers are admitted."""
    bp = Blueprint(name, __name__, url_prefix=BASE)
    for entry in endpoints:
        bp.add_url_rule(entry.rule, entry.name, limited(entry), methods=[entry.method])
    bp.register_error_handler(ValidationError, problems.from_validation)
    bp.register_error_handler(Invalid, problems.from_invalid)
    bp.register_error_handler(Conflict, problems.from_conflict)
    bp.register_error_handler(Changed, problems.from_changed)
    bp.register_error_handler(NotAllowed, problems.from_not_allowed)
    bp.register_error_handler(TooSoon, problems.from_too_soon)
    bp.after_request(without_kind_when_empty)
    extensions.csrf.exempt(bp)
    return bp


@cache
def limited(entry: Endpoint) -> Callable[..., Response]:
    """The view of one endpoint behind its limits; made once, because the limiter counts limits by name."""
    served, key = serve(entry), partial(caller_key, entry)
    view: View = extensions.limiter.limit(entry.limit, key_func=key)(served)
    if not entry.guards:
        return counting.counted(entry.limit, key, served, view)
    for guard in entry.guards:
        view = guard(view)
    return view


def serve(entry: Endpoint) -> Callable[..., Response]:
    """The view of one endpoint, without limits."""

    def view(**parts: Any) -> Response:
        callers.admit(entry)
        try:
            sent = read(entry)
        except (ValidationError, Invalid, HTTPException):
            if entry.finds is not None:
                entry.finds(**parts)
            raise
        parts |= sent
        if entry.asks is not None:
            parts["found"] = callers.found(entry)
        return answer(entry, once(entry, parts) if entry.is_one_transaction else work(entry, parts))

    view.__name__ = view.__qualname__ = entry.name
    view.__doc__ = entry.view.__doc__
    return view


def once(entry: Endpoint, parts: dict[str, Any]) -> Any:
    """The same answer to the same request, and before anybody else is asked anew."""
    doctor_id, gives = callers.current_doctor_id(), entry.gives
    assert gives is not None and issubclass(gives, Output), "what is done once has an answer to give again"
    if (given := idempotency.given_before(doctor_id, gives)) is not None:
        return given
    if entry.first is not None:
        parts["body"] = entry.first(parts["body"]) or parts["body"]
    return idempotency.once(doctor_id, gives, lambda: entry.view(**parts))


def work(entry: Endpoint, parts: dict[str, Any]) -> Any:
    if entry.first is not None:
        parts["body"] = entry.first(parts["body"]) or parts["body"]
    return entry.view(**parts)


def read(entry: Endpoint) -> dict[str, Any]:
    """What was sent, by the names under which the endpoint takes it."""
    sent: dict[str, Any] = {}
    if entry.query is not None:
        sent["query"] = reading.query(entry.query)
    elif request.query_string and not entry.passes_query:
        reading.query(reading.Nothing)
    if entry.takes is not None and entry.takes_file:
        sent["body"], sent["file"] = reading.form_with_file(entry.takes)
    elif entry.takes is not None:
        sent["body"] = reading.body(entry.takes, may_be_empty=entry.may_be_empty)
    elif entry.is_posting:
        reading.body(reading.Nothing, may_be_empty=True)
    return sent


def answer(entry: Endpoint, result: Any) -> Response:
    status = entry.status
    if isinstance(result, tuple):
        result, status = result
    if isinstance(result, Response):
        return result
    gives = entry.also.get(status) or entry.gives
    if result is None or gives is None:
        return Response(status=204)
    if not isinstance(result, Said):
        result = Said.of(result if isinstance(result, gives) else gives.model_validate(result))
    head = {"Cache-Control": "private, no-cache" if entry.tagged else "no-store"}
    return conditional.answer(result, status, head, is_tagged=entry.tagged)


def without_kind_when_empty(response: Response) -> Response:
    """An answer without a body (204, OPTIONS, a redirect) is of no kind, and Flask would call it HTML."""
    if response.calculate_content_length() == 0:
        response.headers.pop("Content-Type", None)
    return response


def caller_key(entry: Endpoint) -> str:
    """Whom a rate limit counts: the bearer of a genuine token or key, else the address."""
    return callers.limit_key(entry) or f"address:{get_remote_address()}"
