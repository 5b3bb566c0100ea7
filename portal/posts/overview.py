"""The first page: what the portal is, or, for a doctor, what is next and what needs a hand."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.auth.sessions import current_doctor, doctor_required, to_leaving
from portal.extensions import db
from portal.kept_pages import kept
from portal.models import Doctor, Notice, Post, PostSeries, Publication, SeriesPost, SocialAccount
from portal.pages import render
from portal.platforms import PLATFORMS
from portal.posts import charts, consents, needs
from portal.posts.listing import excerpt
from portal.transaction import transaction

bp = Blueprint("overview", __name__)

SHOWN = 5
ENDS_SOON = timedelta(days=7)

WITH_POST = (joinedload(Publication.post), joinedload(Publication.account))


@bp.get("/")
@kept
def show() -> AnyResponse:
    if not current_user.is_authenticated:
        return render("landing.html", networks=list(PLATFORMS.values()))
    if current_user.doctor is None:
        return redirect("/admin/", 303)
    if elsewhere := to_leaving():
        return elsewhere
    doctor = current_doctor()
    accounts = db.session.scalars(SocialAccount.owned_by(doctor)).all()
    waiting = needs.of(doctor)
    return render(
        "overview.html",
        doctor=doctor,
        steps=steps(doctor, accounts),
        needs=waiting,
        broken=[
            account
            for account in accounts
            if account.status == "reconnect" and account.id not in waiting.account_ids
        ],
        ending=ending(accounts),
        coming=coming(doctor),
        results=results(doctor),
        reach=charts.reach(doctor, clock.now()),
        refused_repeats=refused_repeats(doctor),
        taken_back=consents.still_out(doctor),
        notices=notices(doctor),
        excerpt=excerpt,
        zone=doctor.timezone,
    )


@bp.post("/notices/read")
@doctor_required
def read_notices() -> AnyResponse:
    """Marks what was on the page as read, and nothing that came in meanwhile."""
    last = request.form.get("last", type=int) or 0
    mine = (Notice.doctor_id == current_doctor().id, Notice.read_at.is_(None), Notice.id <= last)
    with transaction():
        db.session.execute(update(Notice).where(*mine).values(read_at=clock.database_now()))
    flash("All news is marked as read.", "good")
    return redirect(url_for(".show"), 303)


def ending(accounts: Sequence[SocialAccount]) -> list[tuple[SocialAccount, int]]:
    """Whose permission ends within a week, and how many posts are planned behind that."""
    soon = [account for account in accounts if account.ends_before(clock.now() + ENDS_SOON)]
    numbers = {row[0]: row[1] for row in db.session.execute(_behind_the_end(soon))} if soon else {}
    return [(account, numbers.get(account.id, 0)) for account in soon]


def _behind_the_end(accounts: Sequence[SocialAccount]) -> Select[int, int]:
    return (
        select(SocialAccount.id, func.count())
        .join(Publication, Publication.social_account_id == SocialAccount.id)
        .where(
            SocialAccount.id.in_([account.id for account in accounts]),
            Publication.status.in_(("scheduled", "retrying")),
            Publication.due_at >= SocialAccount.ends_at,
        )
        .group_by(SocialAccount.id)
    )


def refused_repeats(doctor: Doctor) -> Sequence[SeriesPost]:
    """Posts of a series that could not be planned and wait as drafts."""
    rows = db.session.scalars(
        select(SeriesPost)
        .join(SeriesPost.series)
        .join(SeriesPost.post)
        .where(PostSeries.doctor_id == doctor.id, SeriesPost.trouble.is_not(None))
        .where(Post.status_expression() == "draft")
        .options(contains_eager(SeriesPost.post))
        .order_by(SeriesPost.day_on)
        .limit(SHOWN)
    )
    return rows.all()


def coming(doctor: Doctor) -> Sequence[Post]:
    """The next posts on their way."""
    waiting = Post.publications.any(Publication.status.in_(("scheduled", "publishing", "retrying")))
    return db.session.scalars(
        Post.owned_by(doctor)
        .where(waiting)
        .options(selectinload(Post.publications))
        .order_by(Post.scheduled_at, Post.id)
        .limit(SHOWN)
    ).all()


def results(doctor: Doctor) -> Sequence[Publication]:
    """What went out last."""
    return db.session.scalars(
        Publication.owned_by(doctor)
        .where(Publication.status == "published")
        .options(*WITH_POST)
        .order_by(Publication.published_at.desc().nulls_last(), Publication.id.desc())
        .limit(SHOWN)
    ).all()


def notices(doctor: Doctor) -> Sequence[Notice]:
    """News that the doctor has not seen, the newest first."""
    about = joinedload(Notice.publication)
    return db.session.scalars(
        select(Notice)
        .where(Notice.doctor_id == doctor.id, Notice.read_at.is_(None))
        .options(about.joinedload(Publication.post), about.joinedload(Publication.account))
        .order_by(Notice.id.desc())
        .limit(SHOWN)
    ).all()


def steps(doctor: Doctor, accounts: Sequence[SocialAccount]) -> list[dict[str, object]]:
    """How to get started; empty once everything is done."""
    first_post = db.session.scalars(select(Post.id).where(Post.doctor_id == doctor.id).limit(1)).first()
    way = [
        {"title": "Confirm your address", "done": True},
        {
            "title": "Fill in your profile",
            "text": "Your registration number lets us verify you.",
            "href": "/profile",
            "action": "Open profile",
            "done": bool(doctor.medical_council_regd_no) and bool(doctor.speciality_id),
        },
        {
            "title": "Connect an account",
            "text": "Choose where your posts appear.",
            "href": "/accounts",
            "action": "Connect",
            "done": any(account.status != "disconnected" for account in accounts),
        },
        {
            "title": "Write your first post",
            "text": "Plan it for a good hour, or keep it as a draft.",
            "href": "/posts/new",
            "action": "Write",
            "done": first_post is not None,
        },
    ]
    return [] if all(step["done"] for step in way) else way
