"""The fields of medicine by JSON: for everybody to read, for administrators to change."""

from collections.abc import Callable
from datetime import datetime

from flask import Response, abort, request
from pydantic import BaseModel, Field
from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from portal.api import conditional, kept
from portal.api.endpoint import BY_ID, Listed, Output, delete, get, post, put
from portal.doctors import specialities
from portal.doctors.inputs import Id, NewSubSpeciality, SpecialityName, SubSpecialityChange
from portal.extensions import db
from portal.models import MedicalSpeciality, MedicalSubSpeciality
from portal.paging import PageQuery, page
from portal.reads import Read

MAY_BE_KEPT = "public, max-age=300"

# Every change gives a row the number of its transaction, which is larger than all before it: with the number
# of rows, the sum is another one after whatever was added, changed or removed, by whomever.
STATE = Read("""
SELECT (SELECT (count(*), coalesce(sum(xmin::text::bigint), 0))::text FROM medical_speciality),
       (SELECT (count(*), coalesce(sum(xmin::text::bigint), 0))::text FROM medical_sub_speciality)
""")


class Speciality(Output):
    """A field of medicine."""

    id: int
    name: str
    created_at: datetime
    updated_at: datetime


class SubSpeciality(Output):
    """A narrower field within a speciality."""

    id: int
    name: str
    speciality_id: int
    speciality_name: str
    created_at: datetime
    updated_at: datetime


class SpecialityList(Listed):
    specialities: list[Speciality]
    total: int


class SubSpecialityList(Listed):
    sub_specialities: list[SubSpeciality]
    total: int


class SubSpecialityQuery(PageQuery):
    """Which sub-specialities."""

    speciality_id: Id | None = Field(None, description="Those of this speciality.")


@get(
    "/master/specialities",
    who="anyone",
    query=PageQuery,
    gives=SpecialityList,
    also={304: None},
    summary="Specialities",
)
def list_specialities(query: PageQuery) -> Response:
    """By name; no token needed."""
    return _kept_a_while(query, lambda: _specialities(query))


@get(
    "/master/sub-specialities",
    who="anyone",
    query=SubSpecialityQuery,
    gives=SubSpecialityList,
    also={304: None},
    summary="Sub-specialities",
)
def list_sub_specialities(query: SubSpecialityQuery) -> Response:
    """All, or those of one speciality, by name; no token needed."""
    return _kept_a_while(query, lambda: _sub_specialities(query))


@post(
    "/master/specialities",
    who="administrator",
    takes=SpecialityName,
    gives=Speciality,
    status=201,
    summary="Add a speciality",
)
def add_speciality(body: SpecialityName) -> MedicalSpeciality:
    return specialities.add(body)


@put(
    f"/master/specialities/{BY_ID}",
    who="administrator",
    takes=SpecialityName,
    gives=Speciality,
    finds=lambda id: _speciality(id),
    summary="Rename a speciality",
)
def rename_speciality(id: int, body: SpecialityName) -> MedicalSpeciality:
    return specialities.rename(_speciality(id), body)


@delete(f"/master/specialities/{BY_ID}", who="administrator", summary="Remove a speciality that nobody uses")
def remove_speciality(id: int) -> None:
    specialities.remove(_speciality(id))


@post(
    "/master/sub-specialities",
    who="administrator",
    takes=NewSubSpeciality,
    gives=SubSpeciality,
    status=201,
    summary="Add a sub-speciality",
)
def add_sub_speciality(body: NewSubSpeciality) -> SubSpeciality:
    return _sub(specialities.add_sub(body))


@put(
    f"/master/sub-specialities/{BY_ID}",
    who="administrator",
    takes=SubSpecialityChange,
    gives=SubSpeciality,
    finds=lambda id: _sub_speciality(id),
    summary="Change a sub-speciality",
)
def change_sub_speciality(id: int, body: SubSpecialityChange) -> SubSpeciality:
    """The fields sent are changed; it moves to another speciality only while no doctor has chosen it."""
    return _sub(specialities.change_sub(_sub_speciality(id), body))


@delete(
    f"/master/sub-specialities/{BY_ID}",
    who="administrator",
    summary="Remove a sub-speciality that nobody uses",
)
def remove_sub_speciality(id: int) -> None:
    specialities.remove_sub(_sub_speciality(id))


def _specialities(query: PageQuery) -> SpecialityList:
    wide = MedicalSpeciality
    # Nobody new may choose a retired one; who has it keeps it, and reads its name in the profile.
    offered = select(wide).where(wide.retired_at.is_(None))
    rows, cursor = page(offered, [func.lower(wide.name), wide.id], query)
    listed = [Speciality.model_validate(row) for row in rows]
    return SpecialityList(specialities=listed, total=_count(offered), next_cursor=cursor)


def _sub_specialities(query: SubSpecialityQuery) -> SubSpecialityList:
    sub = MedicalSubSpeciality
    chosen = select(sub).join(sub.speciality).options(contains_eager(sub.speciality))
    chosen = chosen.where(sub.retired_at.is_(None), MedicalSpeciality.retired_at.is_(None))
    if query.speciality_id is not None:
        chosen = chosen.where(sub.speciality_id == query.speciality_id)
    rows, cursor = page(chosen, [func.lower(sub.name), sub.id], query)
    listed = [_sub(row) for row in rows]
    return SubSpecialityList(sub_specialities=listed, total=_count(chosen), next_cursor=cursor)


def _sub(row: MedicalSubSpeciality) -> SubSpeciality:
    own = {name: getattr(row, name) for name in SubSpeciality.model_fields if name != "speciality_name"}
    return SubSpeciality(**own, speciality_name=row.speciality.name)


def _speciality(id: int) -> MedicalSpeciality:
    return db.session.get(MedicalSpeciality, id) or abort(404)


def _sub_speciality(id: int) -> MedicalSubSpeciality:
    return db.session.get(MedicalSubSpeciality, id) or abort(404)


def _count(rows: Select[MedicalSpeciality] | Select[MedicalSubSpeciality]) -> int:
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _kept_a_while(query: PageQuery, make: Callable[[], BaseModel]) -> Response:
    """The same for everybody and seldom changed: programs may keep it, and ask whether it still holds; so do
    we, and ask the database."""
    asked = (request.path, *query.model_dump().values())
    said = kept.said(asked, STATE.row(), make)
    return conditional.answer(said, 200, {"Cache-Control": MAY_BE_KEPT}, is_tagged=True)
