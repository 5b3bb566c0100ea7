"""What happens to a doctor's profile: changed, given a face."""

from hashlib import sha256
from typing import Any

from portal import files, phones, pictures, queue
from portal.doctors import licences, places, verifying
from portal.doctors.inputs import ProfileChange
from portal.errors import Invalid
from portal.extensions import db
from portal.models import Doctor, MediaFile, MedicalSpeciality, MedicalSubSpeciality
from portal.models.doctor import CLAIM
from portal.transaction import after_commit, transaction


def change_profile(doctor: Doctor, change: ProfileChange) -> Doctor:
    """Change the sent fields; a change of what an administrator verifies asks for another look."""
    try:
        with transaction():
            verifying.lock(doctor)
            values = change.changes
            zone = values.get("timezone", doctor.timezone)
            if values.get("phone_number"):
                values["phone_number"] = _phone(values["phone_number"], zone)
            values |= _field_of_medicine(doctor, values)
            changed = [name for name in CLAIM if name in values and values[name] != getattr(doctor, name)]
            was_known_as = doctor.facts_digest
            for name, value in values.items():
                setattr(doctor, name, value)
            if changed:
                licences.keep_key(doctor)
                verifying.claim_was_changed(doctor, changed)
            db.session.flush()
            if doctor.facts_digest != was_known_as:
                queue.enqueue("look_again", doctor.id)
    except licences.Taken as taken:
        licences.alert(doctor, taken)
        raise Invalid("medical_council_regd_no", taken.words) from None
    return doctor


def change_photo(doctor: Doctor, content: bytes, filename: str) -> MediaFile:
    """Draw the photo anew, keep it, and forget the one before."""
    try:
        picture = pictures.portrait(content, filename)
    except pictures.NotAPicture as refused:
        raise Invalid("profile_photo", refused.words) from None
    name = files.save(picture.content, picture.mime_type)
    try:
        with transaction():
            verifying.lock(doctor)
            old = _take_photo_away(doctor)
            photo = MediaFile(
                doctor_id=doctor.id,
                purpose="profile_photo",
                name=name,
                mime_type=picture.mime_type,
                bytes=len(picture.content),
                width=picture.width,
                height=picture.height,
                digest=sha256(picture.content).hexdigest(),
            )
            doctor.profile_photo = photo
    except BaseException:
        files.remove(name)
        raise
    if old is not None:
        after_commit(lambda: files.remove(old))
    return photo


def remove_photo(doctor: Doctor) -> None:
    """Take the photo away; without one nothing happens."""
    with transaction():
        verifying.lock(doctor)
        old = _take_photo_away(doctor)
    if old is not None:
        after_commit(lambda: files.remove(old))


def _phone(typed: str, zone: str) -> str:
    country = places.country_of(zone)
    number = phones.parse(typed, country)
    if number is None:
        raise Invalid("phone_number", f"Enter a phone number such as {phones.example(country)}.")
    return number


def _field_of_medicine(doctor: Doctor, values: dict[str, Any]) -> dict[str, Any]:
    """The speciality with the narrower one, checked to exist and to belong together."""
    if "speciality_id" not in values and "sub_speciality_id" not in values:
        return {}
    speciality_id = values.get("speciality_id", doctor.speciality_id)
    # Who moves to another speciality without naming a narrower one leaves the old narrower one behind.
    kept = doctor.sub_speciality_id if speciality_id == doctor.speciality_id else None
    sub_speciality_id = values.get("sub_speciality_id", kept)
    speciality = db.session.get(MedicalSpeciality, speciality_id) if speciality_id else None
    if speciality_id and speciality is None:
        raise Invalid("speciality_id", "Choose a speciality from the list.")
    if sub_speciality_id:
        if speciality is None:
            raise Invalid("sub_speciality_id", "Choose a speciality first, then its sub-speciality.")
        narrower = db.session.get(MedicalSubSpeciality, sub_speciality_id)
        if narrower is None or narrower.speciality_id != speciality.id:
            raise Invalid("sub_speciality_id", f"Choose a sub-speciality of {speciality.name}, or none.")
    return {"speciality_id": speciality_id, "sub_speciality_id": sub_speciality_id}


def _take_photo_away(doctor: Doctor) -> str | None:
    """The name of the file that nobody needs any more once this is committed."""
    old = doctor.profile_photo
    if old is None:
        return None
    doctor.profile_photo = None
    db.session.flush()
    db.session.delete(old)
    return old.name
