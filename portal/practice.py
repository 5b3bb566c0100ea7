"""The people of practice mode, whose sign-ins `make run` prints: a first look needs no registration."""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from config import Config
from portal import clock
from portal.auth import passwords
from portal.doctors import flows, portrait, specialities
from portal.doctors.inputs import ProfileChange
from portal.extensions import db
from portal.models import Doctor, MedicalSpeciality, User
from portal.transaction import transaction

ADMINISTRATOR = "carla@practice.example"
DOCTOR = "meera@practice.example"

# Short, common, hard to confuse: a password of four of them and a number is easy to type off a terminal.
WORDS = Path(__file__).resolve().parent / "data" / "words.txt"

PROFILE = {
    "full_name": "Dr. Meera Iyer",
    "phone_number": "+91 98765 43210",
    "clinic_name": "Iyer Family Heart Clinic",
    "clinic_address": "14 Lavelle Road\nBengaluru 560001",
    "years_of_experience": 14,
    "qualification": "MBBS, MD (General Medicine), DM (Cardiology)",
    "medical_institute": "St. John’s Medical College, Bengaluru",
    "awards": "Best Teacher Award 2021\nMember, Cardiological Society of India",
    "medical_council": "Karnataka Medical Council",
    "medical_council_regd_no": "KMC-54321",
    "professional_bio": (
        "I look after hearts, and after the people around them. I write about what keeps a heart well: "
        "food, walks, sleep, and the questions that my patients ask most."
    ),
    "timezone": "Asia/Kolkata",
}
SPECIALITY = ("Internal Medicine", "Cardiovascular Disease")


def administrator() -> User:
    """The demo administrator, there and able to sign in as printed."""
    return _person("administrator", ADMINISTRATOR)


def doctor() -> Doctor:
    """The demo doctor: confirmed, verified, with a whole profile; what somebody changed since stays."""
    user = _person("doctor", DOCTOR)
    if user.doctor is not None:
        return user.doctor
    specialities.load(specialities.catalogue())
    with transaction():
        doctor = Doctor(user=user, full_name=PROFILE["full_name"], timezone=PROFILE["timezone"])
        db.session.add(doctor)
    flows.change_profile(doctor, ProfileChange.model_validate(PROFILE | _field_of_medicine()))
    with transaction():
        doctor.verification, doctor.verified_at = "verified", clock.now()
    flows.change_photo(doctor, portrait.drawn(), "portrait.png")
    return doctor


def forget_sign_in(kind: str) -> None:
    """No longer print a sign-in that is not ours to know."""
    kept = _kept()
    if kept.pop(kind, None):
        _keep(kept)


def _person(kind: str, email: str) -> User:
    password = _password(kind, email)
    with transaction():
        user = db.session.scalar(User.by_email(email))
        if user is None:
            user = User(email=email, role=kind, password_digest="")
            db.session.add(user)
        user.confirmed_at = user.confirmed_at or clock.now()
        # What is printed has to work, also when somebody has tried out how to change it.
        if not passwords.is_right(password, user.password_digest):
            user.password_digest = passwords.digest(password)
    return user


def _field_of_medicine() -> dict[str, Any]:
    name, narrower = SPECIALITY
    row = db.session.scalars(select(MedicalSpeciality).where(MedicalSpeciality.name == name)).one()
    sub = next(sub for sub in row.sub_specialities if sub.name == narrower)
    return {"speciality_id": row.id, "sub_speciality_id": sub.id}


def _password(kind: str, email: str) -> str:
    """Made up once: a later run prints the same."""
    kept = _kept()
    known = kept.get(kind, {})
    if known.get("email") == email and known.get("password"):
        return str(known["password"])
    words = WORDS.read_text().split()
    password = "-".join([*(secrets.choice(words) for _ in range(4)), str(secrets.randbelow(90) + 10)])
    _keep(kept | {kind: {"email": email, "password": password}})
    return password


def _kept() -> dict[str, Any]:
    with suppress(FileNotFoundError, ValueError):
        kept = json.loads(_file().read_text())
        return kept if isinstance(kept, dict) else {}
    return {}


def _keep(sign_ins: dict[str, Any]) -> None:
    """Readable by us alone from its first byte on."""
    part = _file().with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as sheet:
        json.dump(sign_ins, sheet, indent=1)
    part.replace(_file())


def _file() -> Path:
    config: Config = current_app.config["PORTAL"]
    return config.instance_dir / "demo.json"
