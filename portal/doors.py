"""Every way into the portal: each topic's pages, the API, the commands."""

from flask import Flask

from portal import cli


def init_app(app: Flask) -> None:
    """Register the blueprints and commands."""
    cli.init_app(app)
