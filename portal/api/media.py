"""Uploads by JSON API: a picture or a video, to be named in a post's `media`."""

from functools import partial

from pydantic import Field
from werkzeug.datastructures import FileStorage

from portal.api import idempotency
from portal.api.callers import current_doctor
from portal.api.endpoint import Output, post
from portal.media import flows
from portal.media.inputs import Upload
from portal.models import Doctor, MediaFile


class UploadOut(Output):
    """A picture or video as it is kept; `url` is public, but nobody can guess it.

    A video of another kind than networks take is turned into one of theirs first: `state` is `waiting` or
    `turning` until it is `ready`, or `refused`; sizes and `url` hold once it is ready.
    """

    id: int
    url: str
    mime_type: str
    bytes: int
    width: int | None
    height: int | None
    duration: float | None
    alt_text: str | None
    file_name: str = Field(description="The name that it came with, without folders.")
    state: str


@post(
    "/media",
    takes=Upload,
    takes_file=True,
    gives=UploadOut,
    status=201,
    once=True,
    limit="60 per minute",
    summary="Upload a picture or a video",
)
def upload(body: Upload, file: FileStorage) -> UploadOut:
    """JPEG, PNG, WebP and HEIC up to 20 MB, MP4, MOV and WebM up to 512 MB. Places, times, devices and all
    other notes in the file are taken out. What no post has used for 90 days is removed. With the header
    Idempotency-Key the same file, name and words are kept once, however often they come within two days."""
    doctor = current_doctor()
    if (given := idempotency.given_before(doctor.id, UploadOut)) is not None:
        return given
    note = partial(_note, doctor)
    try:
        return UploadOut.model_validate(flows.keep(doctor, file.stream, file.filename or "", body, note))
    except idempotency.GivenMeanwhile as before:
        return UploadOut.model_validate(before.answer)


def _note(doctor: Doctor, row: MediaFile) -> None:
    idempotency.settle(doctor.id, UploadOut.model_validate(row))
