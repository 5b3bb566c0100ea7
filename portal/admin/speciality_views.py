"""The fields of medicine: added, renamed, merged, retired; no doctor's profile breaks."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from portal.admin.inputs import FieldOfMedicine, Merge
from portal.admin.office_forms import FieldForm, MergeForm
from portal.auth.sessions import administrator_required
from portal.doctors import specialities, tidying
from portal.doctors.inputs import NewSubSpeciality, SpecialityName, SubSpecialityChange
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.models import AuditEvent, MedicalSpeciality, MedicalSubSpeciality
from portal.pages import render
from portal.transaction import transaction

BIG_ID = "int(max=9223372036854775807)"
ONE, SUB = f"/<{BIG_ID}:speciality_id>", f"/sub/<{BIG_ID}:sub_id>"

bp = Blueprint("specialities", __name__, url_prefix="/admin/specialities")


@bp.route("", methods=["GET", "POST"])
@administrator_required
def index() -> Any:
    form = FieldForm()
    if row := form.run(_add):
        flash(f"{row.name} is added.", "good")
        return redirect(url_for(".show", speciality_id=row.id), 303)
    words = request.args.get("q", "").replace("\x00", "").strip()[:100]
    return render(
        "admin/specialities.html",
        form=form,
        words=words,
        rows=_found(words),
        numbers=tidying.doctors_by_speciality(),
    )


@bp.route(ONE, methods=["GET", "POST"])
@administrator_required
def show(speciality_id: int) -> Any:
    row = db.session.get(MedicalSpeciality, speciality_id) or abort(404)
    form = FieldForm(data=_as_kept(row))
    if form.is_submitted():
        form.run(_change, row)
        if not form.is_refused:
            flash("Saved.", "good")
            return redirect(url_for(".show", speciality_id=row.id), 303)
    return _draw(row, form=form)


@bp.post(f"{ONE}/subs")
@administrator_required
def add_sub(speciality_id: int) -> Any:
    row = db.session.get(MedicalSpeciality, speciality_id) or abort(404)
    form = FieldForm(prefix="sub-")
    if form.run(_add_sub, row):
        flash("The sub-speciality is added.", "good")
        return redirect(url_for(".show", speciality_id=row.id), 303)
    return _draw(row, adding=form)


@bp.post(f"{ONE}/merge")
@administrator_required
def merge(speciality_id: int) -> Any:
    row = db.session.get(MedicalSpeciality, speciality_id) or abort(404)
    form = _merge_form(row)
    into = form.run(_merge, row)
    if into is not None:
        return redirect(url_for(".show", speciality_id=into), 303)
    return _draw(row, merging=form)


@bp.route(SUB, methods=["GET", "POST"])
@administrator_required
def sub(sub_id: int) -> Any:
    row = db.session.get(MedicalSubSpeciality, sub_id) or abort(404)
    form = FieldForm(data=_as_kept(row))
    if form.is_submitted():
        form.run(_change_sub, row)
        if not form.is_refused:
            flash("Saved.", "good")
            return redirect(url_for(".sub", sub_id=row.id), 303)
    return _draw_sub(row, form=form)


@bp.post(f"{SUB}/merge")
@administrator_required
def merge_sub(sub_id: int) -> Any:
    row = db.session.get(MedicalSubSpeciality, sub_id) or abort(404)
    form = _merge_sub_form(row)
    into = form.run(_merge_sub, row)
    if into is not None:
        return redirect(url_for(".sub", sub_id=into), 303)
    return _draw_sub(row, merging=form)


@bp.post(f"/<any(speciality, sub):kind>/<{BIG_ID}:row_id>/<any(retire, restore, remove):deed>")
@administrator_required
def act(kind: str, row_id: int, deed: str) -> Any:
    row = _row_of(kind, row_id)
    name, up, here = row.name, _above(row), _address(row)
    try:
        _deed(row, deed)
    except Conflict as refused:
        flash(f"{refused.words} You can retire it: then nobody new can choose it.", "attention")
        return redirect(here, 303)
    words = {"retire": "is retired", "restore": "can be chosen again", "remove": "is removed"}[deed]
    _write(f"{kind} {deed}", row_id, name=name)
    flash(f"{name} {words}.", "good")
    return redirect(up if deed == "remove" else here, 303)


def _row_of(kind: str, row_id: int) -> tidying.Row:
    if kind == "speciality":
        return db.session.get(MedicalSpeciality, row_id) or abort(404)
    return db.session.get(MedicalSubSpeciality, row_id) or abort(404)


def _address(row: tidying.Row) -> str:
    if isinstance(row, MedicalSpeciality):
        return url_for(".show", speciality_id=row.id)
    return url_for(".sub", sub_id=row.id)


def _above(row: tidying.Row) -> str:
    if isinstance(row, MedicalSpeciality):
        return url_for(".index")
    return url_for(".show", speciality_id=row.speciality_id)


def _deed(row: tidying.Row, deed: str) -> None:
    if deed == "retire":
        tidying.retire(row)
    elif deed == "restore":
        tidying.bring_back(row)
    elif isinstance(row, MedicalSpeciality):
        specialities.remove(row)
    else:
        specialities.remove_sub(row)


def _add(new: FieldOfMedicine) -> MedicalSpeciality:
    row = specialities.add(SpecialityName(name=new.name))
    tidying.set_aliases(row, new.aliases)
    _write("speciality added", row.id, name=row.name)
    return row


def _change(row: MedicalSpeciality, change: FieldOfMedicine) -> None:
    was = row.name
    specialities.rename(row, SpecialityName(name=change.name))
    tidying.set_aliases(row, _with_former(change, was))
    _write("speciality changed", row.id, name=row.name, was=was)


def _add_sub(parent: MedicalSpeciality, new: FieldOfMedicine) -> MedicalSubSpeciality:
    row = specialities.add_sub(NewSubSpeciality(name=new.name, speciality_id=parent.id))
    tidying.set_aliases(row, new.aliases)
    _write("sub-speciality added", row.id, name=row.name)
    return row


def _change_sub(row: MedicalSubSpeciality, change: FieldOfMedicine) -> None:
    was = row.name
    specialities.change_sub(row, SubSpecialityChange(name=change.name))
    tidying.set_aliases(row, _with_former(change, was))
    _write("sub-speciality changed", row.id, name=row.name, was=was)


def _merge(row: MedicalSpeciality, wanted: Merge) -> int:
    into = db.session.get(MedicalSpeciality, wanted.into)
    if into is None:
        raise Invalid("into", "Choose another one from the list.")
    name, row_id, moved = row.name, row.id, tidying.merge(row, into)
    _write("speciality merged", row_id, name=name, into=wanted.into, doctors=moved)
    flash(f"{name} is part of {into.name} now. {_doctors(moved)} went over.", "good")
    return wanted.into


def _merge_sub(row: MedicalSubSpeciality, wanted: Merge) -> int:
    into = db.session.get(MedicalSubSpeciality, wanted.into)
    if into is None:
        raise Invalid("into", "Choose another one from the list.")
    name, row_id, moved = row.name, row.id, tidying.merge_sub(row, into)
    _write("sub-speciality merged", row_id, name=name, into=wanted.into, doctors=moved)
    flash(f"{name} is part of {into.name} now. {_doctors(moved)} went over.", "good")
    return wanted.into


def _doctors(number: int) -> str:
    return "No doctor" if number == 0 else "1 doctor" if number == 1 else f"{number} doctors"


def _with_former(change: FieldOfMedicine, was: str) -> list[str]:
    return [*change.aliases, *([was] if was.lower() != change.name.lower() else [])]


def _write(action: str, row_id: int, **details: Any) -> None:
    with transaction():
        AuditEvent.write(action, user_id=current_user.id, subject="speciality", subject_id=row_id, **details)


def _as_kept(row: tidying.Row) -> dict[str, str]:
    return {"name": row.name, "aliases": "\n".join(row.aliases)}


def _found(words: str) -> list[MedicalSpeciality]:
    row = MedicalSpeciality
    query = select(row).options(selectinload(row.sub_specialities)).order_by(func.lower(row.name))
    if words:
        wanted, aliases = words.lower(), func.array_to_string(row.aliases, " ")
        is_sub = row.sub_specialities.any(
            func.lower(MedicalSubSpeciality.name).contains(wanted, autoescape=True)
        )
        query = query.where(
            func.lower(row.name).contains(wanted, autoescape=True)
            | func.lower(aliases).contains(wanted, autoescape=True)
            | is_sub
        )
    return list(db.session.scalars(query))


def _merge_form(row: MedicalSpeciality) -> MergeForm:
    form = MergeForm(prefix="merge-")
    others = select(MedicalSpeciality).where(MedicalSpeciality.id != row.id)
    found = db.session.scalars(others.order_by(func.lower(MedicalSpeciality.name)))
    form.into.choices = [("", "Choose one"), *((str(one.id), one.name) for one in found)]
    return form


def _merge_sub_form(row: MedicalSubSpeciality) -> MergeForm:
    form = MergeForm(prefix="merge-")
    found = [one for one in row.speciality.sub_specialities if one.id != row.id]
    form.into.choices = [("", "Choose one"), *((str(one.id), one.name) for one in found)]
    return form


def _draw(row: MedicalSpeciality, **forms: Any) -> Any:
    return render(
        "admin/speciality.html",
        row=row,
        form=forms.get("form") or FieldForm(formdata=None, data=_as_kept(row)),
        adding=forms.get("adding") or FieldForm(formdata=None, prefix="sub-"),
        merging=forms.get("merging") or _merge_form(row),
        number=tidying.doctors_with(row),
    )


def _draw_sub(row: MedicalSubSpeciality, **forms: Any) -> Any:
    return render(
        "admin/sub_speciality.html",
        row=row,
        form=forms.get("form") or FieldForm(formdata=None, data=_as_kept(row)),
        merging=forms.get("merging") or _merge_sub_form(row),
        number=tidying.doctors_with(row),
    )
