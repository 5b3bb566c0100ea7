"""Posts that come again: begin, see, pause, change and end them."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response as AnyResponse

from portal import zones
from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Conflict
from portal.extensions import db
from portal.models import Doctor, Post, PostSeries, SeriesPost
from portal.pages import render
from portal.posts import planning, same_words, series, series_days
from portal.posts.listing import excerpt
from portal.posts.series_days import rule_of
from portal.posts.series_forms import ChangeForm, RepeatForm
from portal.posts.views import BY_ID, own_post

bp = Blueprint("series", __name__)

ONE = "/posts/repeats/<int(max=9223372036854775807):series_id>"
# As many days as a page shows of what is to come.
DAYS_SHOWN = 20


@bp.get("/posts/repeats")
@doctor_required
def list_series() -> AnyResponse:
    doctor = current_doctor()
    rows = db.session.scalars(
        PostSeries.owned_by(doctor)
        .options(joinedload(PostSeries.pattern))
        .order_by(PostSeries.ended_at.is_not(None), PostSeries.id.desc())
        .limit(200)
    ).all()
    return render("posts/repeats.html", rows=[(row, rule_of(row)) for row in rows], excerpt=excerpt)


@bp.route(f"/posts{BY_ID}/repeat", methods=["GET", "POST"])
@doctor_required
def repeat(post_id: int) -> AnyResponse:
    doctor = current_doctor()
    post = own_post(doctor, post_id)
    form = RepeatForm()
    if row := form.run(series.start, doctor, post):
        flash("Your post repeats. The next weeks are planned.", "good")
        return redirect(url_for(".show", series_id=row.id), 303)
    if post.wall_time is None or post.is_draft:
        flash("Plan the post first. Then it can be repeated.", "attention")
        return redirect(url_for("posts.show", post_id=post_id), 303)
    day = date.fromisoformat(post.wall_time[:10])
    form.offer(day)
    if request.method == "GET":
        form.weekdays.data = [day.weekday()]
    return render(
        "posts/repeat.html",
        form=form,
        post=post,
        words=excerpt(post.content),
        refusing=series.refusing(post),
    )


@bp.post(f"/posts{BY_ID}/repeat/words")
@doctor_required
def say_this(post_id: int) -> AnyResponse:
    doctor = current_doctor()
    post = own_post(doctor, post_id)
    try:
        row = series.say_this(doctor, post)
    except Conflict as reason:
        flash(reason.words, "attention")
        return redirect(url_for("posts.show", post_id=post_id), 303)
    flash("All later posts say this now.", "good")
    for words in same_words.warnings(post):
        flash(words, "attention")
    return redirect(url_for(".show", series_id=row.id), 303)


@bp.get(ONE)
@doctor_required
def show(series_id: int) -> AnyResponse:
    row = _own(current_doctor(), series_id)
    return render(
        "posts/series.html",
        row=row,
        rule=rule_of(row),
        days=coming(row),
        excerpt=excerpt,
        words=excerpt(row.pattern.content) if row.pattern else "A post that was deleted",
    )


@bp.route(f"{ONE}/change", methods=["GET", "POST"])
@doctor_required
def change(series_id: int) -> AnyResponse:
    doctor = current_doctor()
    row = _own(doctor, series_id)
    form = ChangeForm()
    if new := form.run(series.change, doctor, row):
        flash("The rhythm is changed.", "good")
        _warn(new)
        return redirect(url_for(".show", series_id=new.id), 303)
    if row.ended_at or row.pattern is None:
        return redirect(url_for(".show", series_id=series_id), 303)
    if request.method == "GET":
        form.fill(row, _today(row) + timedelta(days=1))
    form.offer(row.starts_on)
    return render("posts/series_change.html", form=form, row=row, refusing=series.refusing(row.pattern))


@bp.post(f"{ONE}/skip")
@doctor_required
def skip(series_id: int) -> AnyResponse:
    doctor = current_doctor()
    row = _own(doctor, series_id)
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        abort(404)
    return _act(row, lambda: series.skip(doctor, row, day), "That day is left out.")


@bp.post(f"{ONE}/pause")
@doctor_required
def pause(series_id: int) -> AnyResponse:
    doctor = current_doctor()
    row = _own(doctor, series_id)
    return _act(row, lambda: series.pause(doctor, row), "It rests. Nothing of it goes out until you go on.")


@bp.post(f"{ONE}/resume")
@doctor_required
def resume(series_id: int) -> AnyResponse:
    row = _own(current_doctor(), series_id)
    return _act(row, lambda: series.resume(row), "It goes on. The next weeks are planned again.")


@bp.post(f"{ONE}/end")
@doctor_required
def end(series_id: int) -> AnyResponse:
    doctor = current_doctor()
    row = _own(doctor, series_id)
    return _act(
        row, lambda: series.end(doctor, row), "It has ended. Posts that you changed yourself stay planned."
    )


def _warn(row: PostSeries) -> None:
    """Say where other posts have the same words, but where the doctor lets the portal tell them apart."""
    if row.pattern is not None and not row.adds_date:
        for words in same_words.warnings(row.pattern):
            flash(words, "attention")


def coming(row: PostSeries) -> list[tuple[date, SeriesPost | None]]:
    """The next days of a series, each with what was made of it."""
    today = _today(row)
    made = {day.day_on: day for day in row.posts}
    if row.ended_at:
        return [(on, day) for on, day in sorted(made.items()) if on >= today]
    days = (on for on in series_days.days(rule_of(row)) if on >= today)
    return [(on, made.get(on)) for on in islice(days, DAYS_SHOWN)]


def _own(doctor: Doctor, series_id: int) -> PostSeries:
    made = selectinload(PostSeries.posts).joinedload(SeriesPost.post).selectinload(Post.publications)
    mine = PostSeries.owned_by(doctor).where(PostSeries.id == series_id)
    return db.session.scalar(mine.options(joinedload(PostSeries.pattern), made)) or abort(404)


def _act(row: PostSeries, act: Callable[[], Any], said: str) -> AnyResponse:
    number = row.id
    try:
        act()
    except Conflict as reason:
        flash(reason.words, "attention")
    else:
        flash(said, "good")
    return redirect(url_for(".show", series_id=number), 303)


def _today(row: PostSeries) -> date:
    return zones.wall(planning.database_now(), row.timezone).at.date()
