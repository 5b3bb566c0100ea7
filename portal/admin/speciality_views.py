"""The fields of medicine: added, renamed, merged, retired; no doctor's profile breaks."""

from collections.abc import Callable
from dataclasses import dataclass
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
# A speciality and a sub-speciality have the same pages under two addresses.
ADDRESSES = {"speciality": f"/<{BIG_ID}:row_id>", "sub": f"/sub/<{BIG_ID}:row_id>"}

bp = Blueprint("specialities", __name__, url_prefix="/admin/specialities")


@dataclass(frozen=True)
class Kind:
    """In what a speciality and a sub-speciality differ."""

    words: str
    model: Any
    template: str
    rename: Callable[[Any, str], Any]
    merge: Callable[[Any, Any], int]
    remove: Callable[[Any], None]
    # What it may be merged into.
    others: Callable[[Any], list[Any]]
    # The page that is there when it is gone.
    above: Callable[[Any], str]


def _rename(row: MedicalSpeciality, name: str) -> None:
    specialities.rename(row, SpecialityName(name=name))


def _rename_sub(row: MedicalSubSpeciality, name: str) -> None:
    specialities.change_sub(row, SubSpecialityChange(name=name))


def _other_specialities(row: MedicalSpeciality) -> list[MedicalSpeciality]:
    others = select(MedicalSpeciality).where(MedicalSpeciality.id != row.id)
    return list(db.session.scalars(others.order_by(func.lower(MedicalSpeciality.name))))


def _other_subs(row: MedicalSubSpeciality) -> list[MedicalSubSpeciality]:
    return [one for one in row.speciality.sub_specialities if one.id != row.id]


KINDS = {
    "speciality": Kind(
        words="speciality",
        model=MedicalSpeciality,
        template="admin/speciality.html",
        rename=_rename,
        merge=tidying.merge,
        remove=specialities.remove,
        others=_other_specialities,
        above=lambda row: url_for(".index"),
    ),
    "sub": Kind(
        words="sub-speciality",
        model=MedicalSubSpeciality,
        template="admin/sub_speciality.html",
        rename=_rename_sub,
        merge=tidying.merge_sub,
        remove=specialities.remove_sub,
        others=_other_subs,
        above=lambda row: url_for(".show", kind="speciality", row_id=row.speciality_id),
    ),
}


@bp.route("", methods=["GET", "POST"])
@administrator_required
def index() -> Any:
    form = FieldForm()
    if row := form.run(_add):
        flash(f"{row.name} is added.", "good")
        return redirect(url_for(".show", kind="speciality", row_id=row.id), 303)
    words = request.args.get("q", "").replace("\x00", "").strip()[:100]
    return render(
        "admin/specialities.html",
        form=form,
        words=words,
        rows=_found(words),
        numbers=tidying.doctors_by_speciality(),
    )


@bp.route(ADDRESSES["speciality"], defaults={"kind": "speciality"}, methods=["GET", "POST"])
@bp.route(ADDRESSES["sub"], defaults={"kind": "sub"}, methods=["GET", "POST"])
@administrator_required
def show(kind: str, row_id: int) -> Any:
    row = _row_of(kind, row_id)
    form = FieldForm(data=_as_kept(row))
    if form.is_submitted():
        form.run(_change, kind, row)
        if not form.is_refused:
            flash("Saved.", "good")
            return redirect(url_for(".show", kind=kind, row_id=row.id), 303)
    return _draw(kind, row, form=form)


@bp.post(f"{ADDRESSES['speciality']}/subs")
@administrator_required
def add_sub(row_id: int) -> Any:
    row = _row_of("speciality", row_id)
    form = FieldForm(prefix="sub-")
    if form.run(_add_sub, row):
        flash("The sub-speciality is added.", "good")
        return redirect(url_for(".show", kind="speciality", row_id=row.id), 303)
    return _draw("speciality", row, adding=form)


@bp.post(f"{ADDRESSES['speciality']}/merge", defaults={"kind": "speciality"})
@bp.post(f"{ADDRESSES['sub']}/merge", defaults={"kind": "sub"})
@administrator_required
def merge(kind: str, row_id: int) -> Any:
    row = _row_of(kind, row_id)
    form = _merge_form(kind, row)
    into = form.run(_merge, kind, row)
    if into is not None:
        return redirect(url_for(".show", kind=kind, row_id=into), 303)
    return _draw(kind, row, merging=form)


@bp.post(f"/<any(speciality, sub):kind>/<{BIG_ID}:row_id>/<any(retire, restore, remove):deed>")
@administrator_required
def act(kind: str, row_id: int, deed: str) -> Any:
    row = _row_of(kind, row_id)
    name, above = row.name, KINDS[kind].above(row)
    here = url_for(".show", kind=kind, row_id=row_id)
    deeds = {"retire": tidying.retire, "restore": tidying.bring_back, "remove": KINDS[kind].remove}
    try:
        deeds[deed](row)
    except Conflict as refused:
        flash(f"{refused.words} You can retire it: then nobody new can choose it.", "attention")
        return redirect(here, 303)
    words = {"retire": "is retired", "restore": "can be chosen again", "remove": "is removed"}[deed]
    _write(f"{kind} {deed}", row_id, name=name)
    flash(f"{name} {words}.", "good")
    return redirect(above if deed == "remove" else here, 303)


def _row_of(kind: str, row_id: int) -> Any:
    return db.session.get(KINDS[kind].model, row_id) or abort(404)


def _add(new: FieldOfMedicine) -> MedicalSpeciality:
    row = specialities.add(SpecialityName(name=new.name))
    tidying.set_aliases(row, new.aliases)
    _write("speciality added", row.id, name=row.name)
    return row


def _add_sub(parent: MedicalSpeciality, new: FieldOfMedicine) -> MedicalSubSpeciality:
    row = specialities.add_sub(NewSubSpeciality(name=new.name, speciality_id=parent.id))
    tidying.set_aliases(row, new.aliases)
    _write("sub-speciality added", row.id, name=row.name)
    return row


def _change(kind: str, row: tidying.Row, change: FieldOfMedicine) -> None:
    was = row.name
    KINDS[kind].rename(row, change.name)
    tidying.set_aliases(row, _with_former(change, was))
    _write(f"{KINDS[kind].words} changed", row.id, name=row.name, was=was)


def _merge(kind: str, row: tidying.Row, wanted: Merge) -> int:
    into: Any = db.session.get(KINDS[kind].model, wanted.into)
    if into is None:
        raise Invalid("into", "Choose another one from the list.")
    name, row_id, moved = row.name, row.id, KINDS[kind].merge(row, into)
    _write(f"{KINDS[kind].words} merged", row_id, name=name, into=wanted.into, doctors=moved)
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


def _merge_form(kind: str, row: tidying.Row) -> MergeForm:
    form = MergeForm(prefix="merge-")
    others = ((str(one.id), one.name) for one in KINDS[kind].others(row))
    form.into.choices = [("", "Choose one"), *others]
    return form


def _draw(kind: str, row: tidying.Row, **forms: Any) -> Any:
    return render(
        KINDS[kind].template,
        row=row,
        form=forms.get("form") or FieldForm(formdata=None, data=_as_kept(row)),
        adding=forms.get("adding") or FieldForm(formdata=None, prefix="sub-"),
        merging=forms.get("merging") or _merge_form(kind, row),
        number=tidying.doctors_with(row),
    )
