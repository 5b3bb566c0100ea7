"""What an administrator sends in about the portal itself."""

from typing import Annotated

from pydantic import Field

from portal.auth.inputs import Email
from portal.doctors.inputs import Id
from portal.inputs import Input, Name


class NewAdministrator(Input):
    """Whoever gets the right."""

    email: Email


class Numbers(Input):
    """What administrators choose for the whole portal."""

    target_days: Annotated[int, Field(ge=1, le=60)]
    recheck_months: Annotated[int, Field(ge=1, le=60)]
    document_days: Annotated[int, Field(ge=1, le=365)]
    archive_years: Annotated[int, Field(ge=1, le=30)]


class FieldOfMedicine(Input):
    """A speciality or sub-speciality as its form sends it: the aliases one in each line."""

    name: Name
    aliases: list[Name] = []


class Merge(Input):
    """Into which other one."""

    into: Id
