"""Councils and registers: added, changed, opened, retired; no claim breaks."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_login import current_user

from portal import checks
from portal.admin.office_forms import CouncilForm
from portal.auth.sessions import administrator_required
from portal.doctors import councils
from portal.extensions import db
from portal.models import Council
from portal.models.council import COUNCIL_KINDS
from portal.models.licence import COUNTRIES
from portal.pages import render

ONE = "/<int(max=9223372036854775807):council_id>"
DEEDS = {
    "opened": (councils.say_checked, "It is written down that you opened the address of {}."),
    "retire": (councils.retire, "{} is retired. Claims that bear its name stay as they are."),
    "restore": (councils.bring_back, "{} can be chosen again."),
}

bp = Blueprint("councils", __name__, url_prefix="/admin/councils")


@bp.route("", methods=["GET", "POST"])
@administrator_required
def index() -> Any:
    form = CouncilForm()
    if row := form.run(_add):
        flash(f"{row.name} is added.", "good")
        return redirect(url_for(".index"), 303)
    return render(
        "admin/councils.html",
        form=form,
        rows=councils.listed(),
        countries=COUNTRIES,
        kinds=COUNCIL_KINDS,
        unproven=[rule for rule in checks.RULES.values() if rule.basis],
    )


@bp.route(ONE, methods=["GET", "POST"])
@administrator_required
def show(council_id: int) -> Any:
    row = council_of(council_id)
    facts = {name: getattr(row, name) for name in ("name", "kind", "country", "address", "note")}
    form = CouncilForm(data=facts)
    if form.is_submitted():
        form.run(_change, row)
        if not form.is_refused:
            flash("Saved.", "good")
            return redirect(url_for(".show", council_id=row.id), 303)
    return render("admin/council.html", row=row, form=form, number=councils.claims_of(row))


@bp.post(f"{ONE}/<any({', '.join(DEEDS)}):deed>")
@administrator_required
def act(council_id: int, deed: str) -> Any:
    row = council_of(council_id)
    do, said = DEEDS[deed]
    do(row, current_user)
    flash(said.format(row.name), "good")
    return redirect(url_for(".show", council_id=row.id), 303)


def council_of(council_id: int) -> Council:
    return db.session.get(Council, council_id) or abort(404)


def _add(new: Any) -> Council:
    return councils.add(new, current_user)


def _change(row: Council, wanted: Any) -> Council:
    return councils.change(row, wanted, current_user)
