"""How Meta's tokens leave the standard: traded for longer ones, with the permissions listed elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from portal import clock, http
from portal.platforms.base import App, Connection, Token
from portal.platforms.calls import as_reading, ask, read
from portal.platforms.errors import (
    ContentRejected,
    Declined,
    PlatformError,
    ReconnectNeeded,
    TemporaryFailure,
    TokenEnded,
)
from portal.platforms.meta import COMMON, GRAPH, Voice, checked_id, listed, number_of, prove, proven

# A person with more pages than these is shown none of the rest.
PAGES_OF_PAGES = 10
MOST_A_PAGE = 100
# Two lists are read of each; nobody waits for more than these while signing in.
MOST_PORTFOLIOS = 20
# UNVERIFIED: "without it Pages that belong to a Business portfolio may be missing" from a person's own list.
PORTFOLIOS = "business_management"

# The year 2100 in seconds: an end behind it is none.
LATEST = 4_102_444_800

#: Of a page's own token, which came from a person's long-lived one.
LASTS_BY_PAGE = "no end of its own; the doctor connects again after changing the password or the page's roles"

_AGAIN = "The sign-in took too long or was used before. Press Connect to start again."


def long_lived(connection: Connection, app: App, token: Token) -> Token:
    """Facebook's token for an hour traded for one of sixty days, with the permissions that were granted."""
    query = {
        "grant_type": "fb_exchange_token",
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "fb_exchange_token": token.access,
    }
    traded_for = traded(connection, f"{GRAPH}/oauth/access_token?{urlencode(query)}", token)
    longer = connection.proved(app, traded_for)
    rows = Voice(connection.label, COMMON).get(f"{GRAPH}/me/permissions", longer).get("data")
    given = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    # A token answer of Facebook's names no permissions: what was declined is told here alone.
    scopes = frozenset(str(row.get("permission")) for row in given if row.get("status") == "granted")
    return replace(longer, scopes=scopes)


def inspected(connection: Connection, app: App, token: Token) -> Token:
    """What Facebook says of a token by now: whether it holds, what it may do, and when it ends.

    Its `data_access_expires_at` is left alone: posting goes on behind it, as far as is known.
    https://developers.facebook.com/docs/graph-api/reference/debug_token
    """
    own = f"{app.client_id}|{app.client_secret}"
    query = urlencode({"input_token": token.access, "access_token": own})
    answer = ask(
        connection.label, "GET", proven(f"{GRAPH}/debug_token?{query}", Token(own, proof=prove(app, own)))
    )
    said = (read(answer) or {}).get("data")
    if answer.status != 200 or not isinstance(said, dict) or not isinstance(said.get("is_valid"), bool):
        # A refusal here is of the app, or of the question: it says nothing of the doctor's permission.
        raise TemporaryFailure(f"{connection.label} could not do this just now.", str(answer.status))
    if not said["is_valid"]:
        error = said.get("error")
        code = number_of(error.get("code")) if isinstance(error, dict) else 0
        raise TokenEnded(f"{connection.label} ended the permission to post.", str(code or 190))
    scopes, ends = said.get("scopes"), number_of(said.get("expires_at"))
    granted = frozenset(map(str, scopes)) if isinstance(scopes, list) else token.scopes
    # 0 stands for never.
    ends_at = datetime.fromtimestamp(ends, UTC) if 0 < ends < LATEST else None
    return replace(token, scopes=granted, expires_at=ends_at)


def traded(connection: Connection, url: str, token: Token) -> Token:
    """The token that an address gives for another one; what it does not say is kept."""
    answer = ask(connection.label, "GET", url)
    said = read(answer) or {}
    access, seconds = said.get("access_token"), said.get("expires_in")
    if answer.status != 200 or not isinstance(access, str) or not access:
        words = f"{connection.label} could not do this just now. Try again."
        raise refused(connection.label)(answer.status, said) or TemporaryFailure(words, str(answer.status))
    is_number = isinstance(seconds, int) and not isinstance(seconds, bool)
    ends_at = clock.now() + timedelta(seconds=int(seconds or 0)) if is_number else None
    return replace(token, access=access, expires_at=ends_at, proof=None)


def refused(label: str) -> Callable[[int, Mapping[str, Any]], PlatformError | None]:
    """How a refusal while signing in is read, in either of its shapes; None for what says nothing."""

    def meaning(status: int, said: Mapping[str, Any]) -> PlatformError | None:
        error = said.get("error")
        if isinstance(error, dict):
            return _of_graph(label, status, number_of(error.get("code")))
        if said.get("error_type") and 400 <= status < 500:
            return Declined(_AGAIN, str(number_of(said.get("code"))))
        return None

    return meaning


def _of_graph(label: str, status: int, code: int) -> PlatformError:
    # "A reused/expired code gives error code 100."
    if code == 100:
        return Declined(_AGAIN, str(code))
    error = Voice(label, COMMON).meaning(code, 0, str(code), http.Answer(status, {}, b""))
    if isinstance(error, ContentRejected):
        return Declined(f"{label} ended the sign-in. Press Connect to start again.", error.code)
    return as_reading(label, error)


def pages_of(voice: Voice, fields: str, token: Token) -> list[dict[str, Any]]:
    """The pages of a person, each with a token of its own; without one they have no role there.

    Those of a business portfolio may be missing from a person's own list, and are asked for there.
    """
    query = urlencode({"fields": fields, "limit": MOST_A_PAGE})
    rows = listed(voice, f"{GRAPH}/me/accounts?{query}", token, PAGES_OF_PAGES) or []
    if PORTFOLIOS in token.scopes:
        rows = rows + _of_portfolios(voice, query, token)
    own = (row for row in rows if checked_id(row) and isinstance(row.get("access_token"), str))
    # The first of each: a page may stand in both lists.
    return list({row["id"]: row for row in reversed(list(own))}.values())[::-1]


def _of_portfolios(voice: Voice, query: str, token: Token) -> list[dict[str, Any]]:
    """The pages that a person's businesses own or look after; none where the person may not see them."""
    asked = urlencode({"fields": "id,name", "limit": MOST_A_PAGE})
    found: list[dict[str, Any]] = []
    try:
        businesses = listed(voice, f"{GRAPH}/me/businesses?{asked}", token, PAGES_OF_PAGES) or []
        for business in filter(checked_id, businesses[:MOST_PORTFOLIOS]):
            for edge in ("owned_pages", "client_pages"):
                url = f"{GRAPH}/{business['id']}/{edge}?{query}"
                found += listed(voice, url, token, PAGES_OF_PAGES) or []
    except (ReconnectNeeded, ContentRejected):
        # Somebody who is no manager there still has the pages of their own.
        return found
    return found


def page_token(page: Mapping[str, Any], token: Token) -> Token:
    """A page's token, which has no end. The person's own is kept with it, for withdrawing."""
    return Token(str(page["access_token"]), refresh=token.access, scopes=token.scopes)
