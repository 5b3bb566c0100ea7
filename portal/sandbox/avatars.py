"""Profile pictures of invented people and pages: their initials in a circle."""

from xml.sax.saxutils import escape

from flask import Response

from .people import Organization, Person

COLOURS = {
    "facebook": "#1764d8",
    "instagram": "#b3266f",
    "linkedin": "#0a66c2",
    "twitter": "#33414e",
    "youtube": "#b00020",
}


def avatar(person: Person | Organization | None, platform: str) -> Response:
    if person is None:
        return Response("no such person", 404, content_type="text/plain; charset=utf-8")
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">'
        f'<rect width="96" height="96" fill="{COLOURS.get(platform, "#4b5563")}"/>'
        '<text x="48" y="60" text-anchor="middle" font-family="sans-serif" font-size="36" fill="#fff">'
        f"{escape(initials(person.name))}</text></svg>"
    )
    return Response(drawing, content_type="image/svg+xml")


def initials(name: str) -> str:
    words = name.removeprefix("Dr.").split() or ["?"]
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()
