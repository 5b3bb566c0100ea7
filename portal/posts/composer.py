"""The composer: a new post, a changed one, and how it will look."""

from datetime import date, time, timedelta

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock, zones
from portal.auth.sessions import current_doctor, doctor_required
from portal.extensions import db
from portal.models import Doctor, Post, SocialAccount
from portal.pages import render
from portal.posts import flows, planning, submissions
from portal.posts.forms import PostForm, post_form
from portal.posts.inputs import NewPost
from portal.posts.previews import previews
from portal.posts.views import own_post

bp = Blueprint("composer", __name__)

PRESSED = ("plan", "now", "draft")
USUAL_HOUR = time(9)
# After this hour tomorrow is proposed.
LAST_HOUR = time(20)


@bp.route("/posts/new", methods=["GET", "POST"])
@doctor_required
def new() -> AnyResponse:
    doctor = current_doctor()
    form = post_form(accounts_for(doctor), doctor.timezone).wants(pressed())
    if post := form.run(_create_once, doctor):
        return _kept(post)
    if request.method == "GET":
        _suggest(form, request.args.get("on", ""))
    return _page(form)


@bp.route("/posts/<int(max=9223372036854775807):post_id>/edit", methods=["GET", "POST"])
@doctor_required
def edit(post_id: int) -> AnyResponse:
    doctor = current_doctor()
    post = own_post(doctor, post_id)
    if request.method == "GET" and not post.can_change:
        flash(flows.why_too_late(post), "attention")
        return redirect(url_for("posts.show", post_id=post_id), 303)
    form = _form_of(doctor, post).wants(pressed(), request.form.get("version"))
    if changed := form.run(flows.change, doctor, post):
        return _kept(changed)
    if request.method == "GET":
        _fill(form, post)
    return _page(form, post)


@bp.post("/posts/preview")
@doctor_required
def preview() -> AnyResponse:
    """Nothing is stored; without JavaScript the whole composer comes back with the preview in it."""
    doctor = current_doctor()
    number = request.args.get("post", type=int)
    post = own_post(doctor, number) if number else None
    form = _form_of(doctor, post) if post else post_form(accounts_for(doctor), doctor.timezone)
    return _page(form, post)


def accounts_for(doctor: Doctor, post: Post | None = None) -> list[SocialAccount]:
    """What can be chosen: every account that is not disconnected, and those that the post has already."""
    rows = db.session.scalars(SocialAccount.owned_by(doctor).order_by(SocialAccount.id)).all()
    had = {publication.social_account_id for publication in post.publications} if post else set()
    return [account for account in rows if account.status != "disconnected" or account.id in had]


def pressed() -> str:
    word = request.form.get("do", "plan")
    return word if word in PRESSED else "plan"


def _create_once(doctor: Doctor, wanted: NewPost) -> Post:
    return submissions.once(doctor, submissions.key_of(request.form), lambda: flows.create(doctor, wanted))


def _form_of(doctor: Doctor, post: Post) -> PostForm:
    return post_form(accounts_for(doctor, post), doctor.timezone, post)


def _page(form: PostForm, post: Post | None = None) -> Response:
    media = post.media if post else []
    shown = previews(
        form.chosen_accounts(), form.publications(), form.content.data or "", form.link.data or None, media
    )
    return render("posts/compose.html", fragment="posts/_preview.html", form=form, post=post, previews=shown)


def _kept(post: Post) -> AnyResponse:
    flash(_what_happens(post), "good")
    return redirect(url_for("posts.show", post_id=post.id), 303)


def _what_happens(post: Post) -> str:
    if post.status == "draft":
        return "Your draft is kept."
    if any(publication.held_for == "verification" for publication in post.publications):
        return "Your post is planned. It waits until we have verified you."
    if any(publication.held_for == "account" for publication in post.publications):
        return "Your post is planned. Part of it waits until you connect an account again."
    if post.scheduled_at and post.scheduled_at <= planning.database_now():
        return "Your post is going out now."
    return "Your post is planned."


def _fill(form: PostForm, post: Post) -> None:
    form.content.data, form.link.data = post.content, post.link
    form.show_instant(post.scheduled_at)
    live = planning.live_publications(post)
    form.chosen.data = [publication.social_account_id for publication in live]
    for publication in live:
        form.own(publication.account).data = publication.content


def _suggest(form: PostForm, day: str) -> None:
    """A day from the calendar or today, at an hour that is still to come and at which people read."""
    now = zones.wall(clock.now(), form.zone).at.replace(fold=0)
    next_hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    wanted = max(_day(day) or now.date(), now.date())
    if wanted > now.date():
        form.on.data, form.at.data = wanted, USUAL_HOUR
    elif next_hour.date() > now.date() or next_hour.time() > LAST_HOUR:
        form.on.data, form.at.data = now.date() + timedelta(days=1), USUAL_HOUR
    else:
        form.on.data, form.at.data = now.date(), max(next_hour.time(), USUAL_HOUR)
    if len(form.accounts) == 1:
        form.chosen.data = [form.accounts[0].id]


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
