"""Pages alone: layouts, components and headers over an app without database, users or flows."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, abort, flash, render_template_string
from flask.testing import FlaskClient
from flask_login import LoginManager
from flask_wtf import CSRFProtect, FlaskForm
from werkzeug.serving import make_server
from wtforms import StringField

from portal import headers, pages

ROOT = Path(__file__).resolve().parents[2]

ASHA = SimpleNamespace(
    email="asha@clinic.example",
    is_authenticated=True,
    is_active=True,
    is_administrator=False,
    doctor=SimpleNamespace(full_name="Dr Asha Rao", photo_url=None, verification="verified"),
)
SIGNED_IN = """{% extends "layouts/portal.html" %}{% block title %}Write a post{% endblock %}"""


class NameForm(FlaskForm):
    name = StringField("Name")


def make_app(**settings: Any) -> Flask:
    app = Flask("portal", root_path=str(ROOT / "portal"))
    app.template_folder = str(ROOT / "templates")
    app.static_folder = str(ROOT / "static")
    practice: dict[str, Any] = {
        "is_practice": True,
        "sandbox_url": "http://127.0.0.1:9",
        "public_url": "http://127.0.0.1:8000",
        "is_https": False,
    }
    app.config.update(
        SECRET_KEY="pages-" * 6, TESTING=True, PORTAL=SimpleNamespace(**{**practice, **settings})
    )
    LoginManager(app).user_loader(lambda user_id: ASHA if user_id == "1" else None)
    CSRFProtect(app)
    headers.init_app(app)
    pages.init_app(app)
    app.add_url_rule("/landing", "landing", lambda: pages.render("landing.html", networks=[]))
    app.add_url_rule("/fragment", view_func=fragment)
    app.add_url_rule("/refused", view_func=refused)
    app.add_url_rule("/posts/new", "composer", lambda: render_template_string(SIGNED_IN))
    app.add_url_rule("/send", "send", lambda: "sent", methods=["POST"])
    app.add_url_rule("/wrong/<int:code>", "wrong", lambda code: abort(code))
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    return app


def fragment() -> Any:
    flash("Saved.", "good")
    return pages.render("design_letter.html", fragment="components/_flashed.html")


def refused() -> Any:
    form = NameForm(formdata=None)
    form.name.errors = ["Enter your name."]
    return pages.render("design_letter.html", form=form)


@pytest.fixture(scope="session")
def pages_app() -> Flask:
    return make_app()


@pytest.fixture
def client(pages_app: Flask) -> FlaskClient:
    return pages_app.test_client()


@pytest.fixture(scope="session")
def address(pages_app: Flask) -> Iterator[str]:
    """Where a browser finds the pages."""
    server = make_server("127.0.0.1", 0, pages_app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
