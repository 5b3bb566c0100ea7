"""Footers that a doctor's profile makes: ready to be used, and never more than what is known."""

from dataclasses import dataclass

from portal.models import Doctor

NO_ADVICE = "This is general information, not medical advice."


@dataclass(frozen=True)
class Suggestion:
    """One footer that is offered."""

    name: str
    words: str


def suggestions(doctor: Doctor) -> list[Suggestion]:
    """Those that fit this doctor. A registration is offered only once we have checked it."""
    found = [Suggestion("Not medical advice", NO_ADVICE)]
    if registration := _registration(doctor):
        found += [
            Suggestion("Registration", registration),
            Suggestion("Registration and not medical advice", f"{registration}\n{NO_ADVICE}"),
        ]
    if doctor.clinic_address:
        clinic = ", ".join(filter(None, (doctor.clinic_name, _on_one_line(doctor.clinic_address))))
        found.append(Suggestion("Clinic", clinic))
    return found


def _registration(doctor: Doctor) -> str | None:
    if not (doctor.is_verified and doctor.medical_council and doctor.medical_council_regd_no):
        return None
    who = ", ".join(filter(None, (doctor.full_name, doctor.qualification)))
    return f"{who}. {doctor.medical_council}, registration number {doctor.medical_council_regd_no}."


def _on_one_line(words: str) -> str:
    return ", ".join(line.strip(" ,") for line in words.splitlines() if line.strip(" ,"))
