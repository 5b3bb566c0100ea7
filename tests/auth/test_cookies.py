"""The cookies that signing in leaves in a browser."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Config
from portal import create_app
from portal.extensions import db
from portal.models import Doctor
from tests.auth.conftest import Mailbox, fill_code, fill_login


def cookies(client: FlaskClient, mailbox: Mailbox) -> dict[str, str]:
    page = fill_login(client, "asha@example.org")
    code = mailbox.code_for("asha@example.org")
    answer = fill_code(page, client, code, **{"Trust this browser for 30 days": True})
    return {line.partition("=")[0]: line for line in answer.response.headers.getlist("Set-Cookie")}


def test_a_script_cannot_read_them_and_they_stay_for_thirty_days(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    found = cookies(client, mailbox)
    assert set(found) == {"portal", "trusted"}
    for line in found.values():
        assert "HttpOnly" in line and "SameSite=Lax" in line and "Path=/" in line
        assert "Expires" in line or "Max-Age=2592000" in line
        assert "Domain" not in line


def test_behind_https_they_are_for_this_host_alone(
    app: Flask, settings: dict[str, str], mailbox: Mailbox, asha: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure = create_app(Config.from_env({**settings, "PUBLIC_URL": "https://portal.example"}))
    secure.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    monkeypatch.setitem(db._app_engines, secure, db._app_engines[app])
    client = secure.test_client()
    client.get("/login", base_url="https://portal.example")
    sent = {"email": "asha@example.org", "password": "four quiet words here"}
    client.post("/login", data=sent, base_url="https://portal.example")
    answer = client.post(
        "/confirm",
        data={"code": mailbox.code_for("asha@example.org"), "trust": "y"},
        base_url="https://portal.example",
    )
    found = answer.headers.getlist("Set-Cookie")
    assert {line.partition("=")[0] for line in found} == {"__Host-portal", "__Host-trusted"}
    assert all("Secure" in line for line in found)
