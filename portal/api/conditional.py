"""Nobody overwrites what they have not seen: an ETag names one state of a thing, If-Match asks for it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from flask import Response, request
from pydantic import BaseModel
from werkzeug.exceptions import PreconditionFailed

HAS_CHANGED = "This has changed since you read it. Read it again, then send your change with the new ETag."


@dataclass(frozen=True)
class Said:
    """An answer as it goes out."""

    body: bytes

    @classmethod
    def of(cls, answer: BaseModel) -> Self:
        return cls(answer.model_dump_json().encode())

    @cached_property
    def tag(self) -> str:
        """Its ETag, without the quotes: another one as soon as anything in it differs."""
        return hashlib.sha256(self.body).hexdigest()[:32]


def answer(said: Said, status: int, head: Mapping[str, str], *, is_tagged: bool) -> Response:
    """What was said as an answer; when tagged, with its ETag, and 304 for a program that has it already."""
    response = Response(said.body, status, head, mimetype="application/json")
    if not is_tagged:
        return response
    response.headers["ETag"] = f'"{said.tag}"'
    if request.method in ("GET", "HEAD") and "If-None-Match" in request.headers:
        wanted = request.if_none_match
        if wanted.star_tag or wanted.contains_weak(said.tag):
            response.status_code = 304
    return response


def require_match(answer: BaseModel) -> None:
    """Raise 412 when If-Match names other states than this one; without the header everything matches.

    Ask while the thing is locked, or somebody may still come between.
    """
    wanted = request.if_match
    if "If-Match" in request.headers and not (wanted.star_tag or wanted.contains(Said.of(answer).tag)):
        raise PreconditionFailed(HAS_CHANGED)
