"""Nobody overwrites what they have not seen: an ETag names one state of a thing, If-Match asks for it."""

import hashlib

from flask import request
from pydantic import BaseModel
from werkzeug.exceptions import PreconditionFailed

HAS_CHANGED = "This has changed since you read it. Read it again, then send your change with the new ETag."


def tag_of(said: str) -> str:
    """The ETag of a representation, without its quotes: another one as soon as anything in it differs."""
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def require_match(answer: BaseModel) -> None:
    """Raise 412 when If-Match names other states than this one; without the header everything matches.

    Ask while the thing is locked, or somebody may still come between.
    """
    wanted = request.if_match
    if "If-Match" in request.headers and not (
        wanted.star_tag or wanted.contains(tag_of(answer.model_dump_json()))
    ):
        raise PreconditionFailed(HAS_CHANGED)
