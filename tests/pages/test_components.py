"""Every component in every state, as it stands on the style page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.page import Page
from tests.pages.conftest import make_app

STATUSES = """draft scheduled publishing published failed cancelled retrying unconfirmed awaiting_doctor held
    partly_published""".split()  # noqa: SIM905


@pytest.fixture
def page(client: FlaskClient) -> Page:
    return Page(client.get("/design"))


def macro(app: Flask, file: str, name: str) -> object:
    return getattr(app.jinja_env.get_template(f"components/{file}.html").module, name)


def test_the_style_page_is_sound(page: Page) -> None:
    assert page.heading == "Every part of a page"


def test_the_style_page_is_not_for_the_public() -> None:
    app = make_app()
    app.testing = False
    assert app.test_client().get("/design").status_code == 404


def test_the_landing_page_is_sound(client: FlaskClient) -> None:
    page = Page(client.get("/landing"))
    assert page.links["Register"] == "/register"
    assert page.links["Sign in"] == "/login"


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_a_word_and_an_icon(pages_app: Flask, status: str) -> None:
    with pages_app.test_request_context():
        badge = str(macro(pages_app, "badge", "status_badge")(status))  # type: ignore[operator]
    assert "<svg" in badge
    assert status not in badge.rsplit("</svg>", 1)[1]


def test_a_refused_field_is_tied_to_its_sentence(page: Page) -> None:
    form = page.by_id("refused")
    assert form is not None
    email = next(part for part in form.iter("input") if part.get("name") == "refused-email")
    assert email.get("aria-invalid") == "true"
    assert email.get("aria-describedby") == "refused-email-error"


def test_the_summary_leads_to_each_refused_field(page: Page) -> None:
    links = [link.get("href", "") for box in page.all("error-summary") for link in box.iter("a")]
    assert len(links) == 7
    assert all(page.by_id(link[1:]) is not None for link in links)


def test_a_code_field_asks_for_digits_from_the_letter(page: Page) -> None:
    code = page.control("Code")
    assert code.get("inputmode") == "numeric"
    assert code.get("autocomplete") == "one-time-code"


def test_a_required_field_is_marked_without_changing_its_name(page: Page) -> None:
    assert page.control("Full name").get("required") is not None


def test_words_of_people_are_escaped(pages_app: Flask) -> None:
    with pages_app.test_request_context():
        drawn = str(macro(pages_app, "alert", "notice")("<script>alert(1)</script>"))  # type: ignore[operator]
        name = str(macro(pages_app, "button", "button")("<b>", href='/"onclick="x'))  # type: ignore[operator]
    assert "<script>" not in drawn
    assert "<b>" not in name
    assert 'onclick="x' not in name


def test_what_is_counted_says_what_is_left(pages_app: Flask) -> None:
    ring = macro(pages_app, "preview", "count_ring")
    with pages_app.test_request_context():
        assert "5 left" in str(ring(275, 280))  # type: ignore[operator]
        assert "20 too many" in str(ring(300, 280))  # type: ignore[operator]
