"""The operator's page of publishing: figures, the posts behind each of them, and what can be done."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import current_user

from portal.admin import networks, publishing
from portal.admin.finding import LAST_PAGE, age_words
from portal.auth.sessions import administrator_required
from portal.errors import Conflict
from portal.extensions import db
from portal.models import Publication
from portal.pages import render
from portal.platforms import PLATFORMS
from portal.publishing import watching

DEED = "/posts/<int(max=9223372036854775807):publication_id>/<deed>"

# Often enough to see a crowd drain, rarely enough that a forgotten window costs next to nothing.
REFRESH_SECONDS = 15

bp = Blueprint("publishing", __name__, url_prefix="/admin/publishing")


@bp.get("")
@administrator_required
def index() -> Any:
    return render(
        "admin/publishing.html",
        fragment="admin/_publishing.html",
        standing=watching.standing(),
        kinds=watching.kinds(),
        networks=PLATFORMS,
        reasons=networks.REASONS,
        seconds=seconds_words,
        refresh=REFRESH_SECONDS,
    )


@bp.get("/<kind>")
@administrator_required
def posts(kind: str) -> Any:
    found = watching.kinds().get(kind) or abort(404)
    platform, page = request.args.get("platform"), request.args.get("page", 1, type=int)
    if platform is not None and platform not in PLATFORMS:
        abort(404)
    page = min(max(page, 1), LAST_PAGE)
    rows, has_more = publishing.listed(found, platform, page)
    return render(
        "admin/publishing_posts.html",
        kind=found,
        kinds=watching.kinds(),
        standing=watching.standing(),
        platform=platform,
        page=page,
        rows=rows,
        has_more=has_more,
        deeds_for=publishing.deeds_for,
        age_words=age_words,
    )


@bp.post(DEED)
@administrator_required
def act(publication_id: int, deed: str) -> Any:
    publication = db.session.get(Publication, publication_id) or abort(404)
    if deed not in publishing.DEEDS:
        abort(404)
    try:
        flash(publishing.act(publication, deed, current_user), "good")
    except Conflict as refused:
        flash(refused.words, "attention")
    kind = request.form.get("kind", "")
    back = url_for(".posts", kind=kind) if kind in watching.kinds() else url_for(".index")
    return redirect(back, 303)


@bp.post("/networks/<platform>/<connection>/try-now")
@administrator_required
def try_now(platform: str, connection: str) -> Any:
    network = PLATFORMS.get(platform) or abort(404)
    way = next((one for one in network.connections if one.key == connection), None) or abort(404)
    if networks.try_again(network, way, current_user):
        flash(f"{way.label}: what waits is tried again now.", "good")
    else:
        flash(f"{way.label}: nothing was closed there.", "info")
    return redirect(url_for(".index"), 303)


def seconds_words(seconds: float | None) -> str | None:
    """A stretch of time, as exact as it helps: "0.21 s", "12 s", "4 min", "3 h"."""
    if seconds is None:
        return None
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
