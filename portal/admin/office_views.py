"""The portal's own pages: administrators, numbers, letters, the audit log."""

from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, request, url_for
from flask_login import current_user

from portal import mail
from portal.admin import audit, desk, joint, people
from portal.admin.forms import ReasonForm
from portal.admin.inputs import Numbers
from portal.admin.letters import LETTERS
from portal.admin.office_forms import AdministratorForm, NumbersForm
from portal.auth.proving import PROOF_MINUTES, proved_within
from portal.auth.sessions import administrator_required
from portal.doctors.inputs import Verdict
from portal.errors import Invalid, NotAllowed
from portal.extensions import db
from portal.models import AuditEvent, JointDecision, OfficeSetting, User
from portal.pages import render
from portal.transaction import transaction

BIG_ID = "int(max=9223372036854775807)"

bp = Blueprint("people", __name__, url_prefix="/admin")


@bp.route("/administrators", methods=["GET", "POST"])
@administrator_required
@proved_within(PROOF_MINUTES)
def index() -> Any:
    form = AdministratorForm()
    if user := form.run(people.make, current_user):
        flash(f"{user.email} is an administrator now and gets a letter.", "good")
        return redirect(url_for(".index"), 303)
    return _draw_people(form=form)


@bp.post(f"/administrators/<{BIG_ID}:user_id>/demote")
@administrator_required
@proved_within(PROOF_MINUTES)
def demote(user_id: int) -> Any:
    user = db.session.get(User, user_id) or abort(404)
    form = ReasonForm(prefix="stop-")
    try:
        form.run(_ask_to_demote, user)
    except NotAllowed as refused:
        form.refuse("", refused.words)
    if form.is_refused:
        return _draw_people(stopping=form, about=user)
    flash("Asked for. Another administrator has to confirm it.", "good")
    return redirect(url_for(".index"), 303)


@bp.route("/settings", methods=["GET", "POST"])
@administrator_required
def settings() -> Any:
    form = NumbersForm.filled()
    if form.run(_choose):
        flash("Saved.", "good")
        return redirect(url_for(".settings"), 303)
    return render("admin/settings.html", form=form)


@bp.get("/letters")
@administrator_required
def letters() -> Any:
    """The subject of each letter, as its reader would get it."""
    drawn = {name: _drawn(name) for name in LETTERS}
    return render("admin/letters.html", drawn=drawn, letters=LETTERS)


@bp.get("/letters/<name>")
@administrator_required
def letter(name: str) -> Any:
    if name not in LETTERS:
        abort(404)
    return render("admin/letter.html", name=name, letter=_drawn(name), sample=LETTERS[name])


@bp.get("/letters/<name>/html")
@administrator_required
def letter_html(name: str) -> Any:
    """The letter alone, as a mail program shows it: inline styles are its own, scripts are never its."""
    if name not in LETTERS:
        abort(404)
    answer = make_response(_drawn(name).html)
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"
    )
    return answer


@bp.get("/audit")
@administrator_required
def log() -> Any:
    search = audit.Search.of(request.args)
    rows, has_more = audit.find(search)
    return render(
        "admin/audit.html",
        search=search,
        form=audit.SearchForm.of(search),
        rows=rows,
        next=url_for(".log", **search.address(search.page + 1)) if has_more else None,
    )


def _drawn(name: str) -> Any:
    sample = LETTERS[name]
    return mail.draw(sample.letter, "asha@clinic.example", **sample.about)


def _choose(numbers: Numbers) -> bool:
    with transaction():
        chosen = numbers.model_dump()
        rows = {row.name: row for row in db.session.query(OfficeSetting)}
        changed = {name: value for name, value in chosen.items() if OfficeSetting.read(name) != value}
        for name, value in changed.items():
            row = rows.get(name) or OfficeSetting(name=name)
            row.value = value
            db.session.add(row)
        if changed:
            AuditEvent.write("settings changed", user_id=current_user.id, **changed)
    return True


def _ask_to_demote(user: User, verdict: Verdict) -> JointDecision:
    if not verdict.reason:
        raise Invalid("reason", "Enter a reason, 1,000 characters or fewer.")
    return joint.ask("demote", user, current_user, verdict.reason)


def _draw_people(
    form: AdministratorForm | None = None, stopping: ReasonForm | None = None, about: User | None = None
) -> Any:
    asked = {one.subject_id: one for one in joint.waiting() if one.kind == "demote"}
    return render(
        "admin/administrators.html",
        form=form or AdministratorForm(formdata=None),
        stopping=stopping,
        blank=ReasonForm(formdata=None, prefix="stop-"),
        about=about,
        rows=people.listed(),
        asked=asked,
        has_colleague=desk.has_colleague(current_user),
    )
