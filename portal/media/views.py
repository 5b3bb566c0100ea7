import os

from flask import Blueprint, Response, abort, request
from werkzeug.utils import send_file

from portal import extensions, files

YEAR = 31_536_000
# Even if a browser took one of these for a page, it could run nothing and load nothing.
POLICY = "default-src 'none'; sandbox"

bp = Blueprint("media", __name__)


@bp.get("/media/<name>")
@extensions.limiter.exempt
def show(name: str) -> Response:
    """Without sign-in, because networks fetch from here; nobody can guess the names."""
    content = files.open_stored(name)
    if content is None:
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
    # What a name stands for never changes.
    response.cache_control.no_cache = None
    response.cache_control.public = True
    response.cache_control.immutable = True
    response.cache_control.max_age = YEAR
    # Networks ask for videos in parts.
    return response.make_conditional(request, accept_ranges=True, complete_length=size)  # type: ignore[return-value]
