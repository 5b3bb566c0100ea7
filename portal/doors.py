"""Every way into the portal: each topic's pages, the API, the commands."""

from flask import Flask

from portal import (
    admin,
    api,
    archive,
    auth,
    cli,
    doctors,
    limits,
    media,
    metrics,
    posts,
    request_id,
    settings,
    social,
    webhooks,
)
from portal.publishing import checking
from portal.settings import api_keys_views


def init_app(app: Flask) -> None:
    """Register the blueprints and commands."""
    checking.init_app(app)
    request_id.init_app(app)
    limits.init_app(app)
    cli.init_app(app)
    api.init_app(app)
    auth.init_app(app)
    doctors.init_app(app)
    media.init_app(app)
    posts.init_app(app)
    social.init_app(app)
    admin.init_app(app)
    archive.init_app(app)
    settings.init_app(app)
    api_keys_views.init_app(app)
    webhooks.init_app(app)
    metrics.init_app(app)
