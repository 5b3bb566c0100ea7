"""The operator's apps at the networks, as the settings name them."""

from flask import current_app

from portal.platforms.base import App, Connection


def app_of(connection: Connection) -> App | None:
    """The app that this kind of account is connected through; None when the operator has none."""
    keys = current_app.config["PORTAL"].app(connection.app)
    return App(keys.client_id, keys.client_secret, keys.more_scopes) if keys else None


def redirect_uri(platform: str) -> str:
    """Where networks send the browser back to, as it is registered with them; never from a request."""
    return f"{current_app.config['PORTAL'].public_url}/social/callback/{platform}"
