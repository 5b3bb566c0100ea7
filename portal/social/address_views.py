"""The page on which a doctor gives the address of a profile."""

from flask import Blueprint, abort, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.auth.proving import proved_within
from portal.auth.sessions import current_doctor, doctor_required
from portal.extensions import limiter
from portal.models import SocialAccount
from portal.pages import render
from portal.platforms import PLATFORMS
from portal.social import by_address
from portal.social.forms import AddressForm
from portal.social.inputs import ProfileAddress
from portal.social.views import PROOF_MINUTES

bp = Blueprint("profiles", __name__)


@bp.route("/accounts/profile/<platform>", methods=["GET", "POST"])
@limiter.limit("30 per minute")
@doctor_required
@proved_within(PROOF_MINUTES)
def connect(platform: str) -> AnyResponse:
    network = PLATFORMS.get(platform) or abort(404)
    connection = by_address.way_in(network) or abort(404)
    form = AddressForm()

    def keep(given: ProfileAddress) -> SocialAccount:
        return by_address.connect(current_doctor().id, network, connection, given.profile_url)

    if account := form.run(keep):
        flash(f"{account.display_name} is connected.", "good")
        return redirect(url_for("social.accounts"), 303)
    return render("social/profile.html", form=form, network=network, connection=connection)
