"""Pictures and videos of a post that is being written: uploaded already, in their order, described."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict

from portal import picture_notes
from portal.extensions import db
from portal.fitting import Fit
from portal.models import Doctor, MediaFile, Post, PostMedia
from portal.platforms import PLATFORMS
from portal.platforms.base import Platform

LARGEST_ID = 2**63 - 1

# The answers to "Who can be seen?".
WHO = {"nobody": "Nobody", "staff": "Me or my staff", "patient": "A patient"}


@dataclass(frozen=True)
class Attachment:
    """One file in its place. `file` is missing when the doctor has no such upload, or no longer."""

    id: int
    file: MediaFile | None
    alt_text: str | None = None
    # How it is brought into the shape of a network: its key → a record of fitting.Fit.
    fits: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    # Who can be seen, and what a patient agreed to, in the doctor's words.
    shows: str = ""
    consent: str | None = None
    who = WHO

    @property
    def told(self) -> str:
        """What the file told before we took it out, in words: "the place, the time and the device"."""
        removed = self.file.removed if self.file else ()
        words = [words for kind, words in picture_notes.NOTES.items() if kind in removed]
        return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))

    @property
    def is_withdrawn(self) -> bool:
        """Whether a patient who is seen took back the consent."""
        return self.file is not None and self.file.withdrawn_at is not None

    def to_input(self) -> dict[str, Any]:
        """As the post's input wants it."""
        is_patient = self.shows == "patient"
        said = {"shows": self.shows, "consent": self.consent if is_patient else None}
        return {"id": self.id, "alt_text": self.alt_text, "fits": self.fits} | said


def of_post(post: Post) -> list[Attachment]:
    return [
        Attachment(
            place.media_file_id,
            place.file,
            place.alt_text,
            place.fits,
            place.shows or "",
            place.consent,
        )
        for place in post.media
    ]


def of_form(doctor: Doctor, sent: MultiDict[str, str]) -> list[Attachment]:
    """As the composer sent them: `media` names them in their order, `alt_NUMBER` describes each."""
    numbers = _numbers(sent.getlist("media"))
    found = _own(doctor, numbers)
    return [
        Attachment(
            number,
            found.get(number),
            sent.get(f"alt_{number}", "").strip() or None,
            _fits(number, sent),
            _shows(number, sent),
            sent.get(f"consent_{number}", "").strip() or None,
        )
        for number in numbers
    ]


def picked(doctor: Doctor, words: Sequence[str]) -> list[Attachment]:
    """Files out of the doctor's library, by their numbers, with what was said of them before. What a patient
    agreed to is asked again: it was said of other networks, on another day."""
    numbers = _numbers(words)
    found = _own(doctor, numbers)
    files = [found[number] for number in numbers if number in found and found[number].hidden_at is None]
    return [Attachment(file.id, file, file.alt_text, shows=file.shows) for file in files]


def with_picked(had: Sequence[Attachment], more: Sequence[Attachment]) -> list[Attachment]:
    """Each file once; what was said of one that was there already stays."""
    known = {item.id for item in had}
    return [*had, *(item for item in more if item.id not in known)]


def _numbers(words: Sequence[str]) -> list[int]:
    numbers = dict.fromkeys(int(word[:20]) for word in words if word.isascii() and word.isdecimal())
    return [number for number in numbers if number <= LARGEST_ID]


def _own(doctor: Doctor, numbers: Sequence[int]) -> dict[int, MediaFile]:
    if not numbers:
        return {}
    own = (MediaFile.doctor_id == doctor.id, MediaFile.purpose == "post", MediaFile.id.in_(numbers))
    return {file.id: file for file in db.session.scalars(select(MediaFile).where(*own))}


def _shows(number: int, sent: MultiDict[str, str]) -> str:
    said = sent.get(f"shows_{number}", "")
    return said if said in WHO else ""


def _fits(number: int, sent: MultiDict[str, str]) -> dict[str, dict[str, Any]]:
    """What was chosen for each network, in the field `fit_NUMBER_NETWORK`."""
    said = {key: Fit.of_words(sent.get(name_of_fit(number, key), "")) for key in PLATFORMS}
    return {key: fit.to_record() for key, fit in said.items() if fit}


def name_of_fit(number: int, network: str) -> str:
    return f"fit_{number}_{network}"


def proposed(attachments: Iterable[Attachment], networks: Sequence[Platform]) -> list[Attachment]:
    """The same, with the middle chosen where a network takes no such shape and nothing was said: to be shown
    to the doctor, who then sends it along. What was never shown is never cut."""
    return [replace(item, fits=_with_middle(item, networks)) for item in attachments]


def _with_middle(item: Attachment, networks: Sequence[Platform]) -> dict[str, dict[str, Any]]:
    file = item.file
    if file is None or file.is_video or not file.width or not file.height:
        return dict(item.fits)
    odd = [each.key for each in networks if not each.shape.takes_ratio(file.width, file.height)]
    return {key: Fit().to_record() for key in odd} | dict(item.fits)


def rearranged(attachments: Sequence[Attachment], wish: str) -> list[Attachment]:
    """After a button was pressed: "remove-7", "earlier-7" or "later-7"; any other wish changes nothing."""
    verb, _, word = wish.partition("-")
    order = list(attachments)
    place = next((place for place, item in enumerate(order) if str(item.id) == word), None)
    if place is None:
        return order
    if verb == "remove":
        del order[place]
    elif verb in ("earlier", "later"):
        to = min(max(place + (1 if verb == "later" else -1), 0), len(order) - 1)
        order.insert(to, order.pop(place))
    return order


def sent_files() -> list[FileStorage]:
    """The files that came with this request; an empty field sends one without a name."""
    return [file for file in request.files.getlist("files") if file.filename]


def placed(attachments: Iterable[Attachment]) -> list[PostMedia]:
    """As a post has them, for its preview; belongs to no post. What still has to be turned is left out."""
    found = [item for item in attachments if item.file and item.file.state == "ready"]
    return [
        PostMedia(
            file=item.file,
            position=place,
            alt_text=item.alt_text,
            fits=dict(item.fits),
            shows=item.shows,
            consent=item.consent,
        )
        for place, item in enumerate(found)
    ]
