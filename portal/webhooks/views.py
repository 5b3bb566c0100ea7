"""The pages of webhooks."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, url_for
from wtforms import SelectMultipleField, StringField

from portal.auth.proving import PROOF_MINUTES, proved_within
from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Conflict
from portal.extensions import db
from portal.forms import InputForm
from portal.models import Webhook, WebhookMessage
from portal.models.webhook import KINDS, TEST
from portal.pages import render
from portal.webhooks import flows
from portal.webhooks.inputs import NewWebhook, WebhookChange

SHOWN = 50
ID = "<int(max=9223372036854775807):webhook_id>"

bp = Blueprint("webhooks", __name__, url_prefix="/settings/webhooks")


class WebhookForm(InputForm):
    input = NewWebhook
    words = {"kinds": "Choose at least one thing to be told."}

    url = StringField("Address")
    kinds = SelectMultipleField("What should it be told?", choices=KINDS)


class ChangeForm(WebhookForm):
    input = WebhookChange  # type: ignore[assignment]


@bp.get("")
@doctor_required
def index() -> Any:
    return _list(WebhookForm(formdata=None))


@bp.post("")
@doctor_required
@proved_within(PROOF_MINUTES)
def make() -> Any:
    form = WebhookForm()
    made = form.run(lambda wanted: flows.make(current_doctor(), wanted))
    if made is None:
        return _list(form)
    row, words = made
    return _once(_one(row, words=words))


@bp.get(f"/{ID}")
@doctor_required
def show(webhook_id: int) -> Any:
    return _one(_own(webhook_id))


@bp.post(f"/{ID}")
@doctor_required
@proved_within(PROOF_MINUTES)
def change(webhook_id: int) -> Any:
    row, form = _own(webhook_id), ChangeForm()
    if form.run(lambda wanted: flows.change(current_doctor(), row, wanted)):
        flash("The webhook is changed.", "good")
        return redirect(url_for(".show", webhook_id=row.id), 303)
    return _one(row, form)


@bp.post(f"/{ID}/secret")
@doctor_required
@proved_within(PROOF_MINUTES)
def renew_secret(webhook_id: int) -> Any:
    row = _own(webhook_id)
    return _once(_one(row, words=flows.renew_secret(current_doctor(), row)))


@bp.post(f"/{ID}/on")
@doctor_required
def switch_on(webhook_id: int) -> Any:
    row = flows.change(current_doctor(), _own(webhook_id), WebhookChange(is_on=True))
    flash("The webhook is on again. What still waited goes out now.", "good")
    return redirect(url_for(".show", webhook_id=row.id), 303)


@bp.post(f"/{ID}/off")
@doctor_required
def switch_off(webhook_id: int) -> Any:
    row = flows.change(current_doctor(), _own(webhook_id), WebhookChange(is_on=False))
    flash("The webhook is off. It is told nothing.", "good")
    return redirect(url_for(".show", webhook_id=row.id), 303)


@bp.post(f"/{ID}/test")
@doctor_required
def test(webhook_id: int) -> Any:
    row = _own(webhook_id)
    try:
        flows.test(row)
        flash("A test is on its way. Look at this page again in a moment.", "good")
    except Conflict as off:
        flash(off.words, "attention")
    return redirect(url_for(".show", webhook_id=row.id), 303)


@bp.post(f"/{ID}/messages/<int(max=9223372036854775807):message_id>/resend")
@doctor_required
def resend(webhook_id: int, message_id: int) -> Any:
    row = _own(webhook_id)
    try:
        flows.resend(row, message_id) or abort(404)
        flash("It is sent again. Look at this page again in a moment.", "good")
    except Conflict as off:
        flash(off.words, "attention")
    return redirect(url_for(".show", webhook_id=row.id), 303)


@bp.get(f"/{ID}/remove")
@doctor_required
def ask(webhook_id: int) -> Any:
    return render("settings/remove_webhook.html", row=_own(webhook_id))


@bp.post(f"/{ID}/remove")
@doctor_required
def remove(webhook_id: int) -> Any:
    flows.remove(current_doctor(), _own(webhook_id))
    flash("The webhook is removed.", "good")
    return redirect(url_for(".index"), 303)


def _own(webhook_id: int) -> Webhook:
    mine = Webhook.owned_by(current_doctor()).where(Webhook.id == webhook_id)
    return db.session.scalar(mine) or abort(404)


def _list(form: WebhookForm) -> Response:
    rows = flows.webhooks_of(current_doctor())
    return render("settings/webhooks.html", form=form, rows=rows, names=KINDS)


def _one(row: Webhook, form: ChangeForm | None = None, words: str | None = None) -> Response:
    newest = flows.messages_of(row).order_by(WebhookMessage.id.desc()).limit(SHOWN)
    return render(
        "settings/webhook.html",
        row=row,
        form=form or ChangeForm(formdata=None, obj=row),
        messages=db.session.scalars(newest).all(),
        names=KINDS | {TEST: "A test"},
        words=words,
        zone=current_doctor().timezone,
    )


def _once(page: Response) -> Response:
    """A page that shows a secret is kept by no browser."""
    page.headers["Cache-Control"] = "no-store"
    return page
