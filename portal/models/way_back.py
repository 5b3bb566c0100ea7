import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.extensions import db
from portal.models.user import User
from portal.orm import Base

LIFE = timedelta(days=7)


class WayBack(Base):
    """By which an owner undoes a change of the password or the address that somebody else made.

    Its word is in the letter about the change and nowhere else; only the digest is kept. `email` is what the
    account's address was before.
    """

    __tablename__ = "way_back"
    __table_args__ = (
        CheckConstraint("kind IN ('password', 'email')", name="kind"),
        Index("ix_way_back_user_id", "user_id"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    kind: Mapped[str]
    digest: Mapped[str | None] = mapped_column(unique=True)
    email: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()

    @classmethod
    def open(cls, user: User, kind: str) -> "WayBack":
        """A way back from now; its word is made when the letter is drawn."""
        row = cls(user_id=user.id, kind=kind, email=user.email, expires_at=clock.now() + LIFE)
        db.session.add(row)
        db.session.flush()
        return row

    @classmethod
    def by_word(cls, word: str) -> Select["WayBack"]:
        """The one that a letter leads to, while it is good."""
        is_good = cls.used_at.is_(None) & (cls.expires_at > clock.now())
        return select(cls).where(cls.digest == cls.digest_of(word), is_good)

    def mint(self) -> str:
        """The word for the letter: 256 bits, so a fast digest is enough."""
        word = secrets.token_urlsafe(32)
        self.digest = self.digest_of(word)
        return word

    @staticmethod
    def digest_of(word: str) -> str:
        return hashlib.sha256(f"way back {word}".encode()).hexdigest()
