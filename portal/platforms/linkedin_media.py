"""Pictures and videos for LinkedIn: uploaded ahead of the post, where nobody sees them.

What LinkedIn holds by now is kept under "media", one record for each file:
{"urn", "url" or "parts", "is_up", "up_at", "is_ready"}; a later try goes on from there.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, urlsplit

from portal import clock, http
from portal.platforms.base import Content, Keep, Media, Token
from portal.platforms.calls import as_reading, ask, read
from portal.platforms.errors import (
    ContentRejected,
    PlatformError,
    StillPreparing,
    TemporaryFailure,
    UploadGone,
)
from portal.platforms.linkedin_calls import API, LABEL, PREPARING, UNUSABLE, ask_for, headers, refused
from portal.platforms.media_limits import KB, MB, PictureLimits, VideoLimits, is_video

# https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api, …/videos-api
# "JPG, PNG, GIF (≤ 250 frames), < 36,152,320 pixels; byte limit not stated".
PICTURES = PictureLimits(
    kinds={"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF"},
    most=20,
    alt_text=4086,
    most_pixels=36_152_319,
)
# "MP4, 3 s – 30 min, 75 KB – 500 MB". UNVERIFIED whether LinkedIn's MB has 1,000 or 1,024 KB.
VIDEOS = VideoLimits(
    kinds={"video/mp4": "MP4"},
    most_bytes=500 * MB,
    seconds=(3, 30 * 60),
    alt_text=4086,
    least_bytes=75 * KB,
)

# "Upload hosts come from the answer: allow-list".
UPLOAD_HOSTS = frozenset({"www.linkedin.com", "api.linkedin.com"})
UPLOAD_SECONDS = 120.0
# UNVERIFIED how long LinkedIn works on a picture. A member may not ask: "wait a few seconds (P waits one
# 20-s cycle, others 5 s)". A post made too early "is created but shown to nobody".
MEMBER_WAIT = timedelta(seconds=10)
# UNVERIFIED that a member may ask how far a video is ("works with member tokens in P, B"); where LinkedIn
# says 403 all the same, so long is waited.
MEMBER_VIDEO_WAIT = timedelta(seconds=60)
ASK_AGAIN_SECONDS = {"image": 3.0, "video": 10.0}

# An upload that can only be begun anew: its address has expired, or LinkedIn has forgotten it.
OVER = ("EXPIRED_UPLOAD_URL", "NOT_FOUND")

_FAILED = "LinkedIn could not read {what}. Save it again in another way, or choose another one."

Record = dict[str, Any]


def is_ready(content: Content, staged: Mapping[str, Any]) -> bool:
    """Whether LinkedIn holds every file of this post, ready to be shown."""
    records = staged.get("media", {})
    return all(records.get(str(one.id), {}).get("is_ready") for one in content.media)


def urn(media: Media, staged: Mapping[str, Any]) -> str:
    """What LinkedIn calls this file; raises TemporaryFailure when it was never uploaded."""
    record = staged.get("media", {}).get(str(media.id))
    if not record:
        raise TemporaryFailure(PREPARING, "not_staged")
    return str(record["urn"])


class Upload:
    """Brings the files of one post to LinkedIn, each step kept as soon as it is done."""

    def __init__(self, content: Content, token: Token, staged: Mapping[str, Any], keep: Keep) -> None:
        self.owner = content.author.remote_id
        self.media = content.media
        self.token = token
        self.staged = dict(staged)
        self.records: dict[str, Record] = {k: dict(v) for k, v in staged.get("media", {}).items()}
        self._keep = keep

    def run(self) -> dict[str, Any]:
        """Upload what is missing, then wait until all of it is ready; raises StillPreparing meanwhile."""
        for one in self.media:
            if not self.records.get(str(one.id), {}).get("is_up"):
                self._bring(one)
        if self.staged.get("is_unready"):
            # What was believed to be ready was not: all of it is asked for once more.
            self.records = {key: record | {"is_ready": False} for key, record in self.records.items()}
        # All are on their way before the first is waited for.
        waits = [wait for one in self.media if (wait := self._wait_for(one)) is not None]
        if waits:
            raise StillPreparing(PREPARING, max(waits))
        return self.staged

    def keep(self) -> None:
        self.staged["media"] = {key: dict(record) for key, record in self.records.items()}
        self._keep(dict(self.staged))

    def forget(self, one: Media) -> None:
        self.records.pop(str(one.id), None)
        self.keep()

    # One file

    def _bring(self, one: Media) -> None:
        is_gone_on_with = str(one.id) in self.records
        try:
            self._upload(one)
        except ContentRejected as refused:
            if not is_gone_on_with:
                raise
            # Somebody may have ended it since. What is refused from the beginning is refused for good.
            self._begin_anew(one, refused)

    def _upload(self, one: Media) -> None:
        record = self.records.get(str(one.id))
        if record is None:
            record = self._begin_video(one) if is_video(one) else self._begin_picture()
            self.records[str(one.id)] = record
            self.keep()
        if is_video(one):
            self._put_parts(one, record)
            self._finalize(record)
        else:
            content = Path(_path(one)).read_bytes()
            self._put(one, record["url"], content, {"Authorization": f"Bearer {self.token.access}"})
        # The addresses are of no more use.
        record = {"urn": record["urn"], "is_up": True, "up_at": clock.now().isoformat()}
        self.records[str(one.id)] = record
        self.keep()

    def _begin_picture(self) -> Record:
        value = self._act("images", "initializeUpload", {"owner": self.owner})
        return {"urn": _urn(value, "image"), "url": _checked(value.get("uploadUrl"))}

    def _begin_video(self, one: Media) -> Record:
        wish = {
            "owner": self.owner,
            "fileSizeBytes": one.bytes,
            "uploadCaptions": False,
            "uploadThumbnail": False,
        }
        value = self._act("videos", "initializeUpload", wish)
        parts = [
            {"url": _checked(part["uploadUrl"]), "first": part["firstByte"], "last": part["lastByte"]}
            for part in value.get("uploadInstructions", [])
        ]
        record = {"urn": _urn(value, "video"), "parts": parts, "etags": []}
        return record | {"upload_token": str(value.get("uploadToken") or "")}

    def _put_parts(self, one: Media, record: Record) -> None:
        with Path(_path(one)).open("rb") as file:
            for part in record["parts"][len(record["etags"]) :]:
                file.seek(part["first"])
                content = file.read(part["last"] - part["first"] + 1)
                # The address of a part carries its own permission; the token stays at home.
                etag = self._put(one, part["url"], content, {}).headers.get("etag", "").strip('"')
                record["etags"] = [*record["etags"], etag]
                self.keep()

    def _finalize(self, record: Record) -> None:
        wish = {
            "video": record["urn"],
            "uploadToken": record["upload_token"],
            "uploadedPartIds": record["etags"],
        }
        self._post("videos?action=finalizeUpload", {"finalizeUploadRequest": wish})

    def _put(self, one: Media, url: str, content: bytes, heads: dict[str, str]) -> http.Answer:
        heads = {**heads, "Content-Type": "application/octet-stream"}
        answer = ask(LABEL, "PUT", url, headers=heads, body=content, total_seconds=UPLOAD_SECONDS)
        if 200 <= answer.status < 300:
            return answer
        error = refused(answer)
        if error.code in OVER or answer.status == 404:
            self._begin_anew(one, error)
        raise as_reading(LABEL, error)

    def _begin_anew(self, one: Media, error: PlatformError) -> NoReturn:
        self.forget(one)
        raise TemporaryFailure("LinkedIn wants this upload from the beginning.", error.code) from error

    # Waiting

    def _wait_for(self, one: Media) -> float | None:
        """How many seconds until this file may be asked for again; None when it is ready."""
        record = self.records[str(one.id)]
        if record.get("is_ready"):
            return None
        status = self._status(one, record)
        if status == "PROCESSING_FAILED":
            what = "the video" if is_video(one) else "a picture"
            # "permanent (new upload once)".
            raise UploadGone(UNUSABLE, status, ContentRejected(_FAILED.format(what=what), status))
        if status != "AVAILABLE":
            return self._seconds_left(one, record) if status is None else ASK_AGAIN_SECONDS[_kind(one)]
        record["is_ready"] = True
        self.keep()
        return None

    def _status(self, one: Media, record: Record) -> str | None:
        """What LinkedIn says of a file; None while it does not let us ask and the wait is not over."""
        is_member = not self.owner.startswith("urn:li:organization:")
        if is_member and not is_video(one):
            return None if self._seconds_left(one, record) > 0 else "AVAILABLE"
        url = f"{API}/rest/{_kind(one)}s/{quote(record['urn'], safe='')}"
        answer = ask(LABEL, "GET", url, headers=headers(self.token))
        if answer.status == 403 and is_member:
            return None if self._seconds_left(one, record) > 0 else "AVAILABLE"
        if answer.status != 200:
            raise as_reading(LABEL, refused(answer))
        return str((read(answer) or {}).get("status"))

    def _seconds_left(self, one: Media, record: Record) -> float:
        wait = MEMBER_VIDEO_WAIT if is_video(one) else MEMBER_WAIT
        left = datetime.fromisoformat(record["up_at"]) + wait - clock.now()
        # Another machine's clock may run ahead; nobody waits longer for that.
        return min(left, wait) / timedelta(seconds=1)

    # Calls

    def _act(self, what: str, action: str, wish: Mapping[str, Any]) -> dict[str, Any]:
        url = f"{API}/rest/{what}?action={action}"
        value = ask_for("POST", url, self.token, body=_json({f"{action}Request": wish})).get("value")
        if not isinstance(value, dict):
            raise TemporaryFailure("LinkedIn did not say where to upload. We try again.", "no_upload")
        return value

    def _post(self, path: str, body: Mapping[str, Any]) -> None:
        url = f"{API}/rest/{path}"
        answer = ask(LABEL, "POST", url, headers=headers(self.token), body=_json(body))
        if not 200 <= answer.status < 300:
            raise as_reading(LABEL, refused(answer))


def _kind(one: Media) -> str:
    return "video" if is_video(one) else "image"


def _path(one: Media) -> str:
    if one.path is None:
        raise ContentRejected("A picture or video of this post is gone. Add it again.", "no_file")
    return one.path


def _urn(value: Mapping[str, Any], kind: str) -> str:
    name = str(value.get(kind) or "")
    if not name.startswith(f"urn:li:{kind}:"):
        raise TemporaryFailure("LinkedIn did not say where to upload. We try again.", "no_urn")
    return name


def _checked(url: Any) -> str:
    """An address from an answer, when it is LinkedIn's own."""
    if (
        not isinstance(url, str)
        or urlsplit(url).scheme != "https"
        or urlsplit(url).hostname not in UPLOAD_HOSTS
    ):
        raise TemporaryFailure("LinkedIn named an upload address that is not its own.", "upload_address")
    return url


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
