"""Whole pages, fragments, and what an answer's status says."""

from flask.testing import FlaskClient

HTMX = {"HX-Request": "true"}


def test_htmx_gets_the_fragment_with_what_was_flashed(client: FlaskClient) -> None:
    answer = client.get("/fragment", headers=HTMX)
    assert "<html" not in answer.text
    assert 'hx-swap-oob="beforeend"' in answer.text
    assert "Saved." in answer.text


def test_a_reader_without_htmx_gets_the_whole_page(client: FlaskClient) -> None:
    assert "<html" in client.get("/fragment").text


def test_a_restored_or_boosted_page_comes_whole(client: FlaskClient) -> None:
    assert "<html" in client.get("/fragment", headers={**HTMX, "HX-History-Restore-Request": "true"}).text
    assert "<html" in client.get("/fragment", headers={**HTMX, "HX-Boosted": "true"}).text


def test_caches_keep_fragment_and_page_apart(client: FlaskClient) -> None:
    assert "HX-Request" in client.get("/fragment").headers["Vary"]


def test_a_refused_form_answers_422(client: FlaskClient) -> None:
    assert client.get("/refused").status_code == 422
