import json
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal import vault
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
    # In its place, for an answer that holds a secret.
    sealed_answer: Mapped[str | None]

    @property
    def bound_to(self) -> tuple[str, ...]:
        """What the sealed column opens with; see models/sealed.py."""
        return (f"idempotency key {self.id} of doctor {self.doctor_id}",)

    @property
    def kept(self) -> dict[str, Any] | None:
        """The answer, however it is kept; None while there is none."""
        if self.sealed_answer is None:
            return self.answer
        opened: dict[str, Any] = json.loads(vault.open_sealed(self.sealed_answer, *self.bound_to))
        return opened

    def seal(self, answer: dict[str, Any]) -> None:
        """Keep an answer that holds a secret. The row needs its id."""
        self.sealed_answer = vault.seal(json.dumps(answer), self.bound_to[0])
        self.answer_status = 201
