import base64
import secrets
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import ForeignKey, Index, Select, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock, vault
from portal.models.doctor import Doctor
from portal.orm import Base

# What programs can be told. The database writes the messages, by these very words.
KINDS = {
    "publication.scheduled": "A post is planned",
    "publication.published": "A post is published",
    "publication.retrying": "A post is tried again later",
    "publication.unconfirmed": "It is not clear yet whether a post is out",
    "publication.awaiting_doctor": "A post waits for you to post it",
    "publication.held": "A post is on hold",
    "publication.failed": "A post could not be published",
    "publication.cancelled": "A post is cancelled",
    "account.connected": "An account is connected",
    "account.reconnect": "An account must be connected again",
    "account.disconnected": "An account is disconnected",
    "verification.pending": "You wait to be verified",
    "verification.verified": "You are verified",
    "verification.rejected": "You could not be verified",
}
TEST = "test"

# How the Standard Webhooks specification marks a secret.
SECRET_PREFIX = "whsec_"  # noqa: S105 - how one begins
SECRET_BYTES = 32
# So long the secret before this one still signs, beside it.
OLD_SECRET_STAYS = timedelta(hours=24)


class Webhook(Base):
    """An address of the doctor's own that is told what happens. Its secret signs what is sent there."""

    __tablename__ = "webhook"
    __table_args__ = (Index("ix_webhook_doctor_id", "doctor_id"),)

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    url: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    sealed_secret: Mapped[str]
    sealed_old_secret: Mapped[str | None]
    old_secret_until: Mapped[datetime | None]
    # Since when nothing that was sent there has arrived.
    failing_since: Mapped[datetime | None]
    # While it is off nothing is written for it. Why: "doctor", "failing", "gone".
    disabled_at: Mapped[datetime | None]
    disabled_why: Mapped[str | None]

    doctor: Mapped[Doctor] = relationship()

    @property
    def is_on(self) -> bool:
        return self.disabled_at is None

    @property
    def secrets(self) -> list[str]:
        """Those that sign now, the newest first."""
        old = self.sealed_old_secret
        is_good = self.old_secret_until is not None and self.old_secret_until > clock.now()
        sealed = [self.sealed_secret, old] if old and is_good else [self.sealed_secret]
        return [vault.open_sealed(each, *self.bound_to) for each in sealed]

    def choose_secret(self) -> str:
        """Another secret, known now and never shown again; the one before it signs beside it for a day.

        The row needs its id: that is what the secret is bound to.
        """
        words = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
        if self.sealed_secret:
            self.sealed_old_secret = self.sealed_secret
            self.old_secret_until = clock.now() + OLD_SECRET_STAYS
        self.sealed_secret = vault.seal(words, self.bound_to[0])
        return words

    @property
    def bound_to(self) -> tuple[str, ...]:
        """What its sealed columns open with, and what older ones do; see models/sealed.py."""
        return f"webhook {self.id} of doctor {self.doctor_id}", f"webhook of doctor {self.doctor_id}"

    @classmethod
    def owned_by(cls, doctor: Doctor) -> Select[Self]:
        return select(cls).where(cls.doctor_id == doctor.id)


NEW_MARK = "'msg_' || replace(gen_random_uuid()::text, '-', '')"


class WebhookMessage(Base):
    """Something that one webhook is told. The database writes it together with what it tells of, so that none
    is forgotten; it holds ids and states, and never a word of a post.

    Messages of the same `stream`, all those about one post, arrive one after the other.
    """

    __tablename__ = "webhook_message"
    __table_args__ = (
        Index("ix_webhook_message_webhook_id", "webhook_id", "id"),
        Index(
            "ix_webhook_message_stream",
            "webhook_id",
            "stream",
            "id",
            postgresql_where=text("delivered_at IS NULL AND given_up_at IS NULL"),
        ),
        Index(
            "ix_webhook_message_waiting",
            "not_before",
            postgresql_where=text("delivered_at IS NULL AND given_up_at IS NULL"),
        ),
    )

    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    # What the receiver knows it by, the same at every try.
    mark: Mapped[str] = mapped_column(server_default=text(NEW_MARK))
    kind: Mapped[str]
    stream: Mapped[str]
    about: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    not_before: Mapped[datetime] = mapped_column(server_default=func.portal_now())
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    tried_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    answer_status: Mapped[int | None]
    trouble: Mapped[str | None]

    webhook: Mapped[Webhook] = relationship()

    @property
    def state(self) -> str:
        """ "waiting", "retrying", "delivered" or "given_up"."""
        if self.delivered_at is not None:
            return "delivered"
        if self.given_up_at is not None:
            return "given_up"
        return "retrying" if self.tries else "waiting"
