from datetime import datetime

from sqlalchemy import ARRAY, TEXT, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import files
from portal.fitting import Fit, Recipe, Shape, film_recipe, recipe
from portal.models.rendition import Rendition
from portal.orm import Base
from portal.platforms.base import Media

PURPOSES = ("profile_photo", "post")
# Of a video that has to be turned into another kind first. Pictures are ready at once.
STATES = ("ready", "waiting", "turning", "refused")


class MediaFile(Base):
    """A checked, re-encoded picture or video; `name` is what files.save gave, which cannot be guessed."""

    __tablename__ = "media_file"
    __table_args__ = (
        CheckConstraint("purpose IN ('profile_photo', 'post')", name="purpose"),
        CheckConstraint("state IN ('ready', 'waiting', 'turning', 'refused')", name="state"),
        CheckConstraint("shows IN ('', 'nobody', 'staff', 'patient')", name="shows"),
        Index("ix_media_file_to_turn", "id", postgresql_where=text("state IN ('waiting', 'turning')")),
        Index("ix_media_file_doctor_id", "doctor_id"),
    )

    doctor_id: Mapped[int] = mapped_column(
        ForeignKey("doctor.id", use_alter=True, name="fk_media_file_doctor_id")
    )
    purpose: Mapped[str]
    name: Mapped[str] = mapped_column(unique=True)
    mime_type: Mapped[str]
    bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration: Mapped[float | None]
    # The name it came with, or the one that the doctor gave it since; "" when nobody knows. Never sent.
    file_name: Mapped[str] = mapped_column(default="", server_default="")
    alt_text: Mapped[str | None]
    # Who can be seen, as the doctor answered last: what the next post with it proposes.
    shows: Mapped[str] = mapped_column(default="", server_default="")
    # Since when a patient who is seen no longer agrees; it goes out no more.
    withdrawn_at: Mapped[datetime | None]
    # Since when no post uses it, as the last clean-up found it.
    idle_since: Mapped[datetime | None]
    # Taken out of the library; the posts that went out with it keep it as their record.
    hidden_at: Mapped[datetime | None]
    digest: Mapped[str]
    # What the file told beside its pixels before we took it out, as keys of picture_notes.NOTES.
    removed: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)

    state: Mapped[str] = mapped_column(default="ready", server_default="ready")
    # How much of it is turned, in percent; why it cannot be; when somebody last worked on it.
    progress: Mapped[int] = mapped_column(default=0, server_default="0")
    trouble: Mapped[str | None]
    worked_at: Mapped[datetime | None]

    # What some networks refuse of a video as it is, see stripping.TRAITS.
    traits: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)

    renditions: Mapped[list[Rendition]] = relationship(lazy="selectin", passive_deletes=True)

    @property
    def is_video(self) -> bool:
        return self.mime_type.startswith("video/")

    @property
    def url(self) -> str:
        """Where browsers and networks find it."""
        return files.address(self.name)

    def recipe(self, shape: Shape, fit: Fit | None) -> Recipe | None:
        """What has to be made of it for a network; None when it goes as it is."""
        if not self.width or not self.height:
            return None
        if self.is_video:
            size, seconds = (self.width, self.height), self.duration or 0
            return film_recipe(size, seconds, self.bytes, shape.film, self.traits or ())
        return recipe((self.width, self.height), self.mime_type, self.bytes, shape, fit)

    def made(self, recipe: Recipe | None) -> Rendition | None:
        """What was made by this recipe already."""
        begun = self.begun(recipe)
        return begun if begun and begun.state == "ready" else None

    def begun(self, recipe: Recipe | None) -> Rendition | None:
        """What was made by this recipe, or is being made, or cannot be."""
        return next((one for one in self.renditions if recipe and one.recipe == recipe.key), None)

    def to_media(self, alt_text: str | None, rendition: Rendition | None = None) -> Media:
        """As the networks know it, in the shape of one of them where there is such a rendition."""
        sent = rendition or self
        return Media(
            id=self.id,
            url=sent.url,
            mime_type=sent.mime_type,
            bytes=sent.bytes,
            width=sent.width,
            height=sent.height,
            duration=self.duration,
            alt_text=alt_text,
            path=files.path(sent.name),
        )
