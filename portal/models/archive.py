from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.orm import Base

# What an entry tells of: a post that went out, did not, or may have; that it was deleted or changed there;
# that an administrator had the archive kept past its time, and let it go again; and that a patient who is
# seen in a post took back the consent.
ENTRY_KINDS = (
    "published",
    "not_published",
    "unconfirmed",
    "removed",
    "noticed",
    "held",
    "released",
    "withdrawn",
)


class ArchiveTask(Base):
    """Something that is to be archived; the database's triggers write it in the transaction that did it."""

    __tablename__ = "archive_task"

    # No key of another table: a post that is gone must not take the wish with it unseen.
    publication_id: Mapped[int]
    kind: Mapped[str]
    words: Mapped[str | None]


class ArchiveEntry(Base):
    """One thing that happened to what a doctor published, for ever, chained to the one before.

    Nothing points at doctors or posts here, so that nothing is lost with them. The database refuses every
    change but one: when its time is over, `body` is emptied, and `body_digest` keeps the chain whole.
    """

    __tablename__ = "archive_entry"
    __table_args__ = (
        UniqueConstraint("doctor_id", "number"),
        UniqueConstraint("digest"),
        CheckConstraint("kind = ANY (ARRAY['" + "', '".join(ENTRY_KINDS) + "'])", name="kind"),
        CheckConstraint("(body IS NULL) = (forgotten_at IS NOT NULL)", name="body_until_forgotten"),
        Index("ix_archive_entry_publication_id", "publication_id"),
        Index("ix_archive_entry_at", "at"),
    )

    doctor_id: Mapped[int]
    # From 1 on, without a gap, for each doctor.
    number: Mapped[int]
    kind: Mapped[str]
    publication_id: Mapped[int | None]
    at: Mapped[datetime]
    # JSON as it was written, letter by letter: what the digest is of.
    body: Mapped[str | None]
    body_digest: Mapped[str]
    previous: Mapped[str]
    digest: Mapped[str]
    forgotten_at: Mapped[datetime | None]

    files: Mapped[list["ArchivedFile"]] = relationship(
        order_by="ArchivedFile.id", back_populates="entry", passive_deletes=True
    )


class ArchivedFile(Base):
    """A picture or video exactly as a network got it, under a name of its own among the media."""

    __tablename__ = "archived_file"
    __table_args__ = (Index("ix_archived_file_entry_id", "entry_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("archive_entry.id"))
    name: Mapped[str] = mapped_column(unique=True)
    mime_type: Mapped[str]
    bytes: Mapped[int]
    digest: Mapped[str]

    entry: Mapped[ArchiveEntry] = relationship(back_populates="files")
