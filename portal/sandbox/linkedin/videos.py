"""Video uploads to LinkedIn: ask for addresses, put each part there, say that it is whole, and wait."""

import time
from typing import Any

from flask import Response, abort, request

from ..files import File
from ..numbers import secret
from ..people import Person
from ..processing import DONE, FAILED, Processing
from ..wire import answer, empty, json_body
from ..world import World, this_world
from . import errors
from .gate import need_scope, rest_caller, upload_path
from .identity import member_urn, organization_urn
from .routes import API, KEY, WWW, routes

PART_BYTES = 4 * 1024 * 1024
LEAST_BYTES = 75 * 1024
MOST_BYTES = 500 * 1024 * 1024
UPLOAD_SECONDS = 24 * 3600

processing = Processing(polls=2, seconds=60)


@routes.post(f"{API}/rest/videos")
def upload_video() -> Response:
    world = this_world()
    token, person = rest_caller(world)
    action = request.args.get("action", "")
    if action not in ("initializeUpload", "finalizeUpload"):
        message = "The action initializeUpload or finalizeUpload is needed"
        return errors.refusal(400, "ILLEGAL_ARGUMENT", message)
    wish = _wish(f"{action}Request")
    need_scope(token, f"videos.ACTION-{action}", "w_member_social", "w_organization_social")
    return (
        _initialize(world, person, wish) if action == "initializeUpload" else _finalize(world, person, wish)
    )


@routes.put(f"{WWW}/dms-uploads/<asset>/uploadedVideo")
def upload_part(asset: str) -> Response:
    """The address itself is the permission: no token is needed here."""
    world = this_world()
    file = world.files.get(KEY, f"urn:li:video:{asset}")
    number = request.args.get("part", -1, type=int)
    if file is None or not 0 <= number < _count(file.bytes):
        return errors.not_found()
    if time.time() - file.made_at > UPLOAD_SECONDS:
        return errors.refusal(400, "EXPIRED_UPLOAD_URL", "The upload address has expired")
    content = request.get_data(cache=False)
    first, last = _range(file.bytes, number)
    if len(content) != last - first + 1:
        return errors.refusal(400, "INVALID_REQUEST", f"The part must hold the bytes {first} to {last}")
    return empty(200, ETag=f'"{world.files.put_part(file, number, content)}"')


@routes.get(f"{API}/rest/videos/<urn>")
def video(urn: str) -> Response:
    world = this_world()
    _, person = rest_caller(world)
    file = world.files.get(KEY, urn)
    if file is None or not urn.startswith("urn:li:video:"):
        return errors.not_found()
    if file.owner not in _accounts(person):
        return errors.resource_forbidden("video")
    told: dict[str, Any] = {"id": file.id, "owner": file.owner}
    if not file.is_here:
        return answer(told | {"status": "WAITING_UPLOAD"})
    state, _ = processing.ask(urn)
    if state == FAILED:
        reason = "The file is no MP4 video"
        return answer(told | {"status": "PROCESSING_FAILED", "processingFailureReason": reason})
    return answer(told | {"status": "AVAILABLE" if state == DONE else "PROCESSING"})


def _initialize(world: World, person: Person, wish: dict[str, Any]) -> Response:
    size = wish.get("fileSizeBytes")
    if not isinstance(size, int) or isinstance(size, bool) or not LEAST_BYTES <= size <= MOST_BYTES:
        return _wrong("initializeUploadRequest/fileSizeBytes")
    if wish.get("owner") not in _accounts(person):
        return errors.resource_forbidden("video")
    asset, now = secret("D4E10AQ", 20), time.time()
    file = world.files.expect(File(KEY, f"urn:li:video:{asset}", wish["owner"], now, bytes=size))
    instructions = []
    for number in range(_count(size)):
        first, last = _range(size, number)
        url = upload_path(f"{asset}/uploadedVideo?part={number}&sau=x")
        instructions.append({"uploadUrl": url, "firstByte": first, "lastByte": last})
    value = {
        "video": file.id,
        "uploadInstructions": instructions,
        "uploadToken": "",
        "uploadUrlsExpireAt": int((now + UPLOAD_SECONDS) * 1000),
    }
    return answer({"value": value})


def _finalize(world: World, person: Person, wish: dict[str, Any]) -> Response:
    file = world.files.get(KEY, str(wish.get("video")))
    if file is None:
        return errors.bad_field("finalizeUploadRequest/video", "INVALID_VIDEO_ID", "No such video")
    if file.owner not in _accounts(person):
        return errors.resource_forbidden("video")
    if file.is_here:
        return empty(200)
    came = world.files.part_digests(file)
    if (
        wish.get("uploadToken") != ""
        or wish.get("uploadedPartIds") != came
        or len(came) != _count(file.bytes)
    ):
        return _wrong("finalizeUploadRequest/uploadedPartIds")
    world.files.join_parts(file, "video/mp4")
    is_film = world.files.beginning(file)[4:8] == b"ftyp"
    processing.begin(file.id, is_broken=not is_film or world.faults.spoils(KEY, file.owner))
    return empty(200)


def _wish(name: str) -> dict[str, Any]:
    body = json_body()
    wish = body.get(name) if isinstance(body, dict) else None
    if not isinstance(wish, dict):
        abort(errors.bad_field(name, "MISSING_FIELD", f"{name} is required but missing"))
    return wish


def _accounts(person: Person) -> tuple[str, ...]:
    return (member_urn(person), *map(organization_urn, person.organizations))


def _count(size: int) -> int:
    return -(-size // PART_BYTES)


def _range(size: int, number: int) -> tuple[int, int]:
    return number * PART_BYTES, min((number + 1) * PART_BYTES, size) - 1


def _wrong(name: str) -> Response:
    return errors.bad_field(name, "INVALID_VALUE_FOR_FIELD", f"The value of the field {name} is invalid")
