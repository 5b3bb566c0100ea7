"""The operator's page of networks."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_login import current_user

from portal.admin import network_test, networks
from portal.auth.proving import whose
from portal.auth.sessions import administrator_required
from portal.extensions import limiter
from portal.pages import render
from portal.platforms import PLATFORMS
from portal.platforms.base import Connection, Platform

bp = Blueprint("networks", __name__, url_prefix="/admin/networks")


@bp.get("")
@administrator_required
def index() -> Any:
    return render("admin/networks.html", standings=networks.standings())


@bp.post("/<platform>/<connection>/try-again")
@administrator_required
def try_again(platform: str, connection: str) -> Any:
    network, way = _way(platform, connection)
    if networks.try_again(network, way, current_user):
        flash(f"{way.label}: what waits is tried again now.", "good")
    else:
        flash(f"{way.label}: nothing was closed there.", "info")
    return redirect(url_for(".index"), 303)


@bp.post("/<platform>/<connection>/test")
@administrator_required
@limiter.limit("20 per 10 minutes", key_func=whose)
def test(platform: str, connection: str) -> Any:
    tried = network_test.try_out(*_way(platform, connection), current_user)
    flash(tried.words, "good" if tried.is_good else "attention")
    return redirect(url_for(".index", _anchor=platform), 303)


def _way(platform: str, connection: str) -> tuple[Platform, Connection]:
    network = PLATFORMS.get(platform) or abort(404)
    return network, next((one for one in network.connections if one.key == connection), None) or abort(404)
