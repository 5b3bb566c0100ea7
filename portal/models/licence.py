from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, func
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import vault
from portal.models.doctor import Doctor
from portal.models.user import User
from portal.orm import Base

COUNTRIES = {"IN": "India", "GB": "United Kingdom", "US": "United States", "other": "Another country"}

# A column of LicenceDocument bears the plain name.
File: TypeAlias = bytes

DOCUMENT_KINDS = {"certificate": "Certificate", "photo_id": "Photo ID", "evidence": "Evidence"}

# What an administrator ticks when it stands in the register as the doctor says.
MATCHES = {
    "name": "Name",
    "number": "Number",
    "degree": "Degree",
    "speciality": "Speciality",
    "status": "Status: allowed to practise now",
}


class Licence(Base):
    """What a doctor says about the registration, beside the council and the number that the profile keeps.

    `claim_key` is the same for the same registration however it is typed. It is empty while the claim is not
    whole, and once it was turned down: nobody can block a number with a claim that was not true.
    """

    __tablename__ = "licence"
    __table_args__ = (
        CheckConstraint("country IN ('IN', 'GB', 'US', 'other')", name="country"),
        CheckConstraint("year BETWEEN 1900 AND 2100", name="year"),
        CheckConstraint("second_kind IN ('npi', 'nmr', 'gmc', 'gdc', 'other')", name="second_kind"),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"), unique=True)
    country: Mapped[str]
    year: Mapped[int | None]
    registered_name: Mapped[str | None]
    second_kind: Mapped[str | None]
    second_number: Mapped[str | None]
    # The last day on which it is valid, where it ends at all.
    ends_on: Mapped[date | None]
    claim_key: Mapped[str | None] = mapped_column(unique=True)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.portal_now(), onupdate=func.portal_now())

    doctor: Mapped[Doctor] = relationship()

    @property
    def country_name(self) -> str:
        return COUNTRIES[self.country]


class LicenceDocument(Base):
    """A scan that shows the registration, sealed; after its time only the fact stays that it was there."""

    __tablename__ = "licence_document"
    __table_args__ = (
        CheckConstraint("kind IN ('certificate', 'photo_id', 'evidence')", name="kind"),
        CheckConstraint("(sealed IS NULL) = (removed_at IS NOT NULL)", name="sealed_until_removed"),
        Index("ix_licence_document_doctor_id", "doctor_id"),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    kind: Mapped[str]
    mime_type: Mapped[str]
    bytes: Mapped[int]
    # Of the content, so that it can be shown later which file it was.
    digest: Mapped[str]
    sealed: Mapped[File | None] = mapped_column(LargeBinary, deferred=True)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    remove_after: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    doctor: Mapped[Doctor] = relationship()

    @property
    def kind_words(self) -> str:
        return DOCUMENT_KINDS[self.kind]

    @property
    def content(self) -> File | None:
        """Opened with the keys of the vault; nothing once it was removed."""
        return None if self.sealed is None else vault.open_bytes(self.sealed, *self.bound_to)

    @content.setter
    def content(self, content: File) -> None:
        self.sealed = vault.seal_bytes(content, self.bound_to[0])

    @property
    def bound_to(self) -> tuple[str, ...]:
        """What its sealed column opens with, and what older ones do; see models/sealed.py."""
        whose = f"licence document of {self.doctor_id}"
        return f"{whose}: {self.kind} {self.digest}", whose


class LicenceDecision(Base):
    """What an administrator decided about a claim, on what grounds, and what the claim was."""

    __tablename__ = "licence_decision"
    __table_args__ = (
        CheckConstraint(
            "decision IN ('verified', 'more', 'rejected', 'revoked', 'suspended')", name="decision"
        ),
        Index("ix_licence_decision_doctor_id", "doctor_id"),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    decision: Mapped[str]
    matched: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    # For administrators only.
    note: Mapped[str | None]
    # What the doctor was told.
    reason: Mapped[str | None]
    claim: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    doctor: Mapped[Doctor] = relationship()
    decided_by: Mapped[User | None] = relationship()

    @property
    def matched_words(self) -> list[str]:
        return [words for key, words in MATCHES.items() if key in self.matched]
