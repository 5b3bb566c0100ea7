"""The page on which a doctor makes the feed's address, and the feed itself."""

from flask import Blueprint, Response, abort, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import extensions
from portal.auth.sessions import current_doctor, doctor_required
from portal.pages import render
from portal.posts import feeds, own_days

bp = Blueprint("feeds", __name__, url_prefix="/calendar/feed")


@bp.get("")
@doctor_required
def show() -> AnyResponse:
    return _page()


@bp.post("/make")
@doctor_required
def make() -> AnyResponse:
    """Shows the new address, this once: going back to the page does not bring it again."""
    secret = feeds.make(current_doctor(), tells_words="words" in request.form)
    response = _page(f"{_public_url()}{url_for('.read', secret=secret)}")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/stop")
@doctor_required
def stop() -> AnyResponse:
    feeds.stop(current_doctor())
    flash("The address no longer works.", "good")
    return redirect(url_for(".show"), 303)


@bp.post("/words")
@doctor_required
def words() -> AnyResponse:
    """Let the feed tell what posts say, or no longer; the address stays as it is."""
    is_wanted = request.form.get("tell") == "yes"
    feeds.tell_words(current_doctor(), is_wanted)
    flash("It tells the first words now." if is_wanted else "It tells no words any more.", "good")
    return redirect(url_for(".show"), 303)


@bp.get("/<secret>.ics")
@extensions.limiter.limit("60 per minute")
def read(secret: str) -> AnyResponse:
    """For a program that has the address and nothing else."""
    doctor, tells_words = feeds.owner(secret) or abort(404)
    lines = feeds.lines(doctor, tells_words=tells_words)
    response = Response(feeds.draw(lines, _public_url()), mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'inline; filename="posts.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.add_etag()
    return response.make_conditional(request)


def _page(address: str | None = None) -> Response:
    doctor = current_doctor()
    row = own_days.setting(doctor)
    return render("posts/feed.html", address=address, kept=row, zone=doctor.timezone)


def _public_url() -> str:
    return str(current_app.config["PORTAL"].public_url).rstrip("/")
