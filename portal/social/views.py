"""The pages of accounts: what is connected, connecting, choosing, disconnecting."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal import clock, http
from portal.auth.sessions import current_browser, current_doctor, doctor_required
from portal.errors import Invalid, NotAllowed
from portal.extensions import db, limiter
from portal.models import AccountOffer, SocialAccount
from portal.pages import render
from portal.platforms import PLATFORMS
from portal.platforms.base import Platform
from portal.social import flows, health, offers

bp = Blueprint("social", __name__)


@bp.get("/accounts")
@doctor_required
def accounts() -> Response:
    doctor = current_doctor()
    return render(
        "social/accounts.html",
        healths=health.accounts_of(doctor),
        doors=health.doors(),
        offers=[(offer, PLATFORMS[offer.platform]) for offer in offers.open_offers(doctor)],
        waiting=health.waiting_for_disconnected(doctor),
        zone=doctor.timezone,
    )


@bp.post("/social/connect/<platform>")
@limiter.limit("30 per minute")
@doctor_required
def connect(platform: str) -> AnyResponse:
    network = known(platform)
    try:
        address = flows.begin(
            current_doctor().id, network, request.form.get("connection"), browser=browser_digest()
        )
    except (Invalid, NotAllowed) as refused:
        flash(refused.words, "attention")
        address = url_for(".accounts")
    return redirect(address, 303)


@bp.get("/social/callback/<platform>")
@limiter.limit("60 per minute")
def callback(platform: str) -> AnyResponse:
    network = known(platform)
    if not current_user.is_authenticated or current_user.doctor is None:
        return not_connected(
            "Sign in first",
            "This browser is not signed in as a doctor, so nothing was connected. Sign in, go to your "
            "accounts and press Connect again.",
        )
    given = request.args
    back = flows.WayBack(given.get("state"), given.get("code"), given.get("error"), given.get("iss"))
    try:
        made = flows.finish(current_doctor().id, browser_digest(), network, back)
    except flows.CannotConnect as sorry:
        return not_connected(sorry.title, sorry.words)
    if isinstance(made, AccountOffer):
        return redirect(url_for(".offer", id=made.id), 303)
    flash(f"{made.display_name} is connected.", "good")
    return redirect(url_for(".accounts"), 303)


@bp.route("/social/offers/<int:id>", methods=["GET", "POST"])
@doctor_required
def offer(id: int) -> AnyResponse:
    doctor, problem = current_doctor(), None
    query = AccountOffer.owned_by(doctor).where(AccountOffer.id == id, AccountOffer.expires_at > clock.now())
    offer = db.session.scalar(query) or abort(404)
    if request.method == "POST":
        try:
            made = offers.choose(doctor, id, request.form.getlist("page_ids")) or abort(404)
            flash(f"{' and '.join(account.display_name for account in made)}: connected.", "good")
            return redirect(url_for(".accounts"), 303)
        except Invalid as refused:
            problem = refused.words
    known_ids = {account.remote_id for account in health.connected(doctor)}
    return render(
        "social/offer.html",
        status=422 if problem else None,
        offer=offer,
        network=PLATFORMS[offer.platform],
        kind=PLATFORMS[offer.platform].connection(offer.connection),
        chosen=request.form.getlist("page_ids") if problem else known_ids,
        known_ids=known_ids,
        problem=problem,
    )


@bp.route("/accounts/<int:id>/disconnect", methods=["GET", "POST"])
@doctor_required
def disconnect(id: int) -> AnyResponse:
    if request.method == "POST":
        account = flows.disconnect(current_doctor(), id) or abort(404)
        flash(f"{account.display_name} is disconnected. Its planned posts wait.", "good")
        return redirect(url_for(".accounts"), 303)
    own = SocialAccount.owned_by(current_doctor())
    query = own.where(SocialAccount.id == id, SocialAccount.status != "disconnected")
    account = db.session.scalar(query) or abort(404)
    return render("social/disconnect.html", account=account)


def known(platform: str) -> Platform:
    return PLATFORMS.get(platform) or abort(404)


def browser_digest() -> str:
    """What this signed-in browser is known by."""
    browser = current_browser()
    return browser.digest if browser else ""


def not_connected(title: str, words: str) -> AnyResponse:
    response = render("social/not_connected.html", status=400, heading=title, words=words)
    response.headers["Cache-Control"] = "no-store"
    return response


def shown_address(address: str | None) -> str | None:
    """A network's address as a page shows it: in practice mode, its place on the practice network."""
    return http.rewrite(address) if address else address
