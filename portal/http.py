"""Outgoing calls to networks: time limits, a size cap, no private addresses, the practice network's one rule.

Nothing is ever repeated here and no redirect is followed: what a call may have done, its caller must know.
"""

import http.client
import io
import json as json_format
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from flask import Flask
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from portal import reachable

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 20.0
MOST_BYTES = 2 * 1024 * 1024
# As many publishers as work at once in one process, each with a connection to the same network.
CONNECTIONS = 160
# Shorter than any server keeps a quiet connection: a call on one that is being closed ends as "unknown".
IDLE_SECONDS = 1.0
USER_AGENT = "DoctorsPortal/1.0"
_names: dict[str, str] = {}

Part = tuple[str, str | tuple[str, bytes, str]]


class CallFailed(Exception):
    """No answer that could be used. The text names no address and nothing that was sent."""


class NotSent(CallFailed):
    """Certainly not a byte of the request left: name or connection failed, or we refused the address."""


class Unanswered(CallFailed):
    """The request may have arrived: it timed out, was cut, or the answer was too long."""


class Unreadable(Unanswered):
    """An answer came, but not one in the agreed form."""


@dataclass(frozen=True)
class Answer:
    """What came back. `headers` are found without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> dict[str, Any]:
        """The JSON object in the body; raises Unreadable for anything else."""
        try:
            value = json_format.loads(self.body)
        except ValueError:
            raise Unreadable("the answer is not JSON") from None
        if not isinstance(value, dict):
            raise Unreadable("the answer is not a JSON object")
        return value


def init_app(app: Flask) -> None:
    """Bind to the app's settings. Calls need no app context: they are made in bare threads."""
    config = app.config["PORTAL"]
    bind(config.sandbox_url)
    _names["reddit"] = config.reddit_user_agent


def name_for(network: str, usual: str = USER_AGENT) -> str:
    """What the portal calls itself there: Reddit wants a name of its own form, which the operator sets."""
    return _names.get(network, usual)


def bind(practice_url: str | None) -> None:
    """Call the practice network at this address instead of every network, or the real ones for None."""
    global _outside
    _outside = Outside(practice_url)


def rewrite(url: str) -> str:
    """Where an address of a network is found: itself, or its place on the practice network."""
    return _outside.rewrite(url)


def original(url: str) -> str:
    """The network's own address behind one that a person copied from the practice network."""
    return _outside.original(url)


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    json: Any = None,
    form: Mapping[str, str] | None = None,
    fields: Sequence[Part] | None = None,
    connect_seconds: float = CONNECT_SECONDS,
    total_seconds: float = TOTAL_SECONDS,
    most_bytes: int = MOST_BYTES,
) -> Answer:
    """Make one call, once, and give back whatever was answered, errors and redirects included.

    `json` is sent as JSON, `form` as a form, `fields` as multipart, `body` as it is. Raises NotSent when
    nothing left this machine for certain, Unanswered when it may have arrived.
    """
    heads = {"User-Agent": USER_AGENT, "Accept": "application/json", **(headers or {})}
    content, kind = _content(body, json, form, fields)
    if kind:
        heads["Content-Type"] = kind
    limits = urllib3.Timeout(connect=connect_seconds, total=total_seconds)
    return _outside.call(method, url, heads, content, limits, most_bytes)


def _content(
    body: bytes | None, json: Any, form: Mapping[str, str] | None, fields: Sequence[Part] | None
) -> tuple[bytes | None, str | None]:
    if json is not None:
        text = json_format.dumps(json, ensure_ascii=False, separators=(",", ":"))
        return text.encode(), "application/json"
    if form is not None:
        return urlencode(form).encode(), "application/x-www-form-urlencoded"
    if fields is not None:
        return urllib3.encode_multipart_formdata(fields)
    return body, None


class _PunctualSource(io.RawIOBase):
    """Bytes from a socket until a moment: a server that drips a byte now and then holds nobody up."""

    def __init__(self, source: Any, sock: socket.socket) -> None:
        self.source = source
        self.sock = sock
        self.ends_at = time.monotonic() + (sock.gettimeout() or TOTAL_SECONDS)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self.sock.settimeout(left)
        return self.source.readinto(buffer)

    def close(self) -> None:
        self.source.close()
        super().close()


class _PunctualResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_PunctualSource(self.fp.detach(), sock))


class _Connection(HTTPConnection):
    """A connection whose every failure to come about is told apart from what happens after it."""

    response_class = _PunctualResponse
    used_at = 0.0

    def connect(self) -> None:
        try:
            super().connect()
        except (OSError, urllib3.exceptions.HTTPError, ValueError) as failed:
            self.close()
            raise NotSent(f"no connection ({type(failed).__name__})") from failed


class _SecureConnection(_Connection, HTTPSConnection):
    """TLS; the handshake belongs to the connecting, for the request follows it."""


class _CheckedConnection(_SecureConnection):
    """Goes only to public addresses: the name is looked up once, and what was checked is what is called."""

    def _new_conn(self) -> socket.socket:
        for address in (addresses := reachable.resolve(self.host, self.port)):
            try:
                return urllib3.util.connection.create_connection(
                    (address, self.port), self.timeout, socket_options=self.socket_options
                )
            except OSError:
                if address == addresses[-1]:
                    raise
        raise NotSent("the name has no address")

    def connect(self) -> None:
        try:
            super().connect()
        except reachable.NotReachable as refused:
            raise NotSent(str(refused)) from refused


class _FreshPool(HTTPConnectionPool):
    """Keeps connections for the next call, but none that lay quiet for long."""

    ConnectionCls = _Connection

    def _get_conn(self, timeout: float | None = None) -> Any:
        conn: Any = super()._get_conn(timeout)
        if not conn.is_closed and time.monotonic() - conn.used_at > IDLE_SECONDS:
            conn.close()
        return conn

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.used_at = time.monotonic()
        super()._put_conn(conn)


class _FreshSecurePool(_FreshPool, HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _CheckedPool(_FreshSecurePool):
    ConnectionCls = _CheckedConnection


class Outside:
    """The net as the portal may reach it: every network's real address, or the practice network alone."""

    def __init__(self, practice_url: str | None) -> None:
        self.practice_url = practice_url.rstrip("/") if practice_url else None
        self.manager = urllib3.PoolManager(
            num_pools=50, maxsize=CONNECTIONS, block=False, retries=False, headers={}
        )
        # In practice mode one address is reachable, a private one; otherwise public ones by https.
        https = _FreshSecurePool if practice_url else _CheckedPool
        self.manager.pool_classes_by_scheme = {"http": _FreshPool, "https": https}

    def rewrite(self, url: str) -> str:
        if self.practice_url is None or not url.startswith("https://"):
            return url
        return f"{self.practice_url}/{url.removeprefix('https://')}"

    def original(self, url: str) -> str:
        if self.practice_url is None or not url.startswith(f"{self.practice_url}/"):
            return url
        return f"https://{url.removeprefix(f'{self.practice_url}/')}"

    def call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        limits: urllib3.Timeout,
        most_bytes: int,
    ) -> Answer:
        check_address(url)
        parts = urlsplit(self.rewrite(url))
        target = parts.path or "/"
        if parts.query:
            target += f"?{parts.query}"
        pool = self.manager.connection_from_host(parts.hostname or "", parts.port, parts.scheme)
        try:
            response = pool.urlopen(
                method,
                target,
                body,
                headers,
                retries=False,
                redirect=False,
                timeout=limits,
                preload_content=False,
            )
            return _read(response, most_bytes)
        except (OSError, urllib3.exceptions.HTTPError, http.client.HTTPException, ValueError) as failed:
            raise Unanswered(f"no answer ({type(failed).__name__})") from failed


def check_address(url: str) -> None:
    """Refuse what is no plain https address; raises NotSent."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        fine = False
    if not fine or any(character <= " " or character == "\\" for character in url):
        raise NotSent("not a plain https address")


def _read(response: urllib3.BaseHTTPResponse, most_bytes: int) -> Answer:
    try:
        body = response.read(most_bytes + 1)
        if len(body) > most_bytes:
            raise Unreadable("the answer is too long")
        return Answer(response.status, response.headers, body)
    finally:
        if not response.closed:
            # Not read to its end: the connection cannot carry another call.
            response.close()
        response.release_conn()


_outside = Outside(None)
