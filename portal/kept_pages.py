"""Pages that are given again while all that they were made from is as it was.

The database is asked every time, all of a page's questions at once (`traces`): a change counts with the next
request, whoever made it and in whichever process; only putting the same words together again is spared. Most
of a page's time goes there, and doctors go to and fro between the same few pages.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

import psycopg2
from flask import Response, current_app, g, make_response, request, session
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from portal import clock, headers
from portal.traces import Trace, moment, tracing

P = ParamSpec("P")
View = Callable[P, AnyResponse]

KEPT = "pages.kept"
# In each process; a page takes twenty to a hundred thousand bytes.
MOST_KEPT = 100
# What is told of the time of day, "today" above all, is as old as this at most. Days and the hours that are
# proposed begin at a multiple of it everywhere.
AGE_SECONDS = 300
FRESH_BYTES = 12


@dataclass(frozen=True)
class Page:
    """What a page asked, and the page itself under the state that the answers had."""

    trace: Trace
    state: str = ""
    body: bytes = b""
    vary: str = ""
    nonce: str = ""
    fresh: tuple[str, ...] = ()

    def again(self) -> Response:
        """The same page, but for the words that are good for one answer alone."""
        body = self.body
        if self.nonce:
            body = body.replace(self.nonce.encode(), headers.csp_nonce().encode())
        for word in self.fresh:
            body = body.replace(word.encode(), secrets.token_urlsafe(FRESH_BYTES).encode())
        response = Response(body, mimetype="text/html")
        response.headers["Vary"] = self.vary
        return response


def fresh_word() -> str:
    """A random word that no two answers may share; it stands in the page as it is."""
    word = secrets.token_urlsafe(FRESH_BYTES)
    if "fresh_words" in g:
        g.fresh_words.append(word)
    return word


def kept(view: View[P]) -> View[P]:
    """For a GET that tells only what the database holds and the address, the browser's cookies, its name and
    the time of day say; not of Redis, of a file, of chance."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> AnyResponse:
        if request.method != "GET" or "HX-Request" in request.headers or current_app.debug:
            return view(*args, **kwargs)
        asked = _asked()
        before = _shelf().get(asked)
        if before and before.body and _state(before.trace)[0] == before.state:
            return before.again()
        begun = moment() if before else ""
        g.fresh_words = []
        with tracing() as trace:
            response = make_response(view(*args, **kwargs))
        if trace.is_pure and trace.questions and _may_stay(response):
            # Most pages are looked at once: only one that is asked for again is worth a question more.
            state, ended = _state(trace) if before else ("", "")
            _keep(asked, _page(trace, state, response) if state and begun == ended else Page(trace))
        return response

    return guarded


def _asked() -> tuple[Any, ...]:
    told = request.headers
    return (
        request.full_path,
        request.host_url,
        told.get("Cookie"),
        told.get("User-Agent"),
        int(clock.now().timestamp()) // AGE_SECONDS,
    )


def _state(trace: Trace) -> tuple[str, str]:
    """Nothing when these questions cannot be asked together."""
    with suppress(SQLAlchemyError, psycopg2.Error):
        return trace.state()
    return "", ""


def _may_stay(response: Response) -> bool:
    """Whether anybody with the same cookies would get the same: nothing in the session was said once only."""
    is_whole = response.status_code == 200 and response.mimetype == "text/html" and not response.is_streamed
    return is_whole and not session.modified and "Set-Cookie" not in response.headers


def _page(trace: Trace, state: str, response: Response) -> Page:
    return Page(
        trace,
        state,
        response.get_data(),
        response.headers.get("Vary", ""),
        str(g.get("csp_nonce", "")),
        tuple(g.fresh_words),
    )


def _shelf() -> OrderedDict[tuple[Any, ...], Page]:
    shelf: OrderedDict[tuple[Any, ...], Page] = current_app.extensions.setdefault(KEPT, OrderedDict())
    return shelf


def _keep(asked: tuple[Any, ...], page: Page) -> None:
    shelf = _shelf()
    shelf.pop(asked, None)
    shelf[asked] = page
    with suppress(KeyError):  # another thread may have made room
        while len(shelf) > MOST_KEPT:
            shelf.popitem(last=False)
