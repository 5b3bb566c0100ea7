"""What a program sends to change a post: some fields, or the whole record as it was read, with changes."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from portal.api.pointing import as_sent, renamed
from portal.api.post_records import MediaOut, PostOut
from portal.errors import Invalid
from portal.inputs import Input
from portal.posts.inputs import ACCOUNTS_AT_MOST, MEDIA_AT_MOST, PlacedMedia, PostChanges, WantedPublication
from portal.posts.listing import POST_STATUSES

NOT_HERE = "This cannot be changed here. Leave it out, or send it as it is."

ReadOnly = Annotated[Any, Field(json_schema_extra={"readOnly": True})]


class MediaBody(PlacedMedia):
    """An upload in its place."""

    url: ReadOnly = None
    mime_type: ReadOnly = None


class PublicationBody(WantedPublication):
    """One account that the post goes to. What the portal itself notes may be sent back as it was read."""

    id: ReadOnly = None
    platform: ReadOnly = None
    status: ReadOnly = None
    due_at: ReadOnly = None
    published_at: ReadOnly = None
    platform_post_id: ReadOnly = None
    permalink: ReadOnly = None
    attempts: ReadOnly = None
    error_code: ReadOnly = None
    error_message: ReadOnly = None
    first_comment_status: ReadOnly = None
    first_comment_trouble: ReadOnly = None
    figures: ReadOnly = None


class PostBody(PostChanges):
    """The fields to change; what is not sent stays.

    The whole record of GET may come back with changes in it: what only the portal writes has to be as it is.
    """

    publications: Annotated[list[PublicationBody], Field(max_length=ACCOUNTS_AT_MOST)] | None = None  # type: ignore[assignment]
    media: Annotated[list[MediaBody], Field(max_length=MEDIA_AT_MOST)] | None = None  # type: ignore[assignment]
    status: Literal[POST_STATUSES] | None = Field(  # type: ignore[valid-type]
        None,
        description="scheduled plans a draft, draft takes a plan back; any other has to be the present one.",
    )
    id: ReadOnly = None
    doctor_id: ReadOnly = None
    created_at: ReadOnly = None
    updated_at: ReadOnly = None

    def changes(self, present: PostOut) -> PostChanges:
        """What is to change in the post as it is at present; raises Invalid for what cannot."""
        told = present.model_dump(mode="json")
        if wrong := self._differing(told):
            raise Invalid(wrong[0], NOT_HERE, [(field, NOT_HERE) for field in wrong[1:]])
        sent = self.model_fields_set & PostChanges.model_fields.keys()
        said = {name: getattr(self, name) for name in sent}
        if self.media is not None:
            said["media"] = [_still_seen(file, present) for file in self.media]
        if self.status not in ("draft", "scheduled"):
            said.pop("status", None)
        if _placed_media(said.get("media")) == [_as_placed(file) for file in present.media]:
            said.pop("media")  # taken over again, it would lose what was made of it for the networks
        if self.publications is not None:
            said["publications"] = [entry for entry, _ in self._kept(told)]
        return PostChanges.model_construct(set(said), **said)

    def refused(self, problem: Invalid, present: PostOut) -> Invalid:
        """The same refusal, with the places that the publications have in what was sent."""
        places = [place for _, place in self._kept(present.model_dump(mode="json"))]
        return renamed(problem, lambda field: as_sent(_placed(field, places), self))

    def _kept(self, told: Mapping[str, Any]) -> list[tuple[PublicationBody, int]]:
        """Each publication that was sent, with its place; a cancelled one that comes back stays cancelled."""
        gone = {one["id"] for one in told["publications"] if one["status"] == "cancelled"}
        return [(one, place) for place, one in enumerate(self.publications or ()) if one.id not in gone]

    def _differing(self, told: Mapping[str, Any]) -> list[str]:
        """The fields that only the portal writes, sent with another value than the present one."""
        found = _differing(self, PostChanges, told, "")
        if self.status not in (None, "draft", "scheduled", told["status"]):
            found.append("status")
        by_account = {one["social_account_id"]: one for one in told["publications"]}
        for place, one in enumerate(self.publications or ()):
            here = by_account.get(one.social_account_id, {})
            found += _differing(one, WantedPublication, here, f"publications.{place}.")
        by_file = {one["id"]: one for one in told["media"]}
        for place, file in enumerate(self.media or ()):
            found += _differing(file, PlacedMedia, by_file.get(file.id, {}), f"media.{place}.")
        return found


def _differing(sent: Input, writable: type[Input], told: Mapping[str, Any], start: str) -> list[str]:
    read_only = [name for name in type(sent).model_fields if name not in writable.model_fields]
    given = [name for name in read_only if name in sent.model_fields_set]
    return [f"{start}{name}" for name in given if getattr(sent, name) != told.get(name)]


def _placed_media(sent: Sequence[MediaBody] | None) -> list[tuple[Any, ...]] | None:
    is_plain = sent is not None and not any(file.fits for file in sent)
    return [_as_placed(file) for file in sent or ()] if is_plain else None


def _still_seen(sent: MediaBody, present: PostOut) -> MediaBody:
    """A program that knows nothing of who can be seen does not take away what was said of it."""
    known = next((file for file in present.media if file.id == sent.id), None)
    if known is None or "shows" in sent.model_fields_set:
        return sent
    return sent.model_copy(update={"shows": known.shows, "consent": known.consent})


def _as_placed(file: MediaBody | MediaOut) -> tuple[Any, ...]:
    return file.id, file.alt_text, file.shows, file.consent


def _placed(field: str, places: list[int]) -> str:
    parts = field.split(".")
    if parts[0] == "publications" and len(parts) > 1 and int(parts[1]) < len(places):
        parts[1] = str(places[int(parts[1])])
    return ".".join(parts)
