"""What people see when something went wrong."""

import pytest
from flask.testing import FlaskClient

from tests.page import Page
from tests.pages.conftest import make_app


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 429, 500, 503])
def test_every_error_has_a_page_with_a_way_out(client: FlaskClient, code: int) -> None:
    page = Page(client.get(f"/wrong/{code}"))
    assert page.status == code
    assert page.links["Go to the start page"] == "/"
    assert "Practice mode" in page.text


def test_a_form_that_was_open_too_long_leads_back_to_its_page(client: FlaskClient) -> None:
    answer = client.post("/send", headers={"Referer": "http://localhost/posts/new?on=2026-11-23"})
    page = Page(answer)
    assert page.status == 400
    assert page.links["Load the page again"] == "/posts/new?on=2026-11-23"


@pytest.mark.parametrize("referer", ["https://evil.example/posts", "http://localhost//evil.example", "x", ""])
def test_nobody_elses_address_is_offered_as_the_way_back(client: FlaskClient, referer: str) -> None:
    page = Page(client.post("/send", headers={"Referer": referer}))
    assert "Load the page again" not in page.links


def test_a_wrong_method_says_which_ones_are_right(client: FlaskClient) -> None:
    answer = client.get("/send")
    assert Page(answer).status == 405
    assert "POST" in answer.headers["Allow"]


def test_a_failure_of_ours_tells_nothing_of_its_inside() -> None:
    app = make_app()
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    page = Page(app.test_client().get("/broken"))
    assert page.status == 500
    assert "ZeroDivision" not in page.text
    assert "division" not in page.text
