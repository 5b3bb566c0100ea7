"""Pictures and videos for X: uploaded ahead of the post, where nobody sees them.

What X holds by now is kept under "media", one record for each file: {"id", "expires_at", "chunks",
"is_up", "described", "is_ready"}; a later try goes on from there, and what has expired, or is refused when
it is gone on with, is uploaded anew.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from portal import clock
from portal.platforms.base import Content, Keep, Media, Token
from portal.platforms.errors import ContentRejected, StillPreparing, TemporaryFailure
from portal.platforms.media_limits import KB, MB, PictureLimits, VideoLimits, is_video
from portal.platforms.twitter_calls import API, ask_for

# https://docs.x.com/x-api/media/introduction, …/media/quickstart/best-practices
# GIFs are not carried: whether one is animated is not known here, and X treats the two kinds differently.
PICTURES = PictureLimits(
    kinds={"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP"},
    most=4,
    alt_text=1000,
    most_bytes=5 * MB,
)
# "H.264 High, AAC-LC mono or stereo; 0.5–140 s; 32×32 to 1280×1024; ratio 1:3 to 3:1; ≤ 60 fps; 4:2:0;
# progressive; closed GOP". UNVERIFIED: longer videos for accounts that pay.
VIDEOS = VideoLimits(
    kinds={"video/mp4": "MP4", "video/quicktime": "MOV"},
    most_bytes=512 * MB,
    seconds=(0.5, 140),
    alt_text=1000,
    sides=((32, 32), (1280, 1024)),
    ratio=(1 / 3, 3),
    refuses=frozenset({"hevc", "interlaced", "open", "sound"}),
)

# "1 MiB is proven in two production clients. At most 1000 segments."
CHUNK_BYTES = 1024 * KB
UPLOAD_SECONDS = 120.0
# The life of an upload where the answer does not say: "86400 in the guide's finalize example".
LIFE_SECONDS = 86_400
# An upload that ends within this time is made anew: the post may still have to wait for its turn.
LIFE_MARGIN = timedelta(minutes=30)
ASK_AGAIN_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 300.0
# UNVERIFIED whether X keeps a description of a video; the pages show it for pictures alone.
DESCRIBES_VIDEOS = False
PROCESSING_FAILED = "processing_failed"

_PREPARING = "X is still working on the video."
_FAILED = "X could not read the video. Save it again as MP4, or choose another one."
_ANEW = "X wants this upload from the beginning. We send it again."
_NO_ID = "X did not say where the upload is. We try again."

Record = dict[str, Any]


def is_ready(content: Content, staged: Mapping[str, Any]) -> bool:
    """Whether X holds every file of this post, described as it is now and for long enough."""
    records = staged.get("media", {})
    return all(
        (record := records.get(str(one.id)))
        and record.get("is_ready")
        and not _has_expired(record)
        and record.get("described", "") == _words(one)
        for one in content.media
    )


def ids(content: Content, staged: Mapping[str, Any]) -> list[str]:
    """What X calls the files, in their order; raises TemporaryFailure when one was never uploaded."""
    records = staged.get("media", {})
    if any(str(one.id) not in records for one in content.media):
        raise TemporaryFailure("The pictures or the video are not uploaded yet.", "not_staged")
    return [str(records[str(one.id)]["id"]) for one in content.media]


class Upload:
    """Brings the files of one post to X, each step kept as soon as it is done."""

    def __init__(self, content: Content, token: Token, staged: Mapping[str, Any], keep: Keep) -> None:
        self.media = content.media
        self.token = token
        self.staged = dict(staged)
        held: Mapping[str, Record] = staged.get("media", {})
        self.records = {key: dict(record) for key, record in held.items() if not _has_expired(record)}
        self._keep = keep

    def run(self) -> dict[str, Any]:
        """Upload and describe what is missing; raises StillPreparing while X works on a video."""
        for one in self.media:
            is_gone_on_with = str(one.id) in self.records
            try:
                self._bring(one)
            except ContentRejected as refused:
                if not is_gone_on_with or refused.code == PROCESSING_FAILED:
                    raise
                # "media id unknown or expired → upload again once": what is refused then is refused for good.
                del self.records[str(one.id)]
                self.keep()
                raise TemporaryFailure(_ANEW, refused.code) from refused
        return self.staged

    def _bring(self, one: Media) -> None:
        record = self.records.get(str(one.id))
        if record is None or not record.get("is_up"):
            record = self._upload_video(one) if is_video(one) else self._upload_picture(one)
        if record.get("described", "") != _words(one):
            self._describe(one, record)
        if not record.get("is_ready"):
            self._judge(one, record, self._processing(record))

    def keep(self) -> None:
        self.staged["media"] = {key: dict(record) for key, record in self.records.items()}
        self._keep(dict(self.staged))

    # Pictures: one call each

    def _upload_picture(self, one: Media) -> Record:
        name = f"picture.{one.mime_type.rpartition('/')[2]}"
        content = Path(_path(one)).read_bytes()
        told = self._act(
            "POST",
            "media/upload",
            fields=[("media_category", "tweet_image"), ("media", (name, content, one.mime_type))],
            total_seconds=UPLOAD_SECONDS,
        )
        record = self._remember(one, told)
        record |= {"is_up": True, "is_ready": "processing_info" not in told}
        self.keep()
        return record

    def _describe(self, one: Media, record: Record) -> None:
        words = _words(one)
        body = {"id": record["id"], "metadata": {"alt_text": {"text": words}}}
        self._act("POST", "media/metadata", **_json(body))
        record["described"] = words
        self.keep()

    # Videos: in chunks

    def _upload_video(self, one: Media) -> Record:
        record = self.records.get(str(one.id))
        if record is None:
            wish = {"media_type": one.mime_type, "total_bytes": one.bytes, "media_category": "tweet_video"}
            record = self._remember(one, self._act("POST", "media/upload/initialize", **_json(wish)))
            self.keep()
        self._append(one, record)
        told = self._act("POST", f"media/upload/{record['id']}/finalize")
        record["is_up"] = True
        self.keep()
        self._judge(one, record, told.get("processing_info"))
        return record

    def _append(self, one: Media, record: Record) -> None:
        with Path(_path(one)).open("rb") as file:
            file.seek(record["chunks"] * CHUNK_BYTES)
            while chunk := file.read(CHUNK_BYTES):
                # A chunk that arrived but was not noted is sent again: "with the same segment_index".
                segment = ("segment_index", str(record["chunks"]))
                part = ("media", ("video", chunk, "application/octet-stream"))
                self._send_chunk(record["id"], [segment, part])
                record["chunks"] += 1
                self.keep()

    def _send_chunk(self, id: str, fields: list[Any]) -> None:
        url = f"{API}/2/media/upload/{id}/append"
        # "accept an empty 2xx body too"
        ask_for("POST", url, self.token, may_be_empty=True, fields=fields, total_seconds=UPLOAD_SECONDS)

    def _processing(self, record: Record) -> Any:
        told = self._act("GET", f"media/upload?command=STATUS&media_id={record['id']}")
        return told.get("processing_info")

    def _judge(self, one: Media, record: Record, processing: Any) -> None:
        """What X says of its work on a file; without a word of it the file is ready."""
        state = processing.get("state") if isinstance(processing, dict) else "succeeded"
        if state == "failed":
            del self.records[str(one.id)]
            self.keep()
            raise ContentRejected(_FAILED, PROCESSING_FAILED)
        if state != "succeeded":
            raise StillPreparing(_PREPARING, _wait(processing))
        record["is_ready"] = True
        self.keep()

    # Calls

    def _remember(self, one: Media, told: Mapping[str, Any]) -> Record:
        id = told.get("id")
        if not isinstance(id, str) or not id.isdecimal():
            raise TemporaryFailure(_NO_ID, "no_id")
        seconds = told.get("expires_after_secs")
        life = timedelta(seconds=seconds if isinstance(seconds, int) else LIFE_SECONDS)
        record: Record = {"id": id, "expires_at": (clock.now() + life).isoformat(), "chunks": 0}
        self.records[str(one.id)] = record
        return record

    def _act(self, method: str, path: str, **call: Any) -> dict[str, Any]:
        told = ask_for(method, f"{API}/2/{path}", self.token, **call).get("data")
        if not isinstance(told, dict):
            raise TemporaryFailure(_NO_ID, "no_data")
        return told


def _has_expired(record: Mapping[str, Any]) -> bool:
    return datetime.fromisoformat(record["expires_at"]) <= clock.now() + LIFE_MARGIN


def _words(one: Media) -> str:
    """The description that X is given."""
    return "" if is_video(one) and not DESCRIBES_VIDEOS else (one.alt_text or "").strip()


def _path(one: Media) -> str:
    if one.path is None:
        raise ContentRejected("A picture or video of this post is gone. Add it again.", "no_file")
    return one.path


def _wait(processing: Mapping[str, Any]) -> float:
    seconds = processing.get("check_after_secs")
    if not isinstance(seconds, int | float) or seconds <= 0:
        return ASK_AGAIN_SECONDS
    return min(float(seconds), LONGEST_WAIT_SECONDS)


def _json(body: Mapping[str, Any]) -> dict[str, Any]:
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return {"body": content, "kind": "application/json"}
