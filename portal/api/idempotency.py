"""Lets a program repeat a request whose answer it lost: the same key and body, the same answer, done once."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from flask import request
from sqlalchemy import Select, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from portal import clock
from portal.api.endpoint import Output
from portal.errors import Invalid
from portal.extensions import db
from portal.models import IdempotencyKey
from portal.transaction import transaction

Answer = TypeVar("Answer", bound=Output)

HEADER = "Idempotency-Key"
LONGEST_KEY = 255
# Where the body's digest lies in the request's environment.
DIGEST = "portal.body_digest"
# Nobody repeats a request after so long, and a key may then be used anew.
LIFE = timedelta(days=2)


def given_before(doctor_id: int, kind: type[Answer]) -> Answer | None:
    """What was answered when this doctor sent the same key and body before; None when that was never."""
    key = _key()
    if key is None:
        return None
    _digest()  # a large file is read through while nothing is held
    row = db.session.scalars(_row(doctor_id, key)).one_or_none()
    return _answer(row, kind) if row else None


def once(doctor_id: int, kind: type[Answer], act: Callable[[], Answer]) -> Answer:
    """What `act` answers, or what it answered when this doctor sent the same key and body before.

    The key is written first, in the same transaction as the work and its answer: of two requests at once the
    second waits for the first; what was refused, or cut short by a crash, leaves neither work nor key behind.
    """
    key = _key()
    if key is None:
        return act()
    with transaction():
        while True:
            if (number := _take(doctor_id, key)) is not None:
                return _keep(number, act())
            # Held until the transaction ends; it may have been cleaned away meanwhile, and the key is free.
            row = db.session.scalars(_row(doctor_id, key).with_for_update()).one_or_none()
            if row is not None:
                return _answer(row, kind) or _keep(row.id, act())


class GivenMeanwhile(Exception):
    """The same request was answered while this one was at work; `answer` is what it was told."""

    def __init__(self, answer: Output) -> None:
        super().__init__()
        self.answer = answer


def settle(doctor_id: int, answer: Output) -> None:
    """Keep the answer in the open transaction that writes down what was done.

    For work that is too long for `once`: nothing is held meanwhile. Of two requests at once both do the work,
    and the second raises GivenMeanwhile, which undoes its own; a crash leaves neither work nor key behind.
    """
    key = _key()
    number = None if key is None else _take(doctor_id, key)
    while key is not None and number is None:
        row = db.session.scalars(_row(doctor_id, key).with_for_update()).one_or_none()
        if row is not None and (given := _answer(row, type(answer))) is not None:
            raise GivenMeanwhile(given)
        number = row.id if row is not None else _take(doctor_id, key)
    if number is not None:
        _keep(number, answer)


def forget_old() -> None:
    """Delete keys whose time is over."""
    with transaction():
        is_old = IdempotencyKey.created_at < clock.database_now() - LIFE
        db.session.execute(delete(IdempotencyKey).where(is_old))


def _key() -> str | None:
    key = request.headers.get(HEADER)
    if key is None or (key.isascii() and key.isprintable() and 1 <= len(key.strip()) <= LONGEST_KEY):
        return key
    raise Invalid("", f"{HEADER} must be 1 to {LONGEST_KEY} plain characters.")


def _row(doctor_id: int, key: str) -> Select[IdempotencyKey]:
    return select(IdempotencyKey).where(IdempotencyKey.doctor_id == doctor_id, IdempotencyKey.key == key)


def _answer(row: IdempotencyKey, kind: type[Answer]) -> Answer | None:
    """The answer in the row, when it was for the same body; None while there is none."""
    if row.body_digest != _digest():
        raise Invalid("", f"This {HEADER} was used with another body. Choose a new one.")
    return None if row.kept is None else kind.model_validate(row.kept)


def _keep(number: int, answer: Answer) -> Answer:
    said = answer.model_dump(mode="json")
    if answer.is_secret:
        db.session.get_one(IdempotencyKey, number).seal(said)
    else:
        is_this = IdempotencyKey.id == number
        db.session.execute(update(IdempotencyKey).where(is_this).values(answer=said, answer_status=201))
    return answer


def _take(doctor_id: int, key: str) -> int | None:
    """The number of the key's new row; None when it is there. It waits for a request that holds the key and
    is not done."""
    taken = (
        insert(IdempotencyKey)
        .values(doctor_id=doctor_id, key=key, body_digest=_digest())
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.id)
    )
    return db.session.scalar(taken)


def _digest() -> str:
    """Of what the body says, however it is spaced, and of where it was sent; made once in a request."""
    if DIGEST not in request.environ:
        said = json.dumps(_form() if request.files else request.get_json(silent=True), sort_keys=True)
        request.environ[DIGEST] = hashlib.sha256(f"{request.path}\n{said}".encode()).hexdigest()
    digest: str = request.environ[DIGEST]
    return digest


def _form() -> dict[str, list[str]]:
    """A multipart body's parts, and of its files the names and the digests."""
    said = request.form.to_dict(flat=False)
    for part, file in request.files.items(multi=True):
        content = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
        file.stream.seek(0)
        said.setdefault(part, []).extend([file.filename or "", content])
    return said
