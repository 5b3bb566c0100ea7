import os
from datetime import timedelta

from flask import Blueprint, Response, abort, request
from flask_login import current_user
from werkzeug.utils import send_file

from portal import extensions, files
from portal.media import gate
from portal.transaction import let_go

# How long its owner's browser remembers a file that nobody else may have any more.
OWN = timedelta(hours=1)
# Even if a browser took one of these for a page, it could run nothing and load nothing.
POLICY = "default-src 'none'; sandbox"

bp = Blueprint("media", __name__)


@bp.get("/media/<name>")
@extensions.limiter.exempt
def show(name: str) -> Response:
    """Without sign-in while networks may fetch from here; nobody can guess the names."""
    content = files.open_stored(name)
    if content is None:
        abort(404)
    standing = gate.standing(name, current_user if current_user.is_authenticated else None)
    let_go()  # a video goes out for minutes
    if not standing.is_open:
        content.close()
        abort(404)
    size = os.fstat(content.fileno()).st_size
    response = send_file(
        content,
        request.environ,
        mimetype=files.mime_type(name),
        etag=name.partition(".")[0],
        conditional=False,
        response_class=Response,
    )
    response.content_length = size
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = POLICY
    response.cache_control.no_cache = None
    response.cache_control.public = standing.lasts is not None
    response.cache_control.private = True if standing.lasts is None else None
    response.cache_control.immutable = True
    response.cache_control.max_age = int((standing.lasts or OWN).total_seconds())
    # Networks ask for videos in parts.
    of = size if _asks_for_one_part() else None
    return response.make_conditional(request, accept_ranges=True, complete_length=of)  # type: ignore[return-value]


def _asks_for_one_part() -> bool:
    """Several at once, or words that nobody knows, get the whole: "a server may ignore the Range header".

    https://www.rfc-editor.org/rfc/rfc9110#section-14.2
    """
    asked = request.range
    return asked is not None and asked.units == "bytes" and len(asked.ranges) == 1
