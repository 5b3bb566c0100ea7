"""How a doctor stands with the desk, for the doctor's own pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal import clock
from portal.doctors.lasting import TOLD_AT_DAYS
from portal.models import Doctor, OfficeSetting


@dataclass(frozen=True)
class Standing:
    """What the pages say: when an answer is to be expected, and whether the mark ends soon."""

    answer_by: datetime
    is_late: bool
    ends_soon: bool


def of(doctor: Doctor) -> Standing:
    now = clock.now()
    answer_by = doctor.waiting_since + timedelta(days=OfficeSetting.read("target_days"))
    until = doctor.verified_until
    ends_soon = until is not None and doctor.is_verified and until - now <= timedelta(days=max(TOLD_AT_DAYS))
    return Standing(answer_by, answer_by < now, ends_soon)
