from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.orm import Base


class MedicalSpeciality(Base):
    """A field of medicine, such as Cardiology; `aliases` are other spellings people search for."""

    __tablename__ = "medical_speciality"
    __table_args__ = (Index("uq_medical_speciality_name", text("lower(name)"), unique=True),)

    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    # Since when nobody new may choose it; who has it keeps it.
    retired_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.portal_now(), onupdate=func.portal_now())

    sub_specialities: Mapped[list["MedicalSubSpeciality"]] = relationship(
        back_populates="speciality", order_by="MedicalSubSpeciality.name"
    )


class MedicalSubSpeciality(Base):
    """A narrower field within one speciality; the same name may stand under several of them."""

    __tablename__ = "medical_sub_speciality"
    __table_args__ = (
        Index("uq_medical_sub_speciality_name", "speciality_id", text("lower(name)"), unique=True),
        # The target of the doctor's two-column key, by which a sub-speciality stays within its speciality.
        UniqueConstraint("id", "speciality_id"),
    )

    speciality_id: Mapped[int] = mapped_column(ForeignKey("medical_speciality.id"))
    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    retired_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.portal_now(), onupdate=func.portal_now())

    speciality: Mapped[MedicalSpeciality] = relationship(back_populates="sub_specialities")
