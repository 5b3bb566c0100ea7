"""What every answer tells the browser it may and may not do."""

import secrets
from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, Response, g

from config import Config

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000; includeSubDomains"


def init_app(app: Flask) -> None:
    """Needs app.config["PORTAL"], the checked settings."""
    config: Config = app.config["PORTAL"]
    own = origin(config.public_url)
    practice = origin(config.sandbox_url) if config.sandbox_url else None
    app.context_processor(lambda: {"csp_nonce": csp_nonce})
    always = FIXED | ({"Strict-Transport-Security": HSTS} if config.is_https else {})
    # Only a page may have a script of its own; what programs get is put together once.
    without_scripts = content_policy(own, practice)

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        given = {name.lower() for name in headers.keys()}  # noqa: SIM118 - a header may be there twice
        headers.extend({name: value for name, value in always.items() if name.lower() not in given})
        is_page = response.mimetype == "text/html"
        if is_page and "cache-control" not in given:
            # Not no-store: going back to a form has to bring back what was typed.
            headers["Cache-Control"] = "private, no-cache"
        # A view may have set a policy of its own, a stricter one for media or a wider one for the API's page.
        if "content-security-policy" not in given:
            policy = content_policy(own, practice, csp_nonce()) if is_page else without_scripts
            headers["Content-Security-Policy"] = policy
        return response


def csp_nonce() -> str:
    """The word that marks this answer's own scripts; another one for each answer."""
    if "csp_nonce" not in g:
        g.csp_nonce = new_nonce()
    return str(g.csp_nonce)


def new_nonce() -> str:
    return secrets.token_urlsafe(18)


def content_policy(own: str, practice: str | None, nonce: str | None = None) -> str:
    """The Content-Security-Policy: our own files only, pictures also from the networks.

    Uploaded media have PUBLIC_URL in their address, which need not be the name that this reader came by.

    Chromium holds the redirect that follows a form against form-action as well, and "Connect" is a form
    whose answer leads to a network's consent page: those have to be reachable.
    """
    elsewhere = practice or "https:"
    return _policy(
        {
            "default-src": ["'self'"],
            "script-src": ["'self'", *([f"'nonce-{nonce}'"] if nonce else [])],
            "style-src": ["'self'"],
            "img-src": ["'self'", own, "data:", "blob:", elsewhere],
            "media-src": ["'self'", own, "blob:", elsewhere],
            "form-action": ["'self'", elsewhere],
            "frame-ancestors": ["'none'"],
            "base-uri": ["'none'"],
            "object-src": ["'none'"],
        }
    )


def origin(address: str) -> str:
    """Scheme, host and port of an address, all that a policy may name."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _policy(rules: dict[str, Iterable[str]]) -> str:
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())
