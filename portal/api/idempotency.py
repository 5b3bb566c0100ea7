"""Lets a program repeat a request whose answer it lost: the same key and body, the same answer, done once."""

import hashlib
import json
from collections.abc import Callable
from typing import TypeVar

from flask import request
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from portal.errors import Invalid
from portal.extensions import db
from portal.models import Doctor, IdempotencyKey
from portal.transaction import transaction

Answer = TypeVar("Answer", bound=BaseModel)

HEADER = "Idempotency-Key"
LONGEST_KEY = 255


def once(doctor: Doctor, kind: type[Answer], act: Callable[[], Answer]) -> Answer:
    """What `act` answers, or what it answered when this doctor sent the same key and body before.

    The key is written first, in the same transaction: of two requests at once the second waits for the
    first, and what was refused leaves no key behind.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    _check(key)
    with transaction():
        row = _take(doctor, key) or _known(doctor, key)
        if row.body_digest != _digest():
            raise Invalid("", f"This {HEADER} was used with another body. Choose a new one.")
        if row.answer is None:
            answer = act()
            row.answer, row.answer_status = answer.model_dump(mode="json"), 201
            return answer
        return kind.model_validate(row.answer)


def _check(key: str) -> None:
    if not (key.isascii() and key.isprintable() and 1 <= len(key.strip()) <= LONGEST_KEY):
        raise Invalid("", f"{HEADER} must be 1 to {LONGEST_KEY} plain characters.")


def _take(doctor: Doctor, key: str) -> IdempotencyKey | None:
    """The row of a key that was free; waits for a request that holds it and is not done yet."""
    taken = (
        insert(IdempotencyKey)
        .values(doctor_id=doctor.id, key=key, body_digest=_digest())
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.id)
    )
    number = db.session.scalar(taken)
    return db.session.get_one(IdempotencyKey, number) if number else None


def _known(doctor: Doctor, key: str) -> IdempotencyKey:
    same = (IdempotencyKey.doctor_id == doctor.id, IdempotencyKey.key == key)
    return db.session.scalars(select(IdempotencyKey).where(*same)).one()


def _digest() -> str:
    """Of what the body says, however it is spaced, and of where it was sent."""
    said = json.dumps(request.get_json(), sort_keys=True)
    return hashlib.sha256(f"{request.path}\n{said}".encode()).hexdigest()
