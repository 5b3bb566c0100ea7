"""Forms about the portal itself: fields of medicine, numbers, administrators."""

from typing import Any

from wtforms import EmailField, IntegerField, SelectField, StringField, TextAreaField

from portal.admin.inputs import FieldOfMedicine, Merge, NewAdministrator, Numbers
from portal.doctors.inputs import CouncilChange
from portal.forms import InputForm
from portal.models import OfficeSetting
from portal.models.council import COUNCIL_KINDS
from portal.models.licence import COUNTRIES
from portal.models.office import OFFICE_SETTINGS


class FieldForm(InputForm):
    """A speciality or a sub-speciality."""

    input = FieldOfMedicine
    words = {
        "name": "Enter a name in letters, 120 characters or fewer.",
        "aliases": "Enter other names in letters, one in each line, 120 characters or fewer.",
    }

    name = StringField("Name")
    aliases = TextAreaField("Other names")

    def to_input(self) -> FieldOfMedicine:
        lines = [line.strip() for line in (self.aliases.data or "").splitlines()]
        typed: dict[str, Any] = {"name": self.name.data or "", "aliases": [line for line in lines if line]}
        return FieldOfMedicine.model_validate(typed)


class CouncilForm(InputForm):
    """A council or a register."""

    input = CouncilChange
    words = {
        "name": "Enter a name in letters, 120 characters or fewer.",
        "address": "Enter an address that begins with https://, or leave it empty.",
        "note": "The note must be 1,000 characters or fewer.",
        "country": "Choose a country.",
        "kind": "Choose what it is.",
    }

    name = StringField("Name")
    kind = SelectField("What it is", choices=COUNCIL_KINDS)
    country = SelectField("Country", choices=COUNTRIES)
    address = StringField("Address of its register")
    note = TextAreaField("What to know")


class MergeForm(InputForm):
    """Into which other one."""

    input = Merge
    words = {"into": "Choose another one from the list."}

    into = SelectField("Merge into")


class NumbersForm(InputForm):
    """The few numbers that administrators choose."""

    input = Numbers
    words = {
        "target_days": "Answer within must be from 1 to 60 days.",
        "recheck_months": "Check again after must be from 1 to 60 months.",
        "document_days": "Keep documents must be from 1 to 365 days.",
        "archive_years": "Keep what was published must be from 1 to 30 years.",
    }

    target_days = IntegerField("Answer within (days)")
    recheck_months = IntegerField("Check again after (months)")
    document_days = IntegerField("Keep documents (days)")
    archive_years = IntegerField("Keep what was published (years)")

    @classmethod
    def filled(cls) -> "NumbersForm":
        return cls(data={name: OfficeSetting.read(name) for name in OFFICE_SETTINGS})


class AdministratorForm(InputForm):
    """Whoever gets the right."""

    input = NewAdministrator
    words = {"email": "Enter an email address such as asha@clinic.example."}

    email = EmailField("Email")
