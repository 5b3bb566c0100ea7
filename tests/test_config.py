"""Every setting, and the one sentence that a wrong one stops the start with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import BadSetting, Config

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
        ("REQUIRE_VERIFIED_DOCTOR", "x"),
        ("PUBLIC_URL", "portal.example.org"),
        ("PUBLIC_URL", "https://portal.example.org/?x=1"),
        ("PUBLIC_URL", "http://host:port"),
        ("SANDBOX_URL", "ftp://127.0.0.1"),
        ("DATABASE_URL", "mysql://x/y"),
        ("REDIS_URL", "http://x"),
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


@pytest.mark.parametrize("name", list(REAL))
def test_outside_practice_mode_what_is_missing_stops_the_start(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read(tmp_path, **{other: value for other, value in REAL.items() if other != name})


def test_limits_may_be_off_in_practice_only(tmp_path: Path) -> None:
    assert not read(tmp_path, **PRACTICE, RATE_LIMITS="0").rate_limits
    with pytest.raises(BadSetting, match="RATE_LIMITS"):
        read(tmp_path, **REAL, RATE_LIMITS="0")


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
        [sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60
    )

    assert ended.returncode == 2
    assert ended.stderr.splitlines() == ["PORT must be a port number from 1 to 65535, not 'x'."]
