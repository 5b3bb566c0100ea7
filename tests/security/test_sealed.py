"""Whatever the vault seals: bound to its row, sealed anew with the newest key, never lost with a key."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from config import BadSetting, Config
from portal import clock, create_app, resealing, vault
from portal.extensions import db
from portal.models import (
    AccountOffer,
    Authenticator,
    Doctor,
    IdempotencyKey,
    LicenceDocument,
    OAuthAttempt,
    SocialAccount,
    Webhook,
)
from portal.models.sealed import SealedColumn, sealed_columns
from portal.platforms.base import Token
from portal.transaction import transaction
from portal.vault import CannotOpen, Vault
from tests.conftest import TEST_SETTINGS
from tests.databases import Databases
from tests.factories import make_account, make_doctor, numbers, save

COLUMNS = {column.name: column for column in sealed_columns()}
NEW, OLD = TEST_SETTINGS["TOKEN_KEYS"].split(",")


def offer(doctor: Doctor) -> AccountOffer:
    row = AccountOffer(
        doctor_id=doctor.id,
        platform="linkedin",
        connection="organization",
        choices={"identities": []},
        expires_at=clock.now() + timedelta(hours=1),
    )
    row.sealed_tokens = vault.seal("{}", row.bound_to[0])
    return row


def trip(doctor: Doctor) -> OAuthAttempt:
    digest = f"state {next(numbers)}"
    return OAuthAttempt(
        doctor_id=doctor.id,
        platform="twitter",
        connection="account",
        state_digest=digest,
        sealed_verifier=vault.seal("verifier", digest),
        expires_at=clock.now() + timedelta(minutes=10),
    )


def app_of(doctor: Doctor) -> Authenticator:
    row = Authenticator(user_id=doctor.user_id, confirmed_at=clock.now())
    row.choose_key()
    return row


def paper(doctor: Doctor) -> LicenceDocument:
    row = LicenceDocument(
        doctor_id=doctor.id, kind="evidence", mime_type="image/png", bytes=5, digest=f"{next(numbers)}"
    )
    row.content = b"paper"
    return row


def webhook(doctor: Doctor) -> Webhook:
    row = save(Webhook(doctor_id=doctor.id, url="https://a.example/in", kinds=[], sealed_secret=""))
    row.choose_secret()
    row.choose_secret()
    return row


def secret_answer(doctor: Doctor) -> IdempotencyKey:
    row = save(IdempotencyKey(doctor_id=doctor.id, key=f"{next(numbers)}", body_digest=""))
    row.seal({"secret": "words"})
    return row


# How each gets a row with something in it.
MAKERS: dict[str, Callable[[Doctor], Any]] = {
    "account_offer.sealed_tokens": offer,
    "authenticator.sealed_key": app_of,
    "idempotency_key.sealed_answer": secret_answer,
    "licence_document.sealed": paper,
    "oauth_attempt.sealed_verifier": trip,
    "social_account.sealed_token": make_account,
    "webhook.sealed_old_secret": webhook,
    "webhook.sealed_secret": webhook,
}
# Of these a doctor may have several: they are bound to more than to the doctor.
SEVERAL = {
    name
    for name in MAKERS
    if name.split(".")[0] in ("idempotency_key", "licence_document", "social_account", "webhook")
}


def read(column: SealedColumn, row: Any) -> Any:
    sealed = getattr(row, column.key)
    return (vault.open_bytes if column.is_file else vault.open_sealed)(sealed, *row.bound_to)


def test_every_sealed_column_is_tried_here() -> None:
    missing = set(COLUMNS) - set(MAKERS)
    assert not missing, f"Say in MAKERS how a row of {sorted(missing)} is made, so that swapping is tried."
    assert set(MAKERS) == set(COLUMNS)
    for column in COLUMNS.values():
        assert hasattr(column.model, "bound_to"), f"{column.name}: its model needs `bound_to`."


def test_what_is_sealed_is_kept_in_such_a_column(project_root: Path) -> None:
    """Otherwise a change of keys would forget it."""
    elsewhere = []
    for path in sorted((project_root / "portal").rglob("*.py")):
        code = path.read_text()
        for node in ast.walk(ast.parse(code)) if "vault.seal" in code else ():
            names = []
            if isinstance(node, ast.Assign) and seals(node.value):
                names = [getattr(target, "attr", getattr(target, "id", "")) for target in node.targets]
            elif isinstance(node, ast.keyword) and seals(node.value):
                names = [node.arg or ""]
            elsewhere += [f"{path.name}: {name}" for name in names if not name.startswith("sealed")]
    assert elsewhere in ([], ["sealed.py: again"])


def seals(value: ast.AST) -> bool:
    calls = (node.func for node in ast.walk(value) if isinstance(node, ast.Call))
    found = (f for f in calls if isinstance(f, ast.Attribute) and isinstance(f.value, ast.Name))
    return any(f.value.id == "vault" and f.attr.startswith("seal") for f in found)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(MAKERS))
@pytest.mark.parametrize("is_own", [True, False])
def test_put_into_another_row_it_opens_nothing(name: str, is_own: bool, asha: Doctor, ben: Doctor) -> None:
    if is_own and name not in SEVERAL:
        pytest.skip("a doctor has one of these at a time")
    column = COLUMNS[name]
    one, other = MAKERS[name](asha), MAKERS[name](asha if is_own else ben)
    mine, theirs = getattr(one, column.key), getattr(other, column.key)
    assert read(column, one) and mine != theirs

    setattr(one, column.key, theirs)
    setattr(other, column.key, mine)

    for row in (one, other):
        with pytest.raises(CannotOpen):
            read(column, row)


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=words)


@pytest.mark.parametrize("binding", [0, -1])
def test_everything_is_sealed_with_the_newest_key_and_the_older_may_go(
    app: Flask, asha: Doctor, monkeypatch: pytest.MonkeyPatch, binding: int
) -> None:
    with monkeypatch.context() as before:
        before.setitem(app.extensions, "vault", Vault((OLD,)))
        rows = {name: save(make(asha)) for name, make in MAKERS.items() if name != "webhook.sealed_secret"}
        rows["webhook.sealed_secret"] = rows["webhook.sealed_old_secret"]
        plain = {name: read(COLUMNS[name], row) for name, row in rows.items()}
        for name, row in rows.items():  # also what was bound in an older way
            seal = vault.seal_bytes if COLUMNS[name].is_file else vault.seal
            setattr(row, COLUMNS[name].key, seal(plain[name], row.bound_to[binding]))
        db.session.commit()
    assert f"{Vault((OLD,)).keys[0].id}: {len(COLUMNS)} values." in run(app, "keys").output

    result = run(app, "reseal")

    assert result.exit_code == 0, result.output
    for name in COLUMNS:
        assert f"{name}: 1 sealed anew, 0 could not be opened." in result.output
    monkeypatch.setitem(app.extensions, "vault", Vault((NEW,)))
    for name, row in rows.items():
        fresh = db.session.get_one(type(row), row.id)
        assert read(COLUMNS[name], fresh) == plain[name]
        assert (vault.open_bytes if COLUMNS[name].is_file else vault.open_sealed)(
            getattr(fresh, COLUMNS[name].key), fresh.bound_to[0]
        )
    assert "social_account.sealed_token: 0 sealed anew" in run(app, "reseal").output


def test_a_lost_key_is_told_and_nothing_is_harmed(
    app: Flask, asha: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account(asha)
    before = account.sealed_token
    lost = Vault((NEW,)).keys[0].id
    monkeypatch.setitem(app.extensions, "vault", Vault(("another-key-0123456789abcdef-0123456",)))

    with pytest.raises(BadSetting, match=f"TOKEN_KEYS must hold every key .* {lost} is missing.* 1 values"):
        resealing.refuse_lost_keys()
    assert run(app, "keys").exit_code == 2

    result = run(app, "reseal")
    assert result.exit_code == 1 and "1 could not be opened" in result.output
    assert db.session.get_one(SocialAccount, account.id).sealed_token == before


def test_a_database_that_is_away_says_nothing_about_keys(
    app: Flask, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> Any:
        with db.session.begin_nested():
            db.session.execute(text("SELECT * FROM no_such_table"))

    monkeypatch.setattr(resealing, "keys_in_use", gone)
    resealing.refuse_lost_keys()


@pytest.fixture
def busy(databases: Databases, settings: dict[str, str]) -> Iterator[Flask]:
    """The portal over a database of its own, in which others work at the same time."""
    busy = create_app(Config.from_env({**settings, "DATABASE_URL": databases.copy("sealed")}))
    yield busy
    with busy.app_context():
        db.engine.dispose()


def accounts_of_old(busy: Flask, number: int) -> list[int]:
    before, busy.extensions["vault"] = busy.extensions["vault"], Vault((OLD,))
    doctor = make_doctor()
    ids = [make_account(doctor).id for _ in range(number)]
    busy.extensions["vault"] = before
    return ids


def test_a_token_that_is_renewed_meanwhile_is_not_lost(busy: Flask) -> None:
    with busy.app_context():
        ids = accounts_of_old(busy, 3)
        holds, goes_on = Event(), Event()

        def renew() -> None:
            with busy.app_context(), transaction():
                row = db.session.get(SocialAccount, ids[1], with_for_update=True)
                assert row is not None
                holds.set()
                assert goes_on.wait(120)
                row.token = Token("renewed", "refresh", clock.now() + timedelta(hours=2))

        def seal() -> resealing.Resealed:
            with busy.app_context():
                return resealing.reseal(COLUMNS["social_account.sealed_token"])

        with ThreadPoolExecutor(2) as pool:
            renewing = pool.submit(renew)
            assert holds.wait(120)
            sealing = pool.submit(seal)
            # The others are done while that one is held.
            until(lambda: sealed_by_newest() == 2)
            goes_on.set()
            renewing.result(120)
            assert sealing.result(120).done == 2  # it came with the newest key by itself
        db.session.rollback()
        tokens = [db.session.get_one(SocialAccount, id).token for id in ids]
        assert [token and token.access for token in tokens] == ["access", "renewed", "access"]
        assert sealed_by_newest() == 3


def sealed_by_newest() -> int:
    db.session.rollback()
    return resealing.keys_in_use()[vault.key_ids()[0]]


def until(holds: Callable[[], bool]) -> None:
    waiting = Event()
    for _ in range(2400):
        if holds():
            return
        waiting.wait(0.05)
    raise AssertionError("it did not come true within two minutes")


def test_it_goes_on_where_it_was_ended(busy: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with busy.app_context():
        accounts_of_old(busy, 3)
        monkeypatch.setattr(resealing, "BATCH", 1)
        done: list[Any] = []

        def once(column: SealedColumn, row: Any, *args: Any, **kwargs: Any) -> None:
            if done:
                raise KeyboardInterrupt
            done.append(row)
            column.seal_again(row)

        with monkeypatch.context() as ended:
            ended.setattr(resealing, "_seal", once)
            with pytest.raises(KeyboardInterrupt):
                resealing.reseal(COLUMNS["social_account.sealed_token"])
        assert sealed_by_newest() == 1
        assert resealing.reseal(COLUMNS["social_account.sealed_token"]).done == 2


def test_no_program_starts_without_a_key_that_is_needed(busy: Flask, settings: dict[str, str]) -> None:
    with busy.app_context():
        account_id = accounts_of_old(busy, 1)[0]
        url = busy.config["PORTAL"].database_url
        environ = {**os.environ, **settings, "DATABASE_URL": url, "TOKEN_KEYS": NEW}
        db.session.rollback()  # the server ends whoever keeps a transaction open for so long
        ended = subprocess.run(
            [sys.executable, "-m", "portal.scheduler"],
            env=environ,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert ended.returncode == 2
        assert ended.stderr.startswith("TOKEN_KEYS must hold every key") and ended.stderr.count("\n") == 1
        assert db.session.get_one(SocialAccount, account_id).status == "connected"
