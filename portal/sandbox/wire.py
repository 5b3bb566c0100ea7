"""What every network's wire protocol is made of: JSON in and out, bearer headers, cut connections."""

import base64
import binascii
import contextlib
import json
import socket
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Response, request


def answer(body: Any, status: int = 200, content_type: str = "application/json") -> Response:
    """A JSON answer."""
    return Response(json.dumps(body, separators=(",", ":")), status, content_type=content_type)


def empty(status: int, **headers: str) -> Response:
    """An answer without a body; underscores in header names stand for hyphens."""
    response = Response(status=status)
    del response.headers["Content-Type"]
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def json_body() -> Any:
    """The request's JSON, or None when it is none; what stands in it may be anything."""
    try:
        body = json.loads(request.get_data(cache=False))
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is JSON, but no text
    except (ValueError, RecursionError):
        return None
    return body


def is_json() -> bool:
    return request.mimetype == "application/json"


def bearer() -> str:
    """The bearer token of the request, or nothing."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def basic() -> tuple[str, str] | None:
    """Client id and secret from a Basic header; both may be percent-encoded, as RFC 6749 has it."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (unquote(user), unquote(password)) if colon and user and password else None


def raw_address() -> str:
    """Path and query as they came over the line, before anything was decoded."""
    return str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path)


def hang_up() -> Response:
    """Close the connection without an answer byte."""
    connection = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")
    if connection is None:
        raise RuntimeError("this server does not show its sockets, so no connection can be cut")
    with contextlib.suppress(OSError):  # the other side was faster
        connection.shutdown(socket.SHUT_RDWR)
    return Response(status=500)


def hang_up_halfway(response: Response) -> Response:
    """Send the first half of an answer and close the connection."""
    whole = f"HTTP/1.1 {response.status}\r\n{response.headers}".encode() + response.get_data()
    connection = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")
    if connection is not None:
        with contextlib.suppress(OSError):  # the other side was faster
            connection.sendall(whole[: len(whole) // 2])
    return hang_up()


def is_web_address(address: str) -> bool:
    """An absolute http or https address without a fragment."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.fragment
