"""The calendar: month, week, day and list, each with an address to bookmark."""

from datetime import date

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from portal import clock, zones
from portal.auth.sessions import current_doctor, doctor_required
from portal.pages import render
from portal.posts import calendar
from portal.posts.listing import entries

bp = Blueprint("calendar", __name__)


@bp.get("/calendar")
@doctor_required
def show() -> AnyResponse:
    doctor = current_doctor()
    today = zones.wall(clock.now(), doctor.timezone).at.date()
    shown = calendar.span(_view(), _day(today))
    found = entries(doctor, *shown.bounds(doctor.timezone), doctor.timezone)
    listed = calendar.days(shown, found, today)
    response = render(
        "posts/calendar.html",
        shown=shown,
        days=listed,
        weeks=calendar.weeks(listed),
        weekdays=calendar.WEEKDAYS,
        views=_links(_day(today)),
        previous=_address(shown.view, shown.previous or shown.first),
        following=_address(shown.view, shown.next or shown.last),
        current=_address(shown.view, today),
        today=today,
        zone=doctor.timezone,
    )
    response.vary.add("User-Agent")
    return response


def _view() -> str:
    """The view asked for; a phone begins with the list, where a month would be a row of dots."""
    wanted = request.args.get("view", "")
    if wanted in calendar.VIEWS:
        return wanted
    return "list" if "Mobi" in request.user_agent.string else "month"


def _day(today: date) -> date:
    """The day that the address names; today when it names none, or only the month that we are in."""
    day, month = request.args.get("day"), request.args.get("month", "")
    if not day and month == f"{today:%Y-%m}":
        return today
    try:
        wanted = date.fromisoformat(day or f"{month}-01")
    except ValueError:
        return today
    return wanted if calendar.FIRST_YEAR <= wanted.year <= calendar.LAST_YEAR else today


def _address(view: str, day: date) -> str:
    when = f"month={day:%Y-%m}" if view in ("month", "list") else f"day={day.isoformat()}"
    return f"/calendar?view={view}&{when}"


def _links(day: date) -> list[tuple[str, str, str]]:
    return [(view, view.capitalize(), _address(view, day)) for view in calendar.VIEWS]
