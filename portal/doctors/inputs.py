"""What a doctor, an administrator or a program may send in about doctors and specialities."""

from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from portal import zones
from portal.doctors import places
from portal.inputs import ONE_LINE, Blank, BlankInForm, Input, Name, without_controls

ID_LIMIT = 2**63 - 1


def _as_lines(text: Any) -> Any:
    return without_controls("\n".join(text.splitlines())) if isinstance(text, str) else text


def _known_zone(name: str) -> str:
    if name not in zones.names():
        raise ValueError("choose a time zone, such as Asia/Kolkata")
    return places.today_name(name)


def _web_address(text: str) -> str:
    if not text.startswith("https://") or not urlsplit(text).hostname or " " in text:
        raise ValueError("enter an address that begins with https://")
    return text


LINES = BeforeValidator(_as_lines)

# The limit stands first: then pydantic says of a long text that it is long, not that it has many items.
Number = Annotated[str, Field(max_length=40), ONE_LINE]
Line = Annotated[str, Field(max_length=200), ONE_LINE]
Address = Annotated[str, Field(max_length=500), LINES]
Paragraph = Annotated[str, Field(max_length=1000), LINES]
Story = Annotated[str, Field(max_length=2000), LINES]
WebAddress = Annotated[str, Field(max_length=500), ONE_LINE, AfterValidator(_web_address)]
Zone = Annotated[str, AfterValidator(_known_zone)]
Id = Annotated[int, Field(ge=1, le=ID_LIMIT)]
Pack = Literal["IN", "IN-strict", "GB", "US"]
Country = Literal["IN", "GB", "US", "other"]
SecondNumber = Literal["npi", "nmr", "gmc", "gdc", "other"]
Match = Literal["name", "number", "degree", "speciality", "status"]
Year = Annotated[int, Field(ge=1900, le=2100)]
Years = Annotated[int, Field(ge=0, le=80)]


class ProfileChange(Input):
    """The fields of a profile that are to change: one not sent stays as it is, an empty one is emptied."""

    full_name: Name = ""
    phone_number: Annotated[Number | None, Blank] = None
    clinic_name: Annotated[Line | None, Blank] = None
    clinic_address: Annotated[Address | None, Blank] = None
    speciality_id: Annotated[Id | None, BlankInForm] = None
    sub_speciality_id: Annotated[Id | None, BlankInForm] = None
    years_of_experience: Annotated[Years | None, BlankInForm] = None
    qualification: Annotated[Line | None, Blank] = None
    medical_institute: Annotated[Line | None, Blank] = None
    awards: Annotated[Paragraph | None, Blank] = None
    medical_council: Annotated[Line | None, Blank] = None
    medical_council_regd_no: Annotated[Number | None, Blank] = None
    professional_bio: Annotated[Story | None, Blank] = None
    timezone: Zone = ""
    # Whose rules the checks of posts go by.
    check_pack: Pack = "IN"

    @property
    def changes(self) -> dict[str, Any]:
        """Only what was sent."""
        return self.model_dump(include=self.model_fields_set)


class LicenceClaim(Input):
    """What a doctor says about the registration."""

    country: Country
    medical_council: Line = Field(min_length=1)
    medical_council_regd_no: Number = Field(min_length=1)
    year: Annotated[Year | None, Blank] = None
    registered_name: Name
    second_kind: Annotated[SecondNumber | None, Blank] = None
    second_number: Annotated[Number | None, Blank] = None
    ends_on: Annotated[date | None, Blank] = None

    @model_validator(mode="after")
    def _second_is_whole(self) -> "LicenceClaim":
        if self.second_number and not self.second_kind:
            raise ValueError("choose which kind of number the second number is")
        return self


class CouncilChange(Input):
    """A council or a register as administrators know it."""

    kind: Literal["council", "register"] = "council"
    country: Country
    name: Name
    address: Annotated[WebAddress | None, Blank] = None
    note: Annotated[Paragraph | None, Blank] = None


class Grounds(Input):
    """On what an administrator bases a decision: what matched, and a note that the doctor never reads."""

    matched: list[Match] = []
    note: Annotated[Paragraph | None, Blank] = None


class Verdict(Grounds):
    """A decision against a claim, or a question about it, with what the doctor will read."""

    reason_kind: Annotated[str | None, Blank] = None
    reason: Annotated[Paragraph | None, Blank] = None


class SpecialityName(Input):
    """A speciality is its name."""

    name: Name


class NewSubSpeciality(Input):
    """A narrower field within a speciality."""

    name: Name
    speciality_id: Id


class SubSpecialityChange(Input):
    """The fields of a sub-speciality that are to change."""

    name: Name = ""
    speciality_id: Id = 1

    @property
    def changes(self) -> dict[str, Any]:
        """Only what was sent."""
        return self.model_dump(include=self.model_fields_set)
