"""One press, one post: the same form sent twice, by a double click or a repeated request, makes one post."""

import hashlib
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from werkzeug.datastructures import FileStorage, MultiDict

from portal.extensions import db
from portal.models import Doctor, IdempotencyKey, Post
from portal.transaction import transaction

LONGEST_TICKET = 100


def key_of(form: "MultiDict[str, str]", files: "MultiDict[str, FileStorage]") -> str | None:
    """What tells one sending of a form from another: the ticket it was drawn with, and all that it says,
    the names of files that come along included.

    A form that was changed after going back says something else, so it makes a post of its own.
    """
    ticket = form.get("ticket", "")
    if not 1 <= len(ticket) <= LONGEST_TICKET:
        return None
    said = sorted((name, value) for name, value in form.items(multi=True) if name != "csrf_token")
    said += sorted((name, file.filename or "") for name, file in files.items(multi=True))
    return f"form:{hashlib.sha256(repr(said).encode()).hexdigest()}"


def once(doctor: Doctor, key: str | None, act: Callable[[], Post]) -> Post:
    """The post that `act` makes, or the one that it made when this form was sent before.

    The key is written first, in the same transaction: of two at once the second waits for the first, and
    what was refused leaves no key behind.
    """
    if key is None:
        return act()
    with transaction():
        taken = (
            insert(IdempotencyKey)
            .values(doctor_id=doctor.id, key=key, body_digest="")
            .on_conflict_do_nothing()
            .returning(IdempotencyKey.id)
        )
        number = db.session.scalar(taken)
        if number is None:
            return _made_before(doctor, key) or act()
        post = act()
        db.session.flush()
        db.session.get_one(IdempotencyKey, number).answer = {"post_id": post.id}
        return post


def page_key(doctor: Doctor, ticket: str) -> IdempotencyKey:
    """The row that tells which post a composer page made, held until the transaction ends: of two sendings of
    one page, by hand and by itself, the second waits for the first."""
    key = _key_of_page(ticket)
    db.session.execute(
        insert(IdempotencyKey).values(doctor_id=doctor.id, key=key, body_digest="").on_conflict_do_nothing()
    )
    mine = select(IdempotencyKey).where(IdempotencyKey.doctor_id == doctor.id, IdempotencyKey.key == key)
    return db.session.scalars(mine.with_for_update(), execution_options={"populate_existing": True}).one()


def page_made(doctor: Doctor, ticket: str) -> int | None:
    """The number of the post that a composer page made, if it made one lately."""
    mine = (IdempotencyKey.doctor_id == doctor.id, IdempotencyKey.key == _key_of_page(ticket))
    answer = db.session.scalar(select(IdempotencyKey.answer).where(*mine))
    return (answer or {}).get("post_id")


def _key_of_page(ticket: str) -> str:
    return f"page:{hashlib.sha256(ticket.encode()).hexdigest()}"


def _made_before(doctor: Doctor, key: str) -> Post | None:
    same = (IdempotencyKey.doctor_id == doctor.id, IdempotencyKey.key == key)
    answer = db.session.scalars(select(IdempotencyKey.answer).where(*same)).one()
    return db.session.scalar(Post.owned_by(doctor).where(Post.id == (answer or {}).get("post_id")))
