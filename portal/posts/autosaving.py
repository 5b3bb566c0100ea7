"""What a doctor types is kept by itself, and never over somebody else's words.

A page that belongs to no post yet makes a draft, once something is typed. A draft is written anew with each
saving. Any other post stays as it is: what was typed lies beside it, in a working copy, until it is saved by
hand. A working copy holds the whole form, also what no post could hold, and goes after `STAY`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.models import Doctor, IdempotencyKey, Post, WorkingCopy
from portal.posts import flows, planning, remedies, submissions
from portal.posts.inputs import NewPost, PostChanges
from portal.posts.submissions import Sending
from portal.transaction import transaction

STAY = timedelta(days=30)
# What tells about the page and not about the post.
PLUMBING = {"csrf_token", "ticket", "version", "kept", "turn", "do", "files"}
LARGEST_NUMBER = 2**53


class Clash(Conflict):
    """The post, or what is kept beside it, was changed by somebody else since this page was drawn."""

    def __init__(self) -> None:
        super().__init__("This post was changed in another window.")


@dataclass(frozen=True)
class Sheet:
    """A composer page as it tells of itself: its ticket, its how-manieth saving this is, and from which
    version of the post and of the working copy it began. What it does not tell is not compared."""

    ticket: str
    turn: int = 0
    version: int | None = None
    kept: int | None = None

    @classmethod
    def of(cls, said: Mapping[str, str]) -> "Sheet":
        number = {name: _number(said.get(name, "")) for name in ("turn", "version", "kept")}
        ticket = said.get("ticket", "")[: submissions.LONGEST_TICKET]
        return cls(ticket, number["turn"] or 0, number["version"], number["kept"])


@dataclass(frozen=True)
class Typed:
    """The fields of the form as they stand, and the doctor's own files that they name."""

    fields: list[list[str]]
    media_ids: list[int]

    @classmethod
    def of(cls, said: "MultiDict[str, str]", media_ids: Iterable[int]) -> "Typed":
        pairs = said.items(multi=True)
        # PostgreSQL holds no NUL.
        fields = [[name, words.replace("\x00", "")] for name, words in pairs if name not in PLUMBING]
        return cls(fields, list(media_ids))


def fields_of(copy: WorkingCopy) -> "MultiDict[str, str]":
    """The form as it was left."""
    return MultiDict((name, words) for name, words in copy.fields)


def post_of_page(doctor: Doctor, sheet: Sheet) -> Post | None:
    """The post that this page made, by hand or by itself."""
    made = submissions.page_made(doctor, sheet.ticket)
    return db.session.scalar(Post.owned_by(doctor).where(Post.id == made)) if made else None


def is_same_draft(post: Post, copy: WorkingCopy) -> bool:
    """Whether the working copy is the draft itself, as it was left: nothing needs to be asked."""
    return post.is_draft and copy.post_version == post.version


def copy_of(doctor: Doctor, post: Post) -> WorkingCopy | None:
    return db.session.scalars(WorkingCopy.of(doctor, post)).one_or_none()


def clashes(post: Post, copy: WorkingCopy | None, sheet: Sheet) -> bool:
    """Whether saving would write over what somebody else wrote: another window, another device, a program.

    A page whose own saving was the last one clashes with nobody, also when it never heard of that.
    """
    if is_own(copy, sheet) and copy is not None and copy.post_version == post.version:
        return False
    is_post_moved = sheet.version is not None and sheet.version != post.version
    return is_post_moved or is_copy_moved(copy, sheet)


def is_own(copy: WorkingCopy | None, sheet: Sheet) -> bool:
    return copy is not None and copy.page == sheet.ticket


def is_copy_moved(copy: WorkingCopy | None, sheet: Sheet) -> bool:
    """Whether beside the post lies something of which this page knows nothing."""
    if sheet.kept is None or copy is None or is_own(copy, sheet):
        return False
    return sheet.kept != copy.version


def keep(doctor: Doctor, post: Post, typed: Typed, wanted: PostChanges | None, sheet: Sheet) -> WorkingCopy:
    """Keep what was typed about a post; `wanted` is the same as a change, None while it is no possible one.

    Raises Clash rather than lose somebody else's words.
    """
    with transaction():
        flows.lock(post)
        copy = copy_of(doctor, post)
        if copy is not None and is_own(copy, sheet) and 0 < sheet.turn <= copy.turn:
            return copy
        if clashes(post, copy, sheet):
            raise Clash
        if post.is_draft and wanted is not None:
            _write_draft(doctor, post, wanted)
        return _put_beside(doctor, post, copy, typed, sheet)


def begin(doctor: Doctor, typed: Typed, wanted: NewPost | None, text: str, sheet: Sheet) -> WorkingCopy:
    """Keep what was typed on a page that belongs to no post yet; whatever it sends, it makes one draft.

    While there is something on it that no post could hold, the draft has the text alone.
    """
    with transaction():
        key = submissions.page_key(doctor, sheet.ticket)
        post = _post_of(doctor, key)
        if post is None:
            post = _new_draft(doctor, wanted, text)
            db.session.flush()
            key.answer = {"post_id": post.id}
            return _put_beside(doctor, post, None, typed, sheet)
        if copy_of(doctor, post) is None:
            raise Clash  # it was saved by hand meanwhile
        changes = PostChanges.model_validate(wanted.model_dump()) if wanted else None
        return keep(doctor, post, typed, changes, sheet)


def save(doctor: Doctor, post: Post, wanted: PostChanges, sheet: Sheet) -> Post:
    """Change the post as the doctor says; nothing unsaved stays beside it. Raises Clash as `keep` does."""
    with transaction():
        flows.lock(post)
        copy = copy_of(doctor, post)
        if clashes(post, copy, sheet):
            raise Clash
        flow = remedies.mend if remedies.can_mend(post) else flows.change
        changed = flow(doctor, post, wanted.model_copy(update={"version": None}))
        if copy is not None:
            db.session.delete(copy)
        return changed


def create(doctor: Doctor, wanted: NewPost, sheet: Sheet, sending: Sending | None) -> Post:
    """Make the post, or save the draft that this page made by itself. What is sent twice makes one post."""
    if not sheet.ticket:
        return flows.create(doctor, wanted)
    with transaction():
        page = submissions.page_key(doctor, sheet.ticket)
        draft = _post_of(doctor, page)
        if draft is not None and is_own(copy_of(doctor, draft), sheet):
            return save(doctor, draft, PostChanges.model_validate(wanted.model_dump()), sheet)
        post = submissions.once(doctor, sending, lambda: flows.create(doctor, wanted))
        db.session.flush()
        page.answer = {"post_id": post.id}
        return post


def forget(doctor: Doctor, post: Post) -> None:
    """Throw away what was typed and not saved."""
    with transaction():
        db.session.execute(
            delete(WorkingCopy).where(WorkingCopy.doctor_id == doctor.id, WorkingCopy.post_id == post.id)
        )


def forget_old() -> None:
    """Throw away what nobody went on with."""
    with transaction():
        is_old = WorkingCopy.saved_at < clock.database_now() - STAY
        db.session.execute(delete(WorkingCopy).where(is_old))


def newest_turn(doctor: Doctor, sheet: Sheet) -> int:
    """The how-manieth saving of a page lies in a working copy; 0 where none does."""
    mine = (WorkingCopy.doctor_id == doctor.id, WorkingCopy.page == sheet.ticket)
    return db.session.scalar(select(func.max(WorkingCopy.turn)).where(*mine)) or 0


def _write_draft(doctor: Doctor, post: Post, wanted: PostChanges) -> None:
    """What does not fit into a draft after all lies beside it for now."""
    said = wanted.model_copy(update={"version": None, "status": "draft"})
    try:
        with db.session.begin_nested():
            flows.change(doctor, post, said, is_noted=False)
    except Invalid:
        db.session.refresh(post)


def _new_draft(doctor: Doctor, wanted: NewPost | None, text: str) -> Post:
    try:
        if wanted is not None:
            with db.session.begin_nested():
                return flows.save_draft(doctor, wanted)
    except Invalid:
        pass  # an account that was just disconnected, a file that is gone: the text alone, then
    return flows.save_draft(doctor, NewPost(content=text, status="draft"))


def _put_beside(
    doctor: Doctor, post: Post, copy: WorkingCopy | None, typed: Typed, sheet: Sheet
) -> WorkingCopy:
    db.session.flush()
    if copy is None:
        copy = WorkingCopy(doctor_id=doctor.id, post_id=post.id, version=0)
        db.session.add(copy)
    copy.fields, copy.media_ids = typed.fields, typed.media_ids
    copy.post_version, copy.page, copy.turn = post.version, sheet.ticket, sheet.turn
    copy.version, copy.saved_at = copy.version + 1, planning.database_now()
    return copy


def _post_of(doctor: Doctor, key: IdempotencyKey) -> Post | None:
    made: Any = (key.answer or {}).get("post_id")
    return db.session.scalar(Post.owned_by(doctor).where(Post.id == made)) if made else None


def _number(word: str) -> int | None:
    if not (word.isascii() and word.isdecimal()):
        return None
    return min(int(word[:16]), LARGEST_NUMBER)
