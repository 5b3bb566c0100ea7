"""Take a picture or video from an address on the web, as if the doctor had uploaded it."""

import io
from urllib.parse import urlsplit

from sqlalchemy import select

from portal import files, http, pictures
from portal.errors import Invalid
from portal.extensions import db
from portal.media import flows
from portal.media.inputs import Upload
from portal.models import Doctor, MediaFile
from portal.transaction import let_go

SECONDS = 15.0
# It is held in memory while it comes; larger files can be uploaded.
MOST_BYTES = pictures.MAX_POST_BYTES

NOT_REACHED = (
    "We could not fetch this file. The address must begin with https:// and be open to anybody. "
    "Or upload the file and name it in media."
)
TOO_LARGE = (
    f"The file must be {MOST_BYTES // 1024**2} MB or smaller. Upload a larger one and name it in media."
)


def take(doctor: Doctor, address: str) -> MediaFile:
    """The doctor's own upload that has this address, or else a new one of what lies there.

    Redirects are not followed. Raises Invalid("media_url", …).
    """
    if own := _own(doctor, address):
        return own
    let_go()  # fetching takes a while
    try:
        answer = http.request(
            "GET",
            http.original(address),
            headers={"Accept": "image/*, video/*"},
            total_seconds=SECONDS,
            most_bytes=MOST_BYTES,
        )
    except http.Unreadable:
        raise Invalid("media_url", TOO_LARGE) from None
    except http.CallFailed:
        raise Invalid("media_url", NOT_REACHED) from None
    if answer.status != 200:
        raise Invalid("media_url", NOT_REACHED)
    try:
        return flows.keep(doctor, io.BytesIO(answer.body), urlsplit(address).path, Upload())
    except Invalid as refused:
        raise Invalid("media_url", refused.words) from None


def _own(doctor: Doctor, address: str) -> MediaFile | None:
    name = address.removeprefix(files.address(""))
    own_uploads = (
        MediaFile.doctor_id == doctor.id,
        MediaFile.purpose == "post",
        MediaFile.hidden_at.is_(None),
    )
    return db.session.scalar(select(MediaFile).where(*own_uploads, MediaFile.name == name))
