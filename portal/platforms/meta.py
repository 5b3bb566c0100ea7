"""Graph calls that Facebook and Instagram share: how they are made, how refusals are read by code."""

import hashlib
import hmac
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from portal import clock, http
from portal.platforms.base import App, Token
from portal.platforms.calls import LONGEST_WAIT, as_reading, ask, read, readable, send, unknown
from portal.platforms.errors import (
    ContentRejected,
    OperatorNeeded,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TokenEnded,
)

# The one place that names the version. Calls to an ended version are silently served by the oldest living
# one, so that nobody but this table says when it is time.
VERSION = "v26.0"
# Until when each version is served; of the newest the end is not announced.
# https://developers.facebook.com/docs/graph-api/changelog/versions/
SUNSETS = {
    "v20.0": date(2026, 9, 24),
    "v21.0": date(2027, 1, 21),
    "v22.0": date(2027, 5, 20),
    "v23.0": date(2027, 10, 8),
    "v24.0": date(2028, 2, 18),
    "v25.0": date(2028, 7, 29),
}
SUNSET = SUNSETS.get(VERSION)
GRAPH = f"https://graph.facebook.com/{VERSION}"
DIALOG = f"https://www.facebook.com/{VERSION}/dialog/oauth"
DOCS = "https://developers.facebook.com/docs"
ERROR_PAGE = f"{DOCS}/graph-api/guides/error-handling"
LIMITS_PAGE = f"{DOCS}/graph-api/overview/rate-limiting"

# No Retry-After is sent. Where the usage header names no wait either: "exponential back-off starting at
# 1 minute", and for a limit of the whole app an hour.
WAIT = timedelta(minutes=1)
WAIT_OF_APP = timedelta(hours=1)
# How much earlier than our call Meta's clock may say that a post was made.
CLOCKS_DIFFER = timedelta(minutes=2)


@dataclass(frozen=True)
class GraphRefusal:
    """One way in which the Graph API says no, known by its code and subcode alone, never by status or words.

    None stands for any. `wait` is for limits whose header names no time; `page` is the vendor's own.
    """

    codes: Collection[int] | None
    subcodes: Collection[int] | None
    error: type[PlatformError]
    words: str
    page: str
    wait: timedelta = WAIT
    whole_app: bool = False


@dataclass(frozen=True)
class Voice:
    """How one of Meta's networks is called: what it is called, and its own table before the common lines."""

    label: str
    refusals: Sequence[GraphRefusal]

    def get(self, url: str, token: Token, **query: str) -> dict[str, Any]:
        """Read something. Raises PlatformError, never an unknown outcome."""
        return self.repeatable("GET", f"{url}?{urlencode(query)}" if query else url, token)

    def repeatable(
        self,
        method: str,
        url: str,
        token: Token,
        body: Mapping[str, Any] | None = None,
        fields: Sequence[http.Part] | None = None,
    ) -> dict[str, Any]:
        """A call that creates nothing that can be seen, and may be made again."""
        call: dict[str, Any] = {"headers": _headers(token, is_json=body is not None)}
        if body is not None:
            call["body"] = to_json(body).encode()
        if fields is not None:
            call["fields"] = fields
        answer = ask(self.label, method, proven(url, token), **call)
        if _error(answer) is not None or not 200 <= answer.status < 300:
            raise as_reading(self.label, self.refused(answer))
        return readable(self.label, answer)

    def create(self, url: str, token: Token, body: str) -> str:
        """The call that cannot be undone, made once; the id is the only proof."""
        heads = _headers(token, is_json=True)
        answer = send(self.label, "POST", proven(url, token), headers=heads, body=body.encode())
        if _error(answer) is not None or not 200 <= answer.status < 300:
            raise self.refused(answer)
        return checked_id(read(answer)) or _lost(self.label)

    def refused(self, answer: http.Answer) -> PlatformError:
        """What an answer that is no success means, by the table."""
        error = _error(answer)
        if error is None:
            if answer.status == 401:
                return TokenEnded(f"{self.label} ended the permission to post. Connect it again.", "401")
            return unknown(self.label, str(answer.status))
        code, subcode = number_of(error.get("code")), number_of(error.get("error_subcode"))
        name = f"{code}/{subcode}" if subcode else str(code)
        return self.meaning(code, subcode, name, answer)

    def meaning(self, code: int, subcode: int, name: str, answer: http.Answer) -> PlatformError:
        """The error behind a code; a number that nobody foresaw is a refusal when the status says so."""
        for refusal in self.refusals:
            if _fits(refusal.codes, code) and _fits(refusal.subcodes, subcode):
                return self._raised(refusal, name, answer)
        if 400 <= answer.status < 500 and not (_error(answer) or {}).get("is_transient"):
            words = f"{self.label} did not accept this post. Change it and try again."
            return ContentRejected(words, name)
        return unknown(self.label, name)

    def _raised(self, refusal: GraphRefusal, name: str, answer: http.Answer) -> PlatformError:
        words = refusal.words.format(label=self.label)
        if refusal.error is RateLimited:
            named = _usage_wait(answer.headers)
            until = clock.now() + (named or refusal.wait)
            return RateLimited(words, until, name, refusal.whole_app, is_guess=named is None)
        return refusal.error(words, code=name)


_ENDED = "{label} ended the permission to post. Connect the account again."
_NOT_ALLOWED = (
    "{label} does not let the portal post here. Connect the account again and allow all that is asked; "
    "you must be allowed to create content there."
)
_NO_ANSWER = "{label} gave no clear answer. We are checking whether the post is there."
_SLOWER = "{label} asks us to wait before we post more."

#: What holds for both networks, after a network's own lines.
COMMON = (
    GraphRefusal(
        {190},
        {459, 464},
        TokenEnded,
        "Facebook wants you to sign in at facebook.com first. Do that, then connect the account again.",
        ERROR_PAGE,
    ),
    GraphRefusal(
        {190},
        {492},
        TokenEnded,
        "You no longer have a suitable role on this page. Ask for it, then connect the account again.",
        ERROR_PAGE,
    ),
    GraphRefusal({190, 102}, None, TokenEnded, _ENDED, ERROR_PAGE),
    GraphRefusal({10, *range(200, 300)}, None, ReconnectNeeded, _NOT_ALLOWED, ERROR_PAGE),
    GraphRefusal(
        {3},
        None,
        OperatorNeeded,
        "The portal’s own access to {label} is not set up right. Its operator has to mend this.",
        ERROR_PAGE,
    ),
    GraphRefusal({4}, None, RateLimited, _SLOWER, LIMITS_PAGE, WAIT_OF_APP, whole_app=True),
    GraphRefusal({341, 613}, None, RateLimited, _SLOWER, LIMITS_PAGE, WAIT_OF_APP),
    GraphRefusal({17, 32, 80001, 80002}, None, RateLimited, _SLOWER, LIMITS_PAGE),
    GraphRefusal({1, 2}, None, OutcomeUnknown, _NO_ANSWER, ERROR_PAGE),
)


def prove(app: App, access: str) -> str:
    """`appsecret_proof`: without the app's secret a stolen token is then good for nothing.

    https://developers.facebook.com/docs/graph-api/guides/secure-requests
    """
    return hmac.new(app.client_secret.encode(), access.encode(), hashlib.sha256).hexdigest()


def proven(url: str, token: Token) -> str:
    """The address with the token's proof in it, once: the next page's address may bring it along."""
    if token.proof is None or "appsecret_proof=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}appsecret_proof={token.proof}"


def to_json(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def checked_id(body: Mapping[str, Any] | None, name: str = "id") -> str | None:
    """The id in an answer: a text of digits, for a page's post two of them."""
    id = body.get(name) if body else None
    return id if isinstance(id, str) and re.fullmatch(r"\d{1,40}(_\d{1,40})?", id) else None


def moment(said: Any) -> datetime | None:
    """A time as the Graph API writes it, 2026-11-22T09:15:02+0000."""
    try:
        return datetime.strptime(str(said), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return None


def listed(voice: Voice, url: str, token: Token, pages: int) -> list[dict[str, Any]] | None:
    """All that a list holds, page after page; None when it has more pages than that."""
    found: list[dict[str, Any]] = []
    for _ in range(pages):
        page = voice.get(url, token)
        rows = page.get("data")
        found += [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        more = (page.get("paging") or {}).get("next")
        # The next page's address is Meta's own; our token goes nowhere else.
        if not isinstance(more, str) or not more.startswith("https://graph."):
            return found
        url = more
    return None


# Reading answers


def _headers(token: Token, *, is_json: bool) -> dict[str, str]:
    kind = {"Content-Type": "application/json"} if is_json else {}
    return {"Authorization": f"Bearer {token.access}", **kind}


def _error(answer: http.Answer) -> dict[str, Any] | None:
    """The error object, whatever the status is: one with status 200 has been seen."""
    error = (read(answer) or {}).get("error")
    return error if isinstance(error, dict) else None


def _fits(numbers: Collection[int] | None, number: int) -> bool:
    return numbers is None or number in numbers


def number_of(said: Any) -> int:
    """A code as a number, however it is written; 0 for none."""
    return int(said) if re.fullmatch(r"-?\d{1,12}", str(said)) else 0


def _lost(label: str) -> str:
    raise unknown(label, "no_id")


def _usage_wait(headers: Mapping[str, str]) -> timedelta | None:
    """The longest wait that X-Business-Use-Case-Usage names, in minutes; None without one."""
    try:
        usage = json.loads(headers.get("x-business-use-case-usage", ""))
        entries = [entry for group in usage.values() for entry in group]
        minutes = max(float(entry["estimated_time_to_regain_access"]) for entry in entries)
    except (ValueError, AttributeError, KeyError, TypeError):
        return None
    most = LONGEST_WAIT / timedelta(minutes=1)
    return timedelta(minutes=min(minutes, most)) if minutes > 0 else None
