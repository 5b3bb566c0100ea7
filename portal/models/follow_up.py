from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.publication import Publication
from portal.orm import Base

STATUSES = ("waiting", "sending", "unconfirmed", "out", "failed", "asked", "left")


class FollowUp(Base):
    """The first comment below a publication that is out. The database makes it together with that move.

    `sending` is written before the call and belongs to the lock of its `owner`; what is still `sending` when
    the lock is gone may have arrived, and becomes `unconfirmed`. `asked`: only the doctor can tell. `left`:
    nothing is written any more, by the doctor's word or because there is nowhere to write it.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint(
            "status = ANY (ARRAY['" + "', '".join(STATUSES) + "'])",
            name="status",
        ),
        CheckConstraint("(owner IS NOT NULL) = (status = 'sending')", name="owner_sends"),
        Index(
            "ix_follow_up_due",
            "due_at",
            postgresql_where=text("status IN ('waiting', 'sending', 'unconfirmed')"),
        ),
    )

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"), unique=True)
    # As it is sent, whatever becomes of the post's own row.
    words: Mapped[str]
    status: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    # When it is written, or looked for, next.
    due_at: Mapped[datetime]
    owner: Mapped[int | None]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    looks: Mapped[int] = mapped_column(default=0, server_default="0")
    sent_at: Mapped[datetime | None]
    remote_id: Mapped[str | None]
    trouble: Mapped[str | None]

    publication: Mapped[Publication] = relationship()
