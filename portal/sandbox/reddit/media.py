"""Leases of a place for a picture, and the store that takes the bytes."""

import hashlib
import time
from datetime import UTC, datetime

from flask import Response, request

from ..files import File
from ..numbers import secret
from ..wire import answer
from ..world import this_world
from . import errors
from .gate import caller
from .routes import API, KEY, STORE_HOST, routes

LARGEST_BYTES = 20 * 1024 * 1024
KINDS = ("image/jpeg", "image/png", "image/gif")
FOLDER = "rte_images/"
NEXT_PART = b'Content-Disposition: form-data; name="'


@routes.post(f"{API}/api/media/asset.json")
def lease() -> Response:
    world, _, person = caller("submit")
    kind = request.form.get("mimetype", "")
    if kind not in KINDS or not request.form.get("filepath"):
        return errors.plain(400, "Bad Request")
    id = secret("", 13).lower()
    world.files.expect(File(KEY, id, person.key, time.time(), mime_type=kind))
    key = FOLDER + id
    fields = {
        "acl": "private",
        "key": key,
        "X-Amz-Credential": "PRACTICE/20261122/us-east-1/s3/aws4_request",
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Date": datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ"),
        "success_action_status": "201",
        "content-type": kind,
        "x-amz-storage-class": "STANDARD",
        "x-amz-meta-ext": kind.partition("/")[2],
        "policy": "cHJhY3RpY2U=",
        "X-Amz-Signature": _signature(key),
        "x-amz-security-token": "practice",
    }
    socket = f"wss://ws-practice.wss.redditmedia.com/{key}?m=practice"
    body = {
        "args": {
            "action": f"//{STORE_HOST}",
            "fields": [{"name": name, "value": value} for name, value in fields.items()],
        },
        "asset": {
            "asset_id": id,
            "processing_state": "incomplete",
            "payload": {"filepath": request.form["filepath"]},
            "websocket_url": socket,
        },
    }
    return answer(body, content_type=errors.JSON)


@routes.post(f"/{STORE_HOST}", strict_slashes=False)
@routes.post(f"/{STORE_HOST}/", strict_slashes=False, endpoint="store_with_slash")
def store() -> Response:
    if "Authorization" in request.headers:
        return _refused("InvalidArgument", "Only one auth mechanism allowed", "")
    last_part = request.get_data(cache=True).rpartition(NEXT_PART)[2]
    key, sent = request.form.get("key", ""), request.files.get("file")
    if sent is None or not last_part.startswith(b'file"'):
        return _refused("InvalidArgument", "POST requires exactly one file upload per request.", "")
    world = this_world()
    file = world.files.get(KEY, key.removeprefix(FOLDER))
    if file is None or request.form.get("X-Amz-Signature") != _signature(key):
        return _refused("SignatureDoesNotMatch", "The request signature does not match", "", 403)
    content = sent.read()
    if len(content) > LARGEST_BYTES:
        sizes = f"<ProposedSize>{len(content)}</ProposedSize><MaxSizeAllowed>{LARGEST_BYTES}</MaxSizeAllowed>"
        words = "Your proposed upload exceeds the maximum allowed size"
        return _refused("EntityTooLarge", words, sizes)
    world.files.fill(file, content, file.mime_type)
    location = f"https://{STORE_HOST}/{key.replace('/', '%2F')}"
    bucket = "<Bucket>reddit-uploaded-media</Bucket>"
    etag = f'<ETag>"{file.sha256[:32]}"</ETag>'
    body = f"<PostResponse><Location>{location}</Location>{bucket}<Key>{key}</Key>{etag}</PostResponse>"
    return _xml(body, 201)


def _signature(key: str) -> str:
    return hashlib.sha256(f"practice {key}".encode()).hexdigest()


def _refused(code: str, words: str, more: str, status: int = 400) -> Response:
    ending = "<RequestId>r</RequestId><HostId>h</HostId>"
    return _xml(f"<Error><Code>{code}</Code><Message>{words}</Message>{more}{ending}</Error>", status)


def _xml(body: str, status: int) -> Response:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return Response(head + body, status, content_type="application/xml")
