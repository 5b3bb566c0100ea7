"""One press, one post: the same form sent twice, by a double click or a repeated request, makes one post.

So does one that is sent again after going back. Browsers that draw the page anew then fill in what was typed;
the ticket is another one, and everything else is the same.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from werkzeug.datastructures import FileStorage, MultiDict

from portal.extensions import db
from portal.models import Doctor, IdempotencyKey, Post
from portal.posts import planning
from portal.transaction import transaction

LONGEST_TICKET = 100
# For so long nobody wants the very same post for the very same time from another page.
AGAIN = timedelta(minutes=10)
# What tells one drawing of the page from another.
OF_PAGE = {"csrf_token", "ticket", "version", "kept", "turn"}


@dataclass(frozen=True)
class Sending:
    """One sending of a form: the ticket of its page, and a digest of all that it says."""

    ticket: str
    digest: str

    @property
    def key(self) -> str:
        return f"form:{self.digest}"


def sending_of(form: "MultiDict[str, str]", files: "MultiDict[str, FileStorage]") -> Sending | None:
    """What tells one sending of a form from another, the names of files that come along included.

    A form that was changed after going back says something else, so it makes a post of its own.
    """
    ticket = form.get("ticket", "")
    if not 1 <= len(ticket) <= LONGEST_TICKET:
        return None
    said = sorted((name, value) for name, value in form.items(multi=True) if name not in OF_PAGE)
    said += sorted((name, file.filename or "") for name, file in files.items(multi=True))
    return Sending(ticket, hashlib.sha256(repr(said).encode()).hexdigest())


def once(doctor: Doctor, sending: Sending | None, act: Callable[[], Post]) -> Post:
    """The post that `act` makes, or the one that it made when this form was sent before.

    The key is written first, in the same transaction: of two at once the second waits for the first, and
    what was refused leaves no key behind.
    """
    if sending is None:
        return act()
    with transaction():
        db.session.execute(
            insert(IdempotencyKey)
            .values(doctor_id=doctor.id, key=sending.key, body_digest="")
            .on_conflict_do_nothing()
        )
        row = _held(doctor, sending.key)
        if row.answer and (made := _made_before(doctor, row.answer, sending)):
            return made
        post = act()
        db.session.flush()
        row.answer = {"post_id": post.id, "version": post.version, "ticket": sending.ticket}
        return post


def page_key(doctor: Doctor, ticket: str) -> IdempotencyKey:
    """The row that tells which post a composer page made, held until the transaction ends: of two sendings of
    one page, by hand and by itself, the second waits for the first."""
    key = _key_of_page(ticket)
    db.session.execute(
        insert(IdempotencyKey).values(doctor_id=doctor.id, key=key, body_digest="").on_conflict_do_nothing()
    )
    return _held(doctor, key)


def page_made(doctor: Doctor, ticket: str) -> int | None:
    """The number of the post that a composer page made, if it made one lately."""
    mine = (IdempotencyKey.doctor_id == doctor.id, IdempotencyKey.key == _key_of_page(ticket))
    answer = db.session.scalar(select(IdempotencyKey.answer).where(*mine))
    return (answer or {}).get("post_id")


def _key_of_page(ticket: str) -> str:
    return f"page:{hashlib.sha256(ticket.encode()).hexdigest()}"


def _held(doctor: Doctor, key: str) -> IdempotencyKey:
    mine = select(IdempotencyKey).where(IdempotencyKey.doctor_id == doctor.id, IdempotencyKey.key == key)
    return db.session.scalars(mine.with_for_update(), execution_options={"populate_existing": True}).one()


def _made_before(doctor: Doctor, answer: dict[str, Any], sending: Sending) -> Post | None:
    """The post of the sending before, unless something became of it since that makes this another wish."""
    post = db.session.scalar(Post.owned_by(doctor).where(Post.id == answer["post_id"]))
    if post is None or answer.get("ticket") == sending.ticket:
        return post
    is_over = any(one.status in ("failed", "cancelled") or one.removed_at for one in post.publications)
    is_same = post.version == answer.get("version") and planning.database_now() - post.created_at < AGAIN
    return post if is_same and not is_over else None
