"""The list of posts, one post, and what a doctor can do with it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from pydantic import ValidationError
from sqlalchemy import func
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response as AnyResponse

from portal import clock, zones
from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.kept_pages import kept
from portal.models import Doctor, Post, PostMedia, Publication
from portal.pages import render
from portal.paging import PageQuery, page
from portal.platforms.base import ByHand
from portal.posts import (
    by_hand,
    charts,
    explaining,
    flows,
    history,
    planning,
    refreshing,
    remedies,
    removing,
    same_words,
    series,
)
from portal.posts.confirm_form import ConfirmForm
from portal.posts.list_asked import Asked
from portal.posts.listing import by_day, chosen, excerpt, networks, status_counts
from portal.posts.time_forms import MoveForm
from portal.publishing import commenting

bp = Blueprint("posts", __name__, url_prefix="/posts")

BY_ID = "/<int(max=9223372036854775807):post_id>"
PUBLICATION_BY_ID = f"{BY_ID}/publications/<int(max=9223372036854775807):publication_id>"
#: What a page shows of a post needs these rows; a handful of statements, however many posts.
WHOLE = (
    selectinload(Post.publications).joinedload(Publication.account),
    selectinload(Post.media).joinedload(PostMedia.file),
)


@bp.get("")
@kept
@doctor_required
def list_posts() -> AnyResponse:
    doctor, asked = current_doctor(), Asked.of(request)
    newest_first = [func.coalesce(Post.scheduled_at, Post.created_at), Post.id]
    posts = chosen(doctor, asked.filters).options(*WHOLE)
    if end := asked.end(doctor.timezone):
        posts = posts.where(newest_first[0] < end)
    try:
        query = PageQuery(limit=asked.shown, cursor=asked.cursor)
        found, cursor = page(posts, newest_first, query, descending=True)
    except (Invalid, ValidationError):
        abort(404)  # a cursor of another list, or a broken address
    return render(
        "posts/list.html",
        fragment="posts/_listed.html",
        days=by_day(found, doctor.timezone),
        shown=len(found),
        asked=asked,
        today=zones.wall(clock.now(), doctor.timezone).at.date(),
        more=asked.after(cursor),
        counts=status_counts(doctor),
        excerpt=excerpt,
        networks=networks,
        zone=doctor.timezone,
    )


@bp.get(BY_ID)
@doctor_required
def show(post_id: int) -> AnyResponse:
    return _show(own_post(current_doctor(), post_id))


@bp.route(f"{BY_ID}/move", methods=["GET", "POST"])
@doctor_required
def move(post_id: int) -> AnyResponse:
    doctor = current_doctor()
    post = own_post(doctor, post_id)
    form = MoveForm(zone=doctor.timezone)
    if form.run(flows.change, doctor, post):
        flash("Your post is moved.", "good")
        for words in (*planning.warnings(post), *same_words.warnings(post)):
            flash(words, "attention")
        return _to(post)
    if request.method == "GET":
        form.show_instant(post.scheduled_at)
    return render("posts/move.html", form=form, post=post, words=excerpt(post.content), zone=doctor.timezone)


@bp.route(f"{BY_ID}/cancel", methods=["GET", "POST"])
@doctor_required
def cancel(post_id: int) -> AnyResponse:
    """Asks before it acts; a GET changes nothing."""
    doctor = current_doctor()
    post = own_post(doctor, post_id)
    if request.method == "GET":
        return render("posts/cancel.html", post=post, words=excerpt(post.content), zone=doctor.timezone)
    vanishes = post.can_vanish
    said = "Your draft is deleted." if vanishes else "Your post is cancelled. It does not go out."
    if not _act(lambda: flows.cancel(doctor, post), said):
        return _to(post)
    return redirect(url_for(".list_posts"), 303) if vanishes else _to(post)


@bp.post(f"{BY_ID}/retry")
@doctor_required
def retry(post_id: int) -> AnyResponse:
    doctor = current_doctor()
    post = own_post(doctor, post_id)
    _act(lambda: remedies.retry(doctor, post), "Your post is on its way again.")
    return _to(post)


@bp.post(f"{PUBLICATION_BY_ID}/retry")
@doctor_required
def retry_one(post_id: int, publication_id: int) -> AnyResponse:
    doctor = current_doctor()
    post = own_post(doctor, post_id)
    publication = _publication(post, publication_id)
    label = publication.account.network.label
    _act(lambda: remedies.retry(doctor, post, publication), f"Your post is on its way to {label}.")
    return _to(post)


@bp.post(f"{BY_ID}/copy")
@doctor_required
def copy(post_id: int) -> AnyResponse:
    doctor = current_doctor()
    draft = flows.duplicate(doctor, own_post(doctor, post_id))
    flash("This is a copy. Nothing of it goes out until you plan it.", "info")
    return redirect(url_for("composer.edit", post_id=draft.id, on=""), 303)


@bp.post(f"{PUBLICATION_BY_ID}/stop")
@doctor_required
def stop(post_id: int, publication_id: int) -> AnyResponse:
    doctor = current_doctor()
    post = own_post(doctor, post_id)
    publication = _publication(post, publication_id)
    label = publication.account.network.label
    _act(lambda: flows.stop(doctor, publication), f"Your post does not go out on {label}.")
    return _to(post)


@bp.post(f"{PUBLICATION_BY_ID}/take-over")
@doctor_required
def take_over(post_id: int, publication_id: int) -> AnyResponse:
    post = own_post(current_doctor(), post_id)
    publication = _publication(post, publication_id)
    label = publication.account.network.label
    _act(lambda: by_hand.take_over(publication), f"It is your turn now. Below is all you need for {label}.")
    return _to(post)


@bp.route(f"{PUBLICATION_BY_ID}/put-off", methods=["GET", "POST"])
@doctor_required
def put_off(post_id: int, publication_id: int) -> AnyResponse:
    doctor = current_doctor()
    post = own_post(doctor, post_id)
    publication = _publication(post, publication_id)
    form = MoveForm(zone=doctor.timezone)
    if form.run(by_hand.put_off, doctor, publication):
        is_task = not publication.account.network.needs_token
        flash(
            f"It has its new time. {'We tell you when it comes.' if is_task else 'It goes out then.'}", "good"
        )
        return _to(post)
    if request.method == "GET":
        form.show_instant(planning.database_now() + timedelta(days=1))
    label = publication.account.network.label
    return render("posts/put_off.html", form=form, post=post, words=excerpt(post.content), label=label)


@bp.post(f"{PUBLICATION_BY_ID}/confirm")
@doctor_required
def confirm(post_id: int, publication_id: int) -> AnyResponse:
    post = own_post(current_doctor(), post_id)
    publication = _publication(post, publication_id)
    form = _confirm_form(publication)
    form.is_absent = request.form.get("answer") == "absent"
    if form.run(lambda answer: remedies.confirm(publication, answer)):
        flash("Thank you. It is noted.", "good")
        return _to(post)
    return _show(post, {publication.id: form})


def own_post(doctor: Doctor, post_id: int) -> Post:
    """The doctor's own post with all that pages show of it; 404 for anybody else's."""
    mine = Post.owned_by(doctor).where(Post.id == post_id).options(*WHOLE, joinedload(Post.doctor))
    return db.session.scalars(mine).one_or_none() or abort(404)


def _show(post: Post, forms: dict[int, ConfirmForm] | None = None) -> AnyResponse:
    doctor = current_doctor()
    # While a look is being made, too: what is half typed must not vanish from the page.
    asked = {p.id: _confirm_form(p) for p in post.publications if p.can_confirm or p.status == "unconfirmed"}
    now = planning.database_now()
    return render(
        "posts/show.html",
        fragment="posts/_status.html",
        status=422 if forms else None,
        post=post,
        words=excerpt(post.content, 60),
        forms=asked | (forms or {}),
        tasks={p.id: _task(p) for p in post.publications if p.status == "awaiting_doctor"},
        can_mend=remedies.can_mend(post),
        can_explain=explaining.can_help(post),
        obstacles={p.id: remedies.obstacle(p, doctor) for p in post.publications if p.can_retry},
        story=history.tell(post, doctor.timezone),
        removable={p.id for p in post.publications if removing.can_remove(p)},
        refresh=refreshing.seconds(post, now),
        repeat=series.day_of(post),
        readings=charts.readings(post),
        comments=commenting.of_post(post.id),
        zone=doctor.timezone,
    )


def _task(publication: Publication) -> ByHand:
    return publication.account.network.by_hand(publication.to_content())


def _confirm_form(publication: Publication) -> ConfirmForm:
    # Several may stand on one page, so each has names of its own.
    return ConfirmForm(prefix=f"p{publication.id}-", formdata=_sent_to(publication))


def _sent_to(publication: Publication) -> Any:
    is_this = request.view_args and request.view_args.get("publication_id") == publication.id
    return request.form if is_this else None


def _publication(post: Post, publication_id: int) -> Publication:
    return next((p for p in post.publications if p.id == publication_id), None) or abort(404)


def _act(act: Callable[[], object], said: str) -> bool:
    """Do it and say so; or say why it could not be done."""
    try:
        act()
    except Conflict as moved_on:
        flash(moved_on.words, "attention")
        return False
    flash(said, "good")
    return True


def _to(post: Post) -> AnyResponse:
    return redirect(url_for("posts.show", post_id=post.id), 303)
