import pytest

from portal.models import MedicalSpeciality, MedicalSubSpeciality
from tests.factories import save


@pytest.fixture
def cardiology(database: None) -> MedicalSpeciality:
    """A speciality with two narrower ones."""
    subs = [MedicalSubSpeciality(name=name) for name in ("Electrophysiology", "Heart Failure")]
    return save(MedicalSpeciality(name="Cardiology", aliases=[], sub_specialities=subs))


@pytest.fixture
def dermatology(database: None) -> MedicalSpeciality:
    """A speciality with one narrower one."""
    subs = [MedicalSubSpeciality(name="Dermatopathology")]
    return save(MedicalSpeciality(name="Dermatology", aliases=[], sub_specialities=subs))


@pytest.fixture
def anatomy(database: None) -> MedicalSpeciality:
    """A speciality with none."""
    return save(MedicalSpeciality(name="Anatomy", aliases=[]))
