"""The net as a script: what each call is answered, and what was asked."""

import json as json_format
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from urllib3 import HTTPHeaderDict

from portal import http


@dataclass(frozen=True)
class Call:
    """One call that was made."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json_format.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class Wire:
    """Stands in for portal.http.request: gives the scripted answers in order, raises scripted failures."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.script: list[http.Answer | Exception] = []

    def answers(self, status: int, body: Any = b"", headers: dict[str, str] | None = None) -> "Wire":
        """The next call is answered so; `body` is bytes, text or something for JSON."""
        if isinstance(body, str):
            body = body.encode()
        elif not isinstance(body, bytes):
            body = json_format.dumps(body).encode()
        self.script.append(http.Answer(status, HTTPHeaderDict(headers or {}), body))
        return self

    def fails(self, failure: Exception) -> "Wire":
        """The next call ends so."""
        self.script.append(failure)
        return self

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        **limits: Any,
    ) -> http.Answer:
        self.calls.append(Call(method, url, dict(headers or {}), body or b""))
        assert self.script, f"nobody expected {method} {url}"
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()
    monkeypatch.setattr(http, "request", wire.request)
    return wire
