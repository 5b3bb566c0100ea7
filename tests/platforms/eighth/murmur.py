"""Murmur: short texts with a mood, one call each, and a list to look in afterwards."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from portal import http
from portal.platforms.base import (
    Asked,
    Author,
    Connection,
    Content,
    Figures,
    Identity,
    Lost,
    Platform,
    Preview,
    Problem,
    Published,
    Token,
    with_link,
)
from portal.platforms.calls import (
    Refusal,
    as_reading,
    ask,
    find_refusal,
    read,
    readable,
    retry_after,
    send,
    unknown,
)
from portal.platforms.errors import (
    ContentRejected,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TemporaryFailure,
    TokenEnded,
)

LABEL = "Murmur"
SITE = "https://murmur.example"
API = "https://api.murmur.example/v1"
ERRORS_PAGE = "https://docs.murmur.example/errors"

MOST_CHARACTERS = 160
MOODS = {"calm": "Calm", "glad": "Glad"}
CLOCKS_DIFFER = timedelta(minutes=2)

REFUSALS = (
    Refusal(
        400, None, ContentRejected, "Murmur did not take this text. Change it and try again.", ERRORS_PAGE
    ),
    Refusal(401, None, TokenEnded, "Murmur ended the permission. Connect it again.", ERRORS_PAGE, bare=True),
    Refusal(
        403, None, ReconnectNeeded, "Murmur does not let the portal post. Connect it again.", ERRORS_PAGE
    ),
    Refusal(429, None, RateLimited, "Murmur asks us to wait.", ERRORS_PAGE, bare=True),
)

_POST = re.compile(r"https://murmur\.example/@[a-z0-9_]+/(m\d+)/?")


class Murmur(Platform):
    key = "murmur"
    label = LABEL
    home = f"{SITE}/"
    options = {"mood": f"how it is meant: {', '.join(MOODS)}"}
    asks = (Asked("mood", "Mood", "choice", choices=(("", "No mood"), *MOODS.items())),)
    look_after_seconds = (5, 20)
    connections = (
        Connection(
            key="voice",
            label="Murmur voice",
            app="MURMUR",
            needs="A Murmur voice of your own.",
            authorize_url=f"{SITE}/oauth/authorize",
            token_url="https://api.murmur.example/oauth/token",
            revoke_url="https://api.murmur.example/oauth/revoke",
            scopes=("speak", "who"),
            must_have={"speak": "post for you", "who": "see your name"},
            lasts="30 days, then the doctor connects again",
        ),
    )

    def limit(self, author: Author) -> int:
        return MOST_CHARACTERS

    def problems(self, content: Content) -> list[Problem]:
        found = self.unknown_options(content)
        text = with_link(content)
        if not text:
            found.append(Problem("content", "Enter a text for Murmur."))
        found += self.too_long("content", self.length(text), MOST_CHARACTERS)
        if content.media:
            found.append(Problem("media", "Murmur takes no pictures. Leave them out."))
        if _mood(content) not in ("", *MOODS):
            found.append(Problem("options.mood", f"Choose a mood: {', '.join(MOODS)}."))
        return found

    def preview(self, content: Content) -> Preview:
        text, author = with_link(content), content.author
        mood = MOODS.get(_mood(content))
        return Preview(
            author_name=author.display_name,
            author_handle=author.handle,
            visible=text,
            rest="",
            length=self.length(text),
            limit=MOST_CHARACTERS,
            note=f"Mood: {mood}" if mood else None,
        )

    def compose(self, content: Content, staged: Mapping[str, Any]) -> dict[str, Any]:
        mood = _mood(content)
        return {"text": with_link(content)} | ({"mood": mood} if mood else {})

    def publish(self, sent: Mapping[str, Any], author: Author, token: Token) -> Published:
        headers = _headers(token) | {"Content-Type": "application/json"}
        answer = send(LABEL, "POST", f"{API}/murmurs", headers=headers, body=json.dumps(sent).encode())
        body = read(answer)
        if answer.status != 201:
            raise _refused(answer)
        id = body.get("id") if body else None
        if not isinstance(id, str):
            raise unknown(LABEL, "no_id")
        return Published(id, self.permalink(id, author))

    def find(self, lost: Lost, author: Author, token: Token) -> Published | None:
        listed = _ask_for(f"{API}/murmurs", token).get("murmurs", [])
        since = lost.sent_at - CLOCKS_DIFFER
        for one in listed:
            is_same = one["text"] == lost.sent["text"] and datetime.fromisoformat(one["at"]) >= since
            if is_same and one["id"] not in lost.known_ids:
                return Published(one["id"], self.permalink(one["id"], author))
        return None

    def delete(self, remote_id: str, author: Author, token: Token) -> None:
        answer = ask(LABEL, "DELETE", f"{API}/murmurs/{remote_id}", headers=_headers(token))
        if answer.status not in (204, 404):
            raise as_reading(LABEL, _refused(answer))

    def figures(self, remote_ids: Sequence[str], author: Author, token: Token) -> dict[str, Figures]:
        told = _ask_for(f"{API}/echoes?ids={','.join(remote_ids)}", token).get("echoes", {})
        return {id: Figures(likes=one.get("nods"), comments=one.get("replies")) for id, one in told.items()}

    def permalink(self, remote_id: str, author: Author) -> str:
        return f"{SITE}/@{author.handle or 'somebody'}/{remote_id}"

    def remote_id_from_permalink(self, address: str) -> str | None:
        found = _POST.fullmatch(address)
        return found[1] if found else None

    def identities(self, connection: Connection, token: Token) -> list[Identity]:
        me = _ask_for(f"{API}/me", token)
        if not me.get("id"):
            raise TemporaryFailure("Murmur did not say who you are. Try again.", "no_id")
        return [Identity(str(me["id"]), "voice", str(me["name"]), handle=me.get("handle"))]


def _mood(content: Content) -> str:
    return str(content.options.get("mood") or "")


def _headers(token: Token) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.access}"}


def _ask_for(url: str, token: Token) -> dict[str, Any]:
    answer = ask(LABEL, "GET", url, headers=_headers(token))
    if answer.status != 200:
        raise as_reading(LABEL, _refused(answer))
    return readable(LABEL, answer)


def _refused(answer: http.Answer) -> PlatformError:
    body = read(answer)
    code = str((body or {}).get("error") or answer.status)
    refusal = find_refusal(REFUSALS, answer.status, None if body is None else code)
    if refusal is None:
        return unknown(LABEL, code)
    if refusal.error is RateLimited:
        return RateLimited(refusal.words, retry_after(answer.headers), code)
    return refusal.error(refusal.words, code)
