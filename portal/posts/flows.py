"""Write a post, plan it, change or move it, cancel it, copy it."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.errors import Changed, Conflict, Invalid
from portal.extensions import db
from portal.models import AuditEvent, Doctor, Post, Publication
from portal.models.post import STOPPABLE
from portal.posts import checking, planning, putting_down, writing
from portal.posts.inputs import NewPost, PostChanges, WantedPublication
from portal.posts.surroundings import Surroundings
from portal.transaction import transaction


def create(doctor: Doctor, wanted: NewPost) -> Post:
    """Plan the post, or keep it as a draft, as it says itself."""
    return save_draft(doctor, wanted) if wanted.status == "draft" else schedule(doctor, wanted)


def schedule(doctor: Doctor, wanted: NewPost) -> Post:
    """Plan a post for all its accounts, or for none of them when one of them would refuse it."""
    planning.begin_smaller(doctor, wanted)
    with transaction():
        new = writing.planned(doctor, wanted)
        db.session.add_all(new.rows)
        return new.post


def save_draft(doctor: Doctor, wanted: NewPost) -> Post:
    """Keep a post that may still be anything; nothing of it goes out."""
    with transaction():
        post = writing.write(doctor, wanted)
        db.session.add(post)
        return post


def put_down(doctor: Doctor, around: Surroundings, wanted: NewPost) -> Post:
    """The same as `create`, for who only wants to be told what was written: the post belongs to no session.
    What surrounds the doctor was read just before, and the doctor with it."""
    planning.begin_smaller(doctor, wanted)
    with transaction():
        new = writing.new(doctor, wanted, around)
        putting_down.put_down(new)
        return new.post


def change(doctor: Doctor, post: Post, wanted: PostChanges, *, is_noted: bool = True) -> Post:
    """Change what is said of a post that has not begun to go out, all of it or nothing. `is_noted` is false
    for what is saved by itself every few seconds: that is no event in the post's history.

    Whoever is first wins: once a publisher holds one of its publications this raises Conflict, and while
    this holds them no publisher gets them.
    """
    if wanted.status != "draft":
        planning.begin_smaller(doctor, wanted, post)
    with transaction(), db.session.no_autoflush:
        lock(post)
        _check_can_change(post, wanted)
        was_draft, was_at = post.is_draft, post.scheduled_at
        _take_over(doctor, post, wanted)
        if wanted.status == "draft":
            _make_draft(post)
        elif wanted.status == "scheduled" or not was_draft:
            _plan_again(doctor, post, wanted, is_moved=was_draft or post.scheduled_at != was_at)
        post.version += 1
        if is_noted:
            _note_change(doctor, post, is_moved=not was_draft and post.scheduled_at != was_at)
        return post


def cancel(doctor: Doctor, post: Post) -> None:
    """Take back a post that has not begun to go out; a draft is deleted."""
    with transaction():
        lock(post)
        if not post.can_cancel:
            raise Conflict(why_too_late(post))
        if post.can_vanish:
            db.session.delete(post)
            return
        for publication in planning.live_publications(post):
            publication.move("cancelled", by="doctor")


def stop(doctor: Doctor, publication: Publication) -> None:
    """Take back one account's part of a post; what goes to other accounts stays as it is."""
    with transaction():
        lock(publication.post)
        if publication.status not in STOPPABLE:
            raise Conflict(f"This is no longer waiting on {publication.account.network.label}.")
        publication.move("cancelled", by="doctor")


def duplicate(doctor: Doctor, post: Post) -> Post:
    """A draft that says the same to the same accounts, as far as they are still connected."""
    with transaction():
        copy = Post(doctor_id=doctor.id, content=post.content, link=post.link, link_title=post.link_title)
        copy.footer, copy.is_sponsored = post.footer, post.is_sponsored
        copy.first_comment = post.first_comment
        copy.plan(None, doctor.timezone)
        copy.media = [place.copy() for place in post.media]
        copy.publications = [
            writing.publication(doctor, old.account, old.content, old.options)
            for old in post.publications
            if old.account.status != "disconnected"
        ]
        db.session.add(copy)
        return copy


def lock(post: Post) -> None:
    """Hold the post and its publications until the transaction ends, as they are in the database now.

    A publisher's claim passes by rows that are held, and waits for nobody.
    """
    fresh = {"populate_existing": True}
    found = db.session.scalars(
        select(Post).where(Post.id == post.id).with_for_update(of=Post), execution_options=fresh
    ).one_or_none()
    if found is None:
        raise Conflict("This draft was deleted in another window.")
    db.session.scalars(
        select(Publication)
        .where(Publication.post_id == post.id)
        .options(joinedload(Publication.account))
        .order_by(Publication.id)
        .with_for_update(of=Publication),
        execution_options=fresh,
    ).all()
    db.session.expire(post, ["publications", "media"])


def why_too_late(post: Post) -> str:
    """Why a post can no longer be changed or cancelled, as it is now."""
    statuses = {publication.status for publication in planning.live_publications(post)}
    if not statuses:
        return "This post was cancelled. Copy it to use it again."
    if statuses == {"published"}:
        return "This post is already out, so it can no longer be changed or cancelled here."
    if statuses & {"publishing", "unconfirmed"}:
        return "This post is going out right now, so it can no longer be changed or cancelled."
    return "This post has already begun to go out. Copy it to write it anew."


def _check_can_change(post: Post, wanted: PostChanges) -> None:
    if wanted.version is not None and wanted.version != post.version:
        raise Changed("This post was changed in another window. Open it again to see it as it is now.")
    if not post.can_change:
        raise Conflict(why_too_late(post))


def _take_over(doctor: Doctor, post: Post, wanted: PostChanges) -> None:
    """Write what was sent into the post and its publications; the statuses stay."""
    writing.refuse_media_address(wanted.media_url)
    if wanted.media is not None:
        placed = planning.place_media(doctor, wanted.media)
        post.media.clear()
        db.session.flush()  # the old places are free before the new ones are taken
        post.media.extend(placed)
    if wanted.content is not None:
        post.content = wanted.content
    if wanted.is_sponsored is not None:
        post.is_sponsored = wanted.is_sponsored
    if wanted.says("link"):
        post.link = wanted.link
    if wanted.says("link_title"):
        post.link_title = wanted.link_title
    if post.link is None:
        post.link_title = None
    if wanted.says("first_comment"):
        post.first_comment = wanted.first_comment
    if wanted.says("footer"):
        post.footer = wanted.footer
    if wanted.says("scheduled_at") or wanted.timezone:
        at = wanted.scheduled_at if wanted.says("scheduled_at") else post.scheduled_at
        post.plan(at, wanted.timezone or post.timezone)
    if wanted.accounts is not None:
        _choose_accounts(doctor, post, wanted.accounts)
    for publication in planning.live_publications(post):
        publication.version = (publication.version or 0) + 1
        publication.staged, publication.prepare_at = {}, None


def _choose_accounts(doctor: Doctor, post: Post, wanted: list[WantedPublication]) -> None:
    """Keep the publications whose accounts are still wanted, take off the others, add what is new."""
    had = {publication.social_account_id: publication for publication in post.publications}
    accounts = planning.find_accounts(doctor, wanted, kept=had)
    for publication in planning.live_publications(post):
        if publication.social_account_id not in {one.social_account_id for one in wanted}:
            _take_off(post, publication)
    for place, (account, one) in enumerate(zip(accounts, wanted, strict=True)):
        old = had.get(account.id)
        if old is None:
            post.publications.append(writing.publication(doctor, account, one.content, one.options))
        elif old.status == "cancelled":
            words = "This account was taken off this post. Copy the post to use the account again."
            raise Invalid(f"publications.{place}.social_account_id", words)
        else:
            old.content, old.options = one.content, one.options


def _take_off(post: Post, publication: Publication) -> None:
    # What was sent once keeps its history, so it stays as a cancelled one.
    if publication.attempts:
        publication.move("cancelled", by="doctor")
    else:
        post.publications.remove(publication)


def _make_draft(post: Post) -> None:
    for publication in planning.live_publications(post):
        if publication.status == "retrying":
            publication.move("scheduled", by="doctor")
            db.session.flush()  # one move at a time, as the table of moves has them
        publication.move("draft", by="doctor")
        publication.due_at = None


def _note_change(doctor: Doctor, post: Post, is_moved: bool) -> None:
    to = post.scheduled_at.isoformat() if is_moved and post.scheduled_at else None
    AuditEvent.write("post.changed", user_id=doctor.user_id, subject="post", subject_id=post.id, moved_to=to)


def _plan_again(doctor: Doctor, post: Post, wanted: PostChanges, is_moved: bool) -> None:
    if is_moved:
        planning.check_time(post.scheduled_at)
    planning.check_content(post, wanted.accounts)
    db.session.add(checking.gate(post, doctor, wanted.acknowledged, wanted.accounts))
    for publication in planning.live_publications(post):
        is_new = publication.status == "draft"
        if is_moved or is_new:
            publication.due_at = post.scheduled_at
        is_cleared = publication.held_for == "checks"
        if is_moved or is_new or is_cleared or publication.status == "retrying":
            publication.tries, publication.trying_since = 0, None
            planning.set_waiting(publication, doctor)
