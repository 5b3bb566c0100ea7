"""Commands for the operator: `flask --app wsgi COMMAND`."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the commands."""
