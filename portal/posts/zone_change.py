"""After the doctor has moved to another time zone: what should become of planned posts."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.auth.sessions import current_doctor, doctor_required
from portal.pages import render
from portal.posts import retiming
from portal.posts.listing import excerpt

bp = Blueprint("zone_change", __name__, url_prefix="/calendar/zone")

CHOICES = ("wall", "instant")
# Of those that simply move; what asks for an answer is shown in full.
MOST_SHOWN = 20


@bp.get("")
@doctor_required
def show() -> AnyResponse:
    """Which posts there are, and where each would stand either way; back when there are none."""
    doctor = current_doctor()
    shifts = retiming.shifts(doctor)
    if not shifts:
        came_from = "doctors.profile" if request.args.get("then") == "profile" else "calendar.show"
        return redirect(url_for(came_from), 303)
    shown = len(shifts) if request.args.get("rows") == "all" else _asking(shifts) + MOST_SHOWN
    return render(
        "posts/zone_change.html",
        shifts=shifts[:shown],
        total=len(shifts),
        zone=doctor.timezone,
        excerpt=excerpt,
    )


@bp.post("")
@doctor_required
def decide() -> AnyResponse:
    doctor = current_doctor()
    keep = request.form.get("keep")
    if keep not in CHOICES:
        flash("Choose what your posts should keep.", "attention")
        return redirect(url_for(".show"), 303)
    if keep == "instant":
        number = retiming.keep_instants(doctor)
        flash(f"{_posts(number)} the moment planned before.", "good")
        return redirect(url_for("calendar.show"), 303)
    moved, left = retiming.keep_wall_times(doctor, _folds())
    if moved:
        flash(f"{_posts(moved)} the hour on the clock.", "good")
    if left:
        flash("Some posts could not keep their hour. They are listed here.", "attention")
    return redirect(url_for(".show" if left else "calendar.show"), 303)


def _asking(shifts: list[retiming.Shift]) -> int:
    return sum(one.at is None for one in shifts)


def _posts(number: int) -> str:
    return "One post keeps" if number == 1 else f"{number} posts keep"


def _folds() -> dict[int, int]:
    """For the posts whose hour comes twice: the first or the second."""
    said = ((name.removeprefix("which_"), value) for name, value in request.form.items() if "which_" in name)
    return {int(number): int(value) for number, value in said if number.isdecimal() and value in ("0", "1")}
