"""What happens to a doctor's profile: changed, given a face, verified or not."""

from hashlib import sha256
from typing import Any

from portal import clock, files, phones, pictures, queue
from portal.doctors import places
from portal.doctors.inputs import ProfileChange, Rejection
from portal.errors import Conflict, Invalid, NotAllowed
from portal.extensions import db
from portal.models import (
    AuditEvent,
    Doctor,
    MediaFile,
    MedicalSpeciality,
    MedicalSubSpeciality,
    OutboxLetter,
    Publication,
    User,
)
from portal.models.doctor import CLAIM
from portal.transaction import after_commit, transaction

VERIFIED = "Your registration was verified."
NOT_CONNECTED = "Its account is not connected."


def change_profile(doctor: Doctor, change: ProfileChange) -> Doctor:
    """Change the sent fields; a doctor who was turned down and corrects the claim waits anew."""
    with transaction():
        _lock(doctor)
        values = change.changes
        zone = values.get("timezone", doctor.timezone)
        if values.get("phone_number"):
            values["phone_number"] = _phone(values["phone_number"], zone)
        values |= _field_of_medicine(doctor, values)
        has_new_claim = any(name in values and values[name] != getattr(doctor, name) for name in CLAIM)
        was_known_as = doctor.facts_digest
        for name, value in values.items():
            setattr(doctor, name, value)
        if has_new_claim and doctor.verification == "rejected":
            _ask_again(doctor)
        db.session.flush()
        if doctor.facts_digest != was_known_as:
            queue.enqueue("look_again", doctor.id)
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
            _lock(doctor)
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
        _lock(doctor)
        old = _take_photo_away(doctor)
    if old is not None:
        after_commit(lambda: files.remove(old))


def verify(doctor: Doctor, administrator: User) -> Doctor:
    """Say that the claim is true: the doctor gets a letter, and posts that waited for this go on."""
    with transaction():
        _lock(doctor)
        _check_decider(doctor, administrator)
        if doctor.is_verified:
            raise Conflict("This doctor is verified already.")
        doctor.verification, doctor.rejection_reason = "verified", None
        doctor.verified_at, doctor.verified_by_id = clock.now(), administrator.id
        _record("doctor verified", doctor, administrator)
        about = {"waiting": _let_go_on(doctor)}
        OutboxLetter.post("verified", doctor.user.email, about=about, doctor_id=doctor.id)
    return doctor


def reject(doctor: Doctor, administrator: User, rejection: Rejection) -> Doctor:
    """Say that the claim could not be confirmed, and why; the doctor gets a letter and may ask again."""
    with transaction():
        _lock(doctor)
        _check_decider(doctor, administrator)
        if doctor.verification != "pending":
            raise Conflict("Somebody has decided about this doctor meanwhile.")
        doctor.verification, doctor.rejection_reason = "rejected", rejection.reason
        doctor.verified_at, doctor.verified_by_id = None, None
        _record("doctor rejected", doctor, administrator, reason=rejection.reason)
        about = {"reason": rejection.reason}
        OutboxLetter.post("rejected", doctor.user.email, about=about, doctor_id=doctor.id)
    return doctor


def _lock(doctor: Doctor) -> None:
    """Two browsers, or two administrators, act one after the other."""
    db.session.refresh(doctor, with_for_update={"of": Doctor})


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


def _ask_again(doctor: Doctor) -> None:
    doctor.verification, doctor.verification_asked_at = "pending", clock.now()
    doctor.rejection_reason = None
    AuditEvent.write("verification asked", user_id=doctor.user_id, subject="doctor", subject_id=doctor.id)


def _check_decider(doctor: Doctor, administrator: User) -> None:
    if not administrator.is_administrator:
        raise NotAllowed("Only an administrator may decide about a doctor.")
    if doctor.user_id == administrator.id:
        raise NotAllowed("Nobody decides about themselves. Ask another administrator.")


def _record(action: str, doctor: Doctor, administrator: User, **details: str) -> None:
    """With the claim as it was decided about: the profile may change later."""
    claim = {name: getattr(doctor, name) for name in CLAIM}
    AuditEvent.write(
        action, user_id=administrator.id, subject="doctor", subject_id=doctor.id, claim=claim, **details
    )


def _let_go_on(doctor: Doctor) -> int:
    """Plan again what was held for this, and say how many; publishing itself stops what is too late."""
    waiting = (
        Publication.owned_by(doctor)
        .where(
            Publication.status == "held",
            Publication.held_for == "verification",
            Publication.due_at.is_not(None),
        )
        .with_for_update(of=Publication)
    )
    going_on = 0
    for publication in db.session.scalars(waiting):
        if publication.account.is_connected:
            publication.move("scheduled", by="administrator", why=VERIFIED)
            going_on += 1
        else:
            publication.move("held", by="portal", why=NOT_CONNECTED, held_for="account")
    queue.enqueue("publish_due")
    return going_on
