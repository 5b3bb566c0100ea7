"""Uploads by JSON API: a picture or a video, to be named in a post's `media`."""

from pydantic import Field
from werkzeug.datastructures import FileStorage

from portal.api.callers import current_doctor
from portal.api.endpoint import Output, post
from portal.media import flows
from portal.media.inputs import Upload


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
    limit="60 per minute",
    summary="Upload a picture or a video",
)
def upload(body: Upload, file: FileStorage) -> UploadOut:
    """JPEG, PNG, WebP and HEIC up to 20 MB, MP4, MOV and WebM up to 512 MB. Places, times, devices and all
    other notes in the file are taken out. What no post has used for 90 days is removed."""
    return UploadOut.model_validate(flows.keep(current_doctor(), file.stream, file.filename or "", body))
