"""What stands around every page."""

import pytest
from flask import Flask, render_template, render_template_string
from flask.testing import FlaskClient

from tests.markup import text_of
from tests.page import Page
from tests.pages.conftest import make_app

LETTER = """{% extends "layouts/letter.txt" %}
{% block heading %}Your code{% endblock %}
{% block content %}482913{% endblock %}"""


@pytest.fixture
def asha(client: FlaskClient) -> FlaskClient:
    with client.session_transaction() as session:
        session["_user_id"] = "1"
    return client


def test_a_signed_in_doctor_can_go_everywhere_and_out(asha: FlaskClient) -> None:
    page = Page(asha.get("/posts/new"))
    places = {"Overview": "/", "Calendar": "/calendar", "Posts": "/posts", "Accounts": "/accounts"}
    assert places.items() <= page.links.items()
    assert page.form("Sign out").element.get("action") == "/logout"
    assert page.form("Sign out").element.get("method") == "post"


def test_the_account_menu_says_who_and_how_verified(asha: FlaskClient) -> None:
    menu = text_of(Page(asha.get("/posts/new")).all("account-menu")[0])
    assert "Dr Asha Rao" in menu
    assert "asha@clinic.example" in menu
    assert "Verified" in menu


def test_the_navigation_marks_where_we_are(asha: FlaskClient) -> None:
    page = Page(asha.get("/posts/new"))
    current = {a.get("href") for a in page.root.iter("a") if a.get("aria-current") == "page"}
    assert current == {"/posts/new"}


def test_every_page_says_that_this_is_practice(client: FlaskClient) -> None:
    page = Page(client.get("/landing"))
    assert "Practice mode: nothing leaves this machine." in page.text
    assert page.links["Practice network"] == "http://127.0.0.1:9/"


def test_outside_practice_nothing_is_said_about_it() -> None:
    client = make_app(is_practice=False, sandbox_url=None).test_client()
    assert "Practice" not in Page(client.get("/landing")).text


def test_a_letter_reads_well_as_plain_text(pages_app: Flask) -> None:
    with pages_app.test_request_context():
        lines = render_template_string(LETTER).strip().splitlines()
    assert lines[:3] == ["Your code", "", "482913"]
    assert lines[-2:] == ["Doctors’ portal", "Practice mode: this letter never left the machine."]


def test_a_letter_names_itself_in_its_title(pages_app: Flask) -> None:
    with pages_app.test_request_context():
        assert "<title>Your code</title>" in render_template("design_letter.html")
