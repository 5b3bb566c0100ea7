from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.orm import Base


class IdempotencyKey(Base):
    """A key that a program sent with a request, and the answer it got; the same request gets it again."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("doctor_id", "key"),)

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    key: Mapped[str]
    body_digest: Mapped[str]
    answer_status: Mapped[int | None]
    answer: Mapped[dict[str, Any] | None]
