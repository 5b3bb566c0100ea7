"""Resumable uploads to YouTube: a session is opened, takes bytes, and at its last byte becomes a video."""

import io
import re
from functools import partial

from flask import Response, abort, request
from werkzeug.exceptions import ClientDisconnected

from ..grants import Token
from ..people import Person
from ..publishing import Call, publish
from ..wire import answer, empty, is_json, json_body
from ..world import World, this_world
from . import errors, metadata, sessions
from .channels import NO_CHANNEL, channel_id
from .gate import caller
from .routes import KEY, api
from .scopes import CAN_UPLOAD
from .sessions import BLOCK, Session
from .videos import make_video

LARGEST_BYTES = 274_877_906_944
RANGE = re.compile(r"bytes (?:(\d{1,15})-(\d{1,15})|\*)/(\d{1,15})")
ELSEWHERE = "https://accounts.google.com/ServiceLogin"


@api("/upload/youtube/v3/videos", "POST")
def open_upload() -> Response:
    world = this_world()
    _, person = caller(world, CAN_UPLOAD)
    if person.subscription == NO_CHANNEL:
        return errors.refusal(401, "youtubeSignupRequired", "Unauthorized", "youtube.header")
    if request.args.get("uploadType") != "resumable":
        return errors.bad_request("Only resumable uploads can be practised.")
    if not is_json():
        return errors.bad_request("Content-Type must be application/json.", "parseError")
    parts = [part for part in request.args.get("part", "").split(",") if part]
    resource = json_body()
    if wrong := metadata.wrong_with(resource, parts):
        return wrong
    mime_type = request.headers.get("X-Upload-Content-Type", "application/octet-stream")
    if not mime_type.startswith("video/") and mime_type != "application/octet-stream":
        return errors.bad_request("Media type is not supported.", "badContent")
    total = request.headers.get("X-Upload-Content-Length", type=int)
    if total is not None and not 0 < total <= LARGEST_BYTES:
        return errors.refusal(413, "uploadTooLarge", "Media is too large.", "global")
    session = sessions.open_session(world, person.key, resource, mime_type, total)
    host = request.path.split("/")[1]
    query = f"uploadType=resumable&part={','.join(parts)}&upload_id={session.id}"
    return empty(200, Location=f"https://{host}/upload/youtube/v3/videos?{query}", Content_Length="0")


@api("/upload/youtube/v3/videos", "PUT")
def take_part() -> Response:
    world = this_world()
    token, person = caller(world, CAN_UPLOAD)
    session = sessions.find(request.args.get("upload_id", ""), person.key)
    if session is None:
        return Response("Not Found", 404, content_type="text/plain; charset=utf-8")
    with session.lock:
        return _take(world, session, token, person)


def _take(world: World, session: Session, token: Token, person: Person) -> Response:
    first, last, total = _range(session)
    if session.video is not None:
        return answer(session.video, 200, errors.JSON)
    if first is None or last is None or first > session.held:
        return _incomplete(session)
    session.total = total
    if last + 1 < total:
        return _middle(session, first, last)
    return _last(world, session, token, person, first)


def _range(session: Session) -> tuple[int | None, int | None, int]:
    """First and last byte and the whole size, as the request says them; no bytes for a mere question."""
    length = request.content_length or 0
    given = request.headers.get("Content-Range")
    if given is None:
        if not length or session.total not in (None, length):
            abort(errors.bad_request("The size is not the one that was announced."))
        return 0, length - 1, length
    found = RANGE.fullmatch(given)
    if found is None or session.total not in (None, int(found[3])):
        abort(errors.bad_request("Failed to parse Content-Range header."))
    if found[1] is None:
        return None, None, int(found[3])
    first, last = int(found[1]), int(found[2])
    if last < first or last >= int(found[3]) or length != last - first + 1:
        abort(errors.bad_request("Content-Range does not fit the body."))
    return first, last, int(found[3])


def _middle(session: Session, first: int, last: int) -> Response:
    """One part of several: whole blocks, and all of one size."""
    size = last - first + 1
    if size % BLOCK or session.chunk not in (0, size):
        return errors.bad_request(f"Invalid request. Parts must be of one size, a multiple of {BLOCK} bytes.")
    session.chunk = size
    try:
        session.take(request.stream, first, size)  # type: ignore[arg-type]
    except ClientDisconnected:
        pass  # the line broke; the blocks that came are kept
    return _incomplete(session)


def _last(world: World, session: Session, token: Token, person: Person, first: int) -> Response:
    """The part that makes the video exist: the publishing call."""
    rest = io.BytesIO(request.get_data(cache=False))
    call = Call(
        platform=KEY,
        account=channel_id(person),
        token=token,
        create=partial(_finish, world, session, person, first, rest),
        words=errors.FAULT_WORDS,
        elsewhere=ELSEWHERE,
    )
    return publish(world, call)


def _finish(world: World, session: Session, person: Person, first: int, rest: io.BytesIO) -> Response:
    session.take(rest, first, len(rest.getbuffer()))
    session.video = make_video(world, person, session)
    return answer(session.video, 201, errors.JSON)


def _incomplete(session: Session) -> Response:
    if not session.held:
        return empty(308, Content_Length="0")
    return empty(308, Range=f"bytes=0-{session.held - 1}", Content_Length="0")
