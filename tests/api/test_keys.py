"""Keys of programs: made on the page, shown once, good for what they may do and no more."""

import hashlib
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.admin import finding
from portal.api.endpoint import ENDPOINTS
from portal.auth import passwords
from portal.extensions import db
from portal.models import ApiKey, AuditEvent, Doctor, OutboxLetter, Post, User
from portal.models.api_key import PREFIX, RIGHTS
from portal.posts import flows
from portal.settings import api_keys
from portal.settings.api_keys import NewKey
from tests.api.described import REAL
from tests.auth.conftest import PASSWORD
from tests.conftest import Clock
from tests.page import Page
from tests.signing_in import bearer, sign_in

PROFILE, POSTS = "/api/v1/doctor/profile", "/api/v1/posts"


def make(who: Doctor, *rights: str, life: str = "30") -> tuple[ApiKey, dict[str, str]]:
    key, words = api_keys.make(who, NewKey(name="Website", rights=list(rights), life=life), "192.0.2.7")
    return key, {"Authorization": f"Bearer {words}"}


def test_a_key_is_made_on_the_page_and_shown_once(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    sign_in(client, asha)
    form = Page(client.get("/settings/api-keys")).form("Make the key")

    page = form.fill({"Name": "Clinic website", "Read and check posts": True, "A year": True}).submit(client)

    (key,) = db.session.query(ApiKey)
    words = page.by_id("new-key").get("value", "")  # type: ignore[union-attr]
    assert words.startswith(PREFIX) and len(words) >= len(PREFIX) + 43
    assert page.response.headers["Cache-Control"] == "no-store"
    assert client.get(POSTS, headers={"Authorization": f"Bearer {words}"}).status_code == 200
    assert key.digest not in words and key.rights == ["posts:read"]
    assert words not in client.get("/settings/api-keys").text
    assert key.beginning + "…" in client.get("/settings/api-keys").text


def test_the_doctor_gets_a_letter_and_it_is_written_down(asha: Doctor) -> None:
    make(asha, "posts:write")
    letter = db.session.query(OutboxLetter).one()
    assert (letter.letter, letter.about["rights"]) == ("api_key_made", ["Write, change and cancel posts"])
    assert db.session.query(AuditEvent).filter_by(action="API key made").one().address == "192.0.2.7"


def test_a_stale_browser_is_asked_for_the_password(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    asha.user.password_digest = passwords.digest(PASSWORD)
    sign_in(client, asha)
    form = Page(client.get("/settings/api-keys")).form("Make the key")
    clock.advance(minutes=6)
    asked = form.fill({"Name": "Website", "Read your profile": True}).submit(client)
    assert asked.heading == "Is it still you?" and db.session.query(ApiKey).count() == 0
    page = asked.form("Go on").fill({"Password": PASSWORD}).submit(client)
    assert page.by_id("new-key") is not None
    assert db.session.query(ApiKey).one().rights == ["profile:read"]


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"Read your profile": True}, "Enter a name by which you will know this key."),
        ({"Name": "Website"}, "Choose at least one thing that the key may do."),
    ],
)
def test_a_key_without_name_or_rights_is_refused(
    client: FlaskClient, asha: Doctor, filled: dict[str, Any], words: str
) -> None:
    sign_in(client, asha)
    page = Page(client.get("/settings/api-keys")).form("Make the key").fill(filled).submit(client)
    assert page.status == 422 and words in page.text and db.session.query(ApiKey).count() == 0


def test_a_revoked_key_is_dead_at_once(client: FlaskClient, asha: Doctor) -> None:
    _, header = make(asha, "profile:read")
    sign_in(client, asha)
    assert client.get(PROFILE, headers=header).status_code == 200
    page = Page(client.get("/settings/api-keys")).follow(client, "Revoke Website")
    page.form("Revoke the key").submit(client)
    told = client.get(PROFILE, headers=header)
    assert told.status_code == 401 and "Make a new one" in told.get_json()["detail"]
    assert "Revoked" in Page(client.get("/settings/api-keys")).text


def test_somebody_elses_key_cannot_be_revoked(client: FlaskClient, asha: Doctor, ben: Doctor) -> None:
    key, header = make(asha, "profile:read")
    sign_in(client, ben)
    assert client.post(f"/settings/api-keys/{key.id}/revoke").status_code == 404
    assert client.get(f"/settings/api-keys/{key.id}/revoke").status_code == 404
    assert "Website" not in client.get("/settings/api-keys").text
    assert client.get(PROFILE, headers=header).status_code == 200


@pytest.mark.parametrize(("life", "days"), [("30", 30), ("90", 90), ("365", 365), ("none", None)])
def test_a_key_lives_as_long_as_was_chosen(
    client: FlaskClient, asha: Doctor, clock: Clock, life: str, days: int | None
) -> None:
    _, header = make(asha, "profile:read", life=life)
    clock.advance(days=(days or 4000) - 1)
    assert client.get(PROFILE, headers=header).status_code == 200
    clock.advance(days=2)
    assert client.get(PROFILE, headers=header).status_code == (200 if days is None else 401)


def test_a_key_that_ends_while_a_request_runs_lets_it_end_well(
    client: FlaskClient, asha: Doctor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, header = make(asha, "posts:write")
    create = flows.put_down

    def create_slowly(*args: Any) -> Any:
        clock.advance(days=31)
        return create(*args)

    monkeypatch.setattr(flows, "put_down", create_slowly)
    draft = {"content": "Wash your hands.", "status": "draft"}
    first = client.post("/api/v1/posts", headers=header, json=draft)
    assert (first.status_code, first.get_json()["content"]) == (201, "Wash your hands.")
    told = client.post("/api/v1/posts", headers=header, json=draft)
    assert (told.status_code, told.mimetype) == (401, "application/problem+json")
    assert db.session.query(Post).count() == 1


def test_the_last_use_is_told_roughly(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    key, header = make(asha, "profile:read")
    begun = clock.at
    for minutes in (0, 5, 4, 2):
        clock.advance(minutes=minutes)
        client.get(PROFILE, headers=header)
        db.session.refresh(key)
    assert key.last_used_at == clock.at
    assert (clock.at - begun).total_seconds() == 11 * 60


def test_a_disabled_doctors_key_opens_nothing(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    _, header = make(asha, "profile:read")
    asha.user.disabled_at = clock.at
    db.session.commit()
    assert client.get(PROFILE, headers=header).status_code == 401


def address_of(path: str) -> str:
    return "/api/v1" + path.replace("{platform}", "linkedin").replace("{id}", "1").replace(
        "{publication_id}", "1"
    ).replace("{message_id}", "1")


@pytest.mark.parametrize("entry", [one for one in REAL if one.who != "anyone"], ids=lambda one: one.name)
def test_each_call_opens_with_its_right_alone(client: FlaskClient, asha: Doctor, entry: Any) -> None:
    address = address_of(entry.path)
    _, without = make(asha, *(right for right in RIGHTS if right != entry.right))
    refused = client.open(address, method=entry.method, headers=without)
    assert refused.status_code == 403
    assert (entry.right or "as an administrator") in refused.get_json()["detail"]
    if entry.right is not None:
        _, with_it = make(asha, entry.right)
        assert client.open(address, method=entry.method, headers=with_it).status_code not in (401, 403)


def test_every_right_is_needed_by_a_call(client: FlaskClient) -> None:
    assert {entry.right for entry in ENDPOINTS if entry.right} == set(RIGHTS)


def test_no_key_does_an_administrators_work(client: FlaskClient, asha: Doctor, carla: User) -> None:
    _, header = make(asha, *RIGHTS)
    assert client.post("/api/v1/master/specialities", headers=header, json={"name": "X"}).status_code == 403
    assert bearer(carla)


@pytest.mark.parametrize("name", ["api_key", "access_token", "whatever"])
def test_a_key_in_the_address_is_refused_with_a_sentence(
    client: FlaskClient, asha: Doctor, name: str
) -> None:
    _, header = make(asha, "profile:read")
    words = header["Authorization"].removeprefix("Bearer ")
    told = client.get(f"{PROFILE}?{name}={words}")
    assert told.status_code == 401
    assert "in the header Authorization" in told.get_json()["detail"] and words not in told.text


def test_of_a_key_only_a_digest_and_its_beginning_are_kept(asha: Doctor, ben: Doctor) -> None:
    key, header = make(asha, "profile:read")
    words = header["Authorization"].removeprefix("Bearer ")
    kept = [str(getattr(key, column.key)) for column in ApiKey.__table__.columns]
    assert not any(words[len(key.beginning) :] in value for value in kept)
    assert key.digest == hashlib.sha256(words.encode()).hexdigest() and words.startswith(key.beginning)


def test_an_administrator_finds_whose_a_key_is_by_its_beginning(asha: Doctor, ben: Doctor) -> None:
    key, header = make(asha, "profile:read")
    make(ben, "profile:read")
    whole = header["Authorization"].removeprefix("Bearer ")
    for words in (key.beginning, key.beginning[:-1], whole):
        found, _ = finding.find(finding.Search.of({"q": words, "state": "all"}))
        assert asha in found
    assert finding.find(finding.Search.of({"q": key.beginning, "state": "all"}))[0] == [asha]
    assert finding.find(finding.Search.of({"q": key.beginning[:-1] + "%", "state": "all"}))[0] == []


def test_words_that_are_no_key_are_refused(client: FlaskClient, asha: Doctor) -> None:
    for words in (PREFIX, PREFIX + "x" * 43, PREFIX + "é", PREFIX + "x" * 9000):
        assert client.get(PROFILE, headers={"Authorization": f"Bearer {words}"}).status_code == 401


def test_so_many_keys_are_enough(client: FlaskClient, asha: Doctor) -> None:
    for _ in range(api_keys.MOST_KEYS):
        make(asha, "posts:read")
    sign_in(client, asha)
    form = Page(client.get("/settings/api-keys")).form("Make the key")
    page = form.fill({"Name": "One more", "Read your profile": True}).submit(client)
    assert "You have 20 keys." in page.text


def test_the_description_names_the_right_of_a_key(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json").get_json()
    assert told["paths"]["/posts"]["get"]["security"] == [{"bearer": []}, {"key": ["posts:read"]}]
    assert told["paths"]["/master/specialities"]["post"]["security"] == [{"bearer": []}]
    assert set(told["components"]["securitySchemes"]) == {"bearer", "key"}
