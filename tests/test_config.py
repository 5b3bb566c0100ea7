"""Every setting, and the one sentence that a wrong one stops the start with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import request

from config import BadSetting, Config
from portal import create_app

ROOT = Path(__file__).resolve().parents[1]
PRACTICE = {"SANDBOX_URL": "http://127.0.0.1:8010"}
REAL = {
    "SESSION_SECRET": "s" * 32,
    "TOKEN_KEYS": "t" * 32,
    "MAIL_SERVER": "mail.example.org",
    "MAIL_DEFAULT_SENDER": "portal@example.org",
}


def read(tmp_path: Path, **settings: str) -> Config:
    return Config.from_env({"INSTANCE_DIR": str(tmp_path / "instance"), **settings})


def test_practice_mode_needs_no_setting_but_its_network(tmp_path: Path) -> None:
    config = read(tmp_path, **PRACTICE)

    assert config.is_practice and config.demo_data and config.require_verified_doctor and config.rate_limits
    assert (config.port, config.public_url) == (8000, "http://127.0.0.1:8000")
    assert (config.mail.server, config.mail.port) == ("127.0.0.1", 8025)
    assert config.database_url is None and config.redis_url is None
    assert set(config.apps) >= {"LINKEDIN", "LINKEDIN_ORG", "TWITTER"}
    assert not config.is_https


def test_secrets_of_practice_mode_are_made_once_and_kept(tmp_path: Path) -> None:
    first, second = read(tmp_path, **PRACTICE), read(tmp_path, **PRACTICE)

    assert first.session_secret == second.session_secret != first.token_keys[0]
    assert (tmp_path / "instance" / "session_secret.txt").stat().st_mode & 0o077 == 0


def test_the_real_thing_has_no_apps_and_no_demo_of_its_own(tmp_path: Path) -> None:
    config = read(tmp_path, **REAL, PUBLIC_URL="https://portal.example.org/")

    assert not config.is_practice and not config.demo_data and config.apps == {}
    assert config.public_url == "https://portal.example.org" and config.is_https


def test_a_repr_shows_no_secret(tmp_path: Path) -> None:
    shown = repr(read(tmp_path, **REAL, TWITTER_CLIENT_ID="id", TWITTER_CLIENT_SECRET="hush-hush"))

    assert "hush-hush" not in shown and "s" * 32 not in shown and "t" * 32 not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "x"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("SANDBOX_PORT", "-1"),
        ("SANDBOX_SMTP_PORT", "eighty"),
        ("DEBUG", "maybe"),
        ("DEMO_DATA", "2"),
        ("RATE_LIMITS", "few"),
        ("TRUSTED_PROXIES", "yes"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "6"),
        ("REQUIRE_VERIFIED_DOCTOR", "x"),
        ("PUBLIC_URL", "portal.example.org"),
        ("PUBLIC_URL", "https://portal.example.org/?x=1"),
        ("PUBLIC_URL", "http://host:port"),
        ("SANDBOX_URL", "ftp://127.0.0.1"),
        ("DATABASE_URL", "mysql://x/y"),
        ("REDIS_URL", "http://x"),
        ("DATABASE_URL", "postgresql://u:p@h:notaport/db"),
        ("REDIS_URL", "redis://127.0.0.1:notaport/0"),
        ("SESSION_SECRET", "short"),
        ("TOKEN_KEYS", "short," + "t" * 32),
        ("TOKEN_KEYS", " , "),
        ("MAIL_PORT", "abc"),
        ("MAIL_USE_TLS", "x"),
        ("MAIL_DEFAULT_SENDER", "nobody"),
        ("ADMIN_EMAIL", "nobody"),
        ("ADMIN_EMAIL", "carla@example.org"),
        ("ADMIN_PASSWORD", "three quiet rivers"),
        ("TWITTER_CLIENT_ID", "id"),
        ("LINKEDIN_ORG_CLIENT_SECRET", "secret"),
        ("REDDIT_USER_AGENT", "python-requests/2.32"),
        ("REDDIT_USER_AGENT", "web:portal (by /u/example)"),
        ("REDDIT_USER_AGENT", "web:portal:v1"),
        ("REDDIT_USER_AGENT", "web:portal:v1 (by example)"),
        ("MEDIA_URL", "ftp://bucket"),
        ("MEDIA_URL", "s3://"),
        ("INSTANCE_DIR", "/dev/null"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read(tmp_path, **{**PRACTICE, name: value})

    sentence = str(refused.value)
    assert "\n" not in sentence and sentence.endswith((".", "32"))
    assert name in sentence or name.split("_")[0] in sentence


def test_reddit_is_told_the_operators_name_or_the_apps_id(tmp_path: Path) -> None:
    given = "web:org.example.portal:v2.0 (by /u/some_body)"
    app = {"REDDIT_CLIENT_ID": "AbC-12_3", "REDDIT_CLIENT_SECRET": "s"}

    assert read(tmp_path, **PRACTICE, REDDIT_USER_AGENT=given).reddit_user_agent == given
    assert read(tmp_path, **REAL, **app).reddit_user_agent == "web:AbC-12_3:v1.0.0 (by /u/doctors-portal)"
    assert read(tmp_path, **REAL).reddit_user_agent == "web:doctors-portal:v1.0.0 (by /u/doctors-portal)"


@pytest.mark.parametrize("name", list(REAL))
def test_outside_practice_mode_what_is_missing_stops_the_start(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read(tmp_path, **{other: value for other, value in REAL.items() if other != name})


def test_limits_may_be_off_in_practice_only(tmp_path: Path) -> None:
    assert not read(tmp_path, **PRACTICE, RATE_LIMITS="0").rate_limits
    with pytest.raises(BadSetting, match="RATE_LIMITS"):
        read(tmp_path, **REAL, RATE_LIMITS="0")


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [
        ("", "127.0.0.1"),
        ("0", "127.0.0.1"),
        ("1", "203.0.113.9"),
        ("2", "198.51.100.7"),
    ],
)
def test_only_the_operators_own_proxies_say_who_asks(
    settings: dict[str, str], proxies: str, seen: str
) -> None:
    app = create_app(Config.from_env(settings | {"TRUSTED_PROXIES": proxies}))
    app.add_url_rule("/who", "who", lambda: f"{request.remote_addr} {request.host}")
    # The first is what a stranger wrote; each proxy added whom it heard from.
    told = {"X-Forwarded-For": "10.9.9.9, 198.51.100.7, 203.0.113.9", "X-Forwarded-Host": "evil.example"}

    answer = app.test_client().get("/who", headers=told).text

    assert answer == f"{seen} localhost"


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "gunicorn", "wsgi:app"],
        ["-m", "portal.worker"],
        ["-m", "portal.scheduler"],
        ["-m", "portal.local", "run"],
    ],
    ids=["web", "worker", "scheduler", "make-run"],
)
def test_every_program_stops_with_one_line_and_code_2(tmp_path: Path, command: list[str]) -> None:
    environ = {"PATH": os.environ["PATH"], "INSTANCE_DIR": str(tmp_path), "PORT": "x"}

    ended = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=240
    )

    assert ended.returncode == 2
    assert ended.stderr.splitlines() == ["PORT must be a port number from 1 to 65535, not 'x'."]


def test_a_new_networks_app_needs_no_line_here(tmp_path: Path) -> None:
    pair = {"MURMUR_CLIENT_ID": "id", "MURMUR_CLIENT_SECRET": "hush", "CLOUD_CLIENT_ID": "a machine's own"}

    real, practice = read(tmp_path, **REAL, **pair), read(tmp_path, **PRACTICE)

    app = real.app("MURMUR")
    assert app and app.client_secret == "hush" and real.app("CLOUD") is None
    made_up = practice.app("MURMUR")
    assert made_up and made_up.client_id == "practice-murmur"
