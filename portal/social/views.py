"""The pages of accounts: what is connected, connecting, choosing, disconnecting."""

import textwrap

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal import clock, http
from portal.auth.browsers import lead_back_to
from portal.auth.proving import proved_within
from portal.auth.sessions import current_browser, current_doctor, doctor_required, to_leaving
from portal.errors import Invalid, NotAllowed
from portal.extensions import db, limiter
from portal.models import AccountOffer, SocialAccount
from portal.pages import render
from portal.platforms import PLATFORMS
from portal.platforms.base import Platform
from portal.social import flows, health, leaving, offers
from portal.social.keeping import going_out, listed
from portal.social.sorry import CannotConnect
from portal.social.trips import UsedAlready

bp = Blueprint("social", __name__)

# Whoever signed in longer ago shows again who it is before an account comes or goes.
PROOF_MINUTES = 15

LARGEST_ID = 2**63 - 1


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
        excerpt=first_words,
    )


@bp.post("/social/connect/<platform>")
@limiter.limit("30 per minute")
@doctor_required
@proved_within(PROOF_MINUTES)
def connect(platform: str) -> AnyResponse:
    """With the field `account`, that account is connected again in its place."""
    network = known(platform)
    account = meant(network) if "account" in request.form else None
    try:
        address = flows.begin(
            current_doctor().id,
            network,
            request.form.get("connection"),
            browser=browser_digest(),
            account=account,
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
        return sign_in_first()
    if elsewhere := to_leaving():
        return elsewhere
    given = request.args
    back = flows.WayBack(given.get("state"), given.get("code"), given.get("error"), given.get("iss"))
    try:
        made, words, tone = flows.finish(current_doctor().id, browser_digest(), network, back), "", "good"
    except UsedAlready as before:
        made, words, tone = before.made, " already", "info"
    except CannotConnect as sorry:
        return not_connected(sorry.title, sorry.words)
    if isinstance(made, AccountOffer):
        return redirect(url_for(".offer", id=made.id), 303)
    flash(f"{made.display_name} is connected{words}.", tone)
    return redirect(url_for(".accounts"), 303)


@bp.route("/social/offers/<int:id>", methods=["GET", "POST"])
@doctor_required
def offer(id: int) -> AnyResponse:
    doctor, problem = current_doctor(), None
    query = AccountOffer.owned_by(doctor).where(AccountOffer.id == id, AccountOffer.expires_at > clock.now())
    offer = db.session.scalar(query) or abort(404)
    if request.method == "POST":
        try:
            chosen = offers.choose(doctor, id, request.form.getlist("page_ids")) or abort(404)
            flash(f"{listed([account.display_name for account in chosen.accounts])}: connected.", "good")
            for words in chosen.refused:
                flash(words, "attention")
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
@proved_within(PROOF_MINUTES)
def disconnect(id: int) -> AnyResponse:
    if request.method == "POST":
        account = leaving.disconnect(current_doctor(), id) or abort(404)
        flash(f"{account.display_name} is disconnected. Its planned posts wait.", "good")
        if going_out(account):
            flash("A post was already on its way to this account and may still appear there.", "attention")
        return redirect(url_for(".accounts"), 303)
    return render("social/disconnect.html", account=own_account(id))


def own_account(id: int) -> SocialAccount:
    """The doctor's own account that is not disconnected; 404 for anything else."""
    own = SocialAccount.owned_by(current_doctor())
    query = own.where(SocialAccount.id == id, SocialAccount.status != "disconnected")
    return db.session.scalar(query) or abort(404)


def meant(network: Platform) -> SocialAccount:
    """The account that a form names; 404 when it is not one of this doctor's on this network."""
    number = request.form.get("account", type=int) or 0
    account = own_account(number) if 0 < number <= LARGEST_ID else abort(404)
    return account if account.platform == network.key else abort(404)


def known(platform: str) -> Platform:
    return PLATFORMS.get(platform) or abort(404)


def browser_digest() -> str:
    """What this signed-in browser is known by."""
    browser = current_browser()
    return browser.digest if browser else ""


def first_words(content: str | None) -> str:
    """As much of a post as tells it from the others."""
    return textwrap.shorten(content or "", 60, placeholder=" …") or "Without a text"


def sign_in_first() -> AnyResponse:
    """For a signed-out browser: after signing in the connection goes on where it stopped."""
    goes_on = not current_user.is_authenticated and lead_back_to(request.full_path)
    next_step = (
        "Sign in now, and the connection goes on. If it does not, press Connect again."
        if goes_on
        else "Sign in, go to your accounts and press Connect again."
    )
    words = f"This browser is not signed in as a doctor, so nothing was connected yet. {next_step}"
    return not_connected("Sign in first", words, goes_on)


def not_connected(title: str, words: str, goes_on: bool = False) -> AnyResponse:
    response = render("social/not_connected.html", status=400, heading=title, words=words, goes_on=goes_on)
    response.headers["Cache-Control"] = "no-store"
    return response


def shown_address(address: str | None) -> str | None:
    """A network's address as a page shows it: in practice mode, its place on the practice network."""
    return http.rewrite(address) if address else address
