"""The calendar: month, week, day and list, each with an address to bookmark, and moving posts within it."""

from datetime import date, datetime
from typing import Annotated, Any

from flask import Blueprint, flash, redirect, request, session, url_for
from pydantic import Field, ValidationError
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from portal import clock, zones
from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.inputs import Input
from portal.kept_pages import kept
from portal.models import Doctor, SocialAccount
from portal.pages import local_time, render, wants_fragment, zone_words
from portal.posts import (
    calendar,
    calendar_asked,
    calendar_entries,
    calendar_moves,
    own_days,
    retiming,
    same_words,
)
from portal.posts.calendar_asked import Asked
from portal.posts.calendar_entries import Wanted
from portal.posts.calendar_moves import Kept, Target
from portal.posts.inputs import RowId
from portal.posts.listing import networks
from portal.posts.views import own_post

bp = Blueprint("calendar", __name__)

# The part of the session that holds the last moves.
MOVES = "calendar_moves"


class Move(Input):
    """A post that was dragged, or carried by keys, to a day or an hour."""

    post: RowId
    version: RowId
    to_day: date
    to_hour: Annotated[int, Field(ge=0, le=23)] | None = None
    # Of an hour that comes twice: 0 for the first, 1 for the second.
    fold: Annotated[int, Field(ge=0, le=1)] | None = None


@bp.get("/calendar")
@kept
@doctor_required
def show() -> AnyResponse:
    return _page(current_doctor())


@bp.post("/calendar/move")
@doctor_required
def move() -> AnyResponse:
    """Answers with the calendar as it is now, moved or not, and a sentence that says which."""
    doctor = current_doctor()
    wanted = _wanted_move()
    if wanted is None:
        flash("We could not read that move. Load the page again.", "attention")
        return _back(doctor)
    post = own_post(doctor, wanted.post)
    try:
        to = Target(wanted.to_day, wanted.to_hour)
        kept = calendar_moves.move(doctor, post, to, wanted.version, wanted.fold)
    except zones.DoubledTime as doubled:
        # The toast draws the words with buttons; Flask itself hands over anything that JSON holds.
        flash({"words": str(doubled), "answers": _which(wanted, doctor)}, "attention")  # type: ignore[arg-type]
        return _back(doctor)
    except (Conflict, Invalid) as refused:
        flash(f"Your post was not moved. {refused.words}", "attention")
        return _back(doctor)
    if kept is not None:
        _keep(calendar_moves.remember(_moves(), kept))
        words = f"Moved to {_when(post.scheduled_at, doctor)}."
        flash({"words": words, "undo": _undo_address(post.id, doctor)}, "good")  # type: ignore[arg-type]
        for near in same_words.warnings(post, within=same_words.CLOSE):
            flash(near, "attention")
    return _back(doctor)


@bp.post("/calendar/undo")
@doctor_required
def undo() -> AnyResponse:
    """Takes back the last move, or the last one of the post that is named."""
    doctor = current_doctor()
    kept = calendar_moves.take(_moves(), request.args.get("post", type=int))
    if kept is None:
        flash("There is no move to take back any more.", "attention")
        return _back(doctor)
    version = None
    try:
        post = own_post(doctor, kept[0])
        calendar_moves.undo(doctor, post, kept)
        version = post.version
        flash(f"Your post is back on {_when(post.scheduled_at, doctor)}.", "good")
    except NotFound:
        flash("That post is no longer here.", "attention")
    except (Conflict, Invalid) as refused:
        flash(f"That move cannot be taken back. {refused.words}", "attention")
    _keep(calendar_moves.without(_moves(), kept, version))
    return _back(doctor)


def _page(doctor: Doctor) -> AnyResponse:
    today = zones.wall(clock.now(), doctor.timezone).at.date()
    accounts = db.session.scalars(SocialAccount.owned_by(doctor).order_by(SocialAccount.id)).all()
    asked = calendar_asked.asked(request, today, {account.id for account in accounts})
    shown = calendar.span(asked.view, asked.day)
    entries, totals = calendar_entries.of_page(doctor, shown, asked.wanted)
    listed = calendar.days(shown, entries, today, totals, own_days.marks(doctor, shown))
    response = render(
        "posts/calendar.html",
        fragment="posts/_calendar.html",
        asked=asked,
        shown=shown,
        days=listed,
        weeks=calendar.weeks(listed),
        weekdays=calendar.WEEKDAYS,
        hours=calendar.hours(listed, asked.has_all_hours),
        hour_name=calendar.hour_name,
        views=[(view, view.capitalize(), asked.address(view)) for view in calendar.VIEWS],
        accounts=accounts,
        networks=networks(account.platform for account in accounts),
        none_wanted=Wanted(),
        statuses=calendar_asked.STATUSES,
        today=today,
        zone=doctor.timezone,
        can_undo=bool(_moves()),
        elsewhere=retiming.count_elsewhere(doctor),
    )
    response.vary.add("User-Agent")
    return response


def _back(doctor: Doctor) -> AnyResponse:
    """To the page that was left: at once for htmx, by its address for everybody else."""
    if wants_fragment():
        return _page(doctor)
    return redirect(_asked(doctor).address(), 303)


def _asked(doctor: Doctor) -> Asked:
    today = zones.wall(clock.now(), doctor.timezone).at.date()
    accounts = set(db.session.scalars(SocialAccount.owned_by(doctor).with_only_columns(SocialAccount.id)))
    return calendar_asked.asked(request, today, accounts)


def _undo_address(post_id: int, doctor: Doctor) -> str:
    said: dict[str, Any] = dict(_asked(doctor).said())
    return url_for(".undo", post=post_id, **said)


def _which(wanted: Move, doctor: Doctor) -> list[dict[str, Any]]:
    """The two answers to an hour that comes twice, each the same move with that answer."""
    said: dict[str, Any] = {**_asked(doctor).said(), **wanted.model_dump(mode="json", exclude_none=True)}
    return [
        {"label": label, "href": url_for(".move"), "fields": said | {"fold": fold}}
        for fold, label in enumerate(("The first", "The second"))
    ]


def _wanted_move() -> Move | None:
    said = {name: request.form.get(name) for name in Move.model_fields if request.form.get(name)}
    try:
        return Move.model_validate(said)
    except ValidationError:
        return None


def _moves() -> list[Kept]:
    return [(number, was, version) for number, was, version in session.get(MOVES, [])]


def _keep(moves: list[Kept]) -> None:
    session[MOVES] = moves


def _when(at: datetime | None, doctor: Doctor) -> str:
    return f"{local_time(at, doctor.timezone)} ({zone_words(doctor.timezone)})"
