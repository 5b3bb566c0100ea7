"""How a new password is judged while it is typed, and what belongs to its owner."""

import pytest
from flask.testing import FlaskClient

from portal.extensions import db
from portal.models import Doctor
from tests.auth.conftest import PASSWORD
from tests.page import Page
from tests.signing_in import sign_in


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "Guessed at once"),
        ("password1234", "Easy to guess"),
        ("seven slow green boats", "Very good"),
        ("नमस्ते दुनिया और शांत नदी", "Very good"),
    ],
)
def test_the_strength_is_told_while_typing(client: FlaskClient, password: str, words: str) -> None:
    answer = client.post("/password-strength", data={"password": password})
    assert answer.get_json()["words"] == words
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_very_long_password_costs_no_time(client: FlaskClient) -> None:
    assert client.post("/password-strength", data={"password": "ab1!" * 100_000}).status_code == 200


@pytest.mark.parametrize("new", ["menonclinic12", "asha-menon-2026", "Asha@example.org"])
def test_a_password_of_ones_own_words_is_refused(client: FlaskClient, asha: Doctor, new: str) -> None:
    asha.clinic_name = "Menon Clinic"
    db.session.commit()
    form = Page(sign_in(client, asha).get("/settings")).form("Change password")
    page = form.fill({"Current password": PASSWORD, "New password": new}).submit(client)
    assert "made of your name" in (page.error_of("New password") or "")
