"""What the checks say of a post, by JSON."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.extensions import db
from portal.models import Doctor, MediaFile, PostCheck, SocialAccount
from tests.days import ahead
from tests.factories import make_account
from tests.signing_in import bearer

BOAST = "The best clinic in Pune."
PROMISE = "We offer 100% cure for piles."


@pytest.fixture
def x(asha: Doctor) -> SocialAccount:
    return make_account(asha, platform="twitter")


def plan(client: FlaskClient, doctor: Doctor, account: SocialAccount, text: str, **more: Any) -> Any:
    body = {"content": text, "scheduled_at": f"{ahead(90)}T09:00:00+05:30", "social_account_id": account.id}
    return client.post("/api/v1/posts", json=body | more, headers=bearer(doctor))


def test_a_text_is_checked_without_being_kept(client: FlaskClient, asha: Doctor) -> None:
    answer = client.post("/api/v1/checks", json={"content": PROMISE}, headers=bearer(asha))

    (found,) = [one for one in answer.json["findings"] if one["id"] == "C01"]
    assert answer.status_code == 200 and found["severity"] == "block"
    assert PROMISE[found["start"] : found["end"]] == found["words"] == "100% cure"
    assert answer.json["checks_run"] >= 40 and answer.json["rules_version"]
    assert db.session.query(PostCheck).count() == 0


def test_each_country_has_its_own_rules(client: FlaskClient, asha: Doctor) -> None:
    def severity(country: str) -> str:
        body = {"content": "50% off on whitening!", "country": country}
        answer = client.post("/api/v1/checks", json=body, headers=bearer(asha))
        return next(one["severity"] for one in answer.json["findings"] if one["id"] == "C06")

    assert (severity("IN"), severity("GB")) == ("block", "confirm")


def test_a_promise_is_not_planned(client: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    answer = plan(client, asha, x, PROMISE, acknowledged=[{"id": "C01", "reason": "I am sure."}])

    assert answer.status_code == 422
    assert ("/content", "C01") in [(one["pointer"], one["id"]) for one in answer.json["errors"]]


def test_a_boast_needs_a_reason_which_is_kept(client: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    refused = plan(client, asha, x, BOAST)
    assert refused.status_code == 422
    assert [one["id"] for one in refused.json["errors"]] == ["C02"]

    given = plan(client, asha, x, BOAST, acknowledged=[{"id": "C02", "reason": "A prize of the city."}])

    assert given.status_code == 201
    (check,) = db.session.query(PostCheck).all()
    assert (check.post_id, check.reasons) == (given.json["id"], {"C02": "A prize of the city."})
    assert BOAST not in str(check.findings) and "best clinic" not in str(check.findings)


def test_a_reason_holds_for_the_same_words_only(client: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    post = plan(client, asha, x, BOAST, acknowledged=[{"id": "C02", "reason": "A prize."}]).json
    address = f"/api/v1/posts/{post['id']}"

    same = client.put(address, json={"link": "https://example.org/"}, headers=bearer(asha))
    other = client.put(address, json={"content": "The top surgeon in Pune."}, headers=bearer(asha))

    assert (same.status_code, other.status_code) == (200, 422)


def test_a_draft_may_hold_anything(client: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    assert plan(client, asha, x, PROMISE, status="draft").status_code == 201


def test_the_text_of_one_account_is_checked_too(client: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    body = {
        "content": "Wash your hands.",
        "scheduled_at": f"{ahead(90)}T09:00:00+05:30",
        "publications": [{"social_account_id": x.id, "content": PROMISE}],
    }
    answer = client.post("/api/v1/posts", json=body, headers=bearer(asha))

    pointers = {one["pointer"] for one in answer.json["errors"]}
    assert answer.status_code == 422 and pointers == {"/publications/0/content"}


def test_a_program_that_knows_nothing_of_consent_does_not_lose_it(
    client: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    facts = {"purpose": "post", "name": "p.jpg", "mime_type": "image/jpeg", "bytes": 1, "digest": "d"}
    file = MediaFile(doctor_id=asha.id, width=800, height=600, **facts)
    db.session.add(file)
    db.session.commit()
    said = {"id": file.id, "shows": "patient", "consent": "Agreed on 3 May, for X."}
    post = plan(client, asha, x, "At work.", media=[said]).json
    assert post["media"][0]["consent"] == "Agreed on 3 May, for X."

    body = {"media": [{"id": file.id, "alt_text": "Two people talk"}]}
    changed = client.put(f"/api/v1/posts/{post['id']}", json=body, headers=bearer(asha)).json

    assert changed["media"][0]["alt_text"] == "Two people talk"
    assert (changed["media"][0]["shows"], changed["media"][0]["consent"]) == ("patient", said["consent"])


def test_the_rules_that_count_are_chosen_in_the_profile(client: FlaskClient, asha: Doctor) -> None:
    wrong = client.put("/api/v1/doctor/profile", json={"check_pack": "FR"}, headers=bearer(asha))
    assert wrong.status_code == 422 and wrong.json["errors"][0]["pointer"] == "/check_pack"

    right = client.put("/api/v1/doctor/profile", json={"check_pack": "US"}, headers=bearer(asha))

    assert right.json["check_pack"] == "US"


def test_a_strangers_account_is_named_where_it_stands(
    client: FlaskClient, asha: Doctor, ben: Doctor, x: SocialAccount
) -> None:
    body = {"content": "Hello.", "social_account_ids": [x.id, make_account(ben).id]}
    answer = client.post("/api/v1/checks", json=body, headers=bearer(asha))

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == ["/social_account_ids/1"]


def test_a_finding_names_the_text_of_the_thread_that_it_is_in(
    client: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    body = {
        "content": "Wash your hands.",
        "scheduled_at": f"{ahead(90)}T09:00:00+05:30",
        "publications": [{"social_account_id": x.id, "options": {"thread": ["And rinse them.", PROMISE]}}],
    }
    answer = client.post("/api/v1/posts", json=body, headers=bearer(asha))

    assert {one["pointer"] for one in answer.json["errors"]} == {"/publications/0/options/thread/1"}


def test_an_empty_reason_is_asked_for(client: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    answer = plan(client, asha, x, BOAST, acknowledged=[{"id": "C02", "reason": " "}])

    (wrong,) = answer.json["errors"]
    assert (wrong["pointer"], wrong["detail"]) == ("/acknowledged/0/reason", "Enter your reason.")
