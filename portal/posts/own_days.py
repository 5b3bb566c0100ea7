"""Days that doctors mark themselves, and which health days they want to see."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field
from sqlalchemy import func, select

from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.inputs import Input, Name
from portal.models import CalendarSetting, Doctor, OwnDay
from portal.posts import health_days
from portal.posts.calendar import FIRST_YEAR, LAST_YEAR, Mark, Span
from portal.posts.health_days import HealthDay
from portal.transaction import transaction

MOST = 200
OWN = "own-"

Year = Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 12, 31))]


class NewDay(Input):
    """A day of the doctor's own."""

    name: Name
    day_on: Year
    is_yearly: bool = False


def mark(doctor: Doctor, wanted: NewDay) -> OwnDay:
    """Keep a day."""
    with transaction():
        if (db.session.scalar(select(func.count()).where(OwnDay.doctor_id == doctor.id)) or 0) >= MOST:
            raise Conflict(f"You have marked {MOST} days. Take one away first.")
        day = OwnDay(doctor_id=doctor.id, **wanted.model_dump())
        db.session.add(day)
        return day


def forget(day: OwnDay) -> None:
    """Take a day away; posts that were planned for it stay."""
    with transaction():
        db.session.delete(day)


def of_doctor(doctor: Doctor) -> Sequence[OwnDay]:
    mine = select(OwnDay).where(OwnDay.doctor_id == doctor.id)
    return db.session.scalars(mine.order_by(OwnDay.day_on, OwnDay.id)).all()


def setting(doctor: Doctor) -> CalendarSetting | None:
    return db.session.scalar(select(CalendarSetting).where(CalendarSetting.doctor_id == doctor.id))


def changed_setting(doctor: Doctor) -> CalendarSetting:
    """The row to change within the open transaction, made when there is none; two browsers take turns."""
    db.session.execute(select(Doctor.id).where(Doctor.id == doctor.id).with_for_update(key_share=True))
    row = setting(doctor)
    if row is None:
        row = CalendarSetting(doctor_id=doctor.id, shows_health_days=True, hidden_days=[])
        db.session.add(row)
    return row


def show_health_days(doctor: Doctor, is_wanted: bool) -> None:
    """Show or hide all of them."""
    with transaction():
        changed_setting(doctor).shows_health_days = is_wanted


def hide_health_day(doctor: Doctor, key: str, is_hidden: bool) -> None:
    """Hide one health day, or show it again. Raises Invalid for one that is not in the list."""
    if health_days.by_key(key) is None:
        raise Invalid("key", "We know no such day.")
    with transaction():
        row = changed_setting(doctor)
        row.hidden_days = sorted(set(row.hidden_days) - {key} | ({key} if is_hidden else set()))


def fields_of(doctor: Doctor) -> set[str]:
    """The names of the doctor's fields of medicine."""
    return {field.name for field in (doctor.speciality, doctor.sub_speciality) if field}


def marks(doctor: Doctor, shown: Span) -> dict[date, list[Mark]]:
    """What each day of a page is known for: the doctor's own days first, then health days."""
    own, row = of_doctor(doctor), setting(doctor)
    found = [(day, Mark(f"{OWN}{one.id}", one.name, is_own=True)) for one in own for day in dates(one, shown)]
    if row is None or row.shows_health_days:
        hidden = set(row.hidden_days) if row else set()
        wanted = [one for one in health_days.fitting(fields_of(doctor)) if one.key not in hidden]
        found += health_days.marks(wanted, shown.first, shown.last)
    by_date: dict[date, list[Mark]] = {}
    for day, each in found:
        by_date.setdefault(day, []).append(each)
    return by_date


def dates(own: OwnDay, shown: Span) -> Iterable[date]:
    """The days of a page on which a day of the doctor's own falls; 29 February is kept on the 28th else."""
    years = range(shown.first.year, shown.last.year + 1) if own.is_yearly else [own.day_on.year]
    for year in years:
        try:
            day = own.day_on.replace(year=year)
        except ValueError:
            day = date(year, 2, 28)
        if shown.first <= day <= shown.last and day >= own.day_on:
            yield day


def starter(doctor: Doctor, key: str) -> str:
    """A neutral beginning of a post about a day; empty for a day that we do not know."""
    day: HealthDay | None = health_days.by_key(key)
    if day is not None:
        return f"{day.sentence}\n\n"
    number = key.removeprefix(OWN)
    if key == number or not number.isdecimal() or len(number) > 18:
        return ""
    own = db.session.scalar(select(OwnDay).where(OwnDay.id == int(number), OwnDay.doctor_id == doctor.id))
    return f"Today is {own.name}.\n\n" if own else ""
