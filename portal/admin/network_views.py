"""The operator's page of networks."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_login import current_user

from portal.admin import networks
from portal.auth.sessions import administrator_required
from portal.pages import render
from portal.platforms import PLATFORMS

bp = Blueprint("networks", __name__, url_prefix="/admin/networks")


@bp.get("")
@administrator_required
def index() -> Any:
    return render("admin/networks.html", standings=networks.standings())


@bp.post("/<platform>/<connection>/try-again")
@administrator_required
def try_again(platform: str, connection: str) -> Any:
    network = PLATFORMS.get(platform) or abort(404)
    way = next((one for one in network.connections if one.key == connection), None) or abort(404)
    if networks.try_again(network, way, current_user):
        flash(f"{way.label}: what waits is tried again now.", "good")
    else:
        flash(f"{way.label}: nothing was closed there.", "info")
    return redirect(url_for(".index"), 303)
