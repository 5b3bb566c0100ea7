"""Every query belongs to someone: all routes, called with the owner's ids by everybody else."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from config import Config
from portal import create_app
from portal.api.endpoint import ENDPOINTS
from portal.extensions import db
from portal.models import ApiKey, Doctor, Post, User
from portal.models.api_key import RIGHTS
from portal.orm import Base
from tests.factories import make_account, make_post
from tests.security.access import RULES
from tests.security.headers import check_headers
from tests.security.hers import PLANTED, everything_of
from tests.security.walking import Walk, name_of
from tests.signing_in import bearer

HTTPS = "https://portal.example"


@pytest.fixture
def secure(app: Flask, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The portal as it runs behind https, over the test's transaction."""
    secure = create_app(Config.from_env({**settings, "PUBLIC_URL": HTTPS}))
    secure.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    monkeypatch.setitem(db._app_engines, secure, db._app_engines[app])
    return secure


@pytest.fixture
def walk(app: Flask, client: FlaskClient, asha: Doctor, carla: User) -> Walk:
    return Walk(app, everything_of(asha, carla))


def test_every_entry_of_the_table_is_a_route(app: Flask) -> None:
    assert set(RULES) == {name_of(route) for route in app.url_map.iter_rules()}


def test_nobody_is_let_in_and_every_answer_has_its_headers(
    secure: Flask, client: FlaskClient, asha: Doctor, carla: User
) -> None:
    walk = Walk(secure, everything_of(asha, carla), HTTPS)
    wrong = []
    for call in walk.calls:
        with walk.undone():
            answer = walk.make(call)
            check_headers(answer, call)
            wrong += walk.surprises(call, answer, "nobody")
    assert wrong == []


def rows_of(doctor: Doctor) -> dict[str, Any]:
    """All that the database holds of a doctor."""
    who = {"doctor_id": doctor.id, "user_id": doctor.user_id}
    found = {}
    for name, table in Base.metadata.tables.items():
        for column in who.keys() & table.columns.keys():
            query = text(f'SELECT to_jsonb(t) FROM "{name}" t WHERE {column} = :id ORDER BY id')
            found[name] = db.session.scalars(query, {"id": who[column]}).all()
    return json.loads(json.dumps(found, default=str))


def test_another_doctor_finds_nothing_and_changes_nothing(walk: Walk, asha: Doctor, ben: Doctor) -> None:
    before, user_id, wrong = rows_of(asha), ben.user_id, []
    for call in walk.calls:
        if "stranger" not in call.rule.tells:  # whoever has a secret address may do what it is for
            wrong += walk.surprises(call, walk.make(call, user_id), "stranger")
    assert wrong == []
    db.session.rollback()
    assert rows_of(asha) == before


def test_a_doctor_who_is_not_verified_finds_no_more(walk: Walk, asha: Doctor, ben: Doctor) -> None:
    """The mark opens nothing of anybody's: without it he gets what a verified stranger gets."""
    ben.verification, ben.verified_at = "pending", None
    db.session.commit()
    user_id, wrong, tried = ben.user_id, [], 0
    for call in walk.calls:
        # Where the table lets any doctor in, nothing is asked of the mark; here is what must stay shut.
        if call.rule.stranger in (403, 404):
            tried += 1
            with walk.undone():
                wrong += walk.surprises(call, walk.make(call, user_id), "stranger")
    assert tried > 100 and wrong == []


def test_a_thing_within_ones_own_is_ones_own(walk: Walk, ben: Doctor) -> None:
    post = make_post(ben, make_account(ben))
    own = {"post_id": post.id, "id": post.id}
    user_id, wrong, tried = ben.user_id, [], 0
    for route in walk.routes:
        if {"publication_id", "post_id"} <= route.arguments or "posts-confirm" in route.endpoint:
            for method in walk.methods(route):
                name = "post_id" if "post_id" in route.arguments else "id"
                call = walk.call(route, method, **{name: own[name]})
                tried += 1
                with walk.undone():
                    wrong += walk.surprises(call, walk.make(call, user_id), "stranger")
    assert tried > 5 and wrong == []


def test_an_administrator_has_the_backoffice_and_nobodys_things(walk: Walk, carla: User) -> None:
    user_id, wrong = carla.id, []
    for call in walk.calls:
        with walk.undone():
            wrong += walk.surprises(call, walk.make(call, user_id), "office")
    assert wrong == []


def test_the_owner_is_let_in_at_each_of_these_addresses(walk: Walk, asha: Doctor) -> None:
    """Otherwise a wrong id in the table would pass for a refusal."""
    user_id, wrong = asha.user_id, []
    for call in walk.calls:
        if call.rule.parts:
            with walk.undone():
                wrong += walk.surprises(call, walk.make(call, user_id), "owner")
    assert wrong == []


def test_a_key_without_the_right_is_refused_with_its_own_doctors_ids(walk: Walk, asha: Doctor) -> None:
    rights = {f"api.{entry.name}": entry.right for entry in ENDPOINTS}
    made = {
        lacking: ApiKey.mint(asha, "x", [right for right in RIGHTS if right != lacking], None)
        for lacking in set(rights.values())
    }
    db.session.add_all([row for row, _ in made.values()])
    db.session.commit()
    wrong = []
    for call in walk.calls:
        if call.rule.weak_key is not None:
            with walk.undone():
                answer = walk.make(call, key=made[rights[call.endpoint]][1])
                wrong += walk.surprises(call, answer, "weak_key")
    assert wrong == []


def test_what_a_stranger_names_in_a_body_is_not_found(app: Flask, walk: Walk, ben: Doctor) -> None:
    account, media = walk.hers["account"], walk.hers["media_id"]
    own = make_account(ben)
    post = {"content": "Wash your hands.", "scheduled_at": "2030-01-01T09:00:00Z"}
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/posts", {**post, "social_account_id": account}),
        ("/posts", {**post, "social_account_ids": [own.id, account]}),
        ("/posts", {**post, "publications": [{"social_account_id": account}]}),
        ("/posts", {**post, "social_account_id": own.id, "media": [{"id": media}]}),
        ("/checks", {"content": "Wash your hands.", "social_account_ids": [account]}),
    ]
    client, headers = app.test_client(), bearer(ben)
    for path, body in bodies:
        answer = client.post(f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code in (404, 422), f"{path} {sorted(body)}: {answer.status_code}"
        assert PLANTED not in answer.text
    assert db.session.scalars(Post.owned_by(ben)).all() == []


def test_every_form_needs_its_token(walk: Walk, ben: Doctor, csrf_on: None) -> None:
    """Programs of the API bring a header that no other site can send; see tests/api/test_chains.py."""
    open_doors, user_id = [], ben.user_id
    for call in walk.calls:
        if call.method != "GET" and not call.is_api:
            answer = walk.make(call)
            if answer.status_code == 303:  # large uploads: nobody's body is read before it is known who sends
                answer = walk.make(call, user_id)
            if answer.status_code != 400 or "too long" not in answer.text:
                open_doors.append(f"{call}: {answer.status_code}")
    assert open_doors == []
