"""Static files under addresses that change with their content, so that browsers may keep them for ever."""

import gzip
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, abort, current_app, g, request, send_from_directory
from markupsafe import Markup
from werkzeug.security import safe_join

from portal.icons import ICONS

YEAR = 31_536_000
TEXT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# The order in which our own style sheets build on each other; the components follow by name.
FOUNDATIONS = ("tokens.css", "base.css", "layouts.css")
SYMBOL = re.compile(r'<symbol[^>]*\bid="(?P<name>[^"]+)".*?</symbol>', re.DOTALL)


def asset(path: str) -> str:
    """The address of a static file, good for ever because it names the state of the whole static tree."""
    return f"/static/v-{current_stamp()}/{path}"


def icon(name: str, size: str = "") -> Markup:
    """A picture beside words; it says nothing to a screen reader, so the words have to be there."""
    return _icon(name, size, asset("img/icons.svg"))


# A calendar's month shows hundreds of a handful.
@lru_cache(maxsize=1024)
def _icon(name: str, size: str, sheet: str) -> Markup:
    if name not in ICONS:
        raise LookupError(f"There is no icon named {name!r}: add it to ICONS in portal/icons.py.")
    kind = f"icon icon-{size}" if size else "icon"
    return Markup('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>').format(
        kind, sheet, name
    )


def current_stamp() -> str:
    """Once per process; while developing, once per request, so that an edit shows at the next load."""
    if not (current_app.debug or current_app.testing):
        return _stamp_of(_static_folder(), 0)
    if "asset_stamp" not in g:
        folder = _static_folder()
        g.asset_stamp = _stamp_of(folder, max((p.stat().st_mtime_ns for p in _files(folder)), default=0))
    return str(g.asset_stamp)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset, icon=icon)
    app.add_url_rule("/static/v-<stamp>/<path:filename>", "asset", _serve)
    app.add_url_rule(
        "/favicon.ico", "favicon", lambda: send_from_directory(_static_folder(), "img/favicon.ico")
    )


def _serve(stamp: str, filename: str) -> Response:
    """A file of the static tree; kept for ever only under the stamp of today's content."""
    folder, today = _static_folder(), current_stamp()
    if Path(filename).suffix in TEXT_TYPES:
        response = _text_response(folder, filename, today)
    else:
        response = send_from_directory(folder, filename)
    if stamp == today:
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.cache_control.max_age = YEAR
    else:  # a page drawn before an update asks for what is here now
        response.cache_control.no_cache = True
    return response


def _text_response(folder: Path, filename: str, stamp: str) -> Response:
    text = _text(folder, filename, stamp)
    if text is None:
        abort(404)
    response = Response(mimetype=TEXT_TYPES[Path(filename).suffix])
    response.vary.add("Accept-Encoding")
    if "gzip" in request.accept_encodings:
        response.set_data(_squeezed(text))
        response.content_encoding = "gzip"
    else:
        response.set_data(text)
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


@lru_cache(maxsize=256)
def _text(folder: Path, filename: str, stamp: str) -> bytes | None:
    """The text behind an address; two of them are put together here instead of lying on the disk."""
    if filename == "css/portal.css":
        return _style_sheet(folder)
    if filename == "img/icons.svg":
        return _icon_sheet(folder)
    name = safe_join(str(folder), filename)
    path = Path(name) if name and "\0" not in name else None
    return path.read_bytes() if path and path.is_file() else None


@lru_cache(maxsize=256)
def _squeezed(text: bytes) -> bytes:
    return gzip.compress(text, 6, mtime=0)


def _style_sheet(folder: Path) -> bytes:
    """All our style sheets as one, for a page waits for each of them before it shows anything."""
    css = folder / "css"
    sheets = [css / name for name in FOUNDATIONS] + sorted((css / "components").glob("*.css"))
    return b"\n".join(sheet.read_bytes() for sheet in sheets)


def _icon_sheet(folder: Path) -> bytes:
    """Only the icons in use: the library's own sheet of two thousand weighs more than a megabyte."""
    sheet = (folder / "vendor/icons/bootstrap-icons.svg").read_text()
    used = (m.group() for m in SYMBOL.finditer(sheet) if m.group("name") in ICONS)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(used)}</svg>'.encode()


@lru_cache(maxsize=8)
def _stamp_of(folder: Path, changed_ns: int) -> str:
    """Made from content alone, so that all machines behind one address agree on it."""
    digest = sha256()
    for path in _files(folder):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    digest.update(" ".join(sorted(ICONS)).encode())
    return digest.hexdigest()[:12]


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))


def _static_folder() -> Path:
    return _resolved(current_app.static_folder or "static")


@lru_cache(maxsize=8)
def _resolved(folder: str) -> Path:
    return Path(folder).resolve()
