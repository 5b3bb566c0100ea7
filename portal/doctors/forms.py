"""The profile as a form."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, RadioField, SelectField, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal import phones, pictures
from portal.checks import PACKS
from portal.doctors import places
from portal.doctors.inputs import ProfileChange
from portal.extensions import db
from portal.forms import InputForm
from portal.models import Doctor, MedicalSpeciality, MedicalSubSpeciality

# Whose rules a doctor may go by, each in one line.
RULES_OF = {
    "IN": "What the medical council and the law of India forbid must be changed.",
    "IN-strict": "Also what the council’s newer rules ask, which are not law yet: no before and after, "
    "no thanks from patients.",
    "GB": "What the GMC and the advertising rules of the United Kingdom ask.",
    "US": "What HIPAA, the FTC and the AMA ask in the United States.",
}


class ProfileForm(InputForm):
    """All fields of a profile, filled with what stands there now."""

    input = ProfileChange
    rules_of = RULES_OF
    words = {
        "full_name": "Enter your full name in letters, 120 characters or fewer.",
        "speciality_id": "Choose a speciality from the list.",
        "sub_speciality_id": "Choose a sub-speciality from the list.",
        "years_of_experience": "Years of experience must be a whole number from 0 to 80.",
        "timezone": "Choose a time zone from the list.",
        "check_pack": "Choose one of these rules.",
    }

    full_name = StringField("Full name")
    profile_photo = FileField("Photo")
    remove_photo = BooleanField("Remove my photo")
    professional_bio = TextAreaField("Professional bio")
    speciality_id = SelectField("Speciality")
    sub_speciality_id = SelectField("Sub-speciality")
    qualification = StringField("Qualification")
    years_of_experience = StringField("Years of experience")
    medical_institute = StringField("Medical institute")
    awards = TextAreaField("Awards")
    medical_council = StringField("Medical council")
    medical_council_regd_no = StringField("Registration number")
    clinic_name = StringField("Clinic name")
    clinic_address = TextAreaField("Clinic address")
    phone_number = TelField("Phone number")
    timezone = SelectField("Time zone")
    # What the doctor has stays among the choices, even when it is retired.
    own: tuple[int | None, int | None] = (None, None)
    check_pack = RadioField(
        "Whose rules do you go by?", choices=[SelectChoice(*pack) for pack in PACKS.items()]
    )

    @classmethod
    def of(cls, doctor: Doctor) -> "ProfileForm":
        form = cls(data=_as_typed(doctor))
        form.timezone.choices = _zones(doctor)
        form.own = doctor.speciality_id, doctor.sub_speciality_id
        form.speciality_id.choices = [("", "Choose a speciality"), *_specialities(form.own[0])]
        form.offer_sub_specialities(form.speciality_id.data)
        return form

    def offer_sub_specialities(self, speciality_id: str) -> None:
        """Let the second list fit the first."""
        narrower = _sub_specialities(speciality_id, self.own[1])
        empty = "No sub-speciality" if narrower else "There are none to choose"
        self.sub_speciality_id.choices = [
            ("", empty if speciality_id else "Choose a speciality first"),
            *narrower,
        ]

    def to_input(self) -> ProfileChange:
        typed = {name: value for name, value in self.data.items() if name in ProfileChange.model_fields}
        if not typed["timezone"]:  # the zone stays our guess
            del typed["timezone"]
        if not typed["check_pack"]:  # not on the form that was sent
            del typed["check_pack"]
        return ProfileChange.model_validate(typed)

    @property
    def photo(self) -> FileStorage | None:
        """The chosen file; browsers send an empty one when none was chosen."""
        chosen = self.profile_photo.data
        return chosen if isinstance(chosen, FileStorage) and chosen.filename else None

    @property
    def photo_content(self) -> bytes:
        """No more of the file than it takes to see that it is too large."""
        return self.photo.read(pictures.MAX_BYTES + 1) if self.photo else b""


def _as_typed(doctor: Doctor) -> dict[str, Any]:
    kept = {name: getattr(doctor, name) for name in ProfileChange.model_fields}
    typed = {name: "" if value is None else str(value) for name, value in kept.items()}
    typed["phone_number"] = phones.kindly(doctor.phone_number)
    typed["timezone"] = doctor.timezone if doctor.timezone_is_chosen else ""
    return typed


def _zones(doctor: Doctor) -> dict[str, list[Any]]:
    areas: dict[str, list[Any]] = {}
    if not doctor.timezone_is_chosen:
        place = doctor.timezone.rpartition("/")[2].replace("_", " ")
        areas["Not chosen yet"] = [("", f"{place} time for now")]
    return areas | places.zone_choices()


def _specialities(own: int | None) -> list[tuple[str, str]]:
    row = MedicalSpeciality
    rows = select(row).where(row.retired_at.is_(None) | (row.id == own)).order_by(func.lower(row.name))
    return _named(db.session.scalars(rows), own)


def _named(
    rows: Iterable[MedicalSpeciality | MedicalSubSpeciality], own: int | None
) -> list[tuple[str, str]]:
    """Each by its name, then what else people call them, so that whoever types one of them finds it."""
    known = list(rows)
    others = [(str(one.id), f"{name} ({one.name})") for one in known if one.id != own for name in one.aliases]
    others.sort(key=lambda choice: choice[1].lower())
    return [(str(one.id), one.name) for one in known] + others


def _sub_specialities(speciality_id: str, own: int | None) -> list[tuple[str, str]]:
    if not speciality_id.isdecimal() or len(speciality_id) > 18:
        return []
    sub = MedicalSubSpeciality
    wanted = (sub.speciality_id == int(speciality_id), sub.retired_at.is_(None) | (sub.id == own))
    rows = select(sub).where(*wanted).order_by(func.lower(sub.name))
    return _named(db.session.scalars(rows), own)
