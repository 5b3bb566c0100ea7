"""A text's length is counted as it was sent, as the description of the API says it."""

import pytest
from flask.testing import FlaskClient

from portal.models import Doctor, User
from tests.factories import make_account
from tests.signing_in import bearer

# What reads as a space, though no key types it; a file separator counts as one too.
SPACES = [" ", "\x0b", "\x1c", "\r\n"]


@pytest.mark.parametrize("space", SPACES)
def test_spaces_around_a_name_count(client: FlaskClient, carla: User, space: str) -> None:
    answer = client.post(
        "/api/v1/master/specialities", json={"name": "x" * 120 + space}, headers=bearer(carla)
    )

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["/name"]
    assert "120 characters" in answer.json["errors"][0]["detail"]


def test_a_name_that_is_as_long_as_it_may_be_loses_its_spaces(client: FlaskClient, carla: User) -> None:
    name = " " + "x" * 118 + " "

    answer = client.post("/api/v1/master/specialities", json={"name": name}, headers=bearer(carla))

    assert (answer.status_code, answer.json["name"]) == (201, name.strip())


def test_a_text_deep_in_a_body_is_named(client: FlaskClient, asha: Doctor) -> None:
    places = [
        {"social_account_id": make_account(asha, key).id, "content": text}
        for key, text in (("twitter", "Wash your hands."), ("linkedin", "x" * 50_000 + " "))
    ]

    answer = client.post("/api/v1/posts", json={"content": "", "publications": places}, headers=bearer(asha))

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["/publications/1/content"]


def test_spaces_in_an_address_count(client: FlaskClient, asha: Doctor) -> None:
    answer = client.get("/api/v1/posts", query_string={"cursor": "x" * 1000 + " "}, headers=bearer(asha))

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["/cursor"]
