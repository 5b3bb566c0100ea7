from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.user import User
from portal.orm import Base


class Passkey(Base):
    """A key that a phone, a computer or a stick keeps for an account; we hold only its public half."""

    __tablename__ = "passkey"
    __table_args__ = (Index("ix_passkey_user_id", "user_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    name: Mapped[str]
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    # By which the device knows the account: random, the same for all of an account's keys.
    handle: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    last_used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
