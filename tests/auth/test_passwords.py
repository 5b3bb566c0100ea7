"""Passwords at rest."""

from dataclasses import replace

import bcrypt
import pytest
from flask import Flask

from portal.auth import passwords


def test_the_whole_password_counts(database: None) -> None:
    stored = passwords.digest("a" * 72 + "one")
    assert passwords.is_right("a" * 72 + "one", stored)
    assert not passwords.is_right("a" * 72 + "two", stored)


@pytest.mark.parametrize("password", ["क" * 64, "🙂" * 128, "\x00" * 15, " " * 15, "\ud800" * 12])
def test_every_letter_can_be_hashed(database: None, password: str) -> None:
    assert passwords.is_right(password, passwords.digest(password))


def test_one_letter_is_the_same_however_a_keyboard_puts_it_together(database: None) -> None:
    assert passwords.is_right("cafe\u0301 au lait x", passwords.digest("caf\u00e9 au lait x"))


@pytest.mark.parametrize("stored", [None, "", "none", "$2b$04$" + "." * 53, "nfkc.hmac-sha256.bcrypt:gone:x"])
def test_without_a_usable_digest_the_check_still_costs_a_hash(
    database: None, monkeypatch: pytest.MonkeyPatch, stored: str | None
) -> None:
    calls: list[str] = []
    real = bcrypt.checkpw
    monkeypatch.setattr(passwords.bcrypt, "checkpw", lambda *a: calls.append("hash") or real(*a))
    assert not passwords.is_right("four quiet words here", stored)
    assert len(calls) == 1


def test_a_digest_at_another_cost_is_outdated(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = passwords.digest("four quiet words here")
    assert not passwords.is_outdated(stored)
    monkeypatch.setattr(passwords, "COST", 5)
    assert passwords.is_outdated(stored)
    assert passwords.is_right("four quiet words here", stored)


def test_an_older_key_still_opens_and_is_outdated(
    app: Flask, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = app.config["PORTAL"]
    older = replace(config, token_keys=config.token_keys[1:])
    with monkeypatch.context() as before:
        before.setitem(app.config, "PORTAL", older)
        stored = passwords.digest("four quiet words here")
    assert passwords.is_right("four quiet words here", stored)
    assert passwords.is_outdated(stored)


def test_a_database_alone_does_not_tell_the_password(database: None) -> None:
    stored = passwords.digest("four quiet words here").rpartition(":")[2]
    assert not bcrypt.checkpw(b"four quiet words here", stored.encode())
