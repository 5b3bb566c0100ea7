from datetime import datetime
from typing import Any, Literal

from sqlalchemy import CheckConstraint, Computed, ForeignKey, ForeignKeyConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal import clock
from portal.checks import RULES_VERSION
from portal.models.media_file import MediaFile
from portal.models.speciality import MedicalSpeciality, MedicalSubSpeciality
from portal.models.user import User
from portal.orm import Base

# The words an administrator verifies.
CLAIM = ("full_name", "medical_council", "medical_council_regd_no", "speciality_id", "sub_speciality_id")

# What the checks of a post know of its doctor. A digest that the database computes cannot be forgotten.
FACTS = (
    "full_name",
    "clinic_name",
    "clinic_address",
    "phone_number",
    "qualification",
    "medical_council_regd_no",
    "speciality_id::text",
    "sub_speciality_id::text",
    "check_pack",
    "facts_version::text",
)
FACTS_DIGEST = "md5({} || '|' || (verification = 'verified')::text)".format(
    " || '|' || ".join(f"coalesce({name}, '')" for name in FACTS)
)

# What each filled-in field adds to the profile, and what the doctor is told while it is missing.
COMPLETENESS = {
    "full_name": (10, "Add your full name."),
    "phone_number": (5, "Add a phone number that patients may call."),
    "clinic_name": (8, "Add the name of your clinic or hospital."),
    "clinic_address": (7, "Add the address of your clinic."),
    "speciality_id": (12, "Choose your speciality."),
    "sub_speciality_id": (3, "Choose your sub-speciality, if you have one."),
    "years_of_experience": (5, "Enter your years of experience."),
    "qualification": (10, "Add your degrees, such as MBBS, MD."),
    "medical_institute": (5, "Add the institute where you trained."),
    "awards": (3, "Add awards or memberships, if you have any."),
    "medical_council": (8, "Add your medical council."),
    "medical_council_regd_no": (8, "Add your registration number."),
    "profile_photo_id": (8, "Add a photo of yourself."),
    "professional_bio": (8, "Write two or three sentences about your work."),
}


class Doctor(Base):
    """A doctor's profile and standing; one for each doctor's sign-in."""

    __tablename__ = "doctor"
    __table_args__ = (
        ForeignKeyConstraint(
            ["sub_speciality_id", "speciality_id"],
            ["medical_sub_speciality.id", "medical_sub_speciality.speciality_id"],
            name="fk_doctor_sub_speciality_within_speciality",
        ),
        CheckConstraint(
            "sub_speciality_id IS NULL OR speciality_id IS NOT NULL", name="sub_speciality_needs_speciality"
        ),
        CheckConstraint("verification IN ('pending', 'verified', 'rejected')", name="verification"),
        CheckConstraint(
            "suspended_at IS NULL OR verification <> 'verified'", name="suspended_is_not_verified"
        ),
        CheckConstraint("years_of_experience BETWEEN 0 AND 80", name="years_of_experience"),
        CheckConstraint("check_pack IN ('IN', 'IN-strict', 'GB', 'US')", name="check_pack"),
        CheckConstraint("late_after_minutes BETWEEN 5 AND 10080", name="late_after_minutes"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), unique=True)
    full_name: Mapped[str]
    phone_number: Mapped[str | None]
    clinic_name: Mapped[str | None]
    clinic_address: Mapped[str | None]
    speciality_id: Mapped[int | None] = mapped_column(ForeignKey("medical_speciality.id"))
    sub_speciality_id: Mapped[int | None]
    years_of_experience: Mapped[int | None]
    qualification: Mapped[str | None]
    medical_institute: Mapped[str | None]
    awards: Mapped[str | None]
    medical_council: Mapped[str | None]
    medical_council_regd_no: Mapped[str | None]
    profile_photo_id: Mapped[int | None] = mapped_column(
        ForeignKey("media_file.id", use_alter=True, name="fk_doctor_profile_photo_id")
    )
    professional_bio: Mapped[str | None]
    timezone: Mapped[str] = mapped_column(default="Asia/Kolkata")
    # False while the zone is only our guess: then the profile page asks the browser for a better one.
    timezone_is_chosen: Mapped[bool] = mapped_column(default=False, server_default="false")

    verification: Mapped[str] = mapped_column(default="pending", server_default="pending")
    # When a doctor who was not verified asked again; null while it is the first time.
    verification_asked_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # The last words of an administrator to the doctor: why not, or what is missing.
    rejection_reason: Mapped[str | None]
    # Until when the mark holds; null for one of former days. `told_days` is the last reminder of it.
    verified_until: Mapped[datetime | None]
    told_days: Mapped[int | None]
    # Since when the doctor, still verified, asks for another look; since when more is wanted of the doctor.
    recheck_asked_at: Mapped[datetime | None]
    more_asked_at: Mapped[datetime | None]
    lapsed_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]

    # Whose rules the checks of a post go by: a key of checks.PACKS.
    check_pack: Mapped[str] = mapped_column(default="IN", server_default="IN")
    # Rises, by triggers, with what the checks know of the doctor and other tables keep.
    facts_version: Mapped[int] = mapped_column(default=0, server_default="0")
    facts_digest: Mapped[str] = mapped_column(Computed(FACTS_DIGEST, persisted=True))

    # A post that could not leave within this time of its hour asks before it goes out.
    late_after_minutes: Mapped[int] = mapped_column(default=60, server_default="60")
    letters_about_trouble: Mapped[bool] = mapped_column(default=True, server_default="true")
    letters_about_success: Mapped[bool] = mapped_column(default=False, server_default="false")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.portal_now(), onupdate=func.portal_now())

    user: Mapped[User] = relationship(back_populates="doctor", foreign_keys=[user_id])
    speciality: Mapped[MedicalSpeciality | None] = relationship(foreign_keys=[speciality_id])
    sub_speciality: Mapped[MedicalSubSpeciality | None] = relationship(
        primaryjoin="foreign(Doctor.sub_speciality_id) == MedicalSubSpeciality.id", viewonly=True
    )
    profile_photo: Mapped[MediaFile | None] = relationship(foreign_keys=[profile_photo_id])

    @property
    def checks_key(self) -> str:
        """Changes with the rules of the checks, and with what they know of this doctor."""
        return f"{RULES_VERSION} {self.facts_digest}"

    @property
    def is_verified(self) -> bool:
        """Now: a mark whose time is over counts for nothing, even before somebody has taken it away."""
        is_over = self.verified_until is not None and self.verified_until <= clock.now()
        return self.verification == "verified" and not is_over

    @property
    def licence_state(self) -> Literal["verified", "unverified", "lapsed", "suspended"]:
        """The same with the reason, as the checks of posts know it."""
        if self.is_verified:
            return "verified"
        if self.suspended_at is not None:
            return "suspended"
        is_lapsed = self.lapsed_at is not None or self.verification == "verified"
        return "lapsed" if is_lapsed else "unverified"

    @property
    def waiting_since(self) -> datetime:
        """Since when an administrator could have looked."""
        return (
            self.recheck_asked_at or self.verification_asked_at or self.user.confirmed_at or self.created_at
        )

    @property
    def photo_url(self) -> str | None:
        return self.profile_photo.url if self.profile_photo else None

    @property
    def completeness_percentage(self) -> int:
        """0 to 100: the weights of the fields that are filled in, of those that can be."""
        weights = {name: COMPLETENESS[name][0] for name in COMPLETENESS if self._can_have(name)}
        filled = sum(weight for name, weight in weights.items() if self._has(name))
        return filled * 100 // sum(weights.values())

    @property
    def missing(self) -> list[tuple[str, str]]:
        """What to add next, the weightiest first: (field, words)."""
        names = [name for name in COMPLETENESS if self._can_have(name) and not self._has(name)]
        names.sort(key=lambda name: -COMPLETENESS[name][0])
        return [(name, COMPLETENESS[name][1]) for name in names]

    @property
    def completeness_tips(self) -> list[str]:
        return [words for _, words in self.missing]

    @validates("timezone")
    def _timezone_is_chosen(self, key: str, name: str) -> str:
        self.timezone_is_chosen = True
        return name

    def _has(self, name: str) -> bool:
        value: Any = getattr(self, name)
        return bool(value.strip()) if isinstance(value, str) else value is not None

    def _can_have(self, name: str) -> bool:
        """Some specialities have nothing narrower, and nobody is asked for it before the speciality."""
        if name != "sub_speciality_id":
            return True
        return self.speciality is not None and bool(self.speciality.sub_specialities)
