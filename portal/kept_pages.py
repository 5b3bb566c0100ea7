"""Pages that are given again while all that they were made from is as it was.

The database is asked every time: whether anybody in it ended a change since the page was looked at last, and
if so all of the page's questions at once (`traces`). So a change counts with the next request, whoever made
it and in whichever process; only putting the same words together again is spared. Most of a page's time goes
there, and doctors go to and fro between the same few pages.

It happens before Flask begins with a request, for the very cookies for which the page was made. Who may see
it is the first of its questions.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec

import psycopg2
from flask import Flask, Response, g, make_response, request, session
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from portal import clock, headers, request_id
from portal.auth import sessions
from portal.traces import Trace, moment, tracing

P = ParamSpec("P")
View = Callable[P, AnyResponse]
Environ = dict[str, Any]
Inside = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# In each process; a page takes twenty to a hundred thousand bytes.
MOST_KEPT = 100
# What is told of the time of day, "today" above all, is as old as this at most, whichever clock said it. Days
# and the hours that are proposed begin at a multiple of it everywhere.
AGE = timedelta(minutes=5)
FRESH_BYTES = 12
# What a page may hang on, beside the database and the time of day.
TOLD = (
    "wsgi.url_scheme",
    "HTTP_HOST",
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_COOKIE",
    "HTTP_USER_AGENT",
)
NAME = "HTTP_" + request_id.HEADER.upper().replace("-", "_")
# Under this name a request's environment holds its `Visit`.
VISIT = "portal.visit"


@dataclass(frozen=True)
class Page:
    """What a page asked, and the page itself under the state that the answers had at a moment."""

    trace: Trace
    state: str = ""
    moment: str = ""
    body: bytes = b""
    nonce: str = ""
    fresh: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    def again(self, name: str) -> tuple[list[tuple[str, str]], bytes]:
        """The same page, but for the words that are good for one answer alone."""
        body = self.body
        for word in self.fresh:
            body = body.replace(word.encode(), secrets.token_urlsafe(FRESH_BYTES).encode())
        nonce = headers.new_nonce()
        said = [(key, value.replace(self.nonce, nonce)) for key, value in self.headers]
        return [*said, (request_id.HEADER, name)], body.replace(self.nonce.encode(), nonce.encode())


@dataclass
class Visit:
    """A request for what may be a page that is kept: what was kept of it, and what is to be kept now."""

    asked: tuple[Any, ...]
    before: Page | None
    page: Page | None = None


class Shelf:
    """Stands before the app, and answers for it where a page that is kept is as it was."""

    def __init__(self, app: Flask, inside: Inside) -> None:
        self.app = app
        self.inside = inside
        self.pages: OrderedDict[tuple[Any, ...], Page] = OrderedDict()

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        if not self._may_answer(environ):
            return self.inside(environ, start)
        asked = (*map(environ.get, TOLD), int(clock.now().timestamp() / AGE.total_seconds()))
        before = self.pages.get(asked)
        if before and before.body and self._is_so_still(asked, before):
            said, body = before.again(request_id.named(environ.get(NAME, "")))
            start("200 OK", said)
            return [body]
        visit = environ[VISIT] = Visit(asked, before)

        def started(status: str, said: list[tuple[str, str]], *failure: Any) -> Any:
            if visit.page:
                self._keep(visit, visit.page, said)
            return start(status, said, *failure)

        return self.inside(environ, started)

    def _may_answer(self, environ: Environ) -> bool:
        is_whole = environ["REQUEST_METHOD"] == "GET" and "HTTP_HX_REQUEST" not in environ
        return is_whole and "HTTP_COOKIE" in environ and not self.app.debug

    def _is_so_still(self, asked: tuple[Any, ...], page: Page) -> bool:
        """False also when the database cannot say: the page is drawn then, or tells what is wrong."""
        with suppress(SQLAlchemyError, psycopg2.Error), self.app.app_context():
            now = moment()
            if now and now == page.moment:
                return True
            state, now = page.trace.state()
            if state == page.state:
                self._put(asked, replace(page, moment=now))
                return True
        return False

    def _keep(self, visit: Visit, page: Page, said: list[tuple[str, str]]) -> None:
        """Unless the browser is told to remember something: that is said once."""
        names = {name.lower() for name, _ in said}
        if "set-cookie" not in names:
            lasting = tuple(header for header in said if header[0] != request_id.HEADER)
            self._put(visit.asked, replace(page, headers=lasting))

    def _put(self, asked: tuple[Any, ...], page: Page) -> None:
        self.pages.pop(asked, None)
        self.pages[asked] = page
        with suppress(KeyError):  # another thread may have made room
            while len(self.pages) > MOST_KEPT:
                self.pages.popitem(last=False)


def init_app(app: Flask) -> None:
    app.wsgi_app = Shelf(app, app.wsgi_app)  # type: ignore[assignment, method-assign]


def fresh_word() -> str:
    """A random word that no two answers may share; it stands in the page as it is."""
    word = secrets.token_urlsafe(FRESH_BYTES)
    if "fresh_words" in g:
        g.fresh_words.append(word)
    return word


def kept(view: View[P]) -> View[P]:
    """For a page that tells only what the database holds and the address, the browser's cookies, its name and
    the time of day say; not of Redis, of a file, of chance."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> AnyResponse:
        visit: Visit | None = request.environ.get(VISIT)
        if visit is None:
            return view(*args, **kwargs)
        begun = moment() if visit.before else ""
        g.fresh_words = []
        with tracing() as trace:
            response = make_response(view(*args, **kwargs))
        if trace.is_pure and trace.questions and _may_stay(response):
            # Most pages are looked at once: only one that is asked for again is worth a question more.
            state, ended = _state(trace) if visit.before else ("", "")
            visit.page = _page(trace, state, ended, response) if state and begun == ended else Page(trace)
        return response

    return guarded


def _state(trace: Trace) -> tuple[str, str]:
    """Nothing when these questions cannot be asked together."""
    with suppress(SQLAlchemyError, psycopg2.Error):
        return trace.state()
    return "", ""


def _may_stay(response: Response) -> bool:
    """Whether anybody with the same cookies would get the same for so long: nothing in the session was said
    once only, and it does not end meanwhile."""
    is_whole = response.status_code == 200 and response.mimetype == "text/html" and not response.is_streamed
    browser = sessions.current_browser()
    lasts = browser is None or not sessions.is_over(browser, AGE)
    return is_whole and lasts and not session.modified


def _page(trace: Trace, state: str, now: str, response: Response) -> Page:
    return Page(trace, state, now, response.get_data(), headers.csp_nonce(), tuple(g.fresh_words))
