"""Image uploads to LinkedIn: ask for an address, put the bytes there, and see what became of them."""

import time
from typing import Any

from flask import Response, abort, request

from ..files import File
from ..numbers import secret
from ..processing import DONE, FAILED, Processing
from ..wire import answer, empty, json_body
from ..world import this_world
from . import errors
from .gate import caller, need_scope, rest_caller, upload_path
from .identity import member_urn, organization_urn
from .routes import API, KEY, WWW, routes

UPLOAD_SECONDS = 24 * 3600
LARGEST_BYTES = 40 * 1024 * 1024
processing = Processing(polls=1, seconds=20)
SIGNATURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif"}
STATUSES = {DONE: "AVAILABLE", FAILED: "PROCESSING_FAILED"}


@routes.post(f"{API}/rest/images")
def initialize_image() -> Response:
    world = this_world()
    token, person = rest_caller(world)
    if request.args.get("action") != "initializeUpload":
        return errors.refusal(400, "ILLEGAL_ARGUMENT", "The action initializeUpload is needed")
    owner = _owner(json_body())
    scope = "w_organization_social" if owner.startswith("urn:li:organization:") else "w_member_social"
    need_scope(token, "images.ACTION-initializeUpload", scope)
    if owner not in (member_urn(person), *map(organization_urn, person.organizations)):
        return errors.resource_forbidden("image")
    asset = secret("D4E10AQ", 20)
    now = time.time()
    file = world.files.expect(File(KEY, f"urn:li:image:{asset}", owner, now))
    value = {
        "uploadUrlExpiresAt": int((now + UPLOAD_SECONDS) * 1000),
        "uploadUrl": upload_path(f"{asset}/uploaded-image/0?ca=vector&sync=0"),
        "image": file.id,
    }
    return answer({"value": value})


@routes.put(f"{WWW}/dms-uploads/<asset>/uploaded-image/0")
def upload_image(asset: str) -> Response:
    world = this_world()
    caller(world)
    file = world.files.get(KEY, f"urn:li:image:{asset}")
    if file is None:
        return errors.not_found()
    if time.time() - file.made_at > UPLOAD_SECONDS:
        return errors.refusal(400, "EXPIRED_UPLOAD_URL", "The upload address has expired")
    content = request.get_data(cache=False)
    if len(content) > LARGEST_BYTES:
        return errors.refusal(413, "REQUEST_ENTITY_TOO_LARGE", "The file is too large")
    kind = next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), None)
    if kind is None:
        return errors.refusal(415, "UNSUPPORTED_MEDIA_TYPE", "Only JPG, PNG and GIF are taken")
    world.files.fill(file, content, kind)
    processing.begin(file.id, is_broken=world.faults.spoils(KEY, file.owner))
    return empty(201)


@routes.get(f"{API}/rest/images/<urn>")
def image(urn: str) -> Response:
    world = this_world()
    token, _ = rest_caller(world)
    if not {"r_organization_social", "w_organization_social"} & set(token.grant.scopes):
        return errors.resource_forbidden("image")
    file = world.files.get(KEY, urn)
    if file is None:
        return errors.not_found()
    status = STATUSES.get(processing.ask(urn)[0], "PROCESSING") if file.is_here else "WAITING_UPLOAD"
    return answer({"id": file.id, "owner": file.owner, "status": status})


def _owner(body: Any) -> str:
    wish = body.get("initializeUploadRequest") if isinstance(body, dict) else None
    owner = wish.get("owner") if isinstance(wish, dict) else None
    if not isinstance(owner, str):
        abort(
            errors.bad_field(
                "initializeUploadRequest/owner", "MISSING_FIELD", "owner is required but missing"
            )
        )
    return owner
