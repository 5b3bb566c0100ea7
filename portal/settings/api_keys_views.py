"""The page of keys."""

from typing import Any

from flask import Blueprint, Flask, Response, abort, flash, redirect, request, url_for
from wtforms import RadioField, SelectMultipleField, StringField

from portal.auth.proving import PROOF_MINUTES, proved_within
from portal.auth.sessions import current_doctor, doctor_required
from portal.forms import InputForm
from portal.models import ApiKey
from portal.models.api_key import RIGHTS
from portal.pages import render
from portal.settings import api_keys

KEY = "/<int(max=9223372036854775807):key_id>"

bp = Blueprint("api_keys", __name__, url_prefix="/settings/api-keys")


class KeyForm(InputForm):
    input = api_keys.NewKey
    words = {
        "name": "Enter a name by which you will know this key.",
        "rights": "Choose at least one thing that the key may do.",
        "life": "Choose how long the key works.",
    }

    name = StringField("Name")
    rights = SelectMultipleField("What may it do?", choices=RIGHTS)
    life = RadioField("How long does it work?", choices=api_keys.LIVES, default="90")


@bp.get("")
@doctor_required
def index() -> Any:
    return _draw(KeyForm(formdata=None))


@bp.post("")
@doctor_required
@proved_within(PROOF_MINUTES)  # a key acts for the doctor for months
def make() -> Any:
    form = KeyForm()
    if made := form.run(lambda wanted: api_keys.make(current_doctor(), wanted, request.remote_addr)):
        return _draw(KeyForm(formdata=None), *made)
    return _draw(form)


@bp.post(f"{KEY}/revoke")
@doctor_required
def revoke(key_id: int) -> Any:
    key = api_keys.revoke(current_doctor(), key_id, request.remote_addr) or abort(404)
    flash(f"The key “{key.name}” no longer works.", "good")
    return redirect(url_for(".index"), 303)


@bp.get(f"{KEY}/revoke")
@doctor_required
def ask(key_id: int) -> Any:
    key = next((key for key in api_keys.keys_of(current_doctor()) if key.id == key_id), None) or abort(404)
    return render("settings/revoke_key.html", key=key)


def _draw(form: KeyForm, made: ApiKey | None = None, words: str | None = None) -> Response:
    """The page; `words` of a new key stand on it once, and no browser keeps them."""
    keys = api_keys.keys_of(current_doctor())
    page = render(
        "settings/api_keys.html",
        form=form,
        keys=keys,
        rights=RIGHTS,
        made=made,
        words=words,
        zone=current_doctor().timezone,
    )
    if words is not None:
        page.headers["Cache-Control"] = "no-store"
    return page


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
