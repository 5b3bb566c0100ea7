"""How Reddit is called: with the portal's own User-Agent always, and within the budget of its app."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from portal import http
from portal.platforms.base import Token
from portal.platforms.budget import Budget
from portal.platforms.calls import as_reading, ask, read, readable, send
from portal.platforms.reddit_refusals import errors_within, refused

LABEL = "Reddit"
API = "https://oauth.reddit.com"


# Where no operator has set another: config.py makes one from the app's id.
USER_AGENT = "web:doctors-portal:v1.0.0 (by /u/doctors-portal)"


class OwnName(Mapping[str, str]):
    """The head that names the portal to Reddit, as the operator has set it; read anew for each call.

    "required on every request, token requests too: <platform>:<app ID>:<version> (by /u/<reddit username>)".
    Library defaults are throttled, and pretending to be a browser is forbidden.
    """

    def __getitem__(self, name: str) -> str:
        return {"User-Agent": http.name_for("reddit", USER_AGENT)}[name]

    def __iter__(self) -> Iterator[str]:
        return iter(("User-Agent",))

    def __len__(self) -> int:
        return 1


HEADERS = OwnName()
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

# "100 requests per minute per OAuth client id, averaged over 10 minutes … slow down below 50."
CALLS_IN_RESERVE = 50
WINDOW = timedelta(minutes=10)


class Calls:
    """The calls of one process. "The budget belongs to the client id, so all doctors … share it"."""

    def __init__(self) -> None:
        self.budget = Budget(LABEL, CALLS_IN_RESERVE, WINDOW)

    def submit(self, form: Mapping[str, str], token: Token) -> http.Answer:
        """The call that cannot be undone, made once."""
        return self._send("/api/submit?raw_json=1", FORM, urlencode(form).encode(), token)

    def submit_gallery(
        self, form: Mapping[str, str], items: Sequence[Mapping[str, str]], token: Token
    ) -> http.Answer:
        """The same for several pictures, whose call takes JSON."""
        said = {name: form[name] for name in ("api_type", "sr", "title", "text", "flair_id") if name in form}
        switches = {"nsfw": False, "spoiler": False, "sendreplies": True}
        checks = {"show_error_list": True, "validate_on_submit": True}
        body = json.dumps({**said, "items": list(items), **switches, **checks}).encode()
        return self._send("/api/submit_gallery_post.json?raw_json=1", JSON, body, token)

    def comment(self, thing_id: str, words: str, token: Token) -> http.Answer:
        """A comment below a post, written once."""
        form = {"api_type": "json", "thing_id": thing_id, "text": words}
        return self._send("/api/comment?raw_json=1", FORM, urlencode(form).encode(), token)

    def _send(self, path: str, kind: Mapping[str, str], body: bytes, token: Token) -> http.Answer:
        self.budget.spend()
        answer = send(LABEL, "POST", f"{API}{path}", headers={**_headers(token), **kind}, body=body)
        self.budget.learn(answer)
        return answer

    def get(self, path: str, token: Token) -> dict[str, Any]:
        """The JSON object at that path."""
        return _plain(self.ask("GET", path, token))

    def post(self, path: str, form: Mapping[str, str], token: Token) -> dict[str, Any]:
        """What a form is answered, by a call that may be made again."""
        return _plain(self.ask("POST", path, token, form))

    def ask(
        self,
        method: str,
        path: str,
        token: Token,
        form: Mapping[str, str] | None = None,
        seconds: float = http.TOTAL_SECONDS,
    ) -> http.Answer:
        """A call that may be made again, whatever it is answered."""
        self.budget.spend()
        heads, body = _headers(token), None
        if form is not None:
            heads, body = heads | FORM, urlencode(form).encode()
        answer = ask(LABEL, method, f"{API}{path}", headers=heads, body=body, total_seconds=seconds)
        self.budget.learn(answer)
        return answer


def _headers(token: Token) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.access}", **HEADERS}


def _plain(answer: http.Answer) -> dict[str, Any]:
    if answer.status != 200 or errors_within(read(answer)):
        raise as_reading(LABEL, refused(answer))
    return readable(LABEL, answer)
