"""Drawing pages: whole ones, or only their fragment when htmx asks, and what every template may use."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, has_request_context, make_response, render_template, request
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.local import LocalProxy

from config import Config
from portal import assets, clock, design, error_pages, zones
from portal.models import User

PORTAL_NAME = "Doctors’ portal"

# What the main navigation marks as "you are here": the longest address that begins the page's own wins.
PLACES = (
    "/",
    "/accounts",
    "/admin/",
    "/calendar",
    "/library",
    "/posts",
    "/posts/new",
    "/profile",
    "/settings",
)


def render(template: str, fragment: str | None = None, status: int | None = None, **context: Any) -> Response:
    """The whole page, or only its fragment when htmx asks for it; 422 when a form in it was refused."""
    partly = fragment is not None and wants_fragment()
    body = render_template(fragment if partly and fragment else template, **context)
    if partly:
        body += render_template("components/_flashed.html")
    response = make_response(body, status or (422 if was_refused(context.values()) else 200))
    response.vary.add("HX-Request")
    return response


def wants_fragment() -> bool:
    """htmx asks for a part, except when it restores or boosts a whole page."""
    ask = request.headers
    return "HX-Request" in ask and not ("HX-History-Restore-Request" in ask or "HX-Boosted" in ask)


def was_refused(things: Iterable[Any]) -> bool:
    """Whether one of the forms among these was sent and not accepted."""
    return any(
        isinstance(thing, FlaskForm) and (getattr(thing, "is_refused", False) or bool(thing.errors))
        for thing in things
    )


def init_app(app: Flask) -> None:
    """Needs app.config["PORTAL"], the checked settings."""
    config: Config = app.config["PORTAL"]
    assets.init_app(app)
    design.init_app(app)
    error_pages.init_app(app)
    app.jinja_env.globals.update(portal_name=PORTAL_NAME)
    app.jinja_env.filters.update(
        local_time=local_time,
        hour_words=hour_words,
        zone_words=zone_words,
        initials=initials,
        in_zone=in_zone,
        dashed=dashed,
        link_host=link_host,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def standing() -> dict[str, Any]:
        return {
            "practice": config.is_practice,
            "practice_url": f"{config.sandbox_url}/" if config.sandbox_url else None,
            "here": here(request.path if has_request_context() else ""),
            # Asked for only by layouts that name the person: a page without them needs no database.
            "viewer": LocalProxy(viewer),
        }


def viewer() -> dict[str, Any] | None:
    """Who looks at the page, as the account menu names them; nobody when signed out."""
    if "viewer" not in g:
        g.viewer = _describe(current_user) if current_user and current_user.is_authenticated else None
    return g.viewer


def _describe(user: User) -> dict[str, Any]:
    doctor = user.doctor
    return {
        "name": doctor.full_name if doctor else user.email,
        "email": user.email,
        "picture": doctor.photo_url if doctor else None,
        "verification": doctor.verification if doctor else None,
        "is_administrator": user.is_administrator,
    }


def here(path: str) -> str:
    """The place of the main navigation that a page belongs to."""
    fitting = [p for p in PLACES if path == p or (p != "/" and path.startswith(p.rstrip("/") + "/"))]
    return max(fitting, key=len, default="")


def in_zone(moment: datetime, zone: str) -> datetime:
    """The same instant on the wall clock of a time zone."""
    return moment.astimezone(zones.zone_of(zone))


def local_time(moment: datetime | None, zone: str, style: str = "long") -> str:
    """An instant as people in a time zone write it; a dash when there is none.

    Styles: long "Monday 23 November 2026, 9:30 am", short "Mon 23 Nov, 9:30 am" (with the year when it is
    not this one), day "23 November 2026", time "9:30 am".
    """
    if moment is None:
        return "–"
    local = in_zone(moment, zone)
    hour = hour_words(local)
    if style == "time":
        return hour
    if style == "day":
        return f"{local.day} {local:%B %Y}"
    if style == "short":
        year = "" if local.year == in_zone(clock.now(), zone).year else f" {local.year}"
        return f"{local:%a} {local.day} {local:%b}{year}, {hour}"
    return f"{local:%A} {local.day} {local:%B %Y}, {hour}"


def hour_words(at: datetime | time) -> str:
    """An hour of the day as people write it: "9:30 am"."""
    return f"{at.hour % 12 or 12}:{at:%M} {'am' if at.hour < 12 else 'pm'}"


def zone_words(zone: str) -> str:
    """A time zone as people say it: "Kolkata time" for Asia/Kolkata."""
    if zone in ("UTC", "Etc/UTC", "GMT", "Etc/GMT"):
        return "UTC"
    return f"{zone.rsplit('/', 1)[-1].replace('_', ' ')} time"


def initials(name: str) -> str:
    """One or two letters that stand for a name where there is no picture; titles do not count."""
    words = [w for w in name.split() if w.strip(".").lower() not in {"dr", "prof", "mr", "mrs", "ms"}]
    letters = [next((c for c in word if c.isalpha()), "") for word in words]
    letters = [letter for letter in letters if letter]
    if not letters:
        return "·"
    return (letters[0] + (letters[-1] if len(letters) > 1 else "")).upper()


def link_host(address: str) -> str:
    """The place that a link leads to, as networks write it on a card."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


def dashed(attributes: dict[str, Any]) -> dict[str, Any]:
    """Attribute names as HTML writes them, from names as templates can: hx_post becomes hx-post."""
    return {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
