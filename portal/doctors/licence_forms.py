"""The registration as a form."""

from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import DateField, FileField, SelectField, StringField

from portal.doctors import documents, licences
from portal.doctors.inputs import LicenceClaim
from portal.forms import InputForm
from portal.models import Doctor
from portal.models.licence import COUNTRIES

SECOND_KINDS = (
    ("", "No other number"),
    ("npi", "NPI (United States)"),
    ("nmr", "National Medical Register id (India)"),
    ("gmc", "GMC number"),
    ("gdc", "GDC number"),
    ("other", "Another number"),
)


class LicenceForm(InputForm):
    """What a doctor says about the registration, filled with what stands there now."""

    input = LicenceClaim
    words = {
        "country": "Choose the country of your registration.",
        "medical_council": "Enter your medical council or register.",
        "medical_council_regd_no": "Enter your registration number.",
        "year": "Year of registration must be a year, such as 2012.",
        "registered_name": "Enter your name as it stands in the register.",
        "second_kind": "Choose the kind of your second number.",
        "second_number": "Second number must be 40 characters or fewer.",
        "ends_on": "Enter the last day on which it is valid, or leave it empty.",
    }

    country = SelectField("Country", choices=COUNTRIES)
    medical_council = StringField("Medical council or register")
    medical_council_regd_no = StringField("Registration number")
    year = StringField("Year of registration")
    registered_name = StringField("Name as registered")
    second_kind = SelectField("Second number", choices=dict(SECOND_KINDS))
    second_number = StringField("The number")
    ends_on = DateField("Valid until")
    certificate = FileField("Certificate")
    photo_id = FileField("Photo ID")

    @classmethod
    def of(cls, doctor: Doctor) -> "LicenceForm":
        return cls(data=_as_kept(doctor))

    def to_input(self) -> LicenceClaim:
        typed = {name: self.data[name] for name in LicenceClaim.model_fields if name in self.data}
        # What no date can be read from is refused by the input, not silently forgotten.
        if self.ends_on.data is None and self.ends_on.raw_data:
            typed["ends_on"] = self.ends_on.raw_data[0]
        if not typed["second_number"]:
            typed["second_kind"] = None
        return LicenceClaim.model_validate(typed)

    def papers(self) -> list[tuple[str, bytes, str]]:
        """The chosen files: (kind, content, name); browsers send an empty one when none was chosen."""
        chosen = [(kind, self[kind].data) for kind in ("certificate", "photo_id")]
        return [
            (kind, file.read(documents.MAX_BYTES + 1), file.filename or "")
            for kind, file in chosen
            if isinstance(file, FileStorage) and file.filename
        ]


def _as_kept(doctor: Doctor) -> dict[str, Any]:
    licence = licences.of(doctor)
    kept: dict[str, Any] = {name: getattr(doctor, name) for name in licences.OF_DOCTOR}
    if licence is None:
        return kept | {"country": licences.country_guess(doctor), "registered_name": doctor.full_name}
    return kept | {name: getattr(licence, name) for name in licences.OF_LICENCE}
