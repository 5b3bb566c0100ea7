import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import ForeignKey, Index, Select, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.models.doctor import Doctor
from portal.orm import Base

# Fixed and unlike anything else, so that a search through code and logs finds a key that was left there.
PREFIX = "dp_live_"
SECRET_BYTES = 32
# So much of a key is shown in lists: enough to tell keys apart, and no help in guessing one.
SHOWN_CHARACTERS = len(PREFIX) + 4
# What a key may be allowed, and what it says on the page. Each call of the API names the one that it needs.
RIGHTS = {
    "profile:read": "Read your profile",
    "profile:write": "Change your profile",
    "posts:read": "Read and check posts",
    "posts:write": "Write, change and cancel posts",
    "media:write": "Upload pictures and videos",
    "accounts:read": "See connected accounts",
    "accounts:write": "Connect and disconnect accounts",
    "webhooks:read": "See webhooks and what they sent",
    "webhooks:write": "Set up webhooks",
}
# How exactly the last use is told; a write for every call would cost more than the call.
USED_EVERY = timedelta(minutes=10)


class ApiKey(Base):
    """What a program of the doctor's signs in with: some rights, often an end. Only a digest is kept."""

    __tablename__ = "api_key"
    __table_args__ = (Index("ix_api_key_doctor_id", "doctor_id"),)

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    name: Mapped[str]
    # How the key begins.
    beginning: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    rights: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    doctor: Mapped[Doctor] = relationship()

    @classmethod
    def mint(
        cls, doctor: Doctor, name: str, rights: list[str], life: timedelta | None
    ) -> tuple["ApiKey", str]:
        """A new key and its words, which are known now and never again."""
        words = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        row = cls(
            doctor_id=doctor.id,
            name=name,
            beginning=words[:SHOWN_CHARACTERS],
            digest=digest(words),
            rights=rights,
            expires_at=clock.now() + life if life else None,
        )
        return row, words

    @property
    def state(self) -> str:
        """ "active", "expired" or "revoked"."""
        if self.revoked_at is not None:
            return "revoked"
        is_over = self.expires_at is not None and self.expires_at <= clock.now()
        return "expired" if is_over else "active"

    @property
    def use_is_to_note(self) -> bool:
        return self.last_used_at is None or clock.now() - self.last_used_at >= USED_EVERY

    @classmethod
    def owned_by(cls, doctor: Doctor) -> Select[Self]:
        return select(cls).where(cls.doctor_id == doctor.id)


def digest(words: str) -> str:
    """A key is long and random, so that a plain digest gives nobody a start."""
    return hashlib.sha256(words.encode()).hexdigest()
