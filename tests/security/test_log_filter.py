"""No password, code, token, cookie or patient's word reaches the log, planted in every way there is."""

import io
import json
import logging
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from config import Config
from portal import log_filter, logs
from portal.models import ApiKey, Doctor
from portal.models.webhook import SECRET_PREFIX
from portal.vault import Vault
from tests.auth.conftest import Mailbox, cheap_hashes, mailbox
from tests.conftest import TEST_SETTINGS
from tests.signing_in import bearer, sign_in

__all__ = ["cheap_hashes", "mailbox"]

PASSWORD = "purple-otter-4711-sings"
PATIENT = "Mrs Kulkarni's biopsy was benign"

PLANTED = {
    "a key": f"dp_live_{secrets.token_urlsafe(32)}",
    "a webhook's secret": f"{SECRET_PREFIX}Zm9vYmFyYmF6cXV4",
    "a signed token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "what is sealed": Vault(("k" * 32,)).seal("x" * 20, "row"),
    "32 random bytes": f"A1b{secrets.token_urlsafe(32)}",
    "an address": "asha.menon@clinic.example",
    "a code": "482913",
}


@pytest.fixture
def written(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that both kinds of loggers write, as in production."""
    before, stream = structlog.get_config(), io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    root.handlers.clear()
    logs.set_up(Config.from_env({**TEST_SETTINGS, "INSTANCE_DIR": str(tmp_path)}))
    yield stream
    structlog.configure(**before)
    root.handlers[:], root.level = kept


@pytest.mark.parametrize("what", PLANTED)
def test_what_looks_like_a_secret_is_not_written(written: io.StringIO, what: str) -> None:
    value = PLANTED[what]
    log = structlog.get_logger()
    log.warning("it_happened", reason=f"could not use {value} there")
    log.warning("it_happened", facts={"inner": [value]})
    log.warning(f"said {value}")
    logging.getLogger("some.library").warning("got %s back", value)
    logging.getLogger("some.library").warning("sent %s", {"x": value})
    assert value not in written.getvalue()
    assert written.getvalue().count(log_filter.HIDDEN) == 5


@pytest.mark.parametrize(
    "name", ["password", "otp_code", "access_token", "cookie", "email", "content", "client_secret", "patient"]
)
def test_what_has_such_a_name_is_not_written(written: io.StringIO, name: str) -> None:
    if name != "otp_code":  # a name of the log's own may be any word
        structlog.get_logger().warning("it_happened", **{name: PATIENT})
    logging.getLogger("some.library").warning("posted %s=%s", name, "quiet")
    assert PATIENT not in written.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        {"event": "letter_not_taken", "letter_id": 123456, "tries": 3, "code": "rate_limit"},
        {
            "event": "published",
            "publication_id": 482913,
            "request_id": "3f2a9c81d04be776",
            "platform": "twitter",
        },
        {"event": "job_failed", "job": "publish_due", "seconds": 0.25, "account_id": 7, "token_count": 2},
    ],
)
def test_what_operators_need_stays(line: dict[str, Any]) -> None:
    assert log_filter.hide(None, "info", line) == line


def test_a_doctors_day_leaves_no_secret_in_the_log(
    app: Flask, client: FlaskClient, mailbox: Mailbox, asha: Doctor, written: io.StringIO
) -> None:
    person = {"full_name": "Dr. New", "email": "new@example.org", "password": PASSWORD}
    client.post("/register", data=person)
    code = mailbox.code_for("new@example.org")
    client.post("/confirm", data={"code": code})
    client.post("/login", data={"email": "new@example.org", "password": f"{PASSWORD}-wrong"})
    browser = sign_in(app.test_client(), asha)
    browser.post("/posts/new", data={"content": PATIENT, "do": "draft"})
    token = bearer(asha)
    browser.post("/api/v1/posts", json={"content": PATIENT, "status": "draft"}, headers=token)
    _, key = ApiKey.mint(asha, "x", ["posts:read"], None)
    browser.get("/api/v1/posts", headers={"Authorization": f"Bearer {key}"})
    try:
        raise ValueError(f"{PATIENT} {PASSWORD} {code}")
    except ValueError as error:
        structlog.get_logger().exception("it_broke", kind=type(error).__name__)
        logging.getLogger("some.library").exception("it broke")
    told = written.getvalue()
    for planted in (PASSWORD, PATIENT, token["Authorization"], key, f'"{code}"'):
        assert planted not in told
    assert [json.loads(line)["event"] for line in told.splitlines()][-2:] == ["it_broke", "it broke"]
