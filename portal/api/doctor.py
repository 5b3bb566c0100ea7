"""A doctor's own profile by JSON."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from portal.api import kept
from portal.api.callers import current_doctor, current_doctor_id
from portal.api.conditional import Said
from portal.api.endpoint import Output, get, patch, put
from portal.api.questions import Question
from portal.checks import PACKS
from portal.doctors import flows
from portal.doctors.inputs import ProfileChange
from portal.errors import Invalid
from portal.models import Doctor

NOT_HERE = "This cannot be changed here. Leave it out, or send it as it is."


# Which versions of which rows a profile is made of; a change makes another version in another place.
STATE = Question(
    """
SELECT d.xmin::text, d.ctid::text, u.xmin::text, u.ctid::text, photo.xmin::text, photo.ctid::text,
       wide.xmin::text, wide.ctid::text, narrow.xmin::text, narrow.ctid::text,
       EXISTS (SELECT FROM medical_sub_speciality s WHERE s.speciality_id = d.speciality_id)
FROM doctor d JOIN user_account u ON u.id = d.user_id
LEFT JOIN media_file photo ON photo.id = d.profile_photo_id
LEFT JOIN medical_speciality wide ON wide.id = d.speciality_id
LEFT JOIN medical_sub_speciality narrow ON narrow.id = d.sub_speciality_id
WHERE d.id = caller.doctor_id
""",
    lambda: (),
)


class Profile(Output):
    """The whole profile as it is now."""

    id: int
    full_name: str
    email: str
    phone_number: str | None
    clinic_name: str | None
    clinic_address: str | None
    speciality_id: int | None
    sub_speciality_id: int | None
    years_of_experience: int | None
    qualification: str | None
    medical_institute: str | None
    awards: str | None
    medical_council: str | None
    medical_council_regd_no: str | None
    profile_photo: str | None
    professional_bio: str | None
    timezone: str
    check_pack: str = Field(
        description="Whose rules the checks of your posts go by: "
        + "; ".join(f"{k}: {v}" for k, v in PACKS.items())
    )
    is_verified: str = Field(description="pending, verified or rejected.")
    speciality_name: str | None
    sub_speciality_name: str | None
    completeness_percentage: int
    completeness_tips: list[str]
    created_at: datetime
    updated_at: datetime


# What each change moves by itself: somebody who changes twice sends them as they were before the first.
FOLLOWING = {"completeness_percentage", "completeness_tips", "updated_at"}
ReadOnly = Annotated[Any, Field(json_schema_extra={"readOnly": True})]


class ProfileBody(ProfileChange):
    """The fields to change. The read-only ones may be sent back as they were read, not otherwise."""

    id: ReadOnly = None
    email: ReadOnly = None
    profile_photo: ReadOnly = None
    is_verified: ReadOnly = None
    speciality_name: ReadOnly = None
    sub_speciality_name: ReadOnly = None
    completeness_percentage: ReadOnly = None
    completeness_tips: ReadOnly = None
    created_at: ReadOnly = None
    updated_at: ReadOnly = None

    @property
    def change(self) -> ProfileChange:
        sent = self.model_fields_set & ProfileChange.model_fields.keys()
        return ProfileChange.model_construct(**{name: getattr(self, name) for name in sent})

    def differing(self, present: dict[str, Any]) -> list[str]:
        """The read-only fields that were sent with another value than the present one."""
        sent = [name for name in ProfileBody.model_fields if name in self.model_fields_set]
        read_only = [name for name in sent if name not in ProfileChange.model_fields.keys() | FOLLOWING]
        return [name for name in read_only if getattr(self, name) != present[name]]


@get("/doctor/profile", gives=Profile, asks=STATE, summary="Your profile")
def show(found: tuple[Any, ...]) -> Said:
    return kept.said(("profile", current_doctor_id()), found, lambda: profile_of(current_doctor()))


@put("/doctor/profile", takes=ProfileBody, gives=Profile, summary="Change your profile")
def change(body: ProfileBody) -> Profile:
    """The fields sent are changed; the others stay."""
    return _change(body)


@patch("/doctor/profile", takes=ProfileBody, gives=Profile, summary="Change some fields of your profile")
def amend(body: ProfileBody) -> Profile:
    """The same as PUT."""
    return _change(body)


def _change(body: ProfileBody) -> Profile:
    doctor = current_doctor()
    if differing := body.differing(profile_of(doctor).model_dump(mode="json")):
        first, *others = differing
        raise Invalid(first, NOT_HERE, [(name, NOT_HERE) for name in others])
    return profile_of(flows.change_profile(doctor, body.change))


def profile_of(doctor: Doctor) -> Profile:
    speciality, narrower = doctor.speciality, doctor.sub_speciality
    own = {name: getattr(doctor, name) for name in Profile.model_fields if hasattr(doctor, name)}
    named = {
        "email": doctor.user.email,
        "profile_photo": doctor.photo_url,
        "is_verified": doctor.verification,
        "speciality_name": speciality.name if speciality else None,
        "sub_speciality_name": narrower.name if narrower else None,
    }
    return Profile(**own | named)
